package flow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// Rules are reviewed reasons why functions of another type do not come to a
// call although the analysis cannot tell. Each is checked against the program
// on every run, as far as the analysis can, and one that discharges nothing is
// an error: a rule must not outlive what it was written for.
type Rules struct {
	File string
	List []*Rule
}

// RulesFile is recipes/calls/<project>.yaml.
type RulesFile struct {
	// The format of the file.
	Schema string `yaml:"schema" jsonschema:"enum=wlrbuild.flow-rules/v1"`
	// The rules, each with a name of its own.
	Rules []*Rule `yaml:"rules"`
}

// Rule discharges findings. All that is given must be true of a finding.
type Rule struct {
	// ID is what findings that it discharges are counted under.
	ID string `yaml:"id"`
	// Adapt says that the module is changed so that the finding does no harm. No
	// other field is for it but Recipes and Why.
	Adapt *Adapt `yaml:"adapt,omitempty"`
	// Cell is where the addresses of several types are kept: every way of the
	// function's address to the call leads through it.
	Cell string `yaml:"cell,omitempty"`
	// Through is a function through whose parameters alone the address comes
	// into the cell.
	Through string `yaml:"through,omitempty"`
	// Functions are the only ones that the rule is about.
	Functions []string `yaml:"functions,omitempty"`
	// Taken are the functions that take them out of the cell to call them. A
	// call in one of these is never discharged.
	Taken []string `yaml:"taken,omitempty"`
	// Calls are the calls of functions out of the cell, which something other
	// than their type tells apart: for each type the functions that contain
	// them. Functions of a type that is not among them are never discharged.
	Calls map[string][]string `yaml:"calls,omitempty"`
	// Only are the functions of a type among Calls, where these can be listed:
	// one of them that has another type is never discharged, nor is one of that
	// type that is not among them.
	Only map[string][]string `yaml:"only,omitempty"`
	// Tag is what tells functions of the types among Calls apart, where it is a
	// number beside each address.
	Tag *Tag `yaml:"tag,omitempty"`
	// Recipes are those that the rule is for; none: all.
	Recipes []string `yaml:"recipes,omitempty"`
	// Why is the reason, for whoever reviews the rule.
	Why string `yaml:"why"`

	Line int `yaml:"-"` // in the file
	Used int `yaml:"-"` // findings that it has discharged
}

// Adapt is a function that calls of another type than its own may meet: the module
// gets a dispatcher for that type, which leaves out parameters that the function
// does not have, and makes zeros of those, and of a result, that there are not.
type Adapt struct {
	// Function is its name.
	Function string `yaml:"function"`
	// As is the type of the calls, as findings have it: "(i32,i32)->(i32)".
	As string `yaml:"as"`
}

// Tag is a member of the struct that the cell is a member of too, which has the
// same number in every initialiser with a function of one type. A function that
// comes into the cell by something other than an initialiser, or has another
// type's number beside it, is never discharged.
type Tag struct {
	// Member is the name of the member.
	Member string `yaml:"member"`
	// Of has the number for each type.
	Of map[string]int64 `yaml:"of"`
}

// RuleError is a rule that is wrong or of no use, at its place in the file.
type RuleError struct {
	File string
	Line int
	Rule string
	Why  string
}

func (e *RuleError) Error() string {
	return fmt.Sprintf("%s:%d: rule %q: %s", e.File, e.Line, e.Rule, e.Why)
}

