package abi

import (
	"fmt"
	"slices"
	"strings"
)

// Type is the type of a function as text, in one form only, so that equal types
// are equal texts: "(i32 i64) -> i32", "(i32)", "() -> (i32 i32)".
type Type string

// valueTypes are what may stand in a Type.
var valueTypes = []string{"i32", "i64", "f32", "f64", "v128", "funcref", "externref", "exnref"}

// NewType is the type with these parameters and results.
func NewType(params, results []string) Type {
	s := "(" + strings.Join(params, " ") + ")"
	switch len(results) {
	case 0:
		return Type(s)
	case 1:
		return Type(s + " -> " + results[0])
	}
	return Type(s + " -> (" + strings.Join(results, " ") + ")")
}

// ParseType reads a type; the text must be in the one form there is.
func ParseType(s string) (Type, error) {
	params, results, arrow := strings.Cut(s, " -> ")
	in, ok := list(params)
	out := []string{results}
	if !arrow {
		out = nil
	} else if strings.HasPrefix(results, "(") {
		out, ok = list(results)
	}
	t := NewType(in, out)
	if !ok || string(t) != s {
		return "", fmt.Errorf("type %q: write it as (i32 i64) -> i32", s)
	}
	for _, v := range slices.Concat(in, out) {
		if !slices.Contains(valueTypes, v) {
			return "", fmt.Errorf("type %q: %q is no value type; those are %s", s, v, strings.Join(valueTypes, ", "))
		}
	}
	return t, nil
}

// list reads "(i32 i64)".
func list(s string) ([]string, bool) {
	inner, ok := strings.CutPrefix(s, "(")
	inner, ok2 := strings.CutSuffix(inner, ")")
	if inner == "" {
		return nil, ok && ok2
	}
	return strings.Split(inner, " "), ok && ok2
}

// Params is how many parameters the type has.
func (t Type) Params() int {
	params, _, _ := strings.Cut(string(t), " -> ")
	in, _ := list(params)
	return len(in)
}
