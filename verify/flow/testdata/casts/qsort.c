// way: given to the C library as a callback
// differs: a parameter that is a float
// unit: ext/standard/levenshtein.c
// wrong: compare_doubles in sort_doubles
static int compare_doubles(double a, double b) { return a < b ? -1 : a > b; }
void sort_doubles(double *d, size_t n)
{
	qsort(d, n, sizeof *d, (int (*)(const void *, const void *))compare_doubles); /* cast */
}
