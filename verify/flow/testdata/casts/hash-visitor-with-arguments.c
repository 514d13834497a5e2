// way: given to a function of PHP as a callback
// differs: variable arguments
// unit: Zend/zend_ptr_stack.c
// wrong: visit_with in zend_hash_apply_with_arguments
static int visit_with(zval *value, int n, ...) { return n; }
void visit_hash_with(HashTable *h)
{
	zend_hash_apply_with_arguments(h, (apply_func_args_t)visit_with, 1, h); /* cast */
}
