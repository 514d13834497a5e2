package progress

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
	"unicode"
)

// Schema names the JSON display's format. Fields and kinds may be added under
// it; none is removed and none changes its meaning.
const Schema = "wlrbuild.progress/v1"

// output is the shared part of displays: a lock, and a writer whose first
// error is kept for Close instead of stopping a build that goes well.
type output struct {
	mu    sync.Mutex
	w     io.Writer
	err   error
	now   func() time.Time
	start time.Time
}

func newOutput(o Options) output {
	return output{w: o.Out, now: o.Now, start: o.Now()}
}

func (o *output) printf(format string, args ...any) {
	if o.err == nil {
		_, o.err = fmt.Fprintf(o.w, format, args...)
	}
}

// quiet shows nothing: the error at the end is the command line's to print.
type quiet struct{}

func (quiet) Send(Event)   {}
func (quiet) Close() error { return nil }

// plain writes a line per event, each with its step so that a log can be
// searched, and a table of the steps at the end.
type plain struct {
	output
	rows []Event
}

func newPlain(o Options) *plain { return &plain{output: newOutput(o)} }

func (p *plain) Send(e Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	label := ""
	if e.Step != "" {
		label = "[" + e.Step + "] "
	}
	switch e.Kind {
	case StepStart:
		p.printf("%sstarted\n", label)
	case StepDone:
		p.printf("%sdone in %s\n", label, FormatDuration(e.Duration))
	case StepCached:
		p.printf("%scached\n", label)
	case StepFailed:
		p.printf("%sfailed after %s\n", label, FormatDuration(e.Duration))
	case Output:
		p.printf("%s%s\n", label, Clean(e.Text))
	case Note:
		p.printf("%snote: %s\n", label, Clean(e.Text))
	case Download:
		if e.Bytes == e.Total {
			p.printf("%sdownloaded %s (%s)\n", label, Clean(e.Text), FormatBytes(e.Total))
		}
	}
	if status(e.Kind) != "" {
		p.rows = append(p.rows, e)
	}
}

func (p *plain) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.rows) == 0 || p.err != nil {
		return p.err
	}
	t := tabwriter.NewWriter(p.w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "\nstep\tstatus\ttime")
	for _, e := range p.rows {
		fmt.Fprintf(t, "%s\t%s\t%s\n", e.Step, status(e.Kind), FormatDuration(e.Duration))
	}
	fmt.Fprintf(t, "total\t\t%s\n", FormatDuration(p.now().Sub(p.start)))
	p.err = t.Flush()
	return p.err
}

// status is the word for how a step ended, "" for events that end none.
func status(k Kind) string {
	switch k {
	case StepDone:
		return "done"
	case StepCached:
		return "cached"
	case StepFailed:
		return "failed"
	}
	return ""
}

// escape is a terminal control sequence: CSI, OSC or a short one, see ECMA-48.
var escape = regexp.MustCompile(`\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[ -/]*[0-~])?`)

// Clean is what is left of a line a command printed when it may not move the
// cursor or set colours: the part after the last carriage return, without
// escape sequences and control characters.
func Clean(s string) string {
	s = strings.TrimRight(s, "\r\n")
	s = s[strings.LastIndexByte(s, '\r')+1:]
	s = escape.ReplaceAllString(s, "")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}

// jsonLines writes an object per line. The first has the schema, the last is
// of kind "end": a stream without it was cut off.
type jsonLines struct {
	output
	enc *json.Encoder
}

// line is an Event in JSON.
type line struct {
	Schema     string `json:"schema,omitempty"`
	Time       string `json:"time"`
	Kind       Kind   `json:"kind"`
	Step       string `json:"step,omitempty"`
	Text       string `json:"text,omitempty"`
	DurationMS *int64 `json:"duration_ms,omitempty"` // of events that end something
	Bytes      int64  `json:"bytes,omitempty"`
	Total      int64  `json:"total,omitempty"`
	Key        string `json:"key,omitempty"`
	Log        string `json:"log,omitempty"`
}

func newJSON(o Options) *jsonLines {
	j := &jsonLines{output: newOutput(o), enc: json.NewEncoder(o.Out)}
	j.enc.SetEscapeHTML(false)
	j.write(line{Schema: Schema, Kind: Start}, j.start)
	return j
}

func (j *jsonLines) write(l line, t time.Time) {
	l.Time = t.UTC().Format("2006-01-02T15:04:05.000Z")
	if j.err == nil {
		j.err = j.enc.Encode(l)
	}
}

func (j *jsonLines) Send(e Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if e.Time.IsZero() {
		e.Time = j.now()
	}
	l := line{Kind: e.Kind, Step: e.Step, Text: e.Text, Bytes: e.Bytes, Total: e.Total, Key: e.Key, Log: e.Log}
	if status(e.Kind) != "" {
		l.DurationMS = new(e.Duration.Milliseconds())
	}
	j.write(l, e.Time)
}

func (j *jsonLines) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.now()
	j.write(line{Kind: End, DurationMS: new(now.Sub(j.start).Milliseconds())}, now)
	return j.err
}
