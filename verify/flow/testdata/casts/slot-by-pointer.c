// way: read as something else than it was written as
// differs: more parameters
// unit: Zend/zend_vm_opcodes.c
// wrong: name_both in call_naming
static const char *(*naming)(int);
static const char *name_both(int a, int b) { return "both"; }
void set_naming(void)
{
	*(const char *(**)(int, int))&naming = name_both; /* cast */
}
const char *call_naming(void) { return naming(1); }
