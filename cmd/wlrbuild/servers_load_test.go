package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What servers are put under takes little time in every run of the tests, and as
// long as one wants with these variables: how many requests, and for how long.
//
//	WLR_E2E=1 WLR_SERVED=compiled WLR_LOAD=10000 WLR_FAULTS=60s go test -run TestServers -timeout 60m ./cmd/wlrbuild
const (
	loadVar   = "WLR_LOAD"
	faultsVar = "WLR_FAULTS"
)

func loadSize(tb testing.TB) int {
	tb.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(loadVar), "400"))
	if err != nil {
		tb.Fatalf("%s: %v", loadVar, err)
	}
	return n
}

func faultTime(tb testing.TB) time.Duration {
	tb.Helper()
	d, err := time.ParseDuration(cmp.Or(os.Getenv(faultsVar), "2s"))
	if err != nil {
		tb.Fatalf("%s: %v", faultsVar, err)
	}
	return d
}

// load is both servers under clients that do not behave.
func (p *servingPHP) load(t *testing.T) {
	for name, start := range map[string]func(*testing.T) (*server, string){
		"development_server": func(t *testing.T) (*server, string) {
			s := p.start(t, "php", nil, nil, "-S", p.address(t, "127.0.0.1"))
			return s, s.started(`\((http://.*)\) started`)
		},
		"nginx_and_4_workers": func(t *testing.T) (*server, string) { return p.behindNginx(t, 4) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Run("half_of_the_clients_vanish", func(t *testing.T) {
				s, url := start(t)
				s.unharmed(func() { halfVanish(t, url, loadSize(t)) })
			})
			t.Run("slow_clients", func(t *testing.T) {
				s, url := start(t)
				s.unharmed(func() { slowClients(t, url, faultTime(t)) })
			})
			t.Run("nonsense", func(t *testing.T) {
				s, url := start(t)
				s.unharmed(func() { nonsense(t, url, faultTime(t)) })
			})
		})
	}
	t.Run("requests_that_die", p.dying)
}

// halfVanish sends n requests over many connections. Every second one is answered
// as it should be; of the others, the client is gone in the middle of the head, of
// what it sends, and of the answer.
func halfVanish(t *testing.T, url string, n int) {
	addr := strings.TrimPrefix(url, "http://")
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}
	upload := "POST /index.php HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n" + strings.Repeat("x", 100000)
	var next, failed atomic.Int64
	var clients sync.WaitGroup
	for range 40 {
		clients.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				switch i % 8 {
				case 1:
					vanish(t, addr, "GET /index.php HT", false)
				case 3:
					vanish(t, addr, upload, false)
				case 5:
					vanish(t, addr, "GET /large.php HTTP/1.1\r\nHost: x\r\n\r\n", true)
				case 7:
					vanish(t, addr, "GET /index.php HTTP/1.1\r\nHost: x\r\n\r\n", false)
				default:
					want := fmt.Sprintf("127.0.0.1 %d - 0\n", i)
					if err := loadRequest(client, fmt.Sprintf("%s/index.php?q=%d", url, i), want); err != nil && failed.Add(1) == 1 {
						t.Errorf("request %d: %v", i, err)
					}
				}
			}
		})
	}
	clients.Wait()
	if f := failed.Load(); f > 0 {
		t.Errorf("%d of %d requests failed", f, n/2)
	}
}

// slowClients keeps connections on which a byte is sent from time to time, while
// others want an answer.
func slowClients(t *testing.T, url string, d time.Duration) {
	end := time.Now().Add(d)
	var clients sync.WaitGroup
	defer clients.Wait()
	for range 50 {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		clients.Go(func() {
			defer func() { _ = c.Close() }()
			_, _ = io.WriteString(c, "POST /index.php HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nX: ")
			for ; time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
				if _, err := io.WriteString(c, "y"); err != nil {
					return // the server has had enough of it
				}
			}
		})
	}
	for i := 0; time.Now().Before(end); i++ {
		get(t, fmt.Sprintf("%s/index.php?q=%d", url, i), http.StatusOK, fmt.Sprintf("127.0.0.1 %d - 0\n", i))
		time.Sleep(50 * time.Millisecond)
	}
}

// nonsense sends heads and bodies that are spoilt in one place or several.
func nonsense(t *testing.T, url string, d time.Duration) {
	good := []byte("POST /index.php?q=1&a[]=2 HTTP/1.1\r\nHost: x\r\nCookie: a=b; c=d\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
		"Transfer-Encoding: identity\r\nContent-Length: 11\r\n\r\np=1&q[x]=%2")
	random := rand.New(rand.NewPCG(3, 4))
	for start := time.Now(); time.Since(start) < d; {
		bad := bytes.Clone(good)
		for range 1 + random.IntN(6) {
			bad[random.IntN(len(bad))] = byte(random.Uint32())
		}
		vanish(t, strings.TrimPrefix(url, "http://"), string(bad[:1+random.IntN(len(bad))]), false)
	}
	get(t, url+"/index.php?q=after", http.StatusOK, "127.0.0.1 after - 0\n")
}

