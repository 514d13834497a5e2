package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/check/checks"
	"github.com/wlrbuild/wlrbuild/verify/report"
)

var update = flag.Bool("update", false, "write the golden files")

// sample is a report with findings of each severity, on several releases, with
// and without an offset, and suppressed.
func sample(t *testing.T) *report.Report {
	t.Helper()
	p, err := abi.Find("wasmedge")
	if err != nil {
		t.Fatal(err)
	}
	all := p.Targets()
	findings := []check.Finding{
		{Check: checks.Find("WLR002"), Severity: check.Error, Effect: check.Refused, Offset: 0x2b, Message: "host.f is imported as (i32), and is ()", Targets: all[:2]},
		{Check: checks.Find("WLR005"), Severity: check.Note, Offset: 0x30, Message: "host.g is a stub", Hint: "Do without: 100%, always.", Targets: all[11:]},
		{Check: checks.Find("WLR007"), Severity: check.Error, Effect: check.None, Offset: -1, Message: "it exports no function _start"},
		{Check: checks.Find("WLR104"), Severity: check.Warning, Offset: 7, Message: "the stack has 65536 bytes", Suppressed: "it is deep enough"},
		{Check: checks.Find("WLR105"), Severity: check.Warning, Offset: 7, Message: "data lies below the stack"},
	}
	var used []*check.Check
	for _, f := range findings {
		used = append(used, f.Check)
	}
	return &report.Report{
		Version: "1.2.3", Checks: used,
		Files: []report.File{
			{Path: "a b/x:y.wasm", Size: 100, Findings: findings, Verdicts: check.Verdicts(findings, all)},
			{Path: "good.wasm", Size: 8, Verdicts: check.Verdicts(nil, all)},
		},
	}
}

func TestFormats(t *testing.T) {
	formats := map[string]report.Format{"table.txt": report.Table}
	for _, name := range report.Names() {
		formats[name+".golden"] = report.Formats[name]
	}
	for name, format := range formats {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := format(&got, sample(t)); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("it is not %s:\n%s", file, got.String())
			}
		})
	}
}

// TestMatcher holds the problem matcher of GitHub Actions against the text: it
// has to find every finding that counts, with its file, message and check.
func TestMatcher(t *testing.T) {
	data, err := os.ReadFile("../../.github/wlrbuild-matcher.json")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		ProblemMatcher []struct {
			Owner, Severity string
			Pattern         []struct {
				Regexp              string
				File, Message, Code int
			}
		}
	}
	if err := json.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	r := sample(t)
	if err := report.Text(&text, r); err != nil {
		t.Fatal(err)
	}
	type match struct{ severity, file, message, code string }
	found := map[match]int{}
	for line := range strings.Lines(text.String()) {
		for _, m := range config.ProblemMatcher {
			p := m.Pattern[0]
			if parts := regexp.MustCompile(p.Regexp).FindStringSubmatch(strings.TrimSuffix(line, "\n")); parts != nil {
				found[match{m.Severity, parts[p.File], parts[p.Message], parts[p.Code]}]++
			}
		}
	}
	want := 0
	severities := map[check.Severity]string{check.Error: "error", check.Warning: "warning", check.Note: "notice"}
	for _, file := range r.Files {
		for _, f := range file.Findings {
			if f.Suppressed != "" {
				continue
			}
			want++
			if m := (match{severities[f.Severity], file.Path, f.Message, f.Check.ID}); found[m] != 1 {
				t.Errorf("%v is found %d times", m, found[m])
			}
		}
	}
	if len(found) != want {
		t.Errorf("%d findings match, of %d: %v", len(found), want, found)
	}
}

// TestSARIF checks what SARIF 2.1.0 demands beyond the form: rules that results
// refer to by index, and levels that exist.
func TestSARIF(t *testing.T) {
	var out bytes.Buffer
	if err := report.SARIF(&out, sample(t)); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Rules []struct{ ID string }
				}
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Level     string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 || len(log.Runs[0].Results) != 5 {
		t.Fatalf("version %s, %d runs", log.Version, len(log.Runs))
	}
	for _, r := range log.Runs[0].Results {
		if id := log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID; id != r.RuleID {
			t.Errorf("a result of %s refers to the rule %s", r.RuleID, id)
		}
		if r.Level != "none" && r.Level != "note" && r.Level != "warning" && r.Level != "error" {
			t.Errorf("level %q", r.Level)
		}
		if r.Message.Text == "" || len(r.Locations) != 1 || strings.Contains(r.Locations[0].PhysicalLocation.ArtifactLocation.URI, " ") {
			t.Errorf("%+v", r)
		}
	}
}
