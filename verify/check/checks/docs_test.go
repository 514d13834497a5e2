package checks_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/check/checks"
)

const page = "../../../docs/lint.md"

// TestPage keeps the generated parts of docs/lint.md equal to what they tell of.
func TestPage(t *testing.T) {
	have, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := abi.Profiles()
	if err != nil {
		t.Fatal(err)
	}
	want := string(have)
	for name, text := range map[string]string{
		"profiles": profileTable(profiles), "features": featureTable(profiles), "checks": checkList(t),
	} {
		part := regexp.MustCompile(`(?s)(<!-- generated: ` + name + ` -->\n).*?(<!-- end -->)`)
		if !part.MatchString(want) {
			t.Fatalf("%s has no place for %s", page, name)
		}
		want = part.ReplaceAllStringFunc(want, func(old string) string {
			parts := part.FindStringSubmatch(old)
			return parts[1] + text + parts[2]
		})
	}
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(have) {
		t.Errorf("%s is stale: run go generate ./verify/check/checks", page)
	}
}

func profileTable(profiles []*abi.Profile) string {
	var b strings.Builder
	b.WriteString("| profile | runtime | releases that were run | releases that were read |\n|---|---|---|---|\n")
	for _, p := range profiles {
		known := map[string][]string{}
		for _, r := range p.Releases {
			known[r.Known] = append(known[r.Known], r.Version)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Name, p.Title, strings.Join(known["run"], ", "), strings.Join(known["read"], ", "))
	}
	return b.String()
}

func featureTable(profiles []*abi.Profile) string {
	var run []abi.Target
	for _, p := range profiles {
		for _, r := range p.Releases {
			if r.Known == "run" {
				run = append(run, abi.Target{Profile: p, Version: r.Version})
			}
		}
	}
	var b strings.Builder
	b.WriteString("| |")
	for _, t := range run {
		fmt.Fprintf(&b, " %s |", t)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(run)) + "\n")
	for _, name := range abi.FeatureNames {
		row, known := "| "+name+" |", false
		for _, t := range run {
			s := t.Feature(name)
			known = known || s.State != abi.Unknown
			text := s.State
			if s.Flag != "" {
				text = "`" + s.Flag + "`"
			}
			if s.AOT == abi.No && s.State != abi.No {
				text += ", interpreted only"
			}
			row += " " + text + " |"
		}
		if known {
			b.WriteString(row + "\n")
		}
	}
	return b.String()
}

// checkList has a section per check, with its first bad fixture as the example.
func checkList(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| check | name | up to | what is wrong |\n|---|---|---|---|\n")
	for _, c := range checks.All {
		fmt.Fprintf(&b, "| [%s](#%s-%s) | %s | %s | %s |\n", c.ID, strings.ToLower(c.ID), c.Name, c.Name, c.Severity, c.Doc.Title)
	}
	for _, c := range checks.All {
		fmt.Fprintf(&b, "\n### %s %s\n\n%s.\n\n%s\n\nWhat it cannot see: %s\n\n", c.ID, c.Name, c.Doc.Title, c.Doc.Text, c.Doc.Blind)
		b.WriteString(example(t, c))
	}
	return b.String()
}

func example(t *testing.T, c *check.Check) string {
	for _, language := range []string{"wat", "c"} {
		source, err := os.ReadFile(filepath.Join(strings.ToLower(c.ID), "testdata", "bad."+language))
		if err == nil {
			return "```" + language + "\n" + string(source) + "```\n"
		}
	}
	t.Fatalf("%s has no fixture bad.wat or bad.c", c.ID)
	return ""
}
