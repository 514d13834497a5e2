package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// streams runs testdata/php/servers/streams.php, which asks a development server
// of the same PHP too.
func (p *servingPHP) streams(t *testing.T) {
	s := p.start(t, "php", nil, nil, "-S", p.address(t, "127.0.0.1"))
	p.script(t, "streams.php", s.started(`\((http://.*)\) started`))
}

// script runs a script of testdata/php/servers, whose output has to be that of
// native PHP.
func (p *servingPHP) script(t *testing.T, name string, args ...string) {
	t.Helper()
	got := p.output(t, name, args...)
	t.Logf("%s", got)
	if p.native == nil {
		return
	}
	if diff := cmp.Diff(p.native.output(t, name, args...), got); diff != "" {
		t.Errorf("differs from native (-native +%s):\n%s", p.name, diff)
	}
}

// output runs a script in a directory of its own.
func (p *servingPHP) output(t *testing.T, name string, args ...string) string {
	t.Helper()
	s := p.newServer(t)
	text, err := os.ReadFile(filepath.Join("testdata/php/servers", name))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	argv := append(s.args(), "-d", "mysqli.allow_local_infile=1", path)
	s.run(exec.Command(p.programs["php"], append(argv, args...)...), nil)
	select {
	case err := <-s.ended:
		if err != nil {
			t.Errorf("%s ended with %v", name, err)
		}
	case <-time.After(5 * time.Minute):
		t.Errorf("%s did not end", name)
		s.stop()
	}
	// The directory is another each time.
	return string(bytes.ReplaceAll([]byte(s.output.String()), []byte(s.dir), []byte("DIR")))
}
