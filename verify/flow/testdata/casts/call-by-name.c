// way: cast where it is called
// differs: a result that is missing
// unit: Zend/zend_cpuinfo.c
// wrong: say_nothing in ask_nothing
static void say_nothing(int n) { }
int ask_nothing(void)
{
	return ((int (*)(int))say_nothing)(1); /* cast */
}
