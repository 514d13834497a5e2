package cli

import (
	"fmt"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/lint"
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/check/checks"
)

// checkListing is the output of list checks, as JSON.
type checkListing struct {
	schemaOf
	Checks []listedCheck `json:"checks"`
}

type listedCheck struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Severity  check.Severity `json:"severity"` // of the worst it finds
	Title     string         `json:"title"`
	OfRuntime bool           `json:"of_runtime"` // it needs a runtime to be held against
	Since     string         `json:"since"`
}

// profileListing is the output of list profiles, as JSON.
type profileListing struct {
	schemaOf
	Profiles []listedProfile `json:"profiles"`
}

type listedProfile struct {
	Name     string          `json:"name"`
	Title    string          `json:"title"`
	Releases []listedRelease `json:"releases"`
}

type listedRelease struct {
	Release string `json:"release"`
	Known   string `json:"known"` // "run" or "read"
	Note    string `json:"note,omitempty"`
}

func (a *app) listLint(what string, asJSON bool) error {
	if what == listProfiles {
		return a.listProfiles(asJSON)
	}
	l := checkListing{schemaOf: jsonSchema("checks")}
	for _, c := range checks.All {
		l.Checks = append(l.Checks, listedCheck{c.ID, c.Name, c.Severity, c.Doc.Title, c.OfRuntime, c.Doc.Since})
	}
	if asJSON {
		return a.printJSON(l)
	}
	w := a.columns()
	fmt.Fprintln(w, "CHECK\tNAME\tUP TO\tWHAT IS WRONG")
	for _, c := range l.Checks {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.ID, c.Name, c.Severity, c.Title)
	}
	return w.Flush()
}

func (a *app) listProfiles(asJSON bool) error {
	profiles, err := abi.Profiles()
	if err != nil {
		return err
	}
	l := profileListing{schemaOf: jsonSchema("profiles")}
	w := a.columns()
	fmt.Fprintln(w, "PROFILE\tTITLE\tRELEASES")
	for _, p := range profiles {
		listed := listedProfile{Name: p.Name, Title: p.Title}
		for _, r := range p.Releases {
			listed.Releases = append(listed.Releases, listedRelease{r.Version, r.Known, r.Note})
		}
		l.Profiles = append(l.Profiles, listed)
		fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, p.Title, strings.Join(lint.Releases(p), ", "))
	}
	if asJSON {
		return a.printJSON(l)
	}
	return w.Flush()
}
