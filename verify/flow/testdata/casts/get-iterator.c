// way: stored in a slot that PHP declares
// differs: fewer parameters
// unit: ext/spl/spl_dllist.c
// wrong: iterate_values in spl_iterator_apply
static zend_object_iterator *iterate_values(zend_class_entry *ce, zval *object) { return NULL; }
void make_iterated(zend_class_entry *ce)
{
	ce->get_iterator = (zend_object_iterator *(*)(zend_class_entry *, zval *, int))iterate_values; /* cast */
}
