// way: kept where there is no type
// differs: a result that is missing
// unit: main/streams/filter.c
// wrong: note_event in tell_stream
static void note_event(int event) { }
void watch_stream(php_stream *stream)
{
	stream->abstract = (void *)note_event; /* cast */
}
int tell_stream(php_stream *stream) { return ((int (*)(int))stream->abstract)(1); }
