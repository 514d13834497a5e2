// way: given to a function of PHP as a callback
// differs: more parameters
// unit: Zend/zend_ptr_stack.c
// wrong: drop_value in zend_hash_destroy
static void drop_value(zval *value, int persistent) { free(Z_PTR_P(value)); }
void drop_hash(HashTable *h)
{
	zend_hash_init(h, 8, NULL, (dtor_func_t)drop_value, 1); /* cast */
	zend_hash_destroy(h);
}
