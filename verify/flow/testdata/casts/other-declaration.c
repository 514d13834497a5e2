// way: declared with another type
// differs: a result that is missing
// unit: ext/date/lib/astro.c
// wrong: smart_str_erealloc in call_declared
extern int smart_str_erealloc(void *str, unsigned long len);
static int (*declared)(void *, unsigned long) = smart_str_erealloc; /* cast */
int call_declared(void *str) { return declared(str, 1); }
