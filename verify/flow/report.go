package flow

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// ReportSchema is the version of the JSON form of a Report.
const ReportSchema = "wlrbuild.flow-report/v1"

// Report is what is said of a program: the same as text and as JSON.
type Report struct {
	Schema   string          `json:"schema"`
	Program  string          `json:"program"`
	Verdicts map[Verdict]int `json:"verdicts"` // calls by address
	Findings []ReportFinding `json:"findings"`
	Problems []Problem       `json:"problems"` // what keeps the analysis from being a proof
	Assumed  map[string]int  `json:"assumed"`  // rule → findings it discharges
	Coverage *CoverageCounts `json:"coverage,omitempty"`
	// Unused are functions in the module's tables that come to no call. Many of
	// them would mean that the analysis has lost sight of something.
	Unused   []string  `json:"unused"`
	Stats    Stats     `json:"stats"`
	Mutation *Mutation `json:"mutation,omitempty"`
	Edges    *Edges    `json:"edges,omitempty"`
}

// Mutation is what came of giving functions that are called by address another
// type.
type Mutation struct {
	Mutants int      `json:"mutants"`
	Missed  []string `json:"missed"` // those that were not found
}

// CoverageCounts are the figures of a Coverage.
type CoverageCounts struct {
	Functions int `json:"functions"` // of the module that call by address
	Sites     int `json:"sites"`
	Elements  int `json:"elements"`
	Compared  int `json:"compared"` // elements whose type is the same in module and IR
}

// ReportFinding is a function of another type and the calls it comes to.
type ReportFinding struct {
	Verdict  Verdict      `json:"verdict"`
	Function ReportedFunc `json:"function"`
	Slots    []int        `json:"slots"` // in the module's table
	Calls    []ReportCall `json:"calls"`
	Cast     *Cast        `json:"cast,omitempty"` // where clang sees it
	Fix      *Fix         `json:"fix,omitempty"`  // if one was asked for
}

// callTypes are the types of the calls, each once.
func (f *ReportFinding) callTypes() []string {
	var types []string
	for _, c := range f.Calls {
		if !slices.Contains(types, c.Type) {
			types = append(types, c.Type)
		}
	}
	return types
}

// ReportedFunc is the function of a finding.
type ReportedFunc struct {
	Name string `json:"name"`
	Pos  string `json:"pos"`
	Type string `json:"type"` // in wasm
	C    string `json:"c"`
}

// ReportCall is a call that a function of another type comes to.
type ReportCall struct {
	Verdict  Verdict      `json:"verdict"`
	Pos      string       `json:"pos"`
	In       string       `json:"in"`
	External string       `json:"external,omitempty"` // the function without IR that makes the call
	Type     string       `json:"type"`               // in wasm
	C        string       `json:"c,omitempty"`        // of where the address is called from
	Matches  int          `json:"matches"`            // functions of the call's type that can be called
	Taken    string       `json:"taken"`              // where the function's address is
	Path     []ReportStep `json:"path"`
}

// ReportStep is a place that an address is put in.
type ReportStep struct {
	Pos  string `json:"pos"`
	Cell string `json:"cell"`
	Type string `json:"type,omitempty"` // in wasm, if it is declared for functions
	C    string `json:"c,omitempty"`
}

// Cast is a cast that clang warns of.
type Cast struct {
	Pos  string `json:"pos"`
	Text string `json:"text"`
}

// Fix is what became of putting wrappers in place of the casts of a function.
type Fix struct {
	Patch   string `json:"patch,omitempty"`   // that does it
	Refused string `json:"refused,omitempty"` // why there is none, or none for one of the casts
}

// Problem is something that keeps an analysis from being a proof.
type Problem struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Passed says whether every call by address is proven or assumed by a rule,
// with nothing overlooked.
func (r *Report) Passed() bool { return len(r.Findings) == 0 && len(r.Problems) == 0 }

