// kind: called by the C library
// on_signal: traps certain
#include <signal.h>
static void on_signal(void) { }
int main(void) { signal(SIGTERM, (void (*)(int))on_signal); raise(SIGTERM); return 0; }
