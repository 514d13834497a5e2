// way: given to a function of PHP as a callback
// differs: a result that is a float
// unit: Zend/zend_sort.c
// wrong: compare_numbers in zend_insert_sort
static double compare_numbers(Bucket *a, Bucket *b) { return Z_DVAL(a->val) - Z_DVAL(b->val); }
void sort_numbers(HashTable *h)
{
	zend_hash_sort(h, (bucket_compare_func_t)compare_numbers, 1); /* cast */
}
