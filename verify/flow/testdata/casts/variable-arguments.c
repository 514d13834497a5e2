// way: kept where there is no type
// differs: a parameter that is a float
// unit: main/snprintf.c
// wrong: scale in each_of
static void scale(float by) { }
static void each_of(int n, ...)
{
	va_list list;
	va_start(list, n);
	while (n--) va_arg(list, void (*)(double))(1.5);
	va_end(list);
}
void scale_all(void)
{
	each_of(1, scale); /* cast */
}
