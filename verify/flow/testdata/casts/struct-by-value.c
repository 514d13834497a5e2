// way: read as something else than it was written as
// differs: a result that is a float
// unit: Zend/zend_float.c
// wrong: weigh in call_weight
struct weight { int unit; int (*of)(int); };
static double weigh(int n) { return n; }
static struct weight weights(void)
{
	return (struct weight){ 1, (int (*)(int))weigh }; /* cast */
}
static int call_weight(struct weight w) { return w.of(w.unit); }
int call_weights(void) { return call_weight(weights()); }
