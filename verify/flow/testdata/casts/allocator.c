// way: given to a function of PHP as a callback
// differs: a parameter of another width
// unit: ext/pcre/php_pcre.c
// wrong: allocate_wide in php_pcre2_code_copy
static void *allocate_wide(uint64_t size, void *data) { return malloc(size); }
pcre2_general_context *wide_context(void)
{
	return pcre2_general_context_create((void *(*)(PCRE2_SIZE, void *))allocate_wide, php_pcre_free, NULL); /* cast */
}
