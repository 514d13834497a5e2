// Package lint holds modules against checks, and leaves out what somebody has
// suppressed with a reason.
package lint

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/check/checks"
	"github.com/wlrbuild/wlrbuild/verify/report"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Read reads a module.
func Read(path string) (*wasm.Module, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, diag.New(diag.Usage, "read module", "%w", err)
	}
	m, err := wasm.Decode(data)
	if err != nil {
		return nil, &diag.Error{Exit: diag.Usage, Op: "read module", Path: path, Err: err}
	}
	return m, nil
}

// File runs all checks over a module.
func File(path string, o check.Options, s *recipe.Suppressions, used map[int]bool) (*report.File, error) {
	m, err := Read(path)
	if err != nil {
		return nil, err
	}
	findings := check.Run(m, checks.All, o)
	return &report.File{
		Path: path, Size: int64(len(m.Data)),
		Findings: suppress(findings, filepath.Base(path), s, used),
		Verdicts: check.Verdicts(findings, o.Targets),
	}, nil
}

// suppress marks the findings that do not count. A finding on several releases
// of which only some are suppressed becomes two. Used gets the indices of the
// suppressions that there is a finding for.
func suppress(findings []check.Finding, base string, s *recipe.Suppressions, used map[int]bool) []check.Finding {
	if s == nil {
		return findings
	}
	for i, rule := range s.Suppress {
		var next []check.Finding
		for _, f := range findings {
			if f.Suppressed != "" || !fits(rule, &f, base) {
				next = append(next, f)
				continue
			}
			rest := f
			if rule.Runtime != "" {
				f.Targets, rest.Targets = split(f.Targets, rule.Runtime)
				if len(f.Targets) == 0 {
					next = append(next, rest)
					continue
				}
			} else {
				rest.Targets = nil
			}
			used[i] = true
			f.Suppressed = rule.Reason
			next = append(next, f)
			if len(rest.Targets) > 0 {
				next = append(next, rest)
			}
		}
		findings = next
	}
	return findings
}

func fits(rule recipe.Suppression, f *check.Finding, base string) bool {
	if rule.Check != f.Check.ID && rule.Check != f.Check.Name || !strings.Contains(f.Message, rule.Match) {
		return false
	}
	ok, _ := filepath.Match(rule.File, base) // a bad pattern was refused when it was read
	return rule.File == "" || ok
}

// split divides targets into those that "NAME" or "NAME@RELEASE" stands for and
// the others.
func split(targets []abi.Target, spec string) (in, out []abi.Target) {
	name, release, _ := strings.Cut(spec, "@")
	for _, t := range targets {
		if t.Profile.Name == name && (release == "" || t.Version == release || strings.HasPrefix(t.Version, release+".")) {
			in = append(in, t)
		} else {
			out = append(out, t)
		}
	}
	return in, out
}

// All stands for every runtime, or for every release of one.
const All = "all"

// Targets are the releases that a text names: "NAME" for the newest of a
// runtime, "NAME@RELEASE", "NAME@all", or "all".
func Targets(spec string) ([]abi.Target, error) {
	profiles, err := abi.Profiles()
	if err != nil {
		return nil, err
	}
	if spec == All {
		var all []abi.Target
		for _, p := range profiles {
			all = append(all, p.Targets()...)
		}
		return all, nil
	}
	name, release, at := strings.Cut(spec, "@")
	p, err := abi.Find(name)
	op := fmt.Sprintf("find runtime %q", name)
	var unknown *abi.UnknownError
	if errors.As(err, &unknown) {
		return nil, diag.New(diag.Usage, op, "no profile has this name").
			WithHint("%s", near.Hint("profiles", name, append(unknown.Known, All)))
	}
	if err != nil {
		return nil, err
	}
	if release == All {
		return p.Targets(), nil
	}
	if at && release == "" {
		return nil, diag.New(diag.Usage, op, "no release follows the @").WithHint("leave the @ out for the newest")
	}
	t, err := p.Target(release)
	if err != nil {
		return nil, diag.New(diag.Usage, op, "%w", err).WithHint("known releases: %s", strings.Join(Releases(p), ", "))
	}
	return []abi.Target{t}, nil
}

// Releases are those that a profile has.
func Releases(p *abi.Profile) []string {
	var all []string
	for _, r := range p.Releases {
		all = append(all, r.Version)
	}
	return all
}

// Of are the releases of the engines that a runtime runs on, as far as profiles
// tell of them: a build for it is held against each.
func Of(rt *recipe.Runtime) ([]abi.Target, error) {
	var targets []abi.Target
	for _, e := range rt.Engines {
		if e.Host != "" {
			continue // its functions are not the engine's own, of which profiles tell
		}
		p, err := abi.Find(e.Name)
		if err != nil {
			var unknown *abi.UnknownError
			if errors.As(err, &unknown) {
				continue // nothing is known of it
			}
			return nil, err
		}
		for _, t := range p.Targets() {
			started := func(r recipe.EngineRelease) bool {
				return abi.Span{Since: r.Since, Until: r.Until}.Has(t.Version)
			}
			if len(e.Releases) == 0 || slices.ContainsFunc(e.Releases, started) {
				targets = append(targets, t)
			}
		}
	}
	return targets, nil
}

// KnownCheck says whether there is a check of that ID or name.
func KnownCheck(name string) bool { return checks.Find(name) != nil }

// CheckNames are the IDs and the names of all checks.
func CheckNames() []string {
	var all []string
	for _, c := range checks.All {
		all = append(all, c.ID)
	}
	for _, c := range checks.All {
		all = append(all, c.Name)
	}
	return all
}
