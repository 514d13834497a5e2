// Package sockshim holds the sources of sockshim-c, the POSIX layer below the
// programs that wlrbuild builds:
//
//	include         headers that stand before wasi-libc's
//	src             what is the same for every runtime
//	src/setjmp/M    non-local jumps, by setjmp mode
//	backends/B      sockets, by backend
package sockshim

import "embed"

// FS has the folders include, src and backends. Headers that stand in for ones
// inside wasi-libc begin with an underscore, which needs the all: prefix.
//
//go:embed all:include src backends
var FS embed.FS
