// Package abi knows what runtimes offer to a module: each host function with its
// type, by release, what happens where an import does not fit, the proposals
// that are on or need a flag, and what comes of an exit status. All of it is
// data, in data/*.yaml, and nothing in Go knows a runtime by name.
//
// The types are the documentation of the format: the published JSON schemas and
// `wlrbuild explain abi` are made from their comments and tags.
//
// A profile is held against the runtime itself by this package's tests, where
// the runtime is at hand; a release says whether it was run or only read.
package abi

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Profile is data/<name>.yaml: one runtime.
type Profile struct {
	// The format of the file.
	Schema string `yaml:"schema" jsonschema:"enum=wlrbuild.abi/v1"`
	// The name of the file without .yaml.
	Name string `yaml:"name"`
	// One line for a list.
	Title string `yaml:"title"`
	// How a person starts a module: "{flags}", "{module}" and "{arguments}"
	// stand for what they say.
	Start string `yaml:"start"`
	// The releases that differ in what follows, oldest first. What lies between
	// two behaves as the earlier one.
	Releases []Release `yaml:"releases"`
	// What a module can import.
	Imports []Module `yaml:"imports"`
	// What happens with an import that does not fit.
	Link []LinkRule `yaml:"link"`
	// The proposals of WebAssembly; one that is not in the list is unknown.
	Features []Feature `yaml:"features,omitempty"`
	// What comes of large exit statuses; without it all of 0 to 255 arrive.
	Exit []ExitLimit `yaml:"exit,omitempty"`
	// What else a module can meet, by the function that leads to it.
	Hazards []Hazard `yaml:"hazards,omitempty"`
}

// Release is a release of a runtime.
type Release struct {
	// The release: "0.14.1", or "main" for what is in no release.
	Version string `yaml:"version"`
	// How its part of the profile was found out: "run" on the runtime itself,
	// or "read" in its source.
	Known string `yaml:"known" jsonschema:"enum=run,enum=read"`
	// What a person should know of it.
	Note string `yaml:"note,omitempty"`
}

// Span is a range of releases.
type Span struct {
	// The first release; without it, the range has no beginning.
	Since string `yaml:"since,omitempty"`
	// The first release after the range; without it, the range has no end.
	Until string `yaml:"until,omitempty"`
}

// Has says whether a release is in the span.
func (s Span) Has(version string) bool {
	return (s.Since == "" || Compare(version, s.Since) >= 0) && (s.Until == "" || Compare(version, s.Until) < 0)
}

// String is the span in words: "0.12.0 to before 0.14.0".
func (s Span) String() string {
	switch {
	case s.Since == "" && s.Until == "":
		return "all releases"
	case s.Until == "":
		return "since " + s.Since
	case s.Since == "":
		return "before " + s.Until
	}
	return "since " + s.Since + " and before " + s.Until
}

// Module is a name that can be imported from.
type Module struct {
	// The name: "wasi_snapshot_preview1".
	Module string `yaml:"module"`
	Span   `yaml:",inline"`
	// An interface, all of whose functions are there but those that Without
	// or Functions name.
	Include string `yaml:"include,omitempty"`
	// The functions of the interface that are not there.
	Without []string `yaml:"without,omitempty"`
	// Functions of this runtime. A name can be there twice: with two types, of
	// which the module has the choice, or in spans that do not meet.
	Functions []Function `yaml:"functions,omitempty"`
	// Where this was found.
	Source string `yaml:"source"`
}

// Function is a host function.
type Function struct {
	// Its name.
	Name string `yaml:"name"`
	// Its type: "(i32 i64) -> i32".
	Type Type `yaml:"type"`
	// The names of its parameters.
	Params []string `yaml:"params,omitempty"`
	Span   `yaml:",inline"`
	// What it does instead of what its name says; empty for a real one.
	Stub string `yaml:"stub,omitempty"`
	// Where this was found; empty means as the module says.
	Source string `yaml:"source,omitempty"`
}

