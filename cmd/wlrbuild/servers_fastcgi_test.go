package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// fastCGI is php-cgi as a FastCGI server.
func (p *servingPHP) fastCGI(t *testing.T) {
	t.Run("addresses", func(t *testing.T) {
		for bind, dial := range map[string]string{
			"127.0.0.1:PORT":                   "127.0.0.1:PORT",
			":PORT":                            "127.0.0.1:PORT",
			"[::1]:PORT":                       "[::1]:PORT",
			"localhost:PORT":                   "127.0.0.1:PORT",
			filepath.Join(p.root, "fcgi.sock"): filepath.Join(p.root, "fcgi.sock"),
		} {
			t.Run(filepath.Base(bind), func(t *testing.T) {
				port := strings.NewReplacer("PORT", strconv.Itoa(freePort(t)))
				bind, dial := port.Replace(bind), port.Replace(dial)
				if p.native == nil && strings.HasPrefix(bind, "[") {
					t.Skip("PHP without the patch does not know IPv6 here")
				}
				s := p.start(t, "php-cgi", nil, nil, "-b", bind)
				network := networkOf(dial)
				listens(t, network, dial)
				for range 3 {
					s.asks(network, dial, "a")
				}
			})
		}
	})
	t.Run("inherited_socket", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		f, err := l.(*net.TCPListener).File()
		if err != nil {
			t.Fatal(err)
		}
		s := p.start(t, "php-cgi", nil, f)
		_, _ = f.Close(), l.Close()
		for range 3 {
			s.asks("tcp", l.Addr().String(), "b")
		}
	})
	t.Run("allowed_clients", func(t *testing.T) {
		for allowed, ok := range map[string]bool{"127.0.0.1,::1": true, "10.1.2.3": false} {
			addr := fmt.Sprintf("127.0.0.1:%d", freePort(t))
			s := p.start(t, "php-cgi", []string{"FCGI_WEB_SERVER_ADDRS=" + allowed}, nil, "-b", addr)
			listens(t, "tcp", addr)
			if ok {
				s.asks("tcp", addr, "c")
				continue
			}
			if answer, err := s.ask("tcp", addr, "index.php", "c", ""); err == nil {
				t.Errorf("with FCGI_WEB_SERVER_ADDRS=%s it answered %q", allowed, answer)
			}
			s.started("IP address '127.0.0.1' has been dropped")
		}
	})
	t.Run("maximum_of_requests", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		f, err := l.(*net.TCPListener).File()
		if err != nil {
			t.Fatal(err)
		}
		s := p.start(t, "php-cgi", []string{"PHP_FCGI_MAX_REQUESTS=3"}, f)
		_, _ = f.Close(), l.Close()
		for range 3 {
			s.asks("tcp", l.Addr().String(), "d")
		}
		select {
		case err := <-s.ended:
			if err != nil {
				t.Errorf("after its requests it ended with %v", err)
			}
		case <-time.After(time.Minute):
			t.Error("after its requests it did not end")
		}
	})
	t.Run("nginx_and_spawn-fcgi", func(t *testing.T) {
		s, url := p.behindNginx(t, 2)
		httpRequests(t, url)
		s.unharmed(func() {
			for range 10 {
				vanish(t, strings.TrimPrefix(url, "http://"), "GET /large.php HTTP/1.1\r\nHost: x\r\n\r\n", true)
				vanish(t, strings.TrimPrefix(url, "http://"), "POST /index.php HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"+strings.Repeat("x", 70000), false)
			}
			get(t, url+"/index.php?q=1", http.StatusOK, "127.0.0.1 1 - 0\n")
		})
	})
	t.Run("clients_that_vanish", func(t *testing.T) {
		addr := fmt.Sprintf("127.0.0.1:%d", freePort(t))
		s := p.start(t, "php-cgi", nil, nil, "-b", addr)
		listens(t, "tcp", addr)
		s.asks("tcp", addr, "e")
		request := s.request("index.php", "f", strings.Repeat("x", 300000))
		large := s.request("large.php", "", "")
		s.unharmed(func() {
			for range 10 {
				vanish(t, addr, string(request[:5]), false)
				vanish(t, addr, string(request[:200]), false)
				vanish(t, addr, string(request[:100000]), false)
				vanish(t, addr, string(large), true)
				vanish(t, addr, string(large), false)
			}
			s.asks("tcp", addr, "g")
		})
	})
	t.Run("nonsense", func(t *testing.T) {
		addr := fmt.Sprintf("127.0.0.1:%d", freePort(t))
		s := p.start(t, "php-cgi", []string{unlimited}, nil, "-b", addr)
		listens(t, "tcp", addr)
		s.asks("tcp", addr, "h")
		good := s.request("index.php", "i", "some body")
		random := rand.New(rand.NewPCG(1, 2))
		s.unharmed(func() {
			for start := time.Now(); time.Since(start) < faultTime(t); {
				record := bytes.Clone(good)
				for range 1 + random.IntN(8) {
					record[random.IntN(len(record))] = byte(random.Uint32())
				}
				vanish(t, addr, string(record[:1+random.IntN(len(record))]), false)
			}
			s.asks("tcp", addr, "j")
		})
	})
}

