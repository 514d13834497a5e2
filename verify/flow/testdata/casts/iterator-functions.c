// way: stored in a slot that PHP declares
// differs: a result that is missing
// unit: ext/spl/spl_array.c
// wrong: is_valid in spl_iterator_apply
static void is_valid(zend_object_iterator *it) { it->index++; }
static void ignore(zend_object_iterator *it) { }
static const zend_object_iterator_funcs endless = { ignore, (int (*)(zend_object_iterator *))is_valid, NULL, NULL, ignore }; /* cast */
void make_endless(zend_object_iterator *it) { it->funcs = &endless; }
