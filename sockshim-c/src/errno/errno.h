/* The numbers of errors on the program's side: see errno.c. */
#ifndef WLR_ERRNO_NUMBER_H
#define WLR_ERRNO_NUMBER_H

/* The number that programs know an error of wasi-libc by. What a function
 * returns, instead of setting errno, has to be that. */
int wlr_errno_number(int err);

#endif
