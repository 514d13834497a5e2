// way: stored in a slot that PHP declares
// differs: a result of another width
// unit: main/streams/memory.c
// wrong: write_wide in _php_stream_write_buffer
static int64_t write_wide(php_stream *stream, const char *buf, size_t count) { return count; }
static const php_stream_ops wide_ops = { (ssize_t (*)(php_stream *, const char *, size_t))write_wide, NULL, NULL, NULL, "wide" }; /* cast */
php_stream *open_wide(void) { return php_stream_alloc(&wide_ops, NULL, NULL, "w"); }
