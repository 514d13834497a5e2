// way: stored in a slot that PHP declares
// differs: more parameters
// unit: Zend/zend_interfaces.c
// wrong: create_copy in _object_and_properties_init
static zend_object *create_copy(zend_class_entry *ce, zend_object *of) { return of; }
void make_copied(zend_class_entry *ce)
{
	ce->create_object = (zend_object *(*)(zend_class_entry *))create_copy; /* cast */
}
