/* The greeting, for both programs. */
void greet(const char *sapi, int words);
