// way: stored in a slot that PHP declares
// differs: a parameter that is a float
// unit: Zend/zend_extensions.c
// wrong: take_message in zend_extension_message_dispatcher
static void take_message(double message, void *arg) { *(double *)arg = message; }
static zend_extension messenger = { .name = "messenger", .message_handler = (message_handler_func_t)take_message }; /* cast */
void register_messenger(void) { zend_register_extension(&messenger, NULL); }
