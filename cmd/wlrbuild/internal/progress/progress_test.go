package progress

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// clock is a time that only moves when told to.
type clock struct{ now time.Time }

func newClock() *clock {
	return &clock{time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time          { return c.now }
func (c *clock) advance(d time.Duration) { c.now = c.now.Add(d) }

// play sends a build that has everything: a download before the steps, a cached
// step, notes, colours and carriage returns, a download inside a step, a
// failure. tick is called when a terminal's animation would be.
func play(c *clock, send func(Event), tick func()) {
	send(Event{Kind: Download, Step: "toolchain", Text: "clang.deb", Bytes: 0, Total: 45_600_000})
	c.advance(2 * time.Second)
	send(Event{Kind: Download, Step: "toolchain", Text: "clang.deb", Bytes: 12_300_000, Total: 45_600_000})
	tick()
	send(Event{Kind: Download, Step: "toolchain", Text: "clang.deb", Bytes: 45_600_000, Total: 45_600_000})
	tick()
	send(Event{Kind: Note, Text: "offline: using what the cache has"})
	c.advance(100 * time.Millisecond)
	send(Event{Kind: StepCached, Step: "source", Duration: 100 * time.Millisecond, Key: "aa11"})

	send(Event{Kind: StepStart, Step: "configure", Key: "bb22", Log: "/logs/configure.log"})
	c.advance(500 * time.Millisecond)
	send(Event{Kind: Output, Step: "configure", Text: "checking for gcc... \x1b[32myes\x1b[0m"})
	tick()
	send(Event{Kind: Download, Step: "configure", Text: "config.sub", Bytes: 500, Total: 1500})
	tick()
	send(Event{Kind: Download, Step: "configure", Text: "config.sub", Bytes: 1500, Total: 1500})
	c.advance(12 * time.Second)
	send(Event{Kind: StepDone, Step: "configure", Duration: 12500 * time.Millisecond, Key: "bb22"})

	send(Event{Kind: StepStart, Step: "compile", Key: "cc33"})
	send(Event{Kind: Output, Step: "compile", Text: " 10%\r 50%\rcc -DNAME=\"<php>\"\t-c Zend/zend_language_scanner.c -o Zend/zend_language_scanner.o\r"})
	c.advance(62 * time.Second)
	tick()
	send(Event{Kind: Note, Step: "compile", Text: "waiting for another wlrbuild"})
	c.advance(2 * time.Second)
	send(Event{Kind: StepFailed, Step: "compile", Duration: 64 * time.Second, Text: `step "compile": make: exit status 2`, Key: "cc33", Log: "/logs/compile.log"})
}

func TestDisplays(t *testing.T) {
	for _, name := range []string{"plain", "json", "quiet", "tty", "tty-color", "tty-narrow"} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			c := newClock()
			o := Options{Mode: name, Out: &out, Now: c.Now, Getenv: func(string) string { return "" }, Width: func() int { return 60 }}
			tick := func() {}
			var d Display
			if strings.HasPrefix(name, "tty") {
				if name == "tty-narrow" {
					o.Width = func() int { return 24 }
				}
				// Not animated: the test is the clock.
				tt := newTTY(o, name == "tty-color")
				tick = tt.draw
				d = tt
			} else {
				var err error
				if d, err = New(o); err != nil {
					t.Fatal(err)
				}
			}
			play(c, d.Send, tick)
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".golden", out.Bytes())
		})
	}
}

// golden compares with a file in which escapes and carriage returns can be
// read: "^[[2K", and a line break after every "\r".
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	got = []byte(strings.NewReplacer("\x1b", "^[", "\r", "\\r\n").Replace(string(got)))
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// screen is what a terminal shows of s, if the only controls are the newline,
// the carriage return and the erasure of a line. A line that reached the last
// column would have wrapped.
func screen(t *testing.T, s string, width int) []string {
	t.Helper()
	var lines []string
	for part := range strings.SplitSeq(s, "\n") {
		erased := strings.Split(part, "\r\x1b[2K")
		for _, e := range erased {
			if n := len([]rune(e)); n >= width {
				t.Errorf("%d columns in a terminal of %d: %q", n, width, e)
			}
		}
		lines = append(lines, erased[len(erased)-1])
	}
	return lines
}

