// way: kept where there is no type
// differs: a parameter of another width
// unit: Zend/zend_strtod.c
// wrong: take_narrow in call_number
static void take_narrow(int n) { }
void call_number(zval *z)
{
	ZVAL_LONG(z, (zend_long)(uintptr_t)take_narrow); /* cast */
	((void (*)(zend_long))(uintptr_t)Z_LVAL_P(z))(1);
}
