package build

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// TestSDK compiles the example of sockshim-c as its README says, and talks to it
// on every engine that has sockets.
func TestSDK(t *testing.T) {
	kit := newShimKit(t)
	dir := t.TempDir()
	j := &job{tools: kit.tools}
	j.Out, j.Stdout, j.Runtimes = dir, io.Discard, kit.recipes.Runtimes
	for range 2 { // over an older one too
		if err := j.writeSDK(kit.dir); err != nil {
			t.Fatal(err)
		}
	}
	for _, h := range kit.hosts(t) {
		if !sockets[h.runtime.Backend] {
			continue
		}
		t.Run(h.name+"-"+h.runtime.Name, func(t *testing.T) {
			if h.err != nil && h.moving {
				t.Skipf("SKIPPED, NOTHING IS PROVEN: Debian's unstable suite has moved on: %v", h.err)
			}
			if h.err != nil {
				absent(t, h.err)
			}
			module := filepath.Join(dir, h.runtime.Name+".wasm")
			argv := []string{kit.tools.Clang, "-O2", "-Wall", "-Werror", "../../../../sockshim-c/example/echo.c", "-o", module}
			kit.tool(t, "", append(argv, pkgConfigured(t, dir, h.runtime)...)...)
			talk(t, h, module)
		})
	}
}

// pkgConfigured are the arguments of a pkg-config file.
func pkgConfigured(t *testing.T, dir string, rt *recipe.Runtime) []string {
	t.Helper()
	name := "sockshim-" + rt.Name
	folder := filepath.Join(dir, "lib/pkgconfig")
	if pkgConfig, err := exec.LookPath("pkg-config"); err == nil {
		cmd := exec.CommandContext(t.Context(), pkgConfig, "--cflags", "--libs", name)
		cmd.Env = append(os.Environ(), "PKG_CONFIG_LIBDIR="+folder)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("pkg-config: %v\n%s", err, out)
		}
		return strings.Fields(string(out))
	}
	// What pkg-config would do.
	text, err := os.ReadFile(filepath.Join(folder, name+".pc"))
	if err != nil {
		t.Fatal(err)
	}
	var args []string
	for line := range strings.Lines(string(text)) {
		for _, key := range []string{"Cflags: ", "Libs: "} {
			if rest, ok := strings.CutPrefix(line, key); ok {
				args = append(args, strings.Fields(strings.ReplaceAll(rest, "${prefix}", dir))...)
			}
		}
	}
	return args
}

// talk starts the echo server and has two connections with it at once.
func talk(t *testing.T, h shimHost, module string) {
	t.Helper()
	r, w := io.Pipe()
	defer func() { _ = r.Close() }()
	cfg := engine.Config{Module: module, Args: []string{"echo", "localhost", "0"}, Stdout: w, Stderr: w}
	if h.embedded {
		cfg.Network = everything("/nowhere")
	}
	go func() {
		_, err := h.engine.Run(t.Context(), cfg)
		_ = w.CloseWithError(fmt.Errorf("it ended: %w", err))
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var port int
	if _, err := fmt.Sscanf(line, "port %d", &port); err != nil {
		t.Fatalf("it printed %q: %v", line, err)
	}
	var conns []net.Conn
	for range 2 {
		c, err := net.Dial("tcp", fmt.Sprintf("localhost:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		_ = c.SetDeadline(time.Now().Add(time.Minute))
		conns = append(conns, c)
	}
	for i, c := range conns {
		want := fmt.Sprintf("hello from %d", i)
		if _, err := io.WriteString(c, want); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(want))
		if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
			t.Errorf("it sent back %q, want %q: %v", got, want, err)
		}
	}
}

// TestReplaceable has directories that an SDK may and may not be written to.
func TestReplaceable(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		why   string // "" if it may
	}{
		{"nothing", nil, ""},
		{"an older one", []string{"include/netdb.h", "lib/libsockshim.a", "lib/pkgconfig/sockshim-wasi.pc"}, ""},
		{"a prefix", []string{"include/stdio.h", "lib/libc.a"}, "did not make"},
		{"a prefix with one", []string{"bin/sh", "include/netdb.h", "lib/pkgconfig/sockshim-wasi.pc"}, "bin"},
	} {
		dir := t.TempDir()
		for _, name := range tt.files {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, nil, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if err := replaceable(dir); (err == nil) != (tt.why == "") || err != nil && !strings.Contains(err.Error(), tt.why) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if err := replaceable(filepath.Join(t.TempDir(), "none")); err != nil {
		t.Error(err)
	}
}