func TestTTYLeavesOnlyRowsBehind(t *testing.T) {
	var out bytes.Buffer
	c := newClock()
	d := newTTY(Options{Out: &out, Now: c.Now, Width: func() int { return 60 }}, false)
	play(c, d.Send, d.draw)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"  offline: using what the cache has",
		"  step               status     time",
		"✓ source             cached     0.1s",
		"✓ configure          done      12.5s",
		"  waiting for another wlrbuild",
		"✗ compile            failed    1m04s",
		"  total                        1m19s",
		"",
	}
	if diff := cmp.Diff(want, screen(t, out.String(), 60)); diff != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
}

func TestTTYAnimates(t *testing.T) {
	var out lockedBuffer
	d, err := New(Options{Mode: "tty", Color: "never", Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	d.Send(Event{Kind: StepStart, Step: "compile"})
	d.Send(Event{Kind: Output, Step: "compile", Text: "cc -c a.c"})
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(out.String(), "cc -c a.c") {
		if time.Now().After(deadline) {
			t.Fatalf("the last output line never appeared: %q", out.String())
		}
		time.Sleep(refresh / 4)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	closed := out.String()
	time.Sleep(2 * refresh)
	if out.String() != closed {
		t.Error("drawn after Close")
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestJSONFrame(t *testing.T) {
	var out bytes.Buffer
	d, err := New(Options{Mode: "json", Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	// Bytes a command may print are no reason for a line that is not JSON.
	d.Send(Event{Kind: Output, Step: "s", Text: "a\xff\x00\nb"})
	d.Close()
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines, want 3: %q", len(lines), lines)
	}
	var first, last struct{ Schema, Kind string }
	for i, v := range map[int]any{0: &first, 1: new(any), 2: &last} {
		if err := json.Unmarshal([]byte(lines[i]), v); err != nil {
			t.Errorf("line %d: %v", i, err)
		}
	}
	if first.Schema != Schema || first.Kind != "start" || last.Kind != "end" {
		t.Errorf("framed by %+v and %+v", first, last)
	}
}

func TestNew(t *testing.T) {
	for _, tt := range []struct {
		o    Options
		want string
	}{
		{Options{Mode: "fancy"}, `unknown progress display "fancy": it is one of auto, tty, plain, json, quiet`},
		{Options{Color: "red"}, `unknown color mode "red": it is one of auto, always, never`},
	} {
		if _, err := New(tt.o); err == nil || err.Error() != tt.want {
			t.Errorf("New(%+v): %v, want %s", tt.o, err, tt.want)
		}
	}
}

func env(vars string) func(string) string {
	return func(name string) string {
		for kv := range strings.FieldsSeq(vars) {
			if v, ok := strings.CutPrefix(kv, name+"="); ok {
				return v
			}
		}
		return ""
	}
}

func TestChooseMode(t *testing.T) {
	for _, tt := range []struct {
		mode     string
		terminal bool
		env      string
		want     string
	}{
		{"auto", true, "", "tty"},
		{"auto", true, "TERM=xterm CI=false", "tty"},
		{"auto", true, "TERM=dumb", "plain"},
		{"auto", true, "CI=true", "plain"},
		{"auto", false, "", "plain"},
		{"tty", false, "CI=true", "tty"},
		{"json", true, "", "json"},
		{"quiet", true, "", "quiet"},
	} {
		if got := chooseMode(tt.mode, tt.terminal, env(tt.env)); got != tt.want {
			t.Errorf("%s, terminal %v, %q: %s, want %s", tt.mode, tt.terminal, tt.env, got, tt.want)
		}
	}
}

func TestUseColor(t *testing.T) {
	for _, tt := range []struct {
		flag     string
		terminal bool
		env      string
		want     bool
	}{
		{"auto", true, "", true},
		{"auto", false, "", false},
		{"auto", true, "TERM=dumb", false},
		{"auto", true, "NO_COLOR=1", false},
		{"auto", true, "NO_COLOR=1 FORCE_COLOR=1", false},
		{"auto", false, "FORCE_COLOR=1", true},
		{"auto", true, "FORCE_COLOR=0", false},
		{"always", false, "NO_COLOR=1", true},
		{"never", true, "FORCE_COLOR=1", false},
	} {
		if got := UseColor(tt.flag, tt.terminal, env(tt.env)); got != tt.want {
			t.Errorf("%s, terminal %v, %q: %v, want %v", tt.flag, tt.terminal, tt.env, got, tt.want)
		}
	}
}

func TestFormat(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0.0s": 0, "0.3s": 349 * time.Millisecond, "59.9s": 59949 * time.Millisecond, "1m00s": 59950 * time.Millisecond,
		"4m02s": 4*time.Minute + 2400*time.Millisecond, "1h00m": 59*time.Minute + 59500*time.Millisecond, "25h02m": 25*time.Hour + 2*time.Minute,
	} {
		if got := FormatDuration(d); got != want {
			t.Errorf("FormatDuration(%v) = %s, want %s", d, got, want)
		}
	}
	for want, n := range map[string]int64{
		"0 B": 0, "999 B": 999, "1.0 kB": 1000, "45.6 MB": 45_600_000, "1.0 MB": 999_950, "2.5 GB": 2_500_000_000, "1234.5 TB": 1_234_500_000_000_000,
	} {
		if got := FormatBytes(n); got != want {
			t.Errorf("FormatBytes(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                       "plain",
		"tab\there":                   "tab here",
		"\x1b[1;31merror:\x1b[0m bad": "error: bad",
		"\x1b]0;title\x07text":        "text",
		"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\": "link",
		"\x1b(Bcharset":        "charset",
		"cut off \x1b":         "cut off ",
		"10%\r20%\r":           "20%",
		"bell\a and \u009bCSI": "bell and CSI",
		"naïve ✓":              "naïve ✓",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFit(t *testing.T) {
	for _, tt := range []struct {
		s     string
		width int
		want  string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"", 0, ""},
		{"abc", 0, "…"},
		{"日本", 4, "日本"},
		{"日本語", 4, "日…"},
		{"日本", 1, "…"},
	} {
		if got := fit(tt.s, tt.width); got != tt.want {
			t.Errorf("fit(%q, %d) = %q, want %q", tt.s, tt.width, got, tt.want)
		}
	}
}

type brokenWriter struct{ n int }

var errBroken = errors.New("broken")

func (b *brokenWriter) Write([]byte) (int, error) { b.n++; return 0, errBroken }

func TestWriteErrorsWaitForClose(t *testing.T) {
	for _, mode := range []string{"plain", "json", "tty"} {
		w := &brokenWriter{}
		d, err := New(Options{Mode: mode, Out: w})
		if err != nil {
			t.Fatal(err)
		}
		play(newClock(), d.Send, func() {})
		if err := d.Close(); !errors.Is(err, errBroken) {
			t.Errorf("%s: Close: %v", mode, err)
		}
		if w.n != 1 {
			t.Errorf("%s: %d writes to a broken writer", mode, w.n)
		}
	}
}

func TestNilSink(t *testing.T) {
	var s Sink
	s.Notef("step", "nobody %s", "listens")
	got := Event{}
	s = func(e Event) { got = e }
	s.Notef("step", "somebody %s", "listens")
	if got.Kind != Note || got.Step != "step" || got.Text != "somebody listens" {
		t.Errorf("got %+v", got)
	}
}

func TestConcurrentSend(t *testing.T) {
	for _, mode := range []string{"plain", "json", "tty"} {
		var out lockedBuffer
		d, err := New(Options{Mode: mode, Out: &out})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { play(newClock(), d.Send, func() {}) })
		}
		wg.Wait()
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}
