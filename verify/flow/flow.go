// Package flow follows the addresses of functions through a C program, to
// prove that no indirect call meets a function of another type, which traps in
// WebAssembly (and only there).
//
// It reads LLVM IR that clang has not optimised yet. The analysis is a
// whole-program, field-based, flow- and context-insensitive inclusion analysis
// (Andersen's), cut to what can carry a function's address; docs/indirect-calls.md
// says how it works, what it assumes and what it cannot see.
//
//	a := flow.New(model)
//	a.Declare(structs, module)   // of every translation unit, then
//	a.Add(module)                // of every translation unit, in the same order
//	a.Solve()
//	result := a.Judge()
package flow

import (
	"fmt"
	"unique"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// Analysis is the state of one analysis. It must not be used by several
// goroutines at once.
type Analysis struct {
	// Edit, if it is set, may change a translation unit before it is added.
	Edit  func(*llvmir.Module)
	model *Model

	cells  []cell
	pages  [][]node
	count  int32 // of nodes
	queue  []int32
	edges  map[edgeID]struct{}
	places []llvmir.Pos
	place0 map[llvmir.Pos]int32

	keys     map[*llvmir.Type]string
	shapes   map[string][]string       // shapes of the structs of a name
	layouts  map[string][]*llvmir.Type // the structs of a name
	declared map[offsetID]declaration
	byOffset map[offsetID]int32
	fields   map[fieldID]int32
	parts    map[partID]int32
	unions   map[string]int32
	globals  map[string]int32
	consts   map[int32]int32   // cell → node that has only its address
	initial  map[int32][]entry // what initialisers put into members that are pointers
	funcs    map[string]*function
	aliases  map[string]string // other names of functions, to their keys

	sites     []*Site
	stores    []storeThrough
	disguised []disguise
	openers   []opened
	direct    []directCall
	escapes   map[escape]bool
	loaded    map[int32]string   // node → struct that it was loaded as a pointer to
	storedAs  map[int32][]string // node → structs that it was stored as a pointer to
	casts     map[[2]string]bool

	tracked int
	stats   Stats
	// unnamed are tables with functions in them whose struct no translation
	// unit has, so that nobody can be seen to read them.
	unnamed    map[string]bool
	wrongModel map[string]bool
}

// Stats are figures of an analysis.
type Stats struct {
	Modules   int
	Functions int // with a body
	Cells     int
	Nodes     int
	Edges     int
	Tracked   int // cells other than functions whose address was followed
	Casts     int // of pointers to one struct into pointers to another
	Linked    int // members that such a cast makes one
	Opened    int // cells that have a function's address in disguise
	Cut       int // places where a function's address may reach a pointer to data, and is not followed
}

type (
	edgeID struct {
		from, to int32
		pass     passes
	}
	fieldID struct {
		key string
		i   int
	}
	offsetID struct {
		name   string
		offset int64
	}
	partID struct {
		cell   int32
		offset int64
	}
	declaration struct {
		name    string
		slot    llvmir.Slot
		choices []llvmir.Slot
	}
	// entry is a function in an initialiser.
	entry struct {
		fn   *function
		node int32           // through which it comes into the member
		ints []llvmir.Number // of the whole initialiser
		base int64           // where in it the struct begins
	}
	// storeThrough is a store whose place is a pointer's value.
	storeThrough struct {
		pointer, value, at int32
		pass               passes
		lost               bool // its targets are too many to be found
	}
	// disguise is a store of what may be an address as a number or as a
	// pointer to data.
	disguise struct {
		value, cell, at int32
		lost            bool // too much would be opened
	}
	// opened is a disguise because of which cells were opened.
	opened struct {
		at    int32
		loads int  // that count because of it
		lost  bool // there are too many
	}
	// directCall is a call of a function by its name.
	directCall struct {
		site *Site
		f    *function
	}
	// escape is a function's address given to a function nothing is known of.
	escape struct {
		to, f *function
		param int
		at    int32
	}
)

// function is a function of the program.
type function struct {
	name     string // as it is linked
	key      string // unique: with the translation unit's, if it is internal
	module   string
	unit     string // the compiled file, as debug information has it
	sig      string
	c        string // type in C's notation
	pos      llvmir.Pos
	defined  bool
	variadic bool
	noAlias  bool
	cell     int32
	params   []int32
	slots    []llvmir.Slot // of the parameters, as they are declared
	result   int32         // -1 while nobody asked for it
	rest     int32         // cell of the variable arguments, or -1
	taken    bool          // its address is
	declared map[string]llvmir.Pos
}

// Site is a call of a function by its address.
type Site struct {
	In       string // function that the call is in, "" for one of the model's
	Pos      llvmir.Pos
	Sig      string
	External string // function without IR that makes the call
	unit     string // the compiled file that the call is in, as debug information has it
	callee   int32
	args     []int32
	result   int32
	targets  map[*function]bool
	escape   *escape // not a call, but a place where addresses leave what is known
}

// New makes an analysis that takes from the model what functions without IR do.
func New(model *Model) *Analysis {
	return &Analysis{
		model: model,
		edges: map[edgeID]struct{}{}, place0: map[llvmir.Pos]int32{},
		keys: map[*llvmir.Type]string{}, shapes: map[string][]string{}, layouts: map[string][]*llvmir.Type{},
		declared: map[offsetID]declaration{}, byOffset: map[offsetID]int32{}, fields: map[fieldID]int32{},
		parts: map[partID]int32{}, unions: map[string]int32{}, globals: map[string]int32{}, consts: map[int32]int32{}, initial: map[int32][]entry{},
		funcs: map[string]*function{}, aliases: map[string]string{}, escapes: map[escape]bool{},
		loaded: map[int32]string{}, storedAs: map[int32][]string{}, casts: map[[2]string]bool{},
		unnamed: map[string]bool{}, wrongModel: map[string]bool{},
	}
}

// DeclareStructs makes the structs of a translation unit known, before any is
// added: an initialiser that clang wrote without its struct's name may need
// one that only another translation unit has.
func (a *Analysis) DeclareStructs(structs map[string]*llvmir.Type) {
	for name, t := range structs {
		if t.Opaque {
			continue
		}
		known := false
		for _, other := range a.layouts[name] {
			known = known || a.shape(other, 0) == a.shape(t, 0)
		}
		if !known {
			a.layouts[name] = append(a.layouts[name], t)
		}
	}
}

func (a *Analysis) placeOf(p llvmir.Pos) int32 {
	i, ok := a.place0[p]
	if !ok {
		// Thousands of places are in the same file.
		p.File = unique.Make(p.File).Value()
		i = int32(len(a.places))
		a.places = append(a.places, p)
		a.place0[p] = i
	}
	return i
}

func (f *function) String() string { return fmt.Sprintf("%s %s", f.key, f.sig) }

func plain(t *llvmir.Type) *llvmir.Type {
	for t != nil && t.Kind == llvmir.Array {
		t = t.Elem
	}
	return t
}

func isStruct(t *llvmir.Type) bool { return t.Kind == llvmir.Struct && !t.Union() }
