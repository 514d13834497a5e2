package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

const (
	tailLines = 20       // how many lines a failure shows
	maxShown  = 500      // how much of each: link commands are tens of kilobytes
	maxLine   = 64 << 10 // what is longer is cut into lines
)

// errorLine finds the line of a compiler's, configure's or linker's output
// that most likely says why all others follow. It takes "x.c:1: error: …" and
// "configure: error: …", but not "checking for -Werror: yes".
var errorLine = regexp.MustCompile(`(?i)(^|[^[:alnum:]_-])error:`)

// Log appends to the log file of a step, sends every line to the display, and
// remembers what a failure must show. Lines reach the file whole, so several
// Logs of one step can be written at once.
type Log struct {
	step   string
	events progress.Sink

	mu         sync.Mutex
	file       *os.File
	partial    []byte
	err        error
	count      int
	tail       []string // the last tailLines lines
	firstError string
	full       bool // the disk is, according to a line or a write
}

// OpenLog opens the log of a step that does some of its work in Go. The caller
// closes it.
func (s *State) OpenLog(step string) (*Log, error) {
	l, err := s.openLog(step)
	if err != nil {
		return nil, fmt.Errorf("open the log of step %q: %w", step, err)
	}
	return l, nil
}

func (s *State) openLog(step string) (*Log, error) {
	path := s.LogPath(step)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return nil, err
	}
	return &Log{step: step, events: s.Events, file: f}, nil
}

// Write never fails: a command must not die of a log that cannot be written.
// Close reports what went wrong.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partial = append(l.partial, p...)
	end := bytes.LastIndexByte(l.partial, '\n') + 1
	if end == 0 && len(l.partial) >= maxLine {
		l.partial = append(l.partial, '\n')
		end = len(l.partial)
	}
	l.emit(l.partial[:end])
	l.partial = append(l.partial[:0], l.partial[end:]...)
	return len(p), nil
}

// Close ends an unfinished line and returns the first error of writing.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.partial) > 0 {
		l.emit(append(l.partial, '\n'))
		l.partial = nil
	}
	if err := l.file.Close(); l.err == nil {
		l.err = err
	}
	return l.err
}

// emit handles whole lines.
func (l *Log) emit(lines []byte) {
	if len(lines) == 0 {
		return
	}
	l.write(lines)
	for line := range strings.Lines(string(lines)) {
		text := strings.TrimSuffix(line, "\n")
		l.events.Send(progress.Event{Kind: progress.Output, Step: l.step, Text: text})
		text = cut(progress.Clean(text), maxShown)
		if len(l.tail) == tailLines {
			l.tail = append(l.tail[:0], l.tail[1:]...)
		}
		l.tail = append(l.tail, text)
		l.count++
		if l.firstError == "" && errorLine.MatchString(text) {
			l.firstError = text
		}
		if strings.Contains(strings.ToLower(text), "no space left on device") {
			l.full = true
		}
	}
}

// write writes to the file only.
func (l *Log) write(p []byte) {
	if l.err != nil {
		return
	}
	if _, l.err = l.file.Write(p); errors.Is(l.err, unix.ENOSPC) {
		l.full = true
	}
}

// excerpt is the part of a failure's footer that the log knows.
func (l *Log) excerpt() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	if l.firstError != "" {
		fmt.Fprintf(&b, "first error: %s\n", l.firstError)
	}
	switch {
	case l.count == 0:
		b.WriteString("(it printed nothing)\n")
	case l.count > len(l.tail):
		fmt.Fprintf(&b, "last %d of %d lines:\n", len(l.tail), l.count)
	default:
		b.WriteString("output:\n")
	}
	for _, line := range l.tail {
		fmt.Fprintf(&b, "| %s\n", line)
	}
	return b.String()
}
