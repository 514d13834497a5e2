package build

import (
	"slices"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/verify/flow"
)

// verify verifies the small project and returns the report of its program hello.
func (s *site) verify(wantIR bool) *flow.Report {
	s.t.Helper()
	reports, err := Builder{}.Verify(s.t.Context(), s.options())
	s.must(err)
	if len(reports) != 2 || reports[1].Program != "hello-1.0.3-wasi" {
		s.t.Fatalf("%d reports", len(reports))
	}
	made := false
	for _, e := range s.events {
		made = made || e.Kind == progress.Note && strings.Contains(e.Text, "have no IR yet")
	}
	if made != wantIR {
		s.t.Errorf("IR was made: %t, want %t", made, wantIR)
	}
	return reports[1]
}

// castProgram calls a function as what it is not, if it is put where main
// begins and the steps are called.
const castProgram = `static int shift(int n) { return n + 1; }
static void stay(int n) { (void)n; }
static void (*const steps[])(int) = {
	stay,
	(void (*)(int))shift,
};

int main(`

// A sound program is proven sound, with all of sockshim-c and against the
// module; a cast that is put in is found, down to its place; and a rule says
// why it does no harm until it is of no use.
func TestVerifyCalls(t *testing.T) {
	s := newRealSite(t)
	r := s.verify(true)
	if !r.Passed() {
		var b strings.Builder
		r.WriteText(&b)
		t.Fatal(b.String())
	}
	s.verify(false)

	s.edit("src/src/main_cli.c", "int main(", castProgram)
	s.edit("src/src/main_cli.c", "	greet(", "	steps[argc & 1](argc);\n	greet(")
	r = s.verify(true)
	if len(r.Findings) != 1 {
		t.Fatalf("%d findings", len(r.Findings))
	}
	// Both functions of the table, and the C library's own.
	if c := r.Coverage; c.Sites == 0 || c.Elements <= 2 || c.Compared != 2 {
		t.Errorf("coverage: %+v", *c)
	}
	var b strings.Builder
	r.WriteText(&b)
	for _, part := range []string{
		"error: call_indirect: mismatch\n",
		"function  src/main_cli.c:7 shift   has (i32)->(i32)   C: int (int)   table slot ",
		"call      src/main_cli.c:23:2 in main   expects (i32)->()",
		"by way of src/main_cli.c:9: steps (void (*const[])(int), (i32)->())",
		"1 other functions there have the right type",
		"cast      src/main_cli.c:11:2: cast from 'int (*)(int)' to 'void (*)(int)'",
	} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("no %q in\n%s", part, b.String())
		}
	}

	const rule = `schema: wlrbuild.flow-rules/v1
rules:
  - id: steps
    cell: steps
    functions: [shift]
    taken: [elsewhere]
    why: the test says so
`
	s.write("recipes/calls/hello.yaml", rule)
	s.loadRecipes()
	if r = s.verify(false); !r.Passed() || r.Assumed["steps"] != 1 {
		t.Errorf("with a rule: findings %v, problems %v, assumed %v", r.Findings, r.Problems, r.Assumed)
	}
}

// A build that leaves out the check of the calls has no proof, and says so.
func TestSkipCalls(t *testing.T) {
	t.Parallel()
	s := newRealSite(t)
	s.build()
	if a := s.metadata().Builds[0].Artifacts[0]; a.Calls == nil || a.Calls.Coverage.Sites == 0 {
		t.Errorf("calls: %+v", a.Calls)
	}
	s.edit("src/src/main_cli.c", "int main(", castProgram)
	s.edit("src/src/main_cli.c", "	greet(", "	if (argc > 9) steps[argc & 1](argc);\n	greet(")
	s.fails(s.tryBuild(), diag.Findings, "--skip calls")
	o := s.options()
	o.Skip = []string{stepCalls}
	s.must(Builder{}.Build(t.Context(), o))
	if a := s.metadata().Builds[0].Artifacts[0]; a.Calls != nil || a.Lint == nil || a.Verified == nil {
		t.Errorf("calls: %+v, lint: %+v, verified: %+v", a.Calls, a.Lint, a.Verified)
	}
}

// What can be skipped are steps.
func TestChecks(t *testing.T) {
	for _, name := range cli.Checks {
		if !slices.ContainsFunc(Builder{}.Steps(), func(d cli.StepDoc) bool { return d.Name == name }) {
			t.Errorf("no step is called %s", name)
		}
	}
}
