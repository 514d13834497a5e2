// way: kept where there is no type
// differs: more parameters
// unit: Zend/zend_ptr_stack.c
// wrong: add_up in call_popped
static int add_up(int a, int b) { return a + b; }
void push_function(zend_ptr_stack *s)
{
	zend_ptr_stack_push(s, (void *)add_up); /* cast */
}
int call_popped(zend_ptr_stack *s) { return ((int (*)(int))zend_ptr_stack_pop(s))(1); }