// unlimited keeps php-cgi from ending after 500 requests.
const unlimited = "PHP_FCGI_MAX_REQUESTS=0"

// behindNginx starts nginx and some php-cgi behind it by spawn-fcgi, all of
// which take requests from one socket.
func (p *servingPHP) behindNginx(tb testing.TB, workers int) (s *server, url string) {
	tb.Helper()
	s = p.newServer(tb)
	socket := filepath.Join(s.dir, "php.sock")
	argv := append([]string{"-s", socket, "-F", strconv.Itoa(workers), "-P", filepath.Join(s.dir, "pid"), "--", p.programs["php-cgi"]}, s.args()...)
	cmd := exec.Command(program(tb, "spawn-fcgi"), argv...)
	s.run(cmd, []string{unlimited})
	listens(tb, "unix", socket)

	port := freePort(tb)
	conf := filepath.Join(s.dir, "nginx.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, nginxConf, s.dir, port), 0o666); err != nil {
		tb.Fatal(err)
	}
	daemon(tb, program(tb, "nginx"), "-p", s.dir, "-e", filepath.Join(s.dir, "error.log"), "-c", conf)
	listens(tb, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	return s, fmt.Sprintf("http://127.0.0.1:%d", port)
}

// nginxConf is for a directory and a port.
const nginxConf = `
daemon off;
user root; # which it ignores where it is not started by root
pid %[1]s/nginx.pid;
worker_processes 1;
events { worker_connections 512; }
http {
	access_log off;
	client_max_body_size 100m;
	client_body_temp_path %[1]s/body;
	fastcgi_temp_path %[1]s/fastcgi;
	proxy_temp_path %[1]s/proxy;
	scgi_temp_path %[1]s/scgi;
	uwsgi_temp_path %[1]s/uwsgi;
	server {
		listen 127.0.0.1:%[2]d backlog=1024;
		root %[1]s;
		location ~ \.php$ {
			fastcgi_pass unix:%[1]s/php.sock;
			fastcgi_param QUERY_STRING $query_string;
			fastcgi_param REQUEST_METHOD $request_method;
			fastcgi_param CONTENT_TYPE $content_type;
			fastcgi_param CONTENT_LENGTH $content_length;
			fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
			fastcgi_param REMOTE_ADDR $remote_addr;
			fastcgi_param REDIRECT_STATUS 200;
		}
	}
}
`

func networkOf(addr string) string {
	if strings.HasPrefix(addr, "/") {
		return "unix"
	}
	return "tcp"
}

// asks asks for a page and wants its answer.
func (s *server) asks(network, addr, query string) {
	s.tb.Helper()
	answer, err := s.ask(network, addr, "index.php", query, "body")
	if want := fmt.Sprintf("192.0.2.9 %s - 4\n", query); err != nil || !strings.HasSuffix(answer, want) {
		s.tb.Errorf("it answered %q, want %q: %v", answer, want, err)
	}
}

// ask is a FastCGI request for a page.
func (s *server) ask(network, addr, page, query, body string) (string, error) {
	c, err := net.Dial(network, addr)
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := c.Write(s.request(page, query, body)); err != nil {
		return "", err
	}
	var answer strings.Builder
	for {
		var head [8]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return answer.String(), err
		}
		text := make([]byte, int(binary.BigEndian.Uint16(head[4:]))+int(head[6]))
		if _, err := io.ReadFull(c, text); err != nil {
			return answer.String(), err
		}
		switch head[1] {
		case fcgiEnd:
			return answer.String(), nil
		case fcgiStdout:
			answer.Write(text[:len(text)-int(head[6])])
		case fcgiStderr:
			return answer.String(), errors.New(string(text))
		}
	}
}

// Types of FastCGI records (FastCGI specification 1.0, section 8).
const (
	fcgiBegin  = 1
	fcgiEnd    = 3
	fcgiParams = 4
	fcgiStdin  = 5
	fcgiStdout = 6
	fcgiStderr = 7
)

// request is a whole FastCGI request.
func (s *server) request(page, query, body string) []byte {
	var b bytes.Buffer
	record := func(kind byte, text []byte) {
		b.Write([]byte{1, kind, 0, 1, byte(len(text) >> 8), byte(len(text)), 0, 0})
		b.Write(text)
	}
	record(fcgiBegin, []byte{0, 1, 0, 0, 0, 0, 0, 0})
	var params bytes.Buffer
	for _, kv := range [][2]string{
		{"SCRIPT_FILENAME", filepath.Join(s.dir, page)}, {"REQUEST_METHOD", "POST"}, {"CONTENT_TYPE", "text/plain"},
		{"CONTENT_LENGTH", strconv.Itoa(len(body))}, {"QUERY_STRING", "q=" + query}, {"REMOTE_ADDR", "192.0.2.9"}, {"REDIRECT_STATUS", "200"},
	} {
		params.Write([]byte{byte(len(kv[0])), byte(len(kv[1]))})
		params.WriteString(kv[0] + kv[1])
	}
	record(fcgiParams, params.Bytes())
	record(fcgiParams, nil)
	for rest := []byte(body); len(rest) > 0; {
		n := min(len(rest), 65528)
		record(fcgiStdin, rest[:n])
		rest = rest[n:]
	}
	record(fcgiStdin, nil)
	return b.Bytes()
}