// Interface is data/interfaces/<name>.yaml: functions that several runtimes have.
type Interface struct {
	// The format of the file.
	Schema string `yaml:"schema" jsonschema:"enum=wlrbuild.abi-interface/v1"`
	// The name of the file without .yaml.
	Name string `yaml:"name"`
	// One line that says what it is.
	Title string `yaml:"title"`
	// Where its types were found.
	Source string `yaml:"source"`
	// The functions.
	Functions []Function `yaml:"functions"`
}

// LinkRule says what becomes of imports that do not fit.
type LinkRule struct {
	Span `yaml:",inline"`
	// An import that is not there: "refused", or "at-call" if only calling it
	// is an error.
	Unknown string `yaml:"unknown" jsonschema:"enum=refused,enum=at-call"`
	// A function that is there with another type: "refused", "at-call", or
	// "linked" if a function is called that takes something else.
	Mismatch string `yaml:"mismatch" jsonschema:"enum=refused,enum=at-call,enum=linked"`
	// The functions for which a mismatch is "linked" though it is not for others.
	Loose []string `yaml:"loose,omitempty"`
	// A module that exports no memory: "refused", or "at-call", which it is if
	// nothing is said, if that only matters to functions that need one.
	Memory string `yaml:"memory,omitempty" jsonschema:"enum=refused,enum=at-call"`
	// What the engine says or does: "unknown import".
	Says string `yaml:"says"`
	// What comes of calling a function that was linked with another type.
	Wrong string `yaml:"wrong,omitempty"`
}

// The values of LinkRule.Unknown and LinkRule.Mismatch.
const (
	Refused = "refused"
	AtCall  = "at-call"
	Linked  = "linked"
)

// Feature is a proposal of WebAssembly on a runtime.
type Feature struct {
	// The proposal, as the target_features section has it where that has it.
	Name string `yaml:"name"`
	// What it is, by release.
	States []FeatureState `yaml:"states"`
}

// FeatureState is what a proposal is on some releases.
type FeatureState struct {
	Span `yaml:",inline"`
	// "on", "flag", "no", or "unknown".
	State string `yaml:"state" jsonschema:"enum=on,enum=flag,enum=no,enum=unknown"`
	// What turns it on, if the state is "flag".
	Flag string `yaml:"flag,omitempty"`
	// "no" if a module that is compiled ahead of time cannot have it.
	AOT string `yaml:"aot,omitempty"`
	// What more there is to say.
	Note string `yaml:"note,omitempty"`
}

// The values of FeatureState.State.
const (
	On      = "on"
	Flag    = "flag"
	No      = "no"
	Unknown = "unknown"
)

// ExitLimit says what comes of large exit statuses.
type ExitLimit struct {
	Span `yaml:",inline"`
	// The largest status that arrives as it is.
	Max int `yaml:"max"`
	// What comes of a larger one.
	Above string `yaml:"above"`
}

// Hazard is a function of the host that can do harm beyond its errors.
type Hazard struct {
	Span `yaml:",inline"`
	// The function: "fd_write".
	Function string `yaml:"function"`
	// The functions of which the module has to import one for it to matter.
	With []string `yaml:"with"`
	// What happens.
	Text string `yaml:"text"`
	// What to do about it.
	Hint string `yaml:"hint"`
}

// Compare orders releases by their numbers; a part that is missing is 0.
func Compare(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if c := cmp.Compare(part(as, i), part(bs, i)); c != 0 {
			return c
		}
	}
	return 0
}

func part(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		return math.MaxInt // "main" is newer than every release
	}
	return n
}

// isVersion says whether s is numbers and dots, or "main".
func isVersion(s string) bool {
	if s == "main" {
		return true
	}
	for p := range strings.SplitSeq(s, ".") {
		if _, err := strconv.ParseUint(p, 10, 31); err != nil {
			return false
		}
	}
	return true
}

// Target is a release of a runtime: what a module is held against.
type Target struct {
	Profile *Profile
	Version string
}

