// way: given to the C library as a callback
// differs: fewer parameters
// unit: Zend/zend_signal.c
// wrong: on_hangup in sigaction
static void on_hangup(void) { }
void catch_hangup(void)
{
	struct sigaction sa = { 0 };
	sa.sa_handler = (void (*)(int))on_hangup; /* cast */
	sigaction(SIGHUP, &sa, NULL);
}
