// Package check finds what is wrong with a module before it is started: with
// its imports on a release of a runtime, with the proposals it uses, and with
// the way it was linked.
//
// A check is a folder below checks/, with its documentation and fixtures; the
// list of them is package checks. Run runs any of them over a module:
//
//	m, err := wasm.Decode(data)
//	findings := check.Run(m, checks.All, check.Options{Targets: targets})
package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Severity says how bad a finding is.
type Severity int

const (
	Note    Severity = iota // worth knowing
	Warning                 // it may go wrong
	Error                   // it goes wrong
)

var severityNames = []string{"note", "warning", "error"}

// Severities are the names of all, the mildest first.
func Severities() []string { return slices.Clone(severityNames) }

func (s Severity) String() string { return severityNames[s] }

// MarshalText is the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a name.
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(severityNames, string(text))
	if i < 0 {
		return fmt.Errorf("severity %q", text)
	}
	*s = Severity(i)
	return nil
}

// Effect is what a finding means for the module on a runtime.
type Effect int

const (
	None    Effect = iota // nothing for its start
	Flags                 // it runs if a flag turns something on
	Wrong                 // it links, and something in it then goes wrong
	Refused               // it is not started
)

var effectNames = []string{"runs", "runs with flags", "links but wrong", "refused"}

func (e Effect) String() string { return effectNames[e] }

// MarshalText is what a table says.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads what a table says.
func (e *Effect) UnmarshalText(text []byte) error {
	i := slices.Index(effectNames, string(text))
	if i < 0 {
		return fmt.Errorf("effect %q", text)
	}
	*e = Effect(i)
	return nil
}

// Check looks for one kind of mistake.
type Check struct {
	ID   string // "WLR001"; never given to another check
	Name string // lower-case words with hyphens
	Doc  Doc
	// Severity is that of the worst it finds.
	Severity Severity
	// OfRuntime says that it is run once per target, and not without one.
	OfRuntime bool
	// OfFile says that it is run on components, too, of which nothing is read
	// but the sections.
	OfFile bool
	Run    func(*Pass)
}

// Doc is what explain, the list, SARIF and the documentation say of a check.
type Doc struct {
	Title string // one line: what is wrong with a module that has it
	Text  string // what it means and what to do; paragraphs are divided by an empty line
	Blind string // what the check cannot see
	Since string // the first release of wlrbuild that has it
}

// Finding is one mistake in a module.
type Finding struct {
	Check    *Check
	Severity Severity
	Effect   Effect
	Offset   int    // in the file; -1 if it is of the whole module
	Message  string // a lower-case fragment: what is wrong, with its values
	Hint     string // a sentence: what to do; may be empty
	// Targets are the runtime releases it is about; none if it is about all.
	Targets []abi.Target
	// Suppressed is the reason why it does not count; empty if it does.
	Suppressed string
}

// Pass is one run of a check.
type Pass struct {
	Module *wasm.Module
	Facts  *Facts
	Target abi.Target // of checks that are OfRuntime
	AOT    bool       // the module will be compiled ahead of time

	check *Check
	out   *[]Finding
}

// Report adds a finding at an offset of the file, or -1.
func (p *Pass) Report(s Severity, e Effect, offset int, format string, args ...any) *Finding {
	f := Finding{Check: p.check, Severity: s, Effect: e, Offset: offset, Message: fmt.Sprintf(format, args...)}
	if p.check.OfRuntime {
		f.Targets = []abi.Target{p.Target}
	}
	*p.out = append(*p.out, f)
	return &(*p.out)[len(*p.out)-1]
}

// Hintf sets the hint.
func (f *Finding) Hintf(format string, args ...any) { f.Hint = fmt.Sprintf(format, args...) }

// Options say what a module is to be held against.
type Options struct {
	Targets []abi.Target
	AOT     bool // it will be compiled ahead of time
}

// Run runs checks over a module. The findings are in the order of the checks'
// IDs and of the module; what is the same on several targets is one finding.
func Run(m *wasm.Module, checks []*Check, o Options) []Finding {
	facts := NewFacts(m)
	var all []Finding
	for _, c := range checks {
		if m.Component && !c.OfFile {
			continue
		}
		p := &Pass{Module: m, Facts: facts, AOT: o.AOT, check: c, out: &all}
		if !c.OfRuntime {
			c.Run(p)
			continue
		}
		for _, t := range o.Targets {
			p.Target = t
			c.Run(p)
		}
	}
	all = merge(all)
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Check.ID, b.Check.ID), cmp.Compare(a.Offset, b.Offset))
	})
	return all
}

// merge makes one of what was found on several targets.
func merge(all []Finding) []Finding {
	type key struct {
		check         *Check
		severity      Severity
		effect        Effect
		offset        int
		message, hint string
	}
	at := map[key]int{}
	var out []Finding
	for _, f := range all {
		k := key{f.Check, f.Severity, f.Effect, f.Offset, f.Message, f.Hint}
		if i, ok := at[k]; ok {
			out[i].Targets = append(out[i].Targets, f.Targets...)
			continue
		}
		at[k] = len(out)
		out = append(out, f)
	}
	return out
}

// Applies says whether a finding is about a target.
func (f *Finding) Applies(t abi.Target) bool {
	return len(f.Targets) == 0 || slices.Contains(f.Targets, t)
}

// Verdict is what becomes of a module on a target.
type Verdict struct {
	Target  abi.Target
	Outcome Effect
	// Reasons are the messages of the findings that make it so.
	Reasons []string
}

// Verdicts say for each target what the findings come to. A finding that is
// suppressed counts: what an engine does, it does all the same.
func Verdicts(findings []Finding, targets []abi.Target) []Verdict {
	var out []Verdict
	for _, t := range targets {
		v := Verdict{Target: t}
		for _, f := range findings {
			if !f.Applies(t) || f.Effect < v.Outcome || f.Effect == None {
				continue
			}
			if f.Effect > v.Outcome {
				v.Outcome, v.Reasons = f.Effect, nil
			}
			v.Reasons = append(v.Reasons, f.Message)
		}
		out = append(out, v)
	}
	return out
}
