// way: kept where there is no type
// differs: a result of another width
// unit: main/php_ticks.c
// wrong: measure in run_grown
typedef size_t (*measurement)(const char *);
static measurement *grown;
static int grown_count;
static uint64_t measure(const char *s) { return strlen(s); }
void grow(void)
{
	grown = perealloc(grown, ++grown_count * sizeof *grown, 1);
	grown[grown_count - 1] = (measurement)measure; /* cast */
}
size_t run_grown(const char *s)
{
	size_t sum = 0;
	for (int i = 0; i < grown_count; i++) sum += grown[i](s);
	return sum;
}
