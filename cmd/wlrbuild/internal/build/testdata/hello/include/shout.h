/* What greet.c and shout.c know of each other. */
const char *shout(const char *text);
