// way: stored in a variable that PHP declares
// differs: a result that is a struct
// unit: Zend/zend_ini_scanner.c
// wrong: compile_cached in compile_filename
struct compiled { zend_op_array *op_array; int cached; };
static struct compiled compile_cached(zend_file_handle *file, int type) { return (struct compiled){ compile_file(file, type), type }; }
void hook_compile(int on)
{
	zend_compile_file = on ? (zend_op_array *(*)(zend_file_handle *, int))compile_cached : compile_file; /* cast */
}
