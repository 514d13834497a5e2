package phptest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// WriteJSON writes r as indented JSON. Lists without elements are written as
// [], never as null, so that readers in other languages can always iterate.
// Bytes of a diff that are not UTF-8 become U+FFFD: JSON cannot have them.
func (r *Report) WriteJSON(w io.Writer) error {
	out := *r
	out.Modules = notNil(r.Modules)
	out.Folders = notNil(r.Folders)
	out.Tests = notNil(r.Tests)
	out.Loose = notNil(r.Loose)
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	// Diffs of PHP's tests are full of < and >.
	e.SetEscapeHTML(false)
	return e.Encode(&out)
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// ReadJSON reads what WriteJSON wrote. Fields it does not know are ignored,
// because the schema may grow; another schema, outcomes that the schema does
// not have and text after the report are errors.
func ReadJSON(rd io.Reader) (*Report, error) {
	data, err := io.ReadAll(rd)
	if err != nil {
		return nil, err
	}
	// The schema comes first: of another one, nothing else need fit.
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, notReport(err)
	}
	if head.Schema != SchemaV1 {
		return nil, fmt.Errorf("the schema is %q, this wlrbuild reads %q", head.Schema, SchemaV1)
	}
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, notReport(err)
	}
	if err := r.check(); err != nil {
		return nil, notReport(err)
	}
	return &r, nil
}

func notReport(err error) error {
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		err = fmt.Errorf("byte %d: %w", syntax.Offset, err)
	}
	return fmt.Errorf("not a report of wlrbuild test: %w", err)
}

// check finds outcomes that are none. They would count as failures without
// being listed among them.
func (r *Report) check() error {
	for i := range r.Tests {
		t := &r.Tests[i]
		switch t.Outcome {
		case Pass, Fail, Skip, Crash, Hang:
		case Endless:
			if t.Why == "" {
				return fmt.Errorf("tests[%d] (%s): outcome %q without a reason", i, t.Name, t.Outcome)
			}
		default:
			return fmt.Errorf("tests[%d] (%s): unknown outcome %q", i, t.Name, t.Outcome)
		}
		if err := checkIncidents(t.Incidents); err != nil {
			return fmt.Errorf("tests[%d] (%s): %w", i, t.Name, err)
		}
	}
	if err := checkIncidents(r.Loose); err != nil {
		return fmt.Errorf("loose: %w", err)
	}
	return nil
}

func checkIncidents(list []Incident) error {
	for i, in := range list {
		if in.Kind != Crash && in.Kind != Hang {
			return fmt.Errorf("incident %d: kind is %q, expected %q or %q", i, in.Kind, Crash, Hang)
		}
	}
	return nil
}
