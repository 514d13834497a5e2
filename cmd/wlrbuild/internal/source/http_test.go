package source

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

func TestIdleConn(t *testing.T) {
	here, there := net.Pipe()
	defer there.Close()
	c := &idleConn{here, 50 * time.Millisecond}
	go func() {
		// Slower than the timeout altogether, but never silent for so long.
		for range 5 {
			time.Sleep(20 * time.Millisecond)
			there.Write([]byte("x"))
		}
	}()
	for n := range 5 {
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Fatalf("byte %d: %v", n, err)
		}
	}
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a silent connection gave %v", err)
	}
}

// TestDownloadStops interrupts a transfer that goes on for ever.
func TestDownloadStops(t *testing.T) {
	key := newKey(t, "manager", time.Now().Add(-year), 0)
	for _, tt := range []struct {
		name string
		set  func(rec *recipe.Recipe, url string)
	}{
		{"pinned", func(rec *recipe.Recipe, _ string) {
			rec.Source.Digests = map[string]string{"8.2.3": sumOf(nil)}
		}},
		{"signed", func(rec *recipe.Recipe, url string) {
			rec.Source.Keys, rec.Source.Tarball.Signature = "keys.asc", url+"/{version}.asc"
		}},
		{"git", func(rec *recipe.Recipe, url string) {
			rec.Source.Tarball, rec.Source.Git = nil, &recipe.GitSource{URL: url + "/endless", Tag: "php-{version}"}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, ".asc") {
					w.Write(sign(t, key, time.Now(), []byte("x")))
					return
				}
				w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
				w.Write([]byte("001e# service=git-upload-pack\n0000"))
				w.(http.Flusher).Flush()
				cancel()
				<-r.Context().Done()
			}))
			defer s.Close()
			rec := phpRecipe("8.2")
			rec.Source.Tarball = &recipe.TarballSource{URL: s.URL + "/php-{version}.tar.xz"}
			tt.set(rec, s.URL)
			w := newWorld(t, key)
			start := time.Now()
			_, err := w.Resolve(ctx, Request{Recipe: rec, Version: "8.2.3"})
			if err == nil {
				t.Fatal("no error")
			}
			checkError(t, err, 130, "context canceled")
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("it took %v to stop", d)
			}
			w.empty()
		})
	}
}

func TestDownloadLimit(t *testing.T) {
	s := newServer(t, map[string][]byte{"/x": make([]byte, 100)})
	chunked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range 10 {
			w.Write(make([]byte, 10))
			w.(http.Flusher).Flush()
		}
	}))
	defer chunked.Close()
	for _, url := range []string{s.URL + "/x", chunked.URL} {
		body, err := httpGet(context.Background(), nil, url, 99)
		if err == nil {
			_, err = body.Read(make([]byte, 200))
			for err == nil {
				_, err = body.Read(make([]byte, 200))
			}
			body.Close()
		}
		if !strings.Contains(err.Error(), "99") || !strings.Contains(err.Error(), "allowed") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
