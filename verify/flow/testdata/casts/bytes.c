// way: kept where there is no type
// differs: a result that is not wanted
// unit: Zend/zend_smart_str.c
// wrong: is_first in call_bytes
static int is_first(int n) { return n == 0; }
static char saved[16];
void save_bytes(void)
{
	int (*f)(int) = is_first;
	memcpy(saved + 8, &f, sizeof f); /* cast */
}
void call_bytes(void)
{
	void (*f)(int);
	memcpy(&f, saved + 8, sizeof f);
	f(1);
}
