// way: given to a function of PHP as a callback
// differs: a result that is a struct
// unit: ext/standard/user_filters.c
// wrong: close_handle in zend_resource_dtor
struct closed { int64_t handle; int type; };
static struct closed close_handle(zend_resource *res) { return (struct closed){ res->handle, res->type }; }
int register_handle(void)
{
	return zend_register_list_destructors_ex((rsrc_dtor_func_t)close_handle, NULL, "handle", 0); /* cast */
}
