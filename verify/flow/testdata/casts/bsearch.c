// way: given to the C library as a callback
// differs: a result that is missing
// unit: ext/standard/levenshtein.c
// wrong: look_at in search_strings
static void look_at(const void *key, const void *element) { }
void *search_strings(const char *key, char **list, size_t n)
{
	int (*comparison)(const void *, const void *) = (int (*)(const void *, const void *))look_at; /* cast */
	return bsearch(key, list, n, sizeof *list, comparison);
}
