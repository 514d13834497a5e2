// Package inspect says what is in a module, and what differs between two.
package inspect

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/debuginfo"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Summary is what is in a module.
type Summary struct {
	Size      int          `json:"size"` // bytes, as all sizes
	Component bool         `json:"component,omitempty"`
	Sections  []Section    `json:"sections"`
	Imports   []Import     `json:"imports"`
	Exports   []Export     `json:"exports"`
	Memories  []Memory     `json:"memories"`
	Types     []TypeUse    `json:"types"`
	Features  []string     `json:"features"` // by abi's names
	Producers []string     `json:"producers,omitempty"`
	Stack     *check.Stack `json:"stack,omitempty"`
	Functions []Function   `json:"functions"` // the largest first
	// Prefixes are sizes by what functions' names begin with; Folders by where
	// their sources are, which takes debug information.
	Prefixes []Group  `json:"prefixes"`
	Folders  []Group  `json:"folders,omitempty"`
	Findings []string `json:"findings,omitempty"` // what could not be read
}

// Section is a section of the file.
type Section struct {
	Name   string `json:"name"`
	Offset int    `json:"offset"`
	Size   int    `json:"size"`
}

// Import is an import; Type is a function's.
type Import struct {
	Module string   `json:"module"`
	Name   string   `json:"name"`
	Kind   string   `json:"kind"`
	Type   abi.Type `json:"type,omitempty"`
}

// Export is an export; Type is a function's.
type Export struct {
	Name string   `json:"name"`
	Kind string   `json:"kind"`
	Type abi.Type `json:"type,omitempty"`
}

// Memory is a memory, in pages.
type Memory struct {
	Min      uint64  `json:"min"`
	Max      *uint64 `json:"max,omitempty"`
	Shared   bool    `json:"shared,omitempty"`
	Imported bool    `json:"imported,omitempty"`
}

// TypeUse is a function type, how many functions of it are in the table, and
// whether any indirect call has it.
type TypeUse struct {
	Type    abi.Type `json:"type"`
	Funcs   int      `json:"functions"`
	InTable int      `json:"in_table"`
	Called  bool     `json:"called_indirectly"`
}

// Function is a function with a body.
type Function struct {
	Index uint32   `json:"index"`
	Name  string   `json:"name"`
	Type  abi.Type `json:"type"`
	Size  int      `json:"size"`
}

// Group is a number of functions.
type Group struct {
	Name  string `json:"name"`
	Funcs int    `json:"functions,omitempty"` // or files
	Size  uint64 `json:"size"`
}

// Of says what is in a module.
func Of(m *wasm.Module) *Summary {
	s := &Summary{Size: len(m.Data), Component: m.Component}
	for i := range m.Sections {
		sec := &m.Sections[i]
		name := sec.ID.String()
		if sec.ID == wasm.SectionCustom {
			name = sec.Name
		}
		s.Sections = append(s.Sections, Section{name, sec.Offset, sec.End() - sec.Offset})
	}
	for i := range m.Imports {
		imp := &m.Imports[i]
		x := Import{Module: imp.Module, Name: imp.Name, Kind: imp.Kind.String()}
		if imp.Kind == wasm.KindFunc {
			x.Type = check.TypeOf(m.SigType(imp.Type))
		}
		s.Imports = append(s.Imports, x)
	}
	for _, e := range m.Exports {
		x := Export{Name: e.Name, Kind: e.Kind.String()}
		if e.Kind == wasm.KindFunc {
			x.Type = check.TypeOf(m.FuncType(e.Index))
		}
		s.Exports = append(s.Exports, x)
	}
	for _, mem := range m.Memories {
		x := Memory{Min: mem.Limits.Min, Shared: mem.Limits.Shared, Imported: mem.Imported}
		if mem.Limits.HasMax {
			x.Max = &mem.Limits.Max
		}
		s.Memories = append(s.Memories, x)
	}
	if stack, ok := check.FindStack(m); ok {
		s.Stack = &stack
	}
	s.code(m)
	producers, err := m.Producers()
	for _, p := range producers {
		s.Producers = append(s.Producers, strings.TrimSpace(p.Field+" "+p.Name+" "+p.Version))
	}
	if err != nil {
		s.Findings = append(s.Findings, err.Error())
	}
	s.folders(m)
	for _, f := range m.Findings {
		s.Findings = append(s.Findings, f.Error())
	}
	return s
}

// code fills in what is known of functions, types and features.
func (s *Summary) code(m *wasm.Module) {
	facts := check.NewFacts(m)
	for _, name := range abi.FeatureNames {
		if _, ok := facts.Features[name]; ok {
			s.Features = append(s.Features, name)
		}
	}
	uses := map[abi.Type]*TypeUse{}
	use := func(t abi.Type) *TypeUse {
		if uses[t] == nil {
			uses[t] = &TypeUse{Type: t}
		}
		return uses[t]
	}
	prefixes := map[string]*Group{}
	for i := range m.Funcs {
		fn := &m.Funcs[i]
		t := check.TypeOf(m.SigType(fn.Type))
		u := use(t)
		u.Funcs++
		if facts.Referred[uint32(i)] {
			u.InTable++
		}
		if fn.Body == nil {
			continue
		}
		f := Function{uint32(i), name(m, uint32(i)), t, len(fn.Body)}
		s.Functions = append(s.Functions, f)
		add(prefixes, prefix(f.Name), uint64(f.Size))
	}
	for t := range facts.IndirectTypes {
		use(check.TypeOf(m.SigType(t))).Called = true
	}
	slices.SortStableFunc(s.Functions, func(a, b Function) int { return cmp.Compare(b.Size, a.Size) })
	s.Prefixes = sorted(prefixes)
	for _, t := range slices.Sorted(maps.Keys(uses)) {
		s.Types = append(s.Types, *uses[t])
	}
	for _, err := range facts.CodeErrors {
		s.Findings = append(s.Findings, err.Error())
	}
}

