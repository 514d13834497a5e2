// way: kept where there is no type
// differs: a parameter that is a struct
// unit: Zend/zend_strtod.c
// wrong: take_moment in call_pointer
struct moment { int64_t seconds; };
static void take_moment(struct moment m) { }
void call_pointer(zval *z, struct moment *m)
{
	ZVAL_PTR(z, (void *)take_moment); /* cast */
	((void (*)(struct moment *))Z_PTR_P(z))(m);
}
