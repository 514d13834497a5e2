package progress

import (
	"fmt"
	"strings"
	"time"
)

// refresh is how often the live line is drawn: often enough for a moving
// clock, seldom enough not to flicker or to cost a build anything.
const refresh = 100 * time.Millisecond

// tty writes a row per finished step, which together are the table of the
// build, and below them one live line that is erased and drawn again: the
// running step, its elapsed time and the last line it printed.
type tty struct {
	output
	width func() int
	color bool
	rows  int
	drawn bool // the live line is on the screen

	step    string // label of the live line, "" for none
	running bool   // step is a running step, not a download between steps
	text    string // last thing heard from it
	since   time.Time

	stop    chan struct{} // closed by Close
	stopped chan struct{} // closed when the animation has ended; nil without one
}

func newTTY(o Options, color bool) *tty {
	return &tty{output: newOutput(o), width: o.Width, color: color, stop: make(chan struct{})}
}

// animate keeps the clock of the live line going until Close.
func (t *tty) animate() {
	t.stopped = make(chan struct{})
	go func() {
		defer close(t.stopped)
		tick := time.NewTicker(refresh)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				t.mu.Lock()
				t.draw()
				t.mu.Unlock()
			case <-t.stop:
				return
			}
		}
	}()
}

func (t *tty) Send(e Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e.Kind {
	case StepStart:
		t.live(e.Step, "")
		t.running = true
		t.draw()
	case StepDone, StepCached, StepFailed:
		t.row(e)
		t.step, t.running = "", false
	case Output:
		t.text = e.Text // shown by the next tick: commands print faster than eyes read
	case Note:
		t.erase()
		t.printf("%s\n", t.paint(dim, "  "+Clean(e.Text)))
		t.draw()
	case Download:
		t.download(e)
	}
}

func (t *tty) live(step, text string) {
	t.step, t.text, t.since = step, text, t.now()
}

// download shows one on the live line of the running step. Between steps it
// has the line to itself until it is complete.
func (t *tty) download(e Event) {
	text := e.Text + " " + FormatBytes(e.Bytes)
	if e.Total > 0 {
		text += " of " + FormatBytes(e.Total)
	}
	label := e.Step
	if label == "" {
		label = "download"
	}
	switch {
	case t.running:
		t.text = text
	case e.Bytes == e.Total:
		t.erase()
		t.step = ""
	case t.step != label:
		t.live(label, text)
		t.draw()
	default:
		t.text = text
	}
}

func (t *tty) row(e Event) {
	mark := map[Kind]string{StepDone: t.paint(green, "✓"), StepCached: t.paint(dim, "✓"), StepFailed: t.paint(red, "✗")}[e.Kind]
	t.erase()
	if t.rows == 0 {
		t.printf("%s\n", t.paint(dim, columns(" ", "step", "status", "time")))
	}
	t.rows++
	t.printf("%s\n", columns(mark, e.Step, status(e.Kind), FormatDuration(e.Duration)))
}

func columns(mark, step, status, time string) string {
	return fmt.Sprintf("%s %-18s %-6s %8s", mark, step, status, time)
}

// Close erases the live line and ends the table.
func (t *tty) Close() error {
	close(t.stop)
	if t.stopped != nil {
		<-t.stopped
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.erase()
	if t.rows > 0 {
		t.printf("%s\n", columns(" ", "total", "", FormatDuration(t.now().Sub(t.start))))
	}
	return t.err
}

// draw puts the live line on the screen, without a newline so that erase can
// take it away again.
func (t *tty) draw() {
	if t.step == "" {
		return
	}
	t.erase()
	head := fmt.Sprintf("%-18s %6s", t.step, FormatDuration(t.now().Sub(t.since)))
	// A line as wide as the terminal wraps on some, and could not be erased.
	line := fit("▸ "+head+"  "+Clean(t.text), t.width()-1)
	if rest, ok := strings.CutPrefix(line, "▸ "+head); ok {
		line = "▸ " + head + t.paint(dim, rest)
	}
	t.printf("%s", line)
	t.drawn = true
}

func (t *tty) erase() {
	if t.drawn {
		t.printf("\r\x1b[2K")
		t.drawn = false
	}
}

// SGR parameters, see ECMA-48 section 8.3.117.
const (
	dim   = "2"
	red   = "31"
	green = "32"
)

func (t *tty) paint(sgr, s string) string {
	if !t.color || strings.TrimSpace(s) == "" {
		return s
	}
	return "\x1b[" + sgr + "m" + s + "\x1b[0m"
}

// fit cuts s to width columns and marks the cut. What may be wide counts as
// two: a line that is too short does no harm, one that wraps stays for good.
func fit(s string, width int) string {
	used, cut := 0, 0
	for i, r := range s {
		w := 1
		if r >= 0x1100 {
			w = 2
		}
		if used < width {
			cut = i
		}
		if used += w; used > width {
			return s[:cut] + "…"
		}
	}
	return s
}