// deaths are the ways in which a request ends before its script does. The pages
// are named after them.
var deaths = map[string]string{
	"fatal":     `nothing();`,
	"uncaught":  `array_map(function ($x) { throw new Exception("uncaught $x"); }, [1]);`,
	"parse":     `file_put_contents(__DIR__ . "/bad.inc", "<?php if ("); include __DIR__ . "/bad.inc";`,
	"memory":    `ini_set("memory_limit", "8M"); $a = []; while (true) { $a[] = str_repeat("x", 100000); }`,
	"exit":      `usort($GLOBALS["list"], function ($x, $y) { exit("exit\n"); });`,
	"in_buffer": `ob_start(function ($b) { nothing(); }); echo "lost"; ob_end_flush();`,
	"destroyed": `new class { function __destruct() { trigger_error("destroyed", E_USER_ERROR); } };`,
	"session":   `session_set_save_handler(new H, false); session_id("x"); session_start(); session_write_close();`,
}

// deathPage is what every one of these pages begins with.
const deathPage = `<?php
ini_set("session.use_cookies", "0");
class H implements SessionHandlerInterface {
	function open($path, $name): bool { return true; }
	function close(): bool { trigger_error("close", E_USER_ERROR); }
	function read($id): string { return ""; }
	function write($id, $data): bool { return true; }
	function destroy($id): bool { return true; }
	#[ReturnTypeWillChange] // a comment to PHP 7.4
	function gc($time) { return 0; }
}
$list = [3, 1, 2];
ob_start();
header("Content-Type: text/plain");
register_shutdown_function(function () { echo "shutdown ", ob_get_level(), "\n"; });
echo "begun ", count(get_included_files()), "\n";
`

// dying sends one php-cgi requests of which every second one dies. All are answered
// as natively, by one process, whose memory does not grow.
func (p *servingPHP) dying(t *testing.T) {
	causes := slices.Sorted(maps.Keys(deaths))
	serve := func(p *servingPHP) (*server, string) {
		addr := fmt.Sprintf("127.0.0.1:%d", freePort(t))
		s := p.newServer(t)
		for cause, text := range deaths {
			if err := os.WriteFile(s.dir+"/"+cause+".php", []byte(deathPage+text+"\necho \"not here\\n\";\n"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		s.run(exec.Command(p.programs["php-cgi"], append(s.args(), "-d", "log_errors=0", "-b", addr)...), []string{unlimited})
		listens(t, "tcp", addr)
		return s, addr
	}
	answers := func(s *server, addr, cause string) string {
		answer, err := s.ask("tcp", addr, cause+".php", "", "")
		if err != nil {
			t.Fatalf("%s: %v", cause, err)
		}
		answer = triedToAllocate.ReplaceAllString(answer, "")
		return strings.ReplaceAll(answer, s.dir, "DIR")
	}
	want := map[string]string{}
	if p.native != nil {
		s, addr := serve(p.native)
		for _, cause := range causes {
			want[cause] = answers(s, addr, cause)
		}
		s.stop()
	}
	s, addr := serve(p)
	n := loadSize(t)
	before := 0
	for i := range n {
		if i == n/5 {
			before = s.memory(t)
		}
		if i%2 == 0 {
			s.asks("tcp", addr, strconv.Itoa(i))
			continue
		}
		cause := causes[i/2%len(causes)]
		got := answers(s, addr, cause)
		if strings.Contains(got, "not here") || !strings.Contains(got, "shutdown ") || p.native != nil && got != want[cause] {
			t.Fatalf("request %d, %s, was answered with\n%s\nand natively with\n%s", i, cause, got, want[cause])
		}
	}
	after := s.memory(t)
	t.Logf("%d requests, of which every second one died: %d kB of memory after a fifth of them, %d kB at the end", n, before, after)
	if after > before+before/10 {
		t.Errorf("its memory has grown from %d to %d kB", before, after)
	}
}

// memory is what the server's processes hold of memory, in kB.
func (s *server) memory(t *testing.T) (total int) {
	t.Helper()
	for _, pid := range s.processes() {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(status), "VmRSS:")
		var kB int
		if _, err := fmt.Sscan(rest, &kB); err != nil {
			t.Fatal(err)
		}
		total += kB
	}
	return total
}
