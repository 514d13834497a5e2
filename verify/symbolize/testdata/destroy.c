/* A destructor that returns something, called as one that does not: what PHP 7.4
 * did with zend_list_free. Without a library, so that the module is small. */
typedef void (*destructor)(void *);

static int list_free(void *list)
{
	return list != 0;
}

static destructor destructors[2] = {0, (destructor)list_free};

__attribute__((noinline)) void destroy(volatile int *kind)
{
	destructors[*kind](0);
}

__attribute__((export_name("_start"))) void start(void)
{
	int kind = 1;
	destroy(&kind);
}
