package symbolize

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

var update = flag.Bool("update", false, "write the golden files")

// TestLogs explains what real engines printed when they ran destroy.wasm, which
// was made of destroy.c with
//
//	clang --target=wasm32-wasip1 -nostdlib --no-wasm-opt -g -O1 -Wno-cast-function-type
//	    -Wl,--no-entry,-z,stack-size=65536,--stack-first -o destroy.wasm destroy.c
func TestLogs(t *testing.T) {
	data, err := os.ReadFile("testdata/destroy.wasm")
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(data)
	if err != nil || len(m.Findings) > 0 {
		t.Fatal(err, m.Findings)
	}
	logs, err := filepath.Glob("testdata/*.log")
	if err != nil || len(logs) < 5 {
		t.Fatal(logs, err)
	}
	for _, file := range logs {
		t.Run(filepath.Base(file), func(t *testing.T) {
			log, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if _, err := New(m).Text(&got, bytes.NewReader(log)); err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".log") + ".golden"
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("it says\n%s", got.String())
			}
			// What matters does not depend on the golden files.
			for _, part := range []string{"destroy (i32)", "destroy.c:14:2"} {
				if !strings.Contains(got.String(), part) {
					t.Errorf("nothing of %s in\n%s", part, got.String())
				}
			}
			if strings.HasPrefix(filepath.Base(file), "wasmedge") && !strings.Contains(got.String(), "slot 1 holds func[2] list_free (i32) -> i32 at destroy.c:") {
				t.Errorf("the slot is not explained:\n%s", got.String())
			}
		})
	}
}

// TestLines are forms of lines that no log of testdata has.
func TestLines(t *testing.T) {
	data, err := os.ReadFile("testdata/destroy.wasm")
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	s := New(m)
	for _, c := range []struct{ line, want string }{
		{"    0:     0x6a - destroy.wasm!destroy", "func[0] destroy (i32) at destroy.c:14:2"},
		{"#00: 0x006a - destroy", "func[0] destroy (i32) at destroy.c:14:2"},
		{"\t.$0(i32)", "func[0] destroy (i32) at destroy.c:13"},
		{"    at destroy (wasm://wasm/9622f136:wasm-function[0]:0x6a)", "func[0] destroy (i32) at destroy.c:14:2"},
		{"main.go:12: an error (offset 0xffffff)", ""},
		{"error: something(i32) went wrong", ""},
		{"wasm stack trace:", ""},
	} {
		got := s.line(c.line)
		if c.want == "" && got != nil || c.want != "" && (got == nil || !strings.HasPrefix(got[0], c.want)) {
			t.Errorf("%q: %q, want %q", c.line, got, c.want)
		}
	}
}
