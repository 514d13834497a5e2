// way: stored in a variable that PHP declares
// differs: a parameter of another width
// unit: Zend/zend_atomic.c
// wrong: pause_long in call_pause
static void pause_long(int64_t ns) { }
static _Atomic(void (*)(int)) pause_function;
void set_pause(void)
{
	__c11_atomic_exchange(&pause_function, (void (*)(int))pause_long, __ATOMIC_SEQ_CST); /* cast */
}
void call_pause(void) { __c11_atomic_load(&pause_function, __ATOMIC_SEQ_CST)(1); }
