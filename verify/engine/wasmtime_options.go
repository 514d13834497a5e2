package engine

// WasmtimeOptions are the options of Wasmtime. The zero value is useful.
type WasmtimeOptions struct {
	// CacheDir keeps compiled modules, so that the next start of one need not
	// compile it. The machine code in it is run as it is: it has to be a
	// directory that nobody else can write to. Empty: nothing is kept.
	CacheDir string
	// Stack is how many bytes of stack the guest's calls may take before it
	// traps with ErrStackOverflow; 0 means 64 MiB. The guest runs on a thread
	// that has so much.
	Stack int
	// NoInterrupt compiles modules so that they cannot be stopped. That makes
	// PHP's bench.php 1.9 times as fast, because otherwise every call and every
	// turn of a loop looks at a counter. Run still returns soon after its
	// context is done, but a guest that computes goes on doing so, on a thread
	// of its own, until the process ends. A context that can never be done
	// has the same effect without the risk.
	NoInterrupt bool
	// Compiled says that Config.Module is a file that Compile has made, with
	// the same options. It is mapped into memory and trusted: nothing of it is
	// checked but that this version of wasmtime made it for this processor.
	Compiled bool
}

// defaultStack is deep enough for PHP's own recursion (nested arrays in
// var_dump, chains of destructors) and takes memory only as it is used.
const defaultStack = 64 << 20