// ReadRules reads the rules that are for a recipe. name is for messages.
func ReadRules(name string, src []byte, recipe string) (*Rules, error) {
	var file RulesFile
	if err := yaml.UnmarshalWithOptions(src, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if file.Schema != "wlrbuild.flow-rules/v1" {
		return nil, fmt.Errorf("%s: schema is %q, and not wlrbuild.flow-rules/v1", name, file.Schema)
	}
	rules := &Rules{File: name}
	ids := map[string]bool{}
	for i, r := range file.Rules {
		r.Line = lineOf(src, fmt.Sprintf("$.rules[%d]", i))
		why := ""
		switch {
		case r.ID == "" || ids[r.ID]:
			why = "has no id of its own"
		case strings.TrimSpace(r.Why) == "":
			why = "has no reason"
		case r.Adapt != nil:
			if r.Adapt.Function == "" || r.Adapt.As == "" {
				why = "adapts no function, or to no type"
			} else if r.Cell != "" || r.Through != "" || r.Functions != nil || r.Taken != nil || r.Calls != nil || r.Only != nil || r.Tag != nil {
				why = "adapts a function, and says more of it"
			}
		case r.Cell == "":
			why = "names no cell"
		case (r.Functions == nil) == (r.Calls == nil):
			why = "has either functions or calls"
		case r.Tag != nil && (r.Calls == nil || r.Tag.Member == "" || len(r.Tag.Of) == 0):
			why = "has a tag without calls, a member or its numbers"
		case r.Functions != nil && r.Taken == nil:
			why = "does not say where the functions are taken out of the cell"
		}
		if why != "" {
			return nil, &RuleError{name, r.Line, r.ID, why}
		}
		ids[r.ID] = true
		if r.Recipes == nil || slices.Contains(r.Recipes, recipe) {
			rules.List = append(rules.List, r)
		}
	}
	return rules, nil
}

// lineOf is the line of a value, 1 if it cannot be found.
func lineOf(src []byte, path string) int {
	p, err := yaml.PathString(path)
	if err != nil {
		return 1
	}
	node, err := p.ReadNode(strings.NewReader(string(src)))
	if err != nil || node.GetToken() == nil {
		return 1
	}
	return node.GetToken().Position.Line
}

// unused are the rules that have discharged nothing, but for those that adapt a
// function which another program of the project has.
func (r *Rules) unused(a *Analysis) []*RuleError {
	var list []*RuleError
	for _, rule := range r.List {
		if rule.Used == 0 && (rule.Adapt == nil || a.hasNamed(rule.Adapt.Function)) {
			list = append(list, &RuleError{r.File, rule.Line, rule.ID,
				"discharges nothing: what it was written for is gone, or has changed so that the rule is no longer true"})
		}
	}
	return list
}

// hasNamed says whether a function of that name is defined.
func (a *Analysis) hasNamed(name string) bool {
	for _, f := range a.funcs {
		if f.name == name && f.defined {
			return true
		}
	}
	return false
}

// discharges says whether a rule explains why a function does not come to a
// call.
func (a *Analysis) discharges(r *Rule, s *Site, f *function) bool {
	if r.Adapt != nil {
		return f.name == r.Adapt.Function && s.Sig == r.Adapt.As
	}
	if r.Functions != nil && (!slices.Contains(r.Functions, f.name) || slices.Contains(r.Taken, s.In)) {
		return false
	}
	if r.Calls != nil && (r.Calls[f.sig] == nil || !slices.Contains(r.Calls[s.Sig], s.In)) {
		return false
	}
	for sig, names := range r.Only {
		if slices.Contains(names, f.name) != (f.sig == sig) {
			return false
		}
	}
	cell := int32(-1)
	for c := range a.cells {
		if a.cells[c].name == r.Cell && a.cells[c].content >= 0 && has(a.node(a.cells[c].content).set, f.cell) {
			cell = int32(c)
		}
	}
	if cell < 0 || a.path(s.callee, f.cell, func(n int32) bool { return a.node(n).cell == cell }) != nil {
		return false
	}
	if r.Tag != nil && !a.tagged(r.Tag, cell, f) {
		return false
	}
	if r.Through == "" {
		return true
	}
	for _, g := range a.funcs {
		if g.name == r.Through {
			return a.path(a.cells[cell].content, f.cell, func(n int32) bool { return slices.Contains(g.params, n) }) == nil
		}
	}
	return false
}

// tagged says whether a function comes into a cell by initialisers alone, in all
// of which its type's number stands beside it.
func (a *Analysis) tagged(t *Tag, c int32, f *function) bool {
	number, ok := t.Of[f.sig]
	entries := a.initial[c]
	if !ok || a.path(a.cells[c].content, f.cell, func(n int32) bool {
		return slices.ContainsFunc(entries, func(e entry) bool { return e.node == n })
	}) != nil {
		return false
	}
	for _, e := range entries {
		if e.fn == f && !slices.ContainsFunc(e.ints, func(i llvmir.Number) bool {
			return i.Value == number && a.declared[offsetID{a.cells[c].owner, i.At - e.base}].name == t.Member
		}) {
			return false
		}
	}
	return true
}
