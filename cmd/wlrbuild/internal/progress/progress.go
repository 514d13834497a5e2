// Package progress carries what happens during a build from where it happens
// to whoever watches: one stream of events and four displays of it. A person
// at a terminal gets a live line, a CI log gets plain lines, a program gets
// NDJSON, and who wants nothing gets nothing.
package progress

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"
)

// Kind says what an Event reports.
type Kind string

// The kinds of events. Start and End frame the stream and are made by the
// display itself; everything between comes from the build.
const (
	Start      Kind = "start"       // first line of the JSON display: names the schema
	StepStart  Kind = "step-start"  // Step began
	StepDone   Kind = "step-done"   // Step ended well after Duration; its output is Key
	StepCached Kind = "step-cached" // Step was not run: its output Key is in the cache
	StepFailed Kind = "step-failed" // Step ended after Duration with Text as error
	Output     Kind = "output"      // Text is a line a command of Step printed
	Note       Kind = "note"        // Text is a sentence for the person watching
	Download   Kind = "download"    // Bytes of Total of Text are here; the last one has Bytes == Total
	End        Kind = "end"         // last line of the JSON display: Duration of everything
)

// Event is one thing that happened. Only Kind is mandatory.
type Event struct {
	Time     time.Time // when; the display fills it in if zero
	Kind     Kind
	Step     string
	Text     string
	Duration time.Duration
	Bytes    int64  // of a download: how much is here
	Total    int64  // of a download: how much there is, 0 if not known yet
	Key      string // digest of the step's inputs in hex
	Log      string // path of the step's log
}

// Sink takes events. It may be called from several goroutines at once.
type Sink func(Event)

// Send hands e over. A nil Sink takes nothing, so that whoever reports need
// not ask whether someone listens.
func (s Sink) Send(e Event) {
	if s != nil {
		s(e)
	}
}

// Notef sends a Note.
func (s Sink) Notef(step, format string, args ...any) {
	s.Send(Event{Kind: Note, Step: step, Text: fmt.Sprintf(format, args...)})
}

// Display shows events.
type Display interface {
	// Send shows e. It is safe for concurrent use.
	Send(e Event)
	// Close shows what is due at the end, stops the display and returns the
	// first error that writing gave. Nothing may be sent afterwards.
	Close() error
}

// Modes are the values of --progress.
var Modes = []string{"auto", "tty", "plain", "json", "quiet"}

// Colors are the values of --color.
var Colors = []string{"auto", "always", "never"}

// Options say where and how events are shown.
type Options struct {
	Mode  string // one of Modes; "" is "auto"
	Color string // one of Colors; "" is "auto"
	Out   io.Writer
	// Getenv, Now and Width are the environment, the clock and the terminal's
	// width in columns; nil means the real ones.
	Getenv func(string) string
	Now    func() time.Time
	Width  func() int
}

// New starts a display. An error says which value of Mode or Color is unknown
// and what is allowed.
func New(o Options) (Display, error) {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Width == nil {
		o.Width = func() int { return terminalWidth(o.Out) }
	}
	o.Mode, o.Color = orAuto(o.Mode), orAuto(o.Color)
	if !slices.Contains(Modes, o.Mode) {
		return nil, fmt.Errorf("unknown progress display %q: it is one of %s", o.Mode, strings.Join(Modes, ", "))
	}
	if !slices.Contains(Colors, o.Color) {
		return nil, fmt.Errorf("unknown color mode %q: it is one of %s", o.Color, strings.Join(Colors, ", "))
	}
	terminal := IsTerminal(o.Out)
	switch chooseMode(o.Mode, terminal, o.Getenv) {
	case "tty":
		d := newTTY(o, UseColor(o.Color, terminal, o.Getenv))
		d.animate()
		return d, nil
	case "json":
		return newJSON(o), nil
	case "quiet":
		return quiet{}, nil
	default:
		return newPlain(o), nil
	}
}

func orAuto(s string) string {
	if s == "" {
		return "auto"
	}
	return s
}

// chooseMode resolves "auto": a live line needs a terminal that can erase one,
// and a CI system that offers a terminal still shows a log.
func chooseMode(mode string, terminal bool, getenv func(string) string) string {
	if mode != "auto" {
		return mode
	}
	ci := getenv("CI")
	if terminal && getenv("TERM") != "dumb" && (ci == "" || ci == "false" || ci == "0") {
		return "tty"
	}
	return "plain"
}

// UseColor decides on colour: the flag, then NO_COLOR, then FORCE_COLOR, then
// whether it is a terminal that knows colours. See https://no-color.org/.
func UseColor(flag string, terminal bool, getenv func(string) string) bool {
	switch {
	case flag == "always":
		return true
	case flag == "never", getenv("NO_COLOR") != "":
		return false
	}
	if force := getenv("FORCE_COLOR"); force != "" {
		return force != "0" && force != "false"
	}
	return terminal && getenv("TERM") != "dumb"
}

// IsTerminal says whether w is a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// terminalWidth is 80 for what is not a terminal, or does not tell.
func terminalWidth(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return 80
}

// FormatDuration is d as a person reads it: 0.3s, 12.1s, 4m02s, 1h02m.
func FormatDuration(d time.Duration) string {
	switch {
	case d < time.Minute-50*time.Millisecond: // what would round to 60.0s is a minute
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Hour-500*time.Millisecond:
		d = d.Round(time.Second)
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	default:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	}
}

// FormatBytes is n as a person reads it: 512 B, 1.2 kB, 45.6 MB.
func FormatBytes(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	value, unit := float64(n)/1000, 0
	for value >= 999.95 && unit < 3 {
		value, unit = value/1000, unit+1
	}
	return fmt.Sprintf("%.1f %cB", value, "kMGT"[unit])
}
