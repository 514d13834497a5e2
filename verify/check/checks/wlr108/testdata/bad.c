// wlrbuild lint --runtime wasmedge
// error: list_free (i32) -> i32 is stored in kinds[0][1].destroy, which is declared as (i32) (bad.c:14)
//   Its slot in the table is 1.
// error: tell (i32) is stored in kinds[1][0].more.tell, which is declared as (i64) (bad.c:14)
//   Its slot in the table is 3.
typedef void (*destructor)(void *);
typedef unsigned long long count;
struct kind { const char *name; destructor destroy; void *any; union { void (*tell)(count); int n; } more; };

static int list_free(void *list) { return list != 0; }
static void node_free(void *node) { (void)node; }
static void tell(int n) { (void)n; }

static struct kind kinds[2][2] = {
	{{"none", 0, 0, {0}}, {"list", (destructor)list_free, 0, {0}}},
	{{"node", node_free, (void *)list_free, {.tell = (void (*)(count))tell}}, {"", node_free, 0, {0}}},
};

__attribute__((noinline)) void destroy(volatile int *i) { kinds[*i][*i].destroy(0); kinds[*i][0].more.tell(1); }
__attribute__((export_name("_start"))) void start(void) { int i = 1; destroy(&i); }
