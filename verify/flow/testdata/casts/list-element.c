// way: kept where there is no type
// differs: a result of another width
// unit: Zend/zend_multibyte.c
// wrong: now_wide in call_elements
typedef int (*clock_function)(void);
static zend_long now_wide(void) { return 1; }
void add_clock(zend_llist *l)
{
	clock_function f = (clock_function)now_wide; /* cast */
	zend_llist_add_element(l, &f);
}
int call_elements(zend_llist *l)
{
	clock_function *f = zend_llist_get_first(l);
	return (*f)();
}
