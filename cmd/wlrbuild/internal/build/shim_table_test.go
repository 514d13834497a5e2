package build

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

var updateTable = flag.Bool("update-table", false, "write docs/sockets-table.md")

const tableFile = "../../../../docs/sockets-table.md"

// shimTable counts the checks of the conformance programs by function and host.
type shimTable struct {
	mu     sync.Mutex
	hosts  []string
	counts map[string]map[string]int // function → host → checks that came out as they should
	seen   map[string]int            // host → programs
}

// socketFunctions are those that a check can be about: its first word.
var socketFunctions = strings.Fields(`socket bind listen accept accept4 connect send recv sendto recvfrom sendmsg
	recvmsg shutdown getsockopt setsockopt getsockname getpeername socketpair poll select pselect getaddrinfo
	getnameinfo gethostbyname gethostbyaddr getservbyname getservbyport getprotobyname getprotobynumber
	inet_aton inet_addr inet_ntoa inet_ntop inet_pton dup dup2 dup3 fcntl read write readv writev close fstat`)

var firstWord = regexp.MustCompile(`^\w+`)

// add takes down what a program printed on a host.
func (s *shimTable) add(host string, o outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[host]++
	for _, m := range checkLine.FindAllStringSubmatch(o.stdout, -1) {
		failed, text := m[1] != "", m[2]
		name := firstWord.FindString(text)
		if failed || strings.Contains(text, "# SKIP") || !slices.Contains(socketFunctions, name) {
			continue
		}
		if s.counts[name] == nil {
			s.counts[name] = map[string]int{}
		}
		s.counts[name][host]++
	}
}

// String is the page with the table.
func (s *shimTable) String() string {
	var b strings.Builder
	b.WriteString("# Functions and engines\n\nThis page is written by `go test ./cmd/wlrbuild/internal/build -run 'TestShim$' -update-table`: do not edit it.\n" +
		"It has the functions that have to do with sockets and descriptors, and how many checks of each the programs in\n" +
		"`sockshim-c/test` make that come out as POSIX has it: on Linux, with its own C library, which is the oracle, and\n" +
		"on each engine, with the backend in parentheses. A test fails if a check does not come out so, unless it is in\n" +
		"the list of what an engine lacks; `preview1` has the calls that need sockets fail with the errno they should.\n\n| function |")
	for _, h := range s.hosts {
		fmt.Fprintf(&b, " %s |", h)
	}
	b.WriteString("\n|---|" + strings.Repeat("--:|", len(s.hosts)) + "\n")
	for _, name := range slices.Sorted(maps.Keys(s.counts)) {
		fmt.Fprintf(&b, "| `%s` |", name)
		for _, h := range s.hosts {
			if n := s.counts[name][h]; n > 0 {
				fmt.Fprintf(&b, " %d |", n)
			} else {
				b.WriteString(" |")
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// write writes the page if that is asked for and every program ran on every host.
// It is not compared with what is there: how many checks a program makes may
// depend on the machine, which has no IPv6, say. That they hold is judged anyway.
func (s *shimTable) write(t *testing.T, programs int) {
	if !*updateTable {
		return
	}
	for _, h := range s.hosts {
		if s.seen[h] != programs {
			t.Fatalf("%s ran %d of %d programs: the table would have gaps", h, s.seen[h], programs)
		}
	}
	if err := os.WriteFile(tableFile, []byte(s.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}
