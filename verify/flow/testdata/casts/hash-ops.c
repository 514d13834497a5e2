// way: stored in a slot that PHP declares
// differs: a parameter of another width
// unit: ext/hash/hash_crc32.c
// wrong: update_sum in php_hash_do_hash
static void update_sum(void *context, const unsigned char *buf, uint64_t count) { *(uint32_t *)context += count; }
static const php_hash_ops sum_ops = { "sum", (php_hash_init_func_t)PHP_CRC32Init, (php_hash_update_func_t)update_sum, (php_hash_final_func_t)PHP_CRC32LEFinal }; /* cast */
void register_sum(void) { php_hash_register_algo("sum", &sum_ops); }
