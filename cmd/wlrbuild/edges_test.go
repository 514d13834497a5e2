package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/build"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/verify/flow"
)

// edgesVar says how many of PHP's own tests are run to see which functions their
// calls by address meet. A few show in every run of the tests that this still
// works; thousands, that the analysis of such calls has overlooked nothing:
//
//	WLR_E2E=1 WLR_EDGES=5000 go test -run TestEdges -timeout 60m ./cmd/wlrbuild
const edgesVar = "WLR_EDGES"

// TestEdges wants each of these calls to be among those that were predicted.
func TestEdges(t *testing.T) {
	if os.Getenv("WLR_E2E") != "1" {
		t.Skip("SKIPPED: builds PHP from source, several minutes; set WLR_E2E=1 to run it")
	}
	const name = "php-8.2"
	if only := os.Getenv("WLR_E2E_RECIPE"); only != "" && only != name {
		t.Skipf("WLR_E2E_RECIPE asks for %s alone", only)
	}
	var stdout, stderr bytes.Buffer
	args := []string{"verify", name, "--runtime", "wasi", "--edges", cmp.Or(os.Getenv(edgesVar), "60"), "--json", "--progress", "quiet"}
	if code := cli.Main(args, nil, &stdout, &stderr, os.Environ(), build.Builder{}); code != 0 {
		t.Errorf("wlrbuild %s: exit %d\n%s", strings.Join(args, " "), code, stderr.String())
	}
	var reports []*flow.Report
	if err := json.Unmarshal(stdout.Bytes(), &reports); err != nil || len(reports) == 0 {
		t.Fatalf("%v\n%s", err, stdout.String())
	}
	for _, r := range reports {
		var text strings.Builder
		r.WriteText(&text)
		t.Log("\n" + text.String())
		// No start of PHP meets fewer functions than that.
		if e := r.Edges; e == nil || e.Tests == 0 || e.Edges < 500 || e.Predicted < e.Edges {
			t.Errorf("%s: %+v", r.Program, e)
		}
	}
}
