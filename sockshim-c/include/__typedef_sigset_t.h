/* sigset_t with room for every signal: wasi-libc's, which its headers include
 * by this name, is one byte. */
#ifndef __wasilibc___typedef_sigset_t_h
#define __wasilibc___typedef_sigset_t_h

typedef unsigned long long sigset_t;

#endif
