// way: stored in a variable that PHP declares
// differs: more parameters
// unit: main/main.c
// wrong: error_as_before in zend_error_zstr_at
static void error_as_before(int type, const char *file, const uint32_t line, const char *format, va_list args) { }
void hook_errors(void)
{
	zend_error_cb = (void *)error_as_before; /* cast */
}
