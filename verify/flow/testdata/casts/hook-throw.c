// way: stored in a variable that PHP declares
// differs: fewer parameters
// unit: ext/standard/assert.c
// wrong: thrown in zend_throw_exception_internal
static void thrown(void) { }
void hook_throw(void)
{
	void (**hook)(zend_object *) = &zend_throw_exception_hook;
	*hook = (void (*)(zend_object *))thrown; /* cast */
}
