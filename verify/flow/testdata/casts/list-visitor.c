// way: given to a function of PHP as a callback
// differs: fewer parameters
// unit: Zend/zend_multibyte.c
// wrong: visit_element in zend_llist_apply_with_argument
static void visit_element(void *element) { ++*(int *)element; }
void visit_list(zend_llist *l)
{
	zend_llist_apply_with_argument(l, (llist_apply_with_arg_func_t)visit_element, NULL); /* cast */
}
