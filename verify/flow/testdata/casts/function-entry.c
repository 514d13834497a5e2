// way: stored in a slot that PHP declares
// differs: more parameters
// unit: Zend/zend_builtin_functions.c
// wrong: zif_old_api in execute_internal
static void zif_old_api(int n, zval *return_value, zval **place, zval *self, int used) { ZVAL_LONG(return_value, n + used); }
static const zend_function_entry old_api[] = { ZEND_RAW_FENTRY("old_api", (zif_handler)zif_old_api, NULL, 0) ZEND_FE_END }; /* cast */
void register_old_api(void) { zend_register_functions(NULL, old_api, NULL, MODULE_PERSISTENT); }
