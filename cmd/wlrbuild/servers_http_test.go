package main

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// developmentServer is php -S.
func (p *servingPHP) developmentServer(t *testing.T) {
	for host, peer := range map[string]string{"127.0.0.1": "127.0.0.1", "[::1]": "::1", "localhost": ""} {
		t.Run(host, func(t *testing.T) {
			s := p.start(t, "php", nil, nil, "-S", p.address(t, host))
			url := s.started(`\((http://.*:[1-9][0-9]*)\) started`)
			if peer == "" {
				get(t, url+"/index.php?q=a+b", http.StatusOK, "a b - 0\n")
				return
			}
			get(t, url+"/index.php?q=a+b", http.StatusOK, peer+" a b - 0\n")
		})
	}
	t.Run("requests", func(t *testing.T) {
		s := p.start(t, "php", nil, nil, "-S", p.address(t, "127.0.0.1"), "-t", ".")
		url := s.started(`\((http://.*)\) started`)
		httpRequests(t, url)
		if p.recipe == "php-8.4" { // index.php serves whatever is not there
			get(t, url+"/none.txt", http.StatusOK, "127.0.0.1 - - 0\n")
		} else {
			get(t, url+"/none.txt", http.StatusNotFound, "/none.txt")
		}
		head, err := http.Head(url + "/static.txt")
		if err != nil {
			t.Fatal(err)
		}
		if head.ContentLength != int64(len(pages["static.txt"])) || !head.Close {
			t.Errorf("HEAD of a file: length %d, close %v", head.ContentLength, head.Close)
		}
		_ = head.Body.Close()
	})
	t.Run("router", func(t *testing.T) {
		s := p.start(t, "php", nil, nil, "-S", p.address(t, "127.0.0.1"), "router.php")
		url := s.started(`\((http://.*)\) started`)
		get(t, url+"/a/b?c", http.StatusOK, "routed /a/b?c\n")
		get(t, url+"/static.txt", http.StatusOK, pages["static.txt"])
	})
	t.Run("clients_that_vanish", func(t *testing.T) {
		s := p.start(t, "php", nil, nil, "-S", p.address(t, "127.0.0.1"))
		url := s.started(`\((http://.*)\) started`)
		addr := strings.TrimPrefix(url, "http://")
		get(t, url+"/index.php", http.StatusOK, "127.0.0.1 - - 0\n")
		s.unharmed(func() {
			for range 15 {
				vanish(t, addr, "GET /index.php HTT", false)
				vanish(t, addr, "POST /index.php HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"+strings.Repeat("x", 70000), false)
				vanish(t, addr, "GET /large.php HTTP/1.1\r\nHost: x\r\n\r\n", true)
				vanish(t, addr, "GET /static.txt HTTP/1.1\r\nHost: x\r\n\r\n", true)
				vanish(t, addr, "\x00\xff\r\n\r\n", true)
			}
			get(t, url+"/index.php?q=1", http.StatusOK, "127.0.0.1 1 - 0\n")
		})
	})
	t.Run("slow_clients", func(t *testing.T) {
		s := p.start(t, "php", nil, nil, "-S", p.address(t, "127.0.0.1"))
		url := s.started(`\((http://.*)\) started`)
		for range 50 {
			c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nX: ")
		}
		get(t, url+"/index.php?q=1", http.StatusOK, "127.0.0.1 1 - 0\n")
	})
}

// httpRequests are those that every server answers.
func httpRequests(t *testing.T, url string) {
	t.Helper()
	get(t, url+"/static.txt", http.StatusOK, pages["static.txt"])
	get(t, url+"/large.php", http.StatusOK, "")
	res, err := http.PostForm(url+"/index.php?q=x", map[string][]string{"p": {"posted"}})
	body(t, res, err, http.StatusOK, "x posted 8\n")

	data := bytes.Repeat([]byte("upload me "), 300000)
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("f", "big.bin")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = w.Close()
	res, err = http.Post(url+"/index.php", w.FormDataContentType(), &form)
	body(t, res, err, http.StatusOK, fmt.Sprintf("big.bin %d %x\n", len(data), md5.Sum(data)))

	// Several at once.
	errs := make(chan error)
	for i := range 20 {
		go func() {
			res, err := http.Get(fmt.Sprintf("%s/index.php?q=%d", url, i))
			if err == nil {
				text, _ := io.ReadAll(res.Body)
				_ = res.Body.Close()
				if !strings.Contains(string(text), fmt.Sprintf(" %d - ", i)) {
					err = fmt.Errorf("request %d was answered with %q", i, text)
				}
			}
			errs <- err
		}()
	}
	for range 20 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// get asks for a page whose text has to end as given, or have it in it if the
// status is an error's.
func get(t *testing.T, url string, status int, want string) {
	t.Helper()
	res, err := (&http.Client{Timeout: time.Minute}).Get(url)
	body(t, res, err, status, want)
}

func body(t *testing.T, res *http.Response, err error, status int, want string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	ok := strings.HasSuffix(string(got), want) || status != http.StatusOK && strings.Contains(string(got), want)
	if res.StatusCode != status || !ok {
		t.Errorf("%s: status %d, %d bytes, %.300q; want %d, %.300q", res.Request.URL, res.StatusCode, len(got), got, status, want)
	}
}

// vanish sends something, and is gone: at once, or when the answer begins. Any
// goroutine may call it.
func vanish(t *testing.T, addr, data string, answered bool) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Error(err)
		return
	}
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(c, data); err != nil {
		t.Error(err)
	}
	if answered {
		_, _ = c.Read(make([]byte, 100))
	}
	// Without a word of goodbye: a reset.
	_ = c.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
}

// unharmed does something to a server twice. After the second time it has to have
// the same processes as after the first, and none with more open descriptors than
// one of them had then: of several workers, some may have had nothing to do yet.
func (s *server) unharmed(do func()) { s.tb.Helper(); s.unharmedBy(s.tb, do, do) }

// unharmedBy is unharmed with something else to begin with.
func (s *server) unharmedBy(tb testing.TB, first, do func()) {
	tb.Helper()
	first()
	before := s.settled()
	if len(before) == 0 {
		tb.Fatal("no process of the server is left")
	}
	do()
	eventually(tb, fmt.Sprintf("no more descriptors than before: %v", before), func() error {
		after := s.settled()
		if !slices.Equal(slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after))) ||
			slices.Max(slices.Collect(maps.Values(after))) > slices.Max(slices.Collect(maps.Values(before))) {
			return fmt.Errorf("they are %v (by process)", after)
		}
		return nil
	})
}

// settled are the server's descriptors by process, as soon as their number stays.
func (s *server) settled() map[int]int {
	for now := map[int]int(nil); ; {
		last := now
		if now = s.descriptors(); last != nil && maps.Equal(now, last) {
			return now
		}
		time.Sleep(200 * time.Millisecond)
	}
}