// Unproven is an error that counts what keeps reports from being proofs; nil if
// nothing does.
func Unproven(reports []*Report) error {
	findings, problems := 0, 0
	for _, r := range reports {
		findings += len(r.Findings)
		problems += len(r.Problems)
	}
	if findings+problems == 0 {
		return nil
	}
	return fmt.Errorf("%d functions can be called as what they are not, which traps, and %d problems keep the rest from being proven", findings, problems)
}

// NewReport makes a report. name gives a place of debug information the form
// that a reader of the sources expects. The coverage may be nil.
func NewReport(program string, r *Result, c *Coverage, name func(llvmir.Pos) string) *Report {
	p := &Report{
		Schema: ReportSchema, Program: program, Verdicts: map[Verdict]int{}, Assumed: map[string]int{}, Stats: r.Stats,
		Findings: []ReportFinding{}, Problems: []Problem{}, Unused: []string{},
	}
	for _, v := range verdicts {
		p.Verdicts[v] = 0
	}
	for _, s := range r.Sites {
		p.Verdicts[s.Verdict]++
	}
	at := map[Function]int{}
	for _, f := range r.Findings {
		if f.Rule != "" {
			p.Assumed[f.Rule]++
			continue
		}
		if c != nil && f.Function.Defined && c.Slots[f.Function.Name] == nil {
			continue // the linker has left it out
		}
		i, ok := at[f.Function]
		if !ok {
			i = len(p.Findings)
			at[f.Function] = i
			rf := ReportFinding{
				Verdict:  f.Verdict,
				Function: ReportedFunc{f.Function.Name, name(f.Function.Pos), f.Function.Sig, f.Function.C},
				Slots:    []int{},
			}
			if c != nil {
				rf.Slots = append(rf.Slots, c.Slots[f.Function.Name]...)
			}
			p.Findings = append(p.Findings, rf)
		}
		p.Findings[i].Verdict = worse(p.Findings[i].Verdict, f.Verdict)
		p.Findings[i].Calls = append(p.Findings[i].Calls, reportCall(f, name))
	}
	slices.SortStableFunc(p.Findings, func(x, y ReportFinding) int { // the certain ones first
		return slices.Index(verdicts, y.Verdict) - slices.Index(verdicts, x.Verdict)
	})
	problem := func(kind, format string, args ...any) {
		p.Problems = append(p.Problems, Problem{kind, fmt.Sprintf(format, args...)})
	}
	for _, e := range r.Escapes {
		problem("unknown function", "%s: the address of %s is given to %s, which is neither in the IR nor in the model",
			name(e.Pos), e.Function, e.To)
	}
	for _, d := range r.Direct {
		problem("direct call", "%s: %s, which is %s, is called as %s", name(d.Pos), d.Function.Name, d.Function.Sig, d.Sig)
	}
	for _, pos := range r.Lost {
		problem("lost store", "%s: where the address that is stored here goes is too much to be followed", name(pos))
	}
	for _, table := range r.Unnamed {
		problem("unknown struct", "%s: its functions cannot be followed", table)
	}
	for _, text := range r.Model {
		problem("model", "%s", text)
	}
	for _, e := range r.Rules {
		problem("rule", "%v", e)
	}
	if c != nil {
		for _, f := range r.Unused {
			if c.Slots[f.Name] != nil {
				p.Unused = append(p.Unused, f.Name)
			}
		}
		p.Coverage = &CoverageCounts{c.Functions, c.Sites, c.Elements, c.Compared}
		for _, g := range c.Gaps {
			problem("coverage", "%s %s", g.Function, g.Why)
		}
	}
	return p
}

func reportCall(f Finding, name func(llvmir.Pos) string) ReportCall {
	c := ReportCall{
		Verdict: f.Verdict, Pos: name(f.Site.Pos), In: f.Site.In, External: f.Site.External,
		Type: f.Site.Sig, Matches: f.Matches, Taken: name(f.Taken), Path: []ReportStep{},
	}
	for _, s := range f.Path {
		c.Path = append(c.Path, ReportStep{name(s.Pos), s.Cell, s.Slot.Signature, s.Slot.C})
		if s.Slot.Signature == f.Site.Sig {
			c.C = s.Slot.C
		}
	}
	return c
}

