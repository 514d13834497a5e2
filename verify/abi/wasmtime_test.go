//go:build cgo && (linux || darwin)

package abi_test

import (
	"testing"

	"github.com/bytecodealliance/wasmtime-go/v39"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/abi/abitest"
)

func TestWasmtime(t *testing.T) {
	engine := wasmtime.NewEngine()
	store := wasmtime.NewStore(engine)
	store.SetWasi(wasmtime.NewWasiConfig())
	linker := wasmtime.NewLinker(engine)
	if err := linker.DefineWasi(); err != nil {
		t.Fatal(err)
	}
	target := target(t, "wasmtime")
	known(t, target, linkedVersion(t, "github.com/bytecodealliance/wasmtime-go/v39"))
	// The linker cannot be asked for its names: every name of any profile is.
	all, err := abi.Profiles()
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	var have []string
	for _, p := range all {
		for _, other := range p.Targets() {
			for _, f := range other.All() {
				if asked[f.Name] || f.Module != "wasi_snapshot_preview1" {
					continue
				}
				asked[f.Name] = true
				if e := linker.Get(store, f.Module, f.Name); e != nil && e.Func() != nil {
					typ := e.Func().Type(store)
					have = append(have, f.Name+" "+string(abi.NewType(kinds(typ.Params()), kinds(typ.Results()))))
				}
			}
		}
	}
	differ(t, profileOf(target), have)

	// What the profile says of imports that do not fit.
	if link := target.Link(); link.Unknown != abi.Refused || link.Mismatch != abi.Refused {
		t.Fatalf("link: %+v", link)
	}
	for _, c := range []struct {
		imports abitest.Import
		links   bool
	}{
		{abitest.Import{Module: "wasi_snapshot_preview1", Name: "sock_accept", Type: "(i32 i32 i32) -> i32"}, true},
		{abitest.Import{Module: "wasi_snapshot_preview1", Name: "sock_accept", Type: "(i32 i32) -> i32"}, false},
		{abitest.Import{Module: "wasi_snapshot_preview1", Name: "sock_open", Type: "(i32 i32 i32) -> i32"}, false},
	} {
		module, err := wasmtime.NewModule(engine, abitest.Probe(c.imports))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := linker.Instantiate(store, module); (err == nil) != c.links {
			t.Errorf("%v: %v", c.imports, err)
		}
	}
}

func kinds(types []*wasmtime.ValType) []string {
	var out []string
	for _, v := range types {
		out = append(out, v.Kind().String())
	}
	return out
}
