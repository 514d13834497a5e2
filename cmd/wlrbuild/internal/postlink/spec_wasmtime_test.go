//go:build cgo && (linux || darwin)

package postlink

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/bytecodealliance/wasmtime-go/v39"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

func init() {
	e := specEngines[0]
	e.name, e.open = "wasmtime", openWasmtimeSpec
	e.folders = []string{"v2", "tail-call", "extended-const"} // its Go binding ends the process at other references
	e.changed = 40
	specEngines = append(specEngines, e)
}

type wasmtimeSpec struct {
	engine *wasmtime.Engine
	store  *wasmtime.Store
	linker *wasmtime.Linker
}

type wasmtimeSpecInstance struct {
	store    *wasmtime.Store
	instance *wasmtime.Instance
}

func openWasmtimeSpec(*testing.T) specEngine {
	config := wasmtime.NewConfig()
	config.SetWasmTailCall(true)
	w := &wasmtimeSpec{engine: wasmtime.NewEngineWithConfig(config)}
	w.store = wasmtime.NewStore(w.engine)
	w.linker = wasmtime.NewLinker(w.engine)
	return w
}

func (w *wasmtimeSpec) instantiate(name string, module []byte) (specInstance, error) {
	m, err := wasmtime.NewModule(w.engine, module)
	if err != nil {
		return nil, err
	}
	inst, err := w.linker.Instantiate(w.store, m)
	if err != nil {
		return nil, err
	}
	if err := w.linker.DefineInstance(w.store, name, inst); err != nil {
		return nil, err
	}
	return wasmtimeSpecInstance{w.store, inst}, nil
}

func (w *wasmtimeSpec) close() {
	w.linker.Close()
	w.store.Close()
	w.engine.Close()
}

func (i wasmtimeSpecInstance) invoke(function string, bits []uint64) ([]uint64, error) {
	f := i.instance.GetFunc(i.store, function)
	if f == nil {
		return nil, fmt.Errorf("no function %s", function)
	}
	var args []any
	for k, p := range f.Type(i.store).Params() {
		switch p.Kind() {
		case wasmtime.KindI32:
			args = append(args, int32(bits[k]))
		case wasmtime.KindI64:
			args = append(args, int64(bits[k]))
		case wasmtime.KindF32:
			args = append(args, math.Float32frombits(uint32(bits[k])))
		case wasmtime.KindF64:
			args = append(args, math.Float64frombits(bits[k]))
		default:
			args = append(args, wasmtime.ValExternref(bits[k]))
		}
	}
	result, err := f.Call(i.store, args...)
	if err != nil {
		return nil, err
	}
	list, several := result.([]wasmtime.Val)
	if several {
		var results []uint64
		for _, v := range list {
			results = append(results, wasmtimeBits(v.Get()))
		}
		return results, nil
	}
	return []uint64{wasmtimeBits(result)}, nil
}

// wasmtimeBits are the bits of a result; of a reference whether it is null.
func wasmtimeBits(v any) uint64 {
	switch v := v.(type) {
	case nil:
		return 0
	case int32:
		return uint64(uint32(v))
	case int64:
		return uint64(v)
	case float32:
		return uint64(math.Float32bits(v))
	case float64:
		return math.Float64bits(v)
	case uint64:
		return v
	}
	return 1
}