// callsShown is how many calls of one finding are written as text.
const callsShown = 4

// WriteText writes a report for people.
func (r *Report) WriteText(w io.Writer) {
	for _, f := range r.Findings {
		f.writeText(w)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(w, "error: %s: %s\n", p.Kind, p.Text)
	}
	sites := 0
	var counts []string
	for _, v := range verdicts {
		if n := r.Verdicts[v]; n > 0 {
			sites += n
			counts = append(counts, fmt.Sprintf("%d %s", n, v))
		}
	}
	fmt.Fprintf(w, "%s: %d calls by address in the IR: %s\n", r.Program, sites, strings.Join(counts, ", "))
	if c := r.Coverage; c != nil {
		fmt.Fprintf(w, "%s: %d call_indirect in %d functions of the module; %d functions in tables, %d of the same type in module and IR\n",
			r.Program, c.Sites, c.Functions, c.Elements, c.Compared)
		fmt.Fprintf(w, "%s: %d functions in tables come to no call\n", r.Program, len(r.Unused))
	}
	if m := r.Mutation; m != nil {
		fmt.Fprintf(w, "%s: %d functions were given another type, %d of them found\n", r.Program, m.Mutants, m.Mutants-len(m.Missed))
	}
	if e := r.Edges; e != nil {
		e.writeText(w, r.Program)
	}
	for _, rule := range slices.Sorted(maps.Keys(r.Assumed)) {
		fmt.Fprintf(w, "%s: rule %s discharges %d\n", r.Program, rule, r.Assumed[rule])
	}
}

func (f *ReportFinding) writeText(w io.Writer) {
	slots := ""
	if len(f.Slots) > 0 {
		slots = "   table slot " + strings.Trim(fmt.Sprint(f.Slots), "[]")
	}
	fmt.Fprintf(w, "error: call_indirect: %s\n", f.Verdict)
	fmt.Fprintf(w, "  function  %s %s   has %s   C: %s%s\n", f.Function.Pos, f.Function.Name, f.Function.Type, f.Function.C, slots)
	for i, c := range f.Calls {
		if i == callsShown {
			fmt.Fprintf(w, "  … and %d calls more\n", len(f.Calls)-i)
			break
		}
		by := c.In
		if c.External != "" {
			by = c.External + ", called by " + c.In
		}
		ctype := ""
		if c.C != "" {
			ctype = "   C: " + c.C
		}
		fmt.Fprintf(w, "  call      %s in %s   expects %s%s\n", c.Pos, by, c.Type, ctype)
		fmt.Fprintf(w, "  address   taken at %s\n", c.Taken)
		for _, s := range c.Path {
			declared := s.C
			if s.Type != "" {
				declared += ", " + s.Type
			}
			if declared == "" {
				declared = "no type"
			}
			fmt.Fprintf(w, "  by way of %s: %s (%s)\n", s.Pos, s.Cell, declared)
		}
		fmt.Fprintf(w, "            %d other functions there have the right type\n", c.Matches)
	}
	if f.Cast != nil {
		fmt.Fprintf(w, "  cast      %s: %s\n", f.Cast.Pos, f.Cast.Text)
	}
	if f.Fix != nil && f.Fix.Patch != "" {
		fmt.Fprintf(w, "  fix       %s\n", f.Fix.Patch)
	}
	if f.Fix != nil && f.Fix.Refused != "" {
		fmt.Fprintf(w, "  no fix    %s\n", f.Fix.Refused)
		for _, as := range f.callTypes() {
			fmt.Fprintf(w, "  or        a rule with adapt: {function: %s, as: %q}\n", f.Function.Name, as)
		}
	}
	fmt.Fprintln(w)
}
