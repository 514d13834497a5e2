//go:build !unix

package engine

import (
	"os"
	"os/exec"
)

// ownGroup does nothing: there are no process groups here, and the context ends
// the process alone.
func ownGroup(*exec.Cmd) {}

// signalOf is "": no signals end processes here.
func signalOf(*os.ProcessState) string { return "" }
