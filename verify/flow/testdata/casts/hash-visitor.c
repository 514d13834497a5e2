// way: given to a function of PHP as a callback
// differs: a result of another width
// unit: Zend/zend_ptr_stack.c
// wrong: visit_value in zend_hash_apply
static zend_long visit_value(zval *value) { return Z_LVAL_P(value); }
void visit_hash(HashTable *h)
{
	zend_hash_apply(h, (apply_func_t)visit_value); /* cast */
}
