package engines

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/abi/abitest"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// TestWasmEdgeProfile holds the profile of WasmEdge against WasmEdge: every
// function with its type links, and with another type it links exactly where
// the profile says so.
func TestWasmEdgeProfile(t *testing.T) {
	store := realStore(t)
	def := readRuntimes(t)["wasmedge"].Engines[0]
	profile, err := abi.Find("wasmedge")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"0.14.1", "0.17"} {
		t.Run(want, func(t *testing.T) {
			p, err := Find(t.Context(), store, &def, want, emptyPath, nil)
			if want == "0.17" && err != nil {
				t.Skipf("the suite has moved on: %v", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			target, err := profile.Target(p.Version)
			if err != nil {
				t.Fatal(err)
			}
			eng, dir := engine.Command(p.Command(false)), t.TempDir()
			// links says what WasmEdge does with a module that imports these.
			links := func(imports ...abitest.Import) (bool, string) {
				file, err := os.CreateTemp(dir, "*.wasm")
				if err != nil {
					t.Fatal(err)
				}
				defer file.Close()
				if _, err := file.Write(abitest.Probe(imports...)); err != nil {
					t.Fatal(err)
				}
				var out strings.Builder
				res, err := eng.Run(t.Context(), engine.Config{Module: file.Name(), Stdout: &out, Stderr: &out})
				if err != nil {
					t.Errorf("%v: %v", imports, err)
				}
				return res.ExitCode == 0 && res.Trap == nil, out.String()
			}
			var all []abitest.Import
			for _, f := range target.All() {
				all = append(all, abitest.Import{Module: f.Module, Name: f.Name, Type: f.Type})
			}
			// One of every name and type at once; on a failure each by itself.
			if ok, _ := links(all...); !ok {
				for _, i := range all {
					if ok, out := links(i); !ok {
						t.Errorf("%s %s does not link:\n%s", i.Name, i.Type, out)
					}
				}
			}
			var wait sync.WaitGroup
			busy := make(chan struct{}, 2)
			for _, i := range all {
				i.Type = "(f64 f32 i64 f32) -> i32" // no function's
				wait.Go(func() {
					busy <- struct{}{}
					defer func() { <-busy }()
					want := target.Link().MismatchOf(i.Name) == abi.Linked
					if got, out := links(i); got != want {
						t.Errorf("%s with a wrong type: links is %v, and %v in the profile\n%s", i.Name, got, want, out)
					}
				})
			}
			wait.Wait()
			if ok, _ := links(abitest.Import{Module: "wasi_snapshot_preview1", Name: "sock_none", Type: "(i32) -> i32"}); ok {
				t.Error("an unknown function links")
			}
		})
	}
}
