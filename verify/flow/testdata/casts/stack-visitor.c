// way: given to a function of PHP as a callback
// differs: a parameter of two numbers
// unit: Zend/zend_stack.c
// wrong: drop_long_double in zend_stack_clean
static void drop_long_double(long double d) { }
void drop_stack(zend_stack *s)
{
	zend_stack_clean(s, (void (*)(void *))drop_long_double, 1); /* cast */
}
