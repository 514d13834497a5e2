//go:build !cgo || !(linux || darwin)

package engine

import (
	"strings"
	"testing"
)

func TestWasmtimeMissing(t *testing.T) {
	if _, err := Wasmtime(WasmtimeOptions{}); err == nil || !strings.Contains(err.Error(), "cgo") {
		t.Errorf("error is %v", err)
	}
}