// TestWat runs modules with what the test suite of wazero does not have: tables
// of 64 bits, and calls that a subtype's function answers.
func TestWat(t *testing.T) {
	for _, test := range []struct {
		name, wat   string
		dispatchers int
		calls       []any // arguments of the exported function f
	}{
		{"64-bit table", `(module
			(table i64 100 funcref)
			(elem (i64.const 50) func $a $b $a $b)
			(type $t (func (result i32)))
			(func $a (result i32) i32.const 1)
			(func $b (result i32) i32.const 2)
			(func (export "f") (param i64) (result i32) (call_indirect (type $t) (local.get 0))))`,
			1, []any{int64(50), int64(51), int64(53), int64(54), int64(49), int64(99), int64(100), int64(-1), int64(50 + 1<<32), int64(0)}},
		{"64-bit table, one function", `(module
			(table i64 100 funcref)
			(elem (i64.const 50) func $a)
			(type $t (func (result i32)))
			(func $a (result i32) i32.const 1)
			(func (export "f") (param i64) (result i32) (call_indirect (type $t) (local.get 0))))`,
			1, []any{int64(50), int64(51), int64(50 + 1<<32), int64(-1)}},
		{"subtypes", `(module
			(type $super (sub (func (result i32))))
			(type $sub (sub $super (func (result i32))))
			(type $other (func (result i32)))
			(table funcref (elem $a $b $c $a))
			(func $a (type $super) i32.const 1)
			(func $b (type $sub) i32.const 2)
			(func $c (type $other) i32.const 3)
			(func (export "f") (param i32) (result i32) (call_indirect (type $super) (local.get 0))))`,
			1, []any{int32(0), int32(1), int32(2), int32(3), int32(4)}},
		{"only a subtype", `(module
			(type $super (sub (func (result i32))))
			(type $sub (sub $super (func (result i32))))
			(table funcref (elem $b))
			(func $b (type $sub) i32.const 2)
			(func (export "f") (param i32) (result i32) (call_indirect (type $super) (local.get 0))))`,
			0, []any{int32(0), int32(1)}},
		{"references to defined types", `(module
			(type $s (struct (field i32)))
			(type $t (func (param (ref $s)) (result i32)))
			(table funcref (elem $a $b))
			(func $a (type $t) (struct.get $s 0 (local.get 0)))
			(func $b (type $t) i32.const 2)
			(func (export "f") (param i32) (result i32) (call_indirect (type $t) (struct.new $s (i32.const 77)) (local.get 0))))`,
			1, []any{int32(0), int32(1), int32(2)}},
		{"table with an initial value", `(module
			(type $t (func (result i32)))
			(table 4 funcref (ref.func $a))
			(elem (i32.const 1) func $b)
			(func $a (result i32) i32.const 1)
			(func $b (result i32) i32.const 2)
			(func (export "f") (param i32) (result i32) (call_indirect (type $t) (local.get 0))))`,
			1, []any{int32(0), int32(1), int32(2), int32(4)}},
		{"start function", `(module
			(type $t (func))
			(global $g (mut i32) (i32.const 0))
			(table funcref (elem $a $b))
			(func $a (global.set $g (i32.const 5)))
			(func $b (global.set $g (i32.const 6)))
			(func $start (call_indirect (type $t) (i32.const 1)))
			(start $start)
			(func (export "f") (param i32) (result i32) (global.get $g)))`,
			1, []any{int32(0)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			module, err := wasmtime.Wat2Wasm(test.wat)
			if err != nil {
				t.Fatal(err)
			}
			after, err := Devirtualize(module, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := functions(t, after) - functions(t, module); got != test.dispatchers {
				t.Errorf("%d dispatchers, want %d", got, test.dispatchers)
			}
			inlined, err := inlineAll(module)
			if err != nil {
				t.Fatal(err)
			}
			for _, arg := range test.calls {
				want := callWasmtime(t, module, arg)
				if got := callWasmtime(t, after, arg); got != want {
					t.Errorf("f(%v): %s, before it was %s", arg, got, want)
				}
				if got := callWasmtime(t, inlined, arg); got != want {
					t.Errorf("inlined, f(%v): %s, before it was %s", arg, got, want)
				}
			}
		})
	}
}

func functions(t *testing.T, module []byte) int {
	t.Helper()
	m, err := wasm.Decode(module)
	if err != nil {
		t.Fatal(err)
	}
	return len(m.Funcs)
}

// callWasmtime calls f on a new instance.
func callWasmtime(t *testing.T, module []byte, arg any) string {
	t.Helper()
	config := wasmtime.NewConfig()
	config.SetWasmMemory64(true)
	config.SetWasmFunctionReferences(true)
	config.SetWasmGC(true)
	engine := wasmtime.NewEngineWithConfig(config)
	defer engine.Close()
	store := wasmtime.NewStore(engine)
	defer store.Close()
	m, err := wasmtime.NewModule(engine, module)
	if err != nil {
		t.Fatal(err)
	}
	inst, err := wasmtime.NewInstance(store, m, nil)
	if err != nil {
		t.Fatal(err)
	}
	result, err := inst.GetFunc(store, "f").Call(store, arg)
	// The trap is the last line, after the frames.
	text := ""
	if err != nil {
		lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
		text = lines[len(lines)-1]
	}
	return fmt.Sprint(result, text)
}
