package sockets

import "os"

// ListenAddrs is the environment variable in which a guest of preview 1 is told
// the addresses of the listening sockets that its host has opened, separated by
// spaces, as "127.0.0.1:8080 [::1]:8080". The sockets are those descriptors after
// the preopened directories, in this order. LISTEN_FDS is their number, as systemd
// has it.
const ListenAddrs = "LISTEN_ADDRS"

// Options are what Instantiate needs to know of a run.
type Options struct {
	// Host names the functions: "" or "wasmedge".
	Host   string
	Policy Policy
	// Dirs is how many preopened directories the guest has.
	Dirs int
	// Stdin, Stdout and Stderr are the standard streams that are files, and can
	// be waited for; the others are always ready.
	Stdin, Stdout, Stderr *os.File
	// RandomDescriptors numbers what the guest opens as WasmEdge does, at
	// random up to 2^31, and not from the lowest that is free: for tests.
	RandomDescriptors bool
}
