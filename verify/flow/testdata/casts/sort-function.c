// way: given to a function of PHP as a callback
// differs: fewer parameters
// unit: Zend/zend_sort.c
// wrong: sort_without_swap in zend_hash_sort_internal
static void sort_without_swap(void *base, size_t n, size_t size, compare_func_t compare) { qsort(base, n, size, compare); }
void sort_by(HashTable *h, bucket_compare_func_t compare)
{
	zend_hash_sort_ex(h, (sort_func_t)sort_without_swap, compare, 1); /* cast */
}
