// wlrbuild lint --runtime wasmedge
typedef void (*destructor)(void *);
typedef void (*any)(void);
struct pair { long long a, b; };
struct kind { const char *name; destructor destroy; any other; struct pair (*pair)(struct pair, float, ...); int (*get)(); };

static int list_free(void *list) { return list != 0; }
static void node_free(void *node) { (void)node; }
static struct pair swap(struct pair p, float f, ...) { (void)f; return (struct pair){p.b, p.a}; }

static int get(void) { return 1; }

static struct kind kinds[2] = {
	{"none", 0, (any)list_free, 0, get},
	{"node", node_free, 0, swap, 0},
};

__attribute__((noinline)) void destroy(volatile int *i) { kinds[*i].destroy(0); kinds[0].get(); kinds[*i].pair((struct pair){1, 2}, 0.5); ((int (*)(void *))kinds[0].other)(0); }
__attribute__((export_name("_start"))) void start(void) { int i = 1; destroy(&i); }
