// way: stored in a slot that PHP declares
// differs: fewer parameters
// unit: main/main.c
// wrong: set_late in zend_alter_ini_entry_ex
static int set_late(zend_ini_entry *entry, zend_string *value, void *a, void *b, void *c) { return SUCCESS; }
#define LATE(f) ((ZEND_INI_MH((*)))f)
static const zend_ini_entry_def late[] = { { .name = "late", .on_modify = LATE(set_late), .modifiable = PHP_INI_ALL }, { 0 } }; /* cast */
void register_late(void) { zend_register_ini_entries(late, 0); }
