// way: kept where there is no type
// differs: fewer parameters
// unit: Zend/zend_ptr_stack.c
// wrong: negate in call_value
static int negate(int n) { return -n; }
void keep_value(HashTable *h)
{
	zend_hash_str_add_ptr(h, "negate", 6, (void *)negate); /* cast */
}
int call_value(HashTable *h) { return ((int (*)(int, int))zend_hash_str_find_ptr(h, "negate", 6))(1, 2); }
