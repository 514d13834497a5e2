// Package edges finds out which functions a program's indirect calls really
// call, and holds that against what package flow predicts.
//
// Record makes of a module one that takes down, as it runs, what each of its
// call_indirect meets, and writes that to a file of its own:
//
//	module, err := edges.Record(linked, "traces")
//	…                                   // run it, as often as one likes
//	runs, err := edges.Read("/traces")
//	report := edges.Compare(linked, runs, analysis.Predict())
//
// Such a module is for tests alone: it writes where its user has not asked it to.
package edges

import (
	"fmt"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Edge is a call that was made: which call_indirect of the module, in the order
// of its code, and which index of the table.
type Edge struct{ Site, Slot uint32 }

// Site is a call_indirect.
type Site struct {
	Function uint32
	Offset   int // in the file
	Type     uint32
}

// Sites lists the calls by address of a module in the order of its code.
func Sites(m *wasm.Module) ([]Site, error) {
	var sites []Site
	for i := range m.Funcs {
		c := m.Funcs[i].Code()
		for c.Next() {
			if !byAddress(c.Op) {
				continue
			}
			if c.Index2 != 0 {
				return nil, fmt.Errorf("%s calls through table %d; only those through the first are looked at", m.FuncName(uint32(i)), c.Index2)
			}
			sites = append(sites, Site{uint32(i), c.Offset(), c.Index})
		}
		if err := c.Err(); err != nil {
			return nil, err
		}
	}
	return sites, nil
}

func byAddress(op wasm.Opcode) bool {
	return op == wasm.OpCallIndirect || op == wasm.OpReturnCallIndirect
}

// wasi is the module of the functions that the recorder calls. It can add no
// imports, which would give every function another index.
const wasi = "wasi_snapshot_preview1"

// Record makes a command write each edge that it executes to a file in dir, which
// is below the first directory that it is given. The file is its own: what the
// command prints, and the descriptors that it sees, stay the same. It is written
// at the end and whenever as many edges have come together as there is room for,
// so that a run that is killed has left all but the last of them.
//
// Before each call_indirect comes a call that leaves the operands as they are:
//
//	…                        …
//	call_indirect    ⇒       i32.const (the site times the size of the table)
//	                         call $record
//	                         call_indirect
func Record(module []byte, dir string) ([]byte, error) { return record(module, dir, 1024) }

// record is Record with room for a number of edges until they are written.
func record(module []byte, dir string, room uint32) ([]byte, error) {
	m, err := wasm.Decode(module)
	if err != nil {
		return nil, err
	}
	if len(m.Findings) > 0 {
		return nil, fmt.Errorf("it cannot be read whole: %w", m.Findings[0])
	}
	sites, err := Sites(m)
	if err != nil {
		return nil, err
	}
	start := m.Export("_start")
	if len(m.Tables) == 0 || start == nil || start.Kind != wasm.KindFunc || int(start.Index) < m.ImportedFuncs() {
		return nil, fmt.Errorf("it is no command with a table")
	}
	if l := m.Tables[0].Limits; !l.HasMax || l.Max > l.Min {
		return nil, fmt.Errorf("its table can grow, so that what is in it is not known")
	}
	r := &recorder{
		m: m, e: m.Edit(), dir: dir, slots: tableSize(m), room: room, atBits: atBuffer + 4*room,
		imports: map[string]uint32{}, bodies: map[uint32][]byte{},
	}
	if uint64(len(sites))*uint64(r.slots) > maxBits {
		return nil, fmt.Errorf("%d calls by address and a table of %d are too many to be told apart", len(sites), r.slots)
	}
	r.bits = uint32(len(sites)) * r.slots
	if err := r.addFunctions(); err != nil {
		return nil, err
	}
	site := uint32(0)
	for i := range m.Funcs {
		if err := r.function(uint32(i), &site); err != nil {
			return nil, err
		}
	}
	r.wrapStart(start.Index)
	return r.e.Encode()
}

// maxBits keeps the record of a run in a fraction of its memory.
const maxBits = 1 << 30

// tableSize is the number of indices of the first table, which does not grow.
func tableSize(m *wasm.Module) uint32 { return uint32(m.Tables[0].Limits.Min) }

// Where things are in the memory that the recorder adds, in bytes.
const (
	atVector = 0  // address and length of what is written
	atResult = 8  // what a host function gives back
	atArgs   = 16 // number and size of the arguments
	atPath   = 32
	atBuffer = 1024

	page = 1 << 16
)

type recorder struct {
	m       *wasm.Module
	e       *wasm.Editor
	dir     string
	slots   uint32 // of the table
	bits    uint32 // one for each slot and site
	room    uint32 // edges that the buffer can hold
	atBits  uint32
	imports map[string]uint32
	bodies  map[uint32][]byte // that are new, of the module's functions

	base, count                uint32 // global variables: the memory, 0 if there is none yet; edges in the buffer
	record, flush, write, init uint32 // functions
}

// function rewrites one function of the module.
func (r *recorder) function(fn uint32, site *uint32) error {
	var w *wasm.Rewriter
	for c := r.m.Funcs[fn].Code(); c.Next(); {
		exits := c.Op == wasm.OpCall && c.Index == r.imports["proc_exit"]
		if !exits && !byAddress(c.Op) {
			continue
		}
		if w == nil {
			var err error
			if w, err = r.m.Rewrite(fn); err != nil {
				return err
			}
		}
		w.CopyTo(c.Pos)
		if exits {
			w.Op(wasm.OpCall, r.flush)
			continue
		}
		w.I32Const(int32(*site * r.slots))
		w.Op(wasm.OpCall, r.record)
		*site++
	}
	if w != nil {
		r.bodies[fn] = w.Body()
		r.e.SetBody(fn, r.bodies[fn])
	}
	return nil
}

// wrapStart makes of _start a function that writes what is left when it returns.
func (r *recorder) wrapStart(start uint32) {
	body := r.bodies[start]
	if body == nil {
		body = r.m.Funcs[start].Body
	}
	inner := r.e.AddFunc(r.m.Funcs[start].Type, "_start recorded", body)
	var a wasm.Asm
	a.Op(wasm.OpCall, inner)
	a.Op(wasm.OpCall, r.flush)
	a.Op(wasm.OpEnd)
	r.e.SetBody(start, wasm.BodyOf(nil, a.Code))
}

// addFunctions adds what records.
func (r *recorder) addFunctions() error {
	for _, name := range []string{"args_sizes_get", "args_get", "random_get", "path_open", "fd_write", "fd_close", "proc_exit"} {
		found := false
		for _, imp := range r.m.Imports {
			if imp.Kind == wasm.KindFunc && imp.Module == wasi && imp.Name == name {
				r.imports[name], found = imp.Index, true
			}
		}
		if !found {
			return fmt.Errorf("it does not import %s of %s", name, wasi)
		}
	}
	if len(r.path()) > atBuffer-atPath {
		return fmt.Errorf("the path %s is too long", r.dir)
	}
	zero := []byte{byte(wasm.OpI32Const), 0, byte(wasm.OpEnd)}
	r.base = r.e.AddGlobal(wasm.I32, true, zero)
	r.count = r.e.AddGlobal(wasm.I32, true, zero)
	none, two := r.e.Type(nil, nil), []wasm.ValType{wasm.I32, wasm.I32}
	r.write = r.e.AddFunc(r.e.Type(two, nil), "record: write", r.writeBody())
	r.init = r.e.AddFunc(none, "record: init", r.initBody())
	r.flush = r.e.AddFunc(none, "record: flush", r.flushBody())
	r.record = r.e.AddFunc(r.e.Type(two, []wasm.ValType{wasm.I32}), "record", r.recordBody())
	return nil
}

// path is the path of the file, as it is before random letters take the place of
// its end: runs that happen side by side have files of their own.
func (r *recorder) path() string {
	return strings.TrimSuffix(r.dir, "/") + "/" + strings.Repeat(" ", random)
}

// random is how many letters are random, of 4 bits each.
const random = 16

// at puts an address in the recorder's memory on the stack.
func (r *recorder) at(a *wasm.Asm, offset int32) {
	a.Op(wasm.OpGlobalGet, r.base)
	a.I32Const(offset)
	a.Op(wasm.OpI32Add)
}

// ask calls a host function, which may not fail: a trap is a result that nobody
// takes for a good one.
func (r *recorder) ask(a *wasm.Asm, name string) {
	a.Op(wasm.OpCall, r.imports[name])
	a.Block(wasm.OpIf, 0, 0)
	a.Op(wasm.OpUnreachable)
	a.Op(wasm.OpEnd)
}

// grow puts the address of new memory on the stack in place of its size in pages.
func grow(a *wasm.Asm, local uint32) {
	a.Op(wasm.OpMemoryGrow, 0)
	a.Op(wasm.OpLocalTee, local)
	a.I32Const(-1)
	a.Op(wasm.OpI32Eq)
	a.Block(wasm.OpIf, 0, 0)
	a.Op(wasm.OpUnreachable)
	a.Op(wasm.OpEnd)
	a.Op(wasm.OpLocalGet, local)
	a.I32Const(16)
	a.Op(wasm.OpI32Shl)
}

// recordBody is the function that is called with the index of a call_indirect, and
// where its site's bits begin. It returns the index.
func (r *recorder) recordBody() []byte {
	const index, bit, byteAt = 0, 1, 2
	var a wasm.Asm
	a.Op(wasm.OpLocalGet, index)
	a.I32Const(int32(r.slots))
	a.Op(wasm.OpI32GeU)
	a.Block(wasm.OpIf, 0, 0) // it traps
	a.Op(wasm.OpLocalGet, index)
	a.Op(wasm.OpReturn)
	a.Op(wasm.OpEnd)
	a.Op(wasm.OpGlobalGet, r.base)
	a.Op(wasm.OpI32Eqz)
	a.Block(wasm.OpIf, 0, 0)
	a.Op(wasm.OpCall, r.init)
	a.Op(wasm.OpEnd)

	a.Op(wasm.OpLocalGet, bit)
	a.Op(wasm.OpLocalGet, index)
	a.Op(wasm.OpI32Add)
	a.Op(wasm.OpLocalTee, bit)
	a.I32Const(3)
	a.Op(wasm.OpI32ShrU)
	a.Op(wasm.OpGlobalGet, r.base)
	a.Op(wasm.OpI32Add)
	a.Op(wasm.OpLocalTee, byteAt)
	a.Op(wasm.OpI32Load8U, 0, r.atBits)
	a.Op(wasm.OpLocalGet, bit)
	a.I32Const(7)
	a.Op(wasm.OpI32And)
	a.Op(wasm.OpI32ShrU)
	a.I32Const(1)
	a.Op(wasm.OpI32And)
	a.Block(wasm.OpIf, 0, 0) // it is known
	a.Op(wasm.OpLocalGet, index)
	a.Op(wasm.OpReturn)
	a.Op(wasm.OpEnd)

	a.Op(wasm.OpLocalGet, byteAt)
	a.Op(wasm.OpLocalGet, byteAt)
	a.Op(wasm.OpI32Load8U, 0, r.atBits)
	a.I32Const(1)
	a.Op(wasm.OpLocalGet, bit)
	a.I32Const(7)
	a.Op(wasm.OpI32And)
	a.Op(wasm.OpI32Shl)
	a.Op(wasm.OpI32Or)
	a.Op(wasm.OpI32Store8, 0, r.atBits)

	a.Op(wasm.OpGlobalGet, r.count)
	a.I32Const(2)
	a.Op(wasm.OpI32Shl)
	a.Op(wasm.OpGlobalGet, r.base)
	a.Op(wasm.OpI32Add)
	a.Op(wasm.OpLocalGet, bit)
	a.Op(wasm.OpI32Store, 2, atBuffer)
	a.Op(wasm.OpGlobalGet, r.count)
	a.I32Const(1)
	a.Op(wasm.OpI32Add)
	a.Op(wasm.OpGlobalSet, r.count)
	a.Op(wasm.OpGlobalGet, r.count)
	a.I32Const(int32(r.room))
	a.Op(wasm.OpI32Eq)
	a.Block(wasm.OpIf, 0, 0)
	a.Op(wasm.OpCall, r.flush)
	a.Op(wasm.OpEnd)
	a.Op(wasm.OpLocalGet, index)
	a.Op(wasm.OpEnd)
	return wasm.BodyOf([]wasm.Locals{{Count: 1, Type: wasm.I32}}, a.Code)
}

// flushBody is the function that writes what is in the buffer.
func (r *recorder) flushBody() []byte {
	var a wasm.Asm
	a.Op(wasm.OpGlobalGet, r.count)
	a.Block(wasm.OpIf, 0, 0)
	r.at(&a, atBuffer)
	a.Op(wasm.OpGlobalGet, r.count)
	a.I32Const(2)
	a.Op(wasm.OpI32Shl)
	a.Op(wasm.OpCall, r.write)
	a.I32Const(0)
	a.Op(wasm.OpGlobalSet, r.count)
	a.Op(wasm.OpEnd)
	a.Op(wasm.OpEnd)
	return wasm.BodyOf(nil, a.Code)
}

// initBody is the function that makes the memory and the file, which begins with
// the size of the arguments and the arguments.
func (r *recorder) initBody() []byte {
	const args, pages = 0, 1
	var a wasm.Asm
	a.I32Const(int32((r.atBits + r.bits/8 + page) / page))
	grow(&a, pages)
	a.Op(wasm.OpGlobalSet, r.base)
	for i, c := range []byte(r.path()) {
		a.Op(wasm.OpGlobalGet, r.base)
		a.I32Const(int32(c))
		a.Op(wasm.OpI32Store8, 0, atPath+uint32(i))
	}
	tail := uint32(atPath + len(r.path()) - random)
	r.at(&a, int32(tail))
	a.I32Const(random)
	r.ask(&a, "random_get")
	for i := uint32(0); i < random; i += 8 {
		a.Op(wasm.OpGlobalGet, r.base)
		a.Op(wasm.OpGlobalGet, r.base)
		a.Op(wasm.OpI64Load, 0, tail+i)
		a.I64Const(0x0f0f0f0f0f0f0f0f)
		a.Op(wasm.OpI64And)
		a.I64Const(0x6161616161616161) // "aaaaaaaa"
		a.Op(wasm.OpI64Add)
		a.Op(wasm.OpI64Store, 0, tail+i)
	}

	r.at(&a, atArgs)
	r.at(&a, atArgs+4)
	r.ask(&a, "args_sizes_get")
	size := func() { // of the pointers to the arguments
		a.Op(wasm.OpGlobalGet, r.base)
		a.Op(wasm.OpI32Load, 2, atArgs)
		a.I32Const(2)
		a.Op(wasm.OpI32Shl)
	}
	text := func() {
		a.Op(wasm.OpGlobalGet, r.base)
		a.Op(wasm.OpI32Load, 2, atArgs+4)
	}
	size()
	text()
	a.Op(wasm.OpI32Add)
	a.I32Const(4 + page)
	a.Op(wasm.OpI32Add)
	a.I32Const(16)
	a.Op(wasm.OpI32ShrU)
	grow(&a, pages)
	a.Op(wasm.OpLocalTee, args)
	a.I32Const(4)
	a.Op(wasm.OpI32Add)
	a.Op(wasm.OpLocalGet, args)
	a.I32Const(4)
	a.Op(wasm.OpI32Add)
	size()
	a.Op(wasm.OpI32Add)
	r.ask(&a, "args_get")
	// What is before the text is not needed any more.
	a.Op(wasm.OpLocalGet, args)
	size()
	a.Op(wasm.OpI32Add)
	a.Op(wasm.OpLocalTee, args)
	text()
	a.Op(wasm.OpI32Store, 2, 0)
	a.Op(wasm.OpLocalGet, args)
	text()
	a.I32Const(4)
	a.Op(wasm.OpI32Add)
	a.Op(wasm.OpCall, r.write)
	a.Op(wasm.OpEnd)
	return wasm.BodyOf([]wasm.Locals{{Count: 2, Type: wasm.I32}}, a.Code)
}

// Numbers of WASI.
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
const (
	firstDir      = 3
	oflagsCreat   = 1
	fdflagsAppend = 1
	rightsFdWrite = 1 << 6
)

// writeBody is the function that adds to the file what is at an address, of a
// size. It is open only meanwhile, so that the program finds no descriptor that
// is not its own.
func (r *recorder) writeBody() []byte {
	const address, size = 0, 1
	var a wasm.Asm
	a.I32Const(firstDir)
	a.I32Const(0)
	r.at(&a, atPath)
	a.I32Const(int32(len(r.path())))
	a.I32Const(oflagsCreat)
	a.I64Const(rightsFdWrite)
	a.I64Const(0)
	a.I32Const(fdflagsAppend)
	r.at(&a, atResult)
	r.ask(&a, "path_open")
	const fd, written = 2, 3
	a.Op(wasm.OpGlobalGet, r.base)
	a.Op(wasm.OpI32Load, 2, atResult)
	a.Op(wasm.OpLocalSet, fd)
	a.Block(wasm.OpLoop, 0, 0)
	a.Op(wasm.OpGlobalGet, r.base)
	a.Op(wasm.OpLocalGet, address)
	a.Op(wasm.OpI32Store, 2, atVector)
	a.Op(wasm.OpGlobalGet, r.base)
	a.Op(wasm.OpLocalGet, size)
	a.Op(wasm.OpI32Store, 2, atVector+4)
	a.Op(wasm.OpLocalGet, fd)
	r.at(&a, atVector)
	a.I32Const(1)
	r.at(&a, atResult)
	r.ask(&a, "fd_write")
	a.Op(wasm.OpGlobalGet, r.base)
	a.Op(wasm.OpI32Load, 2, atResult)
	a.Op(wasm.OpLocalSet, written)
	a.Op(wasm.OpLocalGet, address)
	a.Op(wasm.OpLocalGet, written)
	a.Op(wasm.OpI32Add)
	a.Op(wasm.OpLocalSet, address)
	a.Op(wasm.OpLocalGet, size)
	a.Op(wasm.OpLocalGet, written)
	a.Op(wasm.OpI32Sub)
	a.Op(wasm.OpLocalTee, size)
	a.Op(wasm.OpBrIf, 0)
	a.Op(wasm.OpEnd)
	a.Op(wasm.OpLocalGet, fd)
	r.ask(&a, "fd_close")
	a.Op(wasm.OpEnd)
	return wasm.BodyOf([]wasm.Locals{{Count: 2, Type: wasm.I32}}, a.Code)
}
