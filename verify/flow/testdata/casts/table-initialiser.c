// way: stored in a slot that PHP declares
// differs: a result that is not wanted
// unit: Zend/zend_variables.c
// wrong: count_destroyed in destroy_more
static int count_destroyed(zend_string *s) { static int n; zend_string_destroy(s); return ++n; }
static const zend_rc_dtor_func_t more[] = { (zend_rc_dtor_func_t)zend_string_destroy, (zend_rc_dtor_func_t)count_destroyed }; /* cast */
void destroy_more(zend_refcounted *p) { more[GC_TYPE(p) & 1](p); }
