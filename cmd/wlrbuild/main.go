// Wlrbuild builds PHP as WebAssembly, for the runtime it will run on.
package main

import (
	"os"
	"path/filepath"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/build"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cc"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/guest"
)

func main() { os.Exit(run()) }

// run is this program under any of its names: `wlr-cc` is the compiler that a
// build hands to configure and make, and a guest is a module that a project's
// tests are given as a program. They are started thousands of times, so they
// branch off before anything else.
func run() int {
	if filepath.Base(os.Args[0]) == "wlr-cc" {
		return cc.Main(os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	}
	if len(os.Args) > 1 && os.Args[1] == "__cc" {
		return cc.Main(os.Args[2:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	}
	if guest.Is(os.Args[0]) {
		return guest.Main(os.Args, os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	}
	return cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ(), build.Builder{})
}
