/* How many words a program was given. */
int count(int argc, char **argv);
