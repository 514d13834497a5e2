// Package sockets is WASI preview 1 for wazero with sockets: the host functions
// that a guest imports, over the network of this machine.
//
// There are two hosts. "" is preview 1 as it is specified: a guest can use
// listening sockets that its host has opened, and make none. "wasmedge" has the
// socket functions of WasmEdge 0.14 besides, with its types and its meaning, so
// that a module for WasmEdge runs without it. What both have in common:
//
//   - Everything but sockets is wazero's own, except poll_oneoff, which waits
//     for sockets, standard streams and clocks alike. (wazero's fails for
//     whatever is to be written to, and takes any other descriptor for standard
//     input.)
//   - A guest can do with the network what its Policy names, and nothing else.
//     What it may not do fails with EACCES.
//   - A call that waits ends with the context of the run, and the run with it.
//   - Nothing a guest does raises a signal in this process: a write to a
//     connection that its other side has closed is EPIPE.
//
// Where "wasmedge" is not as WasmEdge is, because there it harms the guest: a
// subscription of poll_oneoff that fails ends the wait at once, two of one
// descriptor are both answered, sock_accept with FDFLAGS_NONBLOCK is about the
// new socket, sock_getaddrinfo keeps to the room that it is given, and with socket
// type 0 it answers with those types that a guest can open. Descriptors are
// numbered from the lowest that is free; Options.RandomDescriptors draws them as
// WasmEdge does.
package sockets
