// way: read as something else than it was written as
// differs: fewer parameters
// unit: main/streams/filter.c
// wrong: filter_nothing in php_stream_filter_free
static void filter_nothing(void) { }
static php_stream_filter_ops patched_ops = { .label = "patched" };
static void patch_filter(void *ops)
{
	*(void **)((char *)ops + XtOffsetOf(php_stream_filter_ops, dtor)) = (void *)filter_nothing; /* cast */
}
void patch_filters(void) { patch_filter(&patched_ops); }
