/* Non-local jumps (C17 7.13, POSIX <setjmp.h>). Objects do not depend on how
 * jumps are made: that is chosen at link time, by the archive of src/setjmp/<mode>.
 */
#ifndef WLR_SETJMP_H
#define WLR_SETJMP_H

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque; large enough for every mode. */
typedef struct __wlr_jmp_buf {
	unsigned long long __opaque[8];
} jmp_buf[1];
typedef jmp_buf sigjmp_buf;

int __wlr_setjmp(struct __wlr_jmp_buf *) __attribute__((__returns_twice__));
_Noreturn void longjmp(jmp_buf, int);
_Noreturn void siglongjmp(sigjmp_buf, int);

/* Whether longjmp() can return to its setjmp() in this program. Where it
 * cannot, longjmp() says so on standard error and ends the process. */
int wlr_can_longjmp(void);

#define setjmp(env)           __wlr_setjmp(env)
#define _setjmp(env)          __wlr_setjmp(env)
#define sigsetjmp(env, saved) ((void)(saved), __wlr_setjmp(env)) /* WASI has no signal mask */
#define _longjmp(env, val)    longjmp(env, val)

#ifdef __cplusplus
}
#endif

#endif
