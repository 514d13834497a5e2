// way: stored in a slot that PHP declares
// differs: a result of another width
// unit: ext/session/mod_user.c
// wrong: gc_none in php_session_gc
static int gc_none(PS_GC_ARGS) { return *nrdels = 0; }
static const ps_module none = { .s_name = "none", .s_gc = (zend_long (*)(PS_GC_ARGS))gc_none }; /* cast */
void register_none(void) { php_session_register_module(&none); }
