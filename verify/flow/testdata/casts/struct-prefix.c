// way: read as something else than it was written as
// differs: a result that is missing
// unit: Zend/zend_vm_opcodes.c
// wrong: run_job in call_task
struct task { int kind; int (*run)(void *); };
struct job { int kind; void (*run)(void *); void *data; };
static void run_job(void *data) { }
static struct task *as_task(struct job *j) { return (struct task *)j; }
int call_task(struct job *j)
{
	j->run = run_job; /* cast */
	struct task *t = as_task(j);
	return t->run(j);
}
