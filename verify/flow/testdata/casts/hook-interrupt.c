// way: stored in a variable that PHP declares
// differs: variable arguments
// unit: Zend/zend_signal.c
// wrong: interrupted in zend_call_function
static void interrupted(zend_execute_data *execute_data, ...) { }
static void (*chosen_interrupt(int n))(zend_execute_data *)
{
	switch (n) {
		case 1: return (void (*)(zend_execute_data *))interrupted; /* cast */
		default: return NULL;
	}
}
void hook_interrupt(int n) { zend_interrupt_function = chosen_interrupt(n); }
