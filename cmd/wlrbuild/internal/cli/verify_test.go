package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/flow"
)

// TestVerify checks what is printed of a report and the exit code that says
// whether it is a proof.
func TestVerify(t *testing.T) {
	proof := &flow.Report{Program: "php", Verdicts: map[flow.Verdict]int{flow.Proven: 7, flow.Dead: 1}}
	finding := &flow.Report{
		Program: "php", Verdicts: map[flow.Verdict]int{flow.Mismatch: 1},
		Findings: []flow.ReportFinding{{
			Verdict:  flow.Mismatch,
			Function: flow.ReportedFunc{Name: "zend_list_free", Pos: "Zend/zend_list.c:56", Type: "(i32)->(i32)", C: "int (zend_resource *)"},
			Slots:    []int{1988},
			Calls: []flow.ReportCall{{
				Verdict: flow.Mismatch, Pos: "Zend/zend_variables.c:57:2", In: "rc_dtor_func", Type: "(i32)->()", Matches: 6,
				Path: []flow.ReportStep{{Pos: "Zend/zend_variables.c:39", Cell: "zend_rc_dtor_func", Type: "(i32)->()", C: "zend_rc_dtor_func_t"}},
			}},
			Cast: &flow.Cast{Pos: "Zend/zend_variables.c:49:24", Text: "cast from 'int (*)(zend_resource *)'"},
			Fix:  &flow.Fix{Patch: "0001-zend-variables.patch", Refused: "it has no result, and int is wanted"},
		}},
	}
	problem := &flow.Report{Program: "php", Problems: []flow.Problem{{Kind: "rule", Text: "calls/php.yaml:8: rule \"x\": discharges nothing"}}}
	missed := &flow.Report{Program: "php", Edges: &flow.Edges{
		Tests: 3, Runs: 4, Edges: 10, Predicted: 9, Possible: 12,
		Sites: map[flow.Grain]int{flow.ByColumn: 8}, Executed: map[flow.Grain]int{flow.ByColumn: 5},
		Missed: []flow.MissedEdge{{
			Pos: "Zend/zend_variables.c:57:2", In: "rc_dtor_func", Grain: flow.ByColumn, Type: "(i32)->()",
			Callee: "zend_list_free", Slot: 1988, Script: "Zend/tests/list.php",
		}},
	}}
	for _, tt := range []struct {
		name   string
		report *flow.Report
		code   int
		stdout []string
	}{
		{"a proof", proof, 0, []string{"php: 8 calls by address in the IR: 1 dead hook, 7 proven\n"}},
		{"a finding", finding, 7, []string{
			"error: call_indirect: mismatch\n",
			"  function  Zend/zend_list.c:56 zend_list_free   has (i32)->(i32)   C: int (zend_resource *)   table slot 1988\n",
			"  call      Zend/zend_variables.c:57:2 in rc_dtor_func   expects (i32)->()\n",
			"  by way of Zend/zend_variables.c:39: zend_rc_dtor_func (zend_rc_dtor_func_t, (i32)->())\n",
			"  cast      Zend/zend_variables.c:49:24: cast from 'int (*)(zend_resource *)'\n",
			"  fix       0001-zend-variables.patch\n",
			"  no fix    it has no result, and int is wanted\n",
		}},
		{"a call that was not predicted", missed, 7, []string{
			"error: call_indirect: not predicted\n",
			"  call      Zend/zend_variables.c:57:2 in rc_dtor_func   expects (i32)->()   known by column\n",
			"  function  zend_list_free   table slot 1988\n",
			"  script    Zend/tests/list.php\n",
			"php: 3 tests, of which 0 differ unexpectedly; 4 runs of it, of which 0 were cut short\n",
			"php: 10 edges executed, 9 of them predicted, out of 12\n",
		}},
		{"a problem", problem, 7, []string{"error: rule: calls/php.yaml:8: rule \"x\": discharges nothing\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &recorder{verified: []*flow.Report{tt.report}}
			code, stdout, stderr := run(t, b, "verify", "php-8.2")
			if code != tt.code {
				t.Errorf("exit code %d, want %d; stderr %q", code, tt.code, stderr)
			}
			for _, part := range tt.stdout {
				if !strings.Contains(stdout, part) {
					t.Errorf("stdout lacks %q:\n%s", part, stdout)
				}
			}
			_, stdout, _ = run(t, b, "verify", "php-8.2", "--json")
			var reports []flow.Report
			if err := json.Unmarshal([]byte(stdout), &reports); err != nil || len(reports) != 1 || reports[0].Program != "php" {
				t.Errorf("JSON: %v\n%s", err, stdout)
			}
		})
	}
}

// TestVerifyFix checks what --fix asks of the builder, and that one runtime is
// enough for it.
func TestVerifyFix(t *testing.T) {
	b := &recorder{}
	if code, _, stderr := run(t, b, "verify", "php-8.2", "--fix", "more"); code != 0 || len(b.asked) != 1 || b.asked[0].Fix != "more" {
		t.Errorf("exit code %d, asked for %+v; stderr %q", code, b.asked, stderr)
	}
	code, _, stderr := run(t, b, "verify", "php-8.2", "--fix", "more", "--runtime", "wasi", "--runtime", "wasmedge")
	if code != 2 || !strings.Contains(stderr, "--fix is for one runtime at a time") {
		t.Errorf("exit code %d; stderr %q", code, stderr)
	}
}
