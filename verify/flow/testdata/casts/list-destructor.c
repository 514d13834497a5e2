// way: given to a function of PHP as a callback
// differs: a result that is not wanted
// unit: Zend/zend_multibyte.c
// wrong: drop_element in zend_llist_destroy
static int drop_element(void *element) { return *(int *)element; }
void drop_list(zend_llist *l)
{
	zend_llist_init(l, sizeof(int), (llist_dtor_func_t)drop_element, 1); /* cast */
	zend_llist_destroy(l);
}
