// kind: unions and structs
// later: traps certain
typedef void (*hook)(void);
static hook hooks[3];
static int later(void) { return 1; }
static void set(hook *slot, hook h) { *slot = h; }
int main(int argc, char **argv) { (void)argv; set(&hooks[argc], (hook)later); hooks[1](); return 0; }
