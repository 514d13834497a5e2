// way: cast where it is called
// differs: more arguments
// unit: Zend/zend_cpuinfo.c
// wrong: one_argument in call_loosely
static int one_argument(int a) { return a; }
static int (*loose)() = one_argument;
int call_loosely(void)
{
	return loose(1, 2); /* cast */
}
