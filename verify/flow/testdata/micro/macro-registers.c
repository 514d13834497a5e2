// kind: cast where it is stored
// on_open: traps certain
// on_close: fine
typedef void (*handler)(int);
#define ON(event, f) handlers[event] = (handler)(f)
enum { OPEN, CLOSE };
static handler handlers[2];
static int on_open(int fd) { return fd; }
static void on_close(int fd) { (void)fd; }
int main(int argc, char **argv) {
	(void)argv;
	ON(OPEN, on_open);
	ON(CLOSE, on_close);
	for (int i = CLOSE; i >= OPEN; i--) handlers[i](argc);
	return 0;
}