// String is the name and the release: "wasmedge 0.14.1".
func (t Target) String() string { return t.Profile.Name + " " + t.Version }

// Newer says that the release is newer than all that the profile knows.
func (t Target) Newer() bool {
	return Compare(t.Version, t.Profile.Releases[len(t.Profile.Releases)-1].Version) > 0
}

// Functions are the functions of that name in a module that can be imported
// from, with the types of which an import has the choice.
func (t Target) Functions(module, name string) []Function {
	var found []Function
	for i := range t.Profile.Imports {
		m := &t.Profile.Imports[i]
		if m.Module != module || !m.Has(t.Version) {
			continue
		}
		for _, f := range m.Functions {
			if f.Name == name && f.Has(t.Version) {
				found = append(found, f)
			}
		}
	}
	return found
}

// All are the names and types of all functions that can be imported, in order.
func (t Target) All() []Import {
	var all []Import
	for _, m := range t.Profile.Imports {
		if !m.Has(t.Version) {
			continue
		}
		for _, f := range m.Functions {
			if f.Has(t.Version) {
				all = append(all, Import{m.Module, f})
			}
		}
	}
	slices.SortFunc(all, func(a, b Import) int {
		return cmp.Or(cmp.Compare(a.Module, b.Module), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
	})
	return all
}

// Import is a function that can be imported.
type Import struct {
	Module string
	Function
}

// Modules are the names that can be imported from.
func (t Target) Modules() []string {
	var names []string
	for _, m := range t.Profile.Imports {
		if m.Has(t.Version) && !slices.Contains(names, m.Module) {
			names = append(names, m.Module)
		}
	}
	return names
}

// Link is what happens with imports that do not fit.
func (t Target) Link() LinkRule {
	for _, r := range t.Profile.Link {
		if r.Has(t.Version) {
			return r
		}
	}
	return LinkRule{Unknown: Refused, Mismatch: Refused} // the loader sees to it that there is one
}

// MismatchOf is what happens where a function's type is another.
func (r LinkRule) MismatchOf(name string) string {
	if slices.Contains(r.Loose, name) {
		return Linked
	}
	return r.Mismatch
}

// Feature is what a proposal is.
func (t Target) Feature(name string) FeatureState {
	for _, f := range t.Profile.Features {
		if f.Name != name {
			continue
		}
		for _, s := range f.States {
			if s.Has(t.Version) {
				return s
			}
		}
	}
	return FeatureState{State: Unknown}
}

// Exit is the limit of exit statuses, or nil.
func (t Target) Exit() *ExitLimit {
	for i := range t.Profile.Exit {
		if e := &t.Profile.Exit[i]; e.Has(t.Version) {
			return e
		}
	}
	return nil
}

// Hazards are those of the release.
func (t Target) Hazards() []Hazard {
	return slices.DeleteFunc(slices.Clone(t.Profile.Hazards), func(h Hazard) bool { return !h.Has(t.Version) })
}

// Targets are all known releases of the profile, oldest first.
func (p *Profile) Targets() []Target {
	var all []Target
	for _, r := range p.Releases {
		all = append(all, Target{p, r.Version})
	}
	return all
}

// Target is the release that a text names: a whole one ("0.14.1"), which need
// not be in the list, the beginning of one ("0.14"), for which the newest in
// the list is taken, or "" for the newest of all.
func (p *Profile) Target(version string) (Target, error) {
	if version != "" && !isVersion(version) {
		return Target{}, fmt.Errorf("release %q of %s: not numbers and dots", version, p.Name)
	}
	for _, r := range slices.Backward(p.Releases) {
		if version == "" || r.Version == version || strings.HasPrefix(r.Version, version+".") {
			return Target{p, r.Version}, nil
		}
	}
	if first := p.Releases[0].Version; Compare(version, first) < 0 {
		return Target{}, fmt.Errorf("release %s of %s: nothing is known of releases before %s", version, p.Name, first)
	}
	return Target{p, version}, nil
}
