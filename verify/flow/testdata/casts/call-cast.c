// way: cast where it is called
// differs: more arguments
// unit: Zend/zend_objects_API.c
// wrong: zend_object_std_dtor in free_twice
void free_twice(zend_object *o)
{
	((void (*)(zend_object *, int))o->handlers->free_obj)(o, 2); /* cast */
}
