/* Non-local jumps (C17 7.13, POSIX <setjmp.h>).
 *
 * The compiler makes them (clang's -wasm-enable-sjlj): in a function that calls
 * setjmp(), longjmp() arrives as an exception that the function catches and
 * throws again if the jump is not its own. How an exception gets there is chosen
 * at link time, by the runtime's setjmp mode; objects do not depend on it.
 */
#ifndef WLR_SETJMP_H
#define WLR_SETJMP_H

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque; the names are src/setjmp's. */
typedef struct __wlr_jmp_buf {
	void *__call;           /* the call of the function that called setjmp() */
	unsigned long __label;  /* of the setjmp() in it, from 1 */
	struct {
		void *__env;
		int __val;
	} __jump;               /* what is thrown */
	unsigned long long __reserved[4];
} jmp_buf[1];
typedef jmp_buf sigjmp_buf;

/* The compiler knows these two by name. */
int setjmp(jmp_buf) __attribute__((__returns_twice__));
_Noreturn void longjmp(jmp_buf, int);

#define setjmp(env)           setjmp(env)
#define _setjmp(env)          setjmp(env)
#define sigsetjmp(env, saved) ((void)(saved), setjmp(env)) /* WASI has no signal mask */
#define siglongjmp(env, val)  longjmp(env, val)
#define _longjmp(env, val)    longjmp(env, val)

#ifdef __cplusplus
}
#endif

#endif