// name is that of a function in the name section, or of its first export.
func name(m *wasm.Module, fn uint32) string {
	if n := m.Names().Funcs[fn]; n != "" {
		return n
	}
	for _, e := range m.Exports {
		if e.Kind == wasm.KindFunc && e.Index == fn {
			return e.Name
		}
	}
	return ""
}

// folders fills in sizes by the folders of sources.
func (s *Summary) folders(m *wasm.Module) {
	info, err := debuginfo.Open(m)
	if errors.Is(err, debuginfo.ErrNone) {
		return
	}
	var units []debuginfo.Unit
	if err == nil {
		units, err = info.Units()
	}
	if err != nil {
		s.Findings = append(s.Findings, err.Error())
	}
	groups := map[string]*Group{}
	for _, u := range units {
		add(groups, path.Dir(u.Name), u.Size)
	}
	s.Folders = sorted(groups)
}

func add(groups map[string]*Group, name string, size uint64) {
	if groups[name] == nil {
		groups[name] = &Group{Name: name}
	}
	groups[name].Funcs++
	groups[name].Size += size
}

// sorted are groups with the largest first.
func sorted(groups map[string]*Group) []Group {
	var out []Group
	for _, g := range groups {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b Group) int { return cmp.Or(cmp.Compare(b.Size, a.Size), cmp.Compare(a.Name, b.Name)) })
	return out
}

// prefix is what a function's name begins with: "zend" of zend_list_free,
// "core::fmt" of core::fmt::write::h0123. A name without parts is its own, and
// no name is "(no name)".
func prefix(name string) string {
	if name == "" {
		return "(no name)"
	}
	if parts := strings.Split(name, "::"); len(parts) > 1 {
		return strings.Join(parts[:min(2, len(parts)-1)], "::")
	}
	trimmed := strings.TrimLeft(name, "._")
	if i := strings.IndexAny(trimmed, "_.:"); i > 0 {
		return trimmed[:i]
	}
	return "(others)"
}

// Change is what differs between two modules in one thing.
type Change struct {
	What string `json:"what"` // "import", "export", "feature", "section", "function", "folder", "prefix", "size"
	Name string `json:"name"`
	Old  string `json:"old,omitempty"` // empty if it is new
	New  string `json:"new,omitempty"` // empty if it is gone
	// Delta is the change of a size.
	Delta int64 `json:"delta,omitempty"`
}

// Diff lists what differs between two modules: imports, exports and features,
// then sizes of sections, folders and functions, the largest change first.
func Diff(from, to *Summary) []Change {
	var out []Change
	texts := func(what string, a, b map[string]string) {
		for _, k := range keys(a, b) {
			if a[k] != b[k] {
				out = append(out, Change{What: what, Name: k, Old: a[k], New: b[k]})
			}
		}
	}
	texts("import", imports(from), imports(to))
	texts("export", exports(from), exports(to))
	texts("feature", features(from), features(to))
	sizes := func(what string, a, b map[string]int64) {
		var changes []Change
		for _, k := range keys(a, b) {
			x, inA := a[k]
			y, inB := b[k]
			if inA && inB && x == y {
				continue
			}
			c := Change{What: what, Name: k, Delta: y - x}
			if inA {
				c.Old = fmt.Sprint(x)
			}
			if inB {
				c.New = fmt.Sprint(y)
			}
			changes = append(changes, c)
		}
		slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(abs(b.Delta), abs(a.Delta)) })
		out = append(out, changes...)
	}
	sizes("size", map[string]int64{"file": int64(from.Size)}, map[string]int64{"file": int64(to.Size)})
	sizes("section", sections(from), sections(to))
	sizes("folder", groups(from.Folders), groups(to.Folders))
	sizes("function", functions(from), functions(to))
	return out
}

func abs(n int64) int64 { return max(n, -n) }

func keys[V any](a, b map[string]V) []string {
	all := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.Sort(all)
	return slices.Compact(all)
}

// imports are by name; one that is there with two types has both.
func imports(s *Summary) map[string]string {
	out := map[string]string{}
	for _, i := range s.Imports {
		k := i.Module + "." + i.Name
		out[k] = strings.TrimPrefix(out[k]+", "+strings.TrimSpace(i.Kind+" "+string(i.Type)), ", ")
	}
	return out
}

func exports(s *Summary) map[string]string {
	out := map[string]string{}
	for _, e := range s.Exports {
		out[e.Name] = strings.TrimSpace(e.Kind + " " + string(e.Type))
	}
	return out
}

func features(s *Summary) map[string]string {
	out := map[string]string{}
	for _, f := range s.Features {
		out[f] = "used"
	}
	return out
}

func sections(s *Summary) map[string]int64 {
	out := map[string]int64{}
	for _, sec := range s.Sections {
		out[sec.Name] += int64(sec.Size)
	}
	return out
}

func groups(list []Group) map[string]int64 {
	out := map[string]int64{}
	for _, g := range list {
		out[g.Name] = int64(g.Size)
	}
	return out
}

// functions are by name; those without one are one group.
func functions(s *Summary) map[string]int64 {
	out := map[string]int64{}
	for _, f := range s.Functions {
		n := f.Name
		if n == "" {
			n = "(no name)"
		}
		out[n] += int64(f.Size)
	}
	return out
}
