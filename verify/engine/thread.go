//go:build cgo && (linux || darwin)

package engine

/*
#cgo LDFLAGS: -pthread
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

extern void wlrEngineThread(uintptr_t);

// Static, because cgo copies this into every file that it makes of one with an
// exported function.
static void *wlr_engine_thread(void *f)
{
	wlrEngineThread((uintptr_t)f);
	// wasmtime unmaps the alternate signal stack that it gave the thread when
	// the thread ends, and leaves it registered. The Go runtime still knows the
	// thread: a signal of its scheduler that came then would find no stack, and
	// end the process.
	sigset_t all;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	return NULL;
}

static int wlr_engine_on_thread(size_t stack, uintptr_t f)
{
	pthread_attr_t attr;
	pthread_t thread;
	int err = pthread_attr_init(&attr);
	if (err != 0)
		return err;
	err = pthread_attr_setstacksize(&attr, stack);
	if (err == 0)
		err = pthread_create(&thread, &attr, wlr_engine_thread, (void *)f);
	pthread_attr_destroy(&attr);
	if (err == 0)
		err = pthread_join(thread, NULL);
	return err;
}
*/
import "C"

import (
	"fmt"
	"runtime/cgo"
	"syscall"
)

// onThread calls f on a new thread whose C stack has so many bytes, and returns
// when f does. The threads that the Go runtime makes have what the process's
// limits say, 8 MiB mostly, and C code called from Go runs on that.
func onThread(stack int, f func()) error {
	h := cgo.NewHandle(f)
	defer h.Delete()
	if err := C.wlr_engine_on_thread(C.size_t(stack), C.uintptr_t(h)); err != 0 {
		return fmt.Errorf("thread with a stack of %d bytes: %w", stack, syscall.Errno(err))
	}
	return nil
}

//export wlrEngineThread
func wlrEngineThread(h C.uintptr_t) { cgo.Handle(h).Value().(func())() }
