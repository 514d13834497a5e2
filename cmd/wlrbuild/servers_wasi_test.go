package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/build"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/guest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/engine"
	"github.com/wlrbuild/wlrbuild/verify/engine/sockets"
)

// TestServersOnWASI runs PHP's two servers where a program cannot make sockets:
// on those that are opened before the start.
func TestServersOnWASI(t *testing.T) {
	needsE2E(t)
	if !sockets.Supported {
		t.Skip("SKIPPED, NOTHING IS PROVEN: there are no sockets for guests on this system")
	}
	dist := t.TempDir()
	var stderr bytes.Buffer
	args := []string{"build", servingRecipe, "--runtime", "wasi", "--out", dist, "--progress", "quiet"}
	if code := cli.Main(args, nil, os.Stdout, &stderr, os.Environ(), build.Builder{}); code != 0 {
		t.Fatalf("wlrbuild %s: exit %d\n%s", strings.Join(args, " "), code, stderr.String())
	}

	t.Run("development_server", func(t *testing.T) {
		addr := fmt.Sprintf("127.0.0.1:%d", freePort(t))
		s := onWASI(t, dist, "php", addr).start(t, "php", nil, nil, "-S", addr)
		url := s.started(`\((http://.*)\) started`)
		// Nobody tells the program who its client is.
		eventually(t, "it answers", func() error {
			res, err := http.Get(url + "/index.php")
			if err == nil {
				err = res.Body.Close()
			}
			return err
		})
		get(t, url+"/index.php?q=a+b", http.StatusOK, "0.0.0.0 a b - 0\n")
		httpRequests(t, url)
		s.unharmed(func() {
			for range 10 {
				vanish(t, addr, "GET /index.php HTT", false)
				vanish(t, addr, "GET /large.php HTTP/1.1\r\nHost: x\r\n\r\n", true)
			}
			get(t, url+"/index.php?q=1", http.StatusOK, "0.0.0.0 1 - 0\n")
		})
	})
	t.Run("fastcgi", func(t *testing.T) {
		addr := fmt.Sprintf("127.0.0.1:%d", freePort(t))
		s := onWASI(t, dist, "php-cgi", addr).start(t, "php-cgi", nil, nil, "-b", addr)
		listens(t, "tcp", addr)
		for range 5 {
			s.asks("tcp", addr, "a")
		}
		large := s.request("large.php", "", "")
		s.unharmed(func() {
			for range 10 {
				vanish(t, addr, string(large[:20]), false)
				vanish(t, addr, string(large), true)
			}
			s.asks("tcp", addr, "b")
		})
	})
	t.Run("another_address", func(t *testing.T) {
		s := onWASI(t, dist, "php", "127.0.0.1:0").start(t, "php", nil, nil, "-S", fmt.Sprintf("127.0.0.1:%d", freePort(t)))
		s.started("Failed to listen on .* \\(reason: (Cannot assign requested address)\\)")
	})
}

// onWASI is an artifact as a program for which a socket is opened.
func onWASI(t *testing.T, dist, artifact, listen string) *servingPHP {
	t.Helper()
	set, err := recipe.Open("")
	if err != nil {
		t.Fatal(err)
	}
	rt, err := set.Runtime("wasi")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := cache.DefaultDir()
	if err != nil {
		t.Fatal(err)
	}
	store, err := cache.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	modules, err := filepath.Glob(filepath.Join(dist, artifact+"-[0-9]*-wasi.wasm"))
	if err != nil || len(modules) != 1 {
		t.Fatalf("modules %q, %v", modules, err)
	}
	launch, err := engines.Prepare(t.Context(), store, engines.Options{Engine: &rt.Engines[0], Module: modules[0], Getenv: os.Getenv})
	if err != nil {
		t.Fatal(err)
	}
	p := &servingPHP{name: launch.Engine, root: t.TempDir(), programs: map[string]string{}}
	p.programs[artifact], err = guest.Install(t.TempDir(), artifact, &guest.Spec{
		Launch: *launch, Network: sockets.Policy{Listen: []string{listen}},
		Dirs: []engine.Dir{{Host: p.root, Guest: p.root}, {Host: p.root, Guest: "/tmp"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
