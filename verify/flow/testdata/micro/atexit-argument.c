// kind: called by the C library
// bye: traps certain
#include <stdlib.h>
static void bye(int status) { (void)status; }
int main(void) { atexit((void (*)(void))bye); return 0; }
