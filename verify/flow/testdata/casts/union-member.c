// way: read as something else than it was written as
// differs: a result that is not wanted
// unit: Zend/zend_vm_opcodes.c
// wrong: ask in call_action
union action { void (*tell)(int); int (*ask)(int); };
static union action last_action;
static int ask(int n) { return n; }
void keep_action(void)
{
	last_action.ask = ask; /* cast */
}
void call_action(union action *a) { a->tell(1); }
void call_last_action(void) { call_action(&last_action); }
