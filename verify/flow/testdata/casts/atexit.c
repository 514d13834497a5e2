// way: given to the C library as a callback
// differs: more parameters
// unit: main/main.c
// wrong: leave in at_exit
static void leave(int status) { exit(status); }
void at_exit(void)
{
	atexit((void (*)(void))leave); /* cast */
}
