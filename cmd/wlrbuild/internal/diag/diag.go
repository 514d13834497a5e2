// Package diag is the one shape of every error that a person sees: what was
// being done, to which object, where, why it went wrong and what to do next,
// together with the exit code that scripts can rely on.
package diag

import (
	"errors"
	"fmt"
	"strings"
)

// Code is an exit code of wlrbuild. The numbers are part of its interface:
// they never change their meaning.
type Code int

// The exit codes.
const (
	OK          Code = 0   // everything asked for was done
	Internal    Code = 1   // a defect in wlrbuild, or an error nobody foresaw
	Usage       Code = 2   // wrong command line, recipe, profile or configuration
	Preflight   Code = 3   // something the build needs is missing on this machine
	Source      Code = 4   // a source could not be had, or its digest is wrong
	Patch       Code = 5   // a patch or series does not fit
	Step        Code = 6   // a build step failed
	Findings    Code = 7   // lint or verify found something
	Run         Code = 8   // a run, a test or a verification run failed
	Interrupted Code = 130 // stopped by a signal
)

// Describe says in a few words what a code means; "" for an unknown one.
func Describe(c Code) string {
	for _, row := range Codes {
		if row.Code == c {
			return row.Text
		}
	}
	return ""
}

// Codes lists every exit code in order, for the documentation.
var Codes = []struct {
	Code Code
	Name string
	Text string
}{
	{OK, "ok", "everything asked for was done"},
	{Internal, "internal", "a defect in wlrbuild, or an error nobody foresaw"},
	{Usage, "usage", "wrong command line, recipe, profile or configuration"},
	{Preflight, "preflight", "something the build needs is missing on this machine"},
	{Source, "source", "a source could not be had, or its digest or signature is wrong"},
	{Patch, "patch", "a patch or series does not fit"},
	{Step, "step", "a build step failed"},
	{Findings, "findings", "lint or verify found something"},
	{Run, "run", "a run, a test or a verification run failed"},
	{Interrupted, "interrupted", "stopped by a signal"},
}

// Error is an error made to be read by a person. Op and Err are lower-case
// fragments; Error joins them as "op: err". Hint is a sentence that says what
// to do. Only Exit and Op are mandatory.
type Error struct {
	Exit Code
	Op   string // what was being done, to what: `apply patch "0001-x.patch"`
	Path string // file the error is in, if any
	Line int    // 1-based; 0 if unknown
	Col  int    // 1-based; 0 if unknown
	Err  error  // why
	Hint string // what to do about it
	Log  string // path of the log that has more, if any
	// Detail is shown below the message as it is: an excerpt of a recipe with
	// a caret, the last lines of a log, the expected and found lines of a hunk.
	Detail string
}

// Error is the message without hint, detail and log.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Path != "" {
		b.WriteString(e.Path)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d", e.Line)
			if e.Col > 0 {
				fmt.Fprintf(&b, ":%d", e.Col)
			}
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Op)
	if e.Err != nil {
		if e.Op != "" {
			b.WriteString(": ")
		}
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes an Error from a format for the reason; %w wraps.
func New(exit Code, op, format string, args ...any) *Error {
	return &Error{Exit: exit, Op: op, Err: fmt.Errorf(format, args...)}
}

// WithHint sets the hint and returns e.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// ExitCode is the code that err stands for: 0 for nil, the outermost Error's
// code if there is one, Internal otherwise.
func ExitCode(err error) Code {
	if err == nil {
		return OK
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Exit
	}
	return Internal
}

// Format is err as it is printed on stderr, hint, detail and log path
// included, ending in a newline.
func Format(err error) string {
	var b strings.Builder
	fmt.Fprintf(&b, "wlrbuild: %v\n", err)
	var e *Error
	if !errors.As(err, &e) {
		return b.String()
	}
	if e.Detail != "" {
		for line := range strings.Lines(strings.TrimRight(e.Detail, "\n") + "\n") {
			b.WriteString("  " + line)
		}
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, "hint: %s\n", e.Hint)
	}
	if e.Log != "" {
		fmt.Fprintf(&b, "log: %s\n", e.Log)
	}
	return b.String()
}
