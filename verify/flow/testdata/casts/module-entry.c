// way: stored in a slot that PHP declares
// differs: a result that is missing
// unit: Zend/zend_API.c
// wrong: start_nothing in zend_startup_module_ex
static void start_nothing(int type, int number) { }
static zend_module_entry nothing = { STANDARD_MODULE_HEADER, "nothing", NULL, (zend_result (*)(int, int))start_nothing, NULL, NULL, NULL, NULL, NULL, STANDARD_MODULE_PROPERTIES }; /* cast */
void register_nothing(void) { zend_startup_module(&nothing); }
