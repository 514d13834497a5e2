// way: stored in a slot that PHP declares
// differs: a result that is not wanted
// unit: Zend/zend_weakrefs.c
// wrong: free_counted in zend_objects_store_del
static zend_object_handlers counted;
static int free_counted(zend_object *o) { zend_object_std_dtor(o); return 1; }
void register_counted(void)
{
	memcpy(&counted, zend_get_std_object_handlers(), sizeof counted);
	counted.free_obj = (zend_object_free_obj_t)free_counted; /* cast */
}
