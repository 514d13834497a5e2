//go:build !linux || !(amd64 || arm64)

package sockets

import (
	"context"
	"errors"

	"github.com/tetratelabs/wazero"
)

// Supported says whether this package can do anything on this machine.
const Supported = false

// Host is the host functions of one guest.
type Host struct{}

// Instantiate fails.
func Instantiate(context.Context, wazero.Runtime, wazero.CompiledModule, Options) (*Host, error) {
	return nil, errors.New("sockets for guests are there on Linux with amd64 or arm64 only")
}

// Env is empty.
func (*Host) Env() []string { return nil }

// Close does nothing.
func (*Host) Close() {}
