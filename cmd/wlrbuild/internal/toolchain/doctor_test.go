package toolchain

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix/prefixtest"
)

func TestReadHostTools(t *testing.T) {
	tools, err := ReadHostTools(os.DirFS("../../../../recipes"))
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]bool{"build": true, "packages": true, "git-source": true, "tests": true}
	for _, tool := range tools {
		for _, group := range tool.For {
			if !groups[group] {
				t.Errorf("%s is for %q, which nothing asks for", tool.Name, group)
			}
		}
	}
	for _, tt := range []struct{ text, want string }{
		{"schema: wlrbuild.host-tools/v2\n", "wlrbuild.host-tools/v1"},
		{"schema: wlrbuild.host-tools/v1\ntool: []\n", "unknown field"},
		{"schema: wlrbuild.host-tools/v1\ntools: [{name: make, program: make, package: make, why: x}]\n", `tool "make"`},
	} {
		_, err := ReadHostTools(fstest.MapFS{"host/tools.yaml": {Data: []byte(tt.text)}})
		if err == nil || !strings.Contains(err.Error(), tt.want) || diag.ExitCode(err) != diag.Usage {
			t.Errorf("%q: error %v, want %q", tt.text, err, tt.want)
		}
	}
}

// healthy is an examination of a machine that has everything.
func healthy(t *testing.T) Examination {
	dir := filepath.Join(t.TempDir(), "sdk")
	prefixtest.Write(t, dir, sdk())
	return Examination{
		CacheDir:  t.TempDir(),
		Toolchain: sdkDefinition(),
		Tools:     []HostTool{{Name: "shell", Program: "sh", Package: "dash", For: []string{"build"}, Why: "is one"}},
		Environ:   []string{"WASI_SDK_PATH=" + dir, "PATH=/nonexistent"},
		install:   func(HostTool) (string, func(context.Context) error) { return "install it", nil },
		valgrind:  "/nonexistent",
		memory:    func() (int64, error) { return 8e9, nil },
	}
}

func TestDoctor(t *testing.T) {
	missing := HostTool{Name: "frob", Program: "frob-1.0", Package: "frob", For: []string{"tests"}, Why: "frobs"}
	withWasmOpt := t.TempDir()
	prefixtest.Write(t, withWasmOpt, map[string]string{"wasm-opt": "#!/bin/sh\n", "valgrind.h": ""})
	for _, tt := range []struct {
		name   string
		change func(*Examination)
		want   map[string]Status // of the checks that are not ok
		found  string            // in the first of these
	}{
		{name: "healthy", change: func(*Examination) {}},
		{
			name:   "tool for others",
			change: func(x *Examination) { x.Tools = append(x.Tools, missing) },
			want:   map[string]Status{"frob": Note},
			found:  "not found, but only tests would need it",
		},
		{
			name: "tool for us",
			change: func(x *Examination) {
				x.Tools = append(x.Tools, missing)
				x.Needs = []string{"tests"}
			},
			want:  map[string]Status{"frob": Missing},
			found: "not found",
		},
		{
			name: "packages needed",
			change: func(x *Examination) {
				missing := missing
				missing.For = []string{"packages"}
				x.Tools = append(x.Tools, missing)
				x.Environ = nil
				x.Toolchain.Debian = &recipe.DebianPackages{Suite: "testing", Packages: []string{"clang"}}
			},
			want:  map[string]Status{"toolchain test": Missing, "frob": Missing},
			found: "not installed yet",
		},
		{
			name: "broken toolchain",
			change: func(x *Examination) {
				x.Environ = []string{"WASI_SDK_PATH=/nonexistent"}
			},
			want:  map[string]Status{"toolchain test": Wrong},
			found: "no program clang in /nonexistent/bin",
		},
		{
			name:   "no toolchain",
			change: func(x *Examination) { x.Environ = nil },
			want:   map[string]Status{"toolchain test": Wrong},
			found:  "no provider has it",
		},
		{
			name:   "no cache",
			change: func(x *Examination) { x.CacheDir = "/proc/nonexistent" },
			want:   map[string]Status{"cache": Wrong, "disk space": Wrong, "toolchain test": Wrong},
			found:  "/proc/nonexistent",
		},
		{
			name:   "little memory",
			change: func(x *Examination) { x.memory = func() (int64, error) { return 1e9, nil } },
			want:   map[string]Status{"memory": Note},
			found:  "1.0 GB available",
		},
		{
			name:   "unknown memory",
			change: func(x *Examination) { x.memory = func() (int64, error) { return 0, errors.New("no /proc") } },
			want:   map[string]Status{"memory": Note},
			found:  "no /proc",
		},
		{
			name: "influences",
			change: func(x *Examination) {
				x.Environ = append(x.Environ[:1], "PATH="+withWasmOpt, "CFLAGS=-O3", "PKG_CONFIG_PATH=/p", "TERM=xterm")
				x.valgrind = filepath.Join(withWasmOpt, "valgrind.h")
			},
			want:  map[string]Status{"wasm-opt": Note, "CFLAGS": Note, "PKG_CONFIG_PATH": Note, "valgrind headers": Note},
			found: filepath.Join(withWasmOpt, "wasm-opt"),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := healthy(t)
			tt.change(&x)
			got := make(map[string]Status)
			first := ""
			for _, c := range Doctor(t.Context(), x) {
				if c.Name == "" || c.Found == "" || c.Why == "" {
					t.Errorf("incomplete: %+v", c)
				}
				if c.Status == OK {
					continue
				}
				if c.Status != Note && c.Fix == "" && c.Name != "toolchain test" {
					t.Errorf("no fix: %+v", c)
				}
				got[c.Name] = c.Status
				if first == "" {
					first = c.Found
				}
			}
			if len(got) != 0 || len(tt.want) != 0 {
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Error(diff)
				}
			}
			if !strings.Contains(first, tt.found) {
				t.Errorf("found %q, want %q", first, tt.found)
			}
		})
	}
}

// TestDoctorTriesToolchain is a toolchain that has stopped working since it
// was installed.
func TestDoctorTriesToolchain(t *testing.T) {
	_, f := newDebian(t)
	tc, _, err := f.find(t.Context(), install)
	if err != nil {
		t.Fatal(err)
	}
	loader := filepath.Join(tc.Root, prefixtest.LoaderPath)
	if err := os.Remove(loader); err != nil {
		t.Fatal(err)
	}
	x := healthy(t)
	x.CacheDir, x.Toolchain, x.Environ = f.store.Dir(), f.def, nil
	for _, c := range Doctor(t.Context(), x) {
		if c.Name == "toolchain test" && (c.Status != Wrong || !strings.Contains(c.Fix, filepath.Dir(tc.Bin))) {
			t.Errorf("%+v", c)
		}
	}
}

// TestAptInstaller has an apt-get that knows no package before an update.
func TestAptInstaller(t *testing.T) {
	tool := HostTool{Program: "frob-1.0", Package: "frob"}
	const aptGet = `#!/bin/sh
echo "$DEBIAN_FRONTEND: $*" >>"${0%/*}/log"
case $1 in
update) touch "${0%/*}/lists" ;;
install) [ -e "${0%/*}/lists" ] || { echo "E: Unable to locate package $3" >&2; exit 100; } ;;
esac
`
	for _, tt := range []struct {
		name  string
		files map[string]string
		euid  int
		fix   string
		log   string // what apt-get is called with; "" if FixCmd must be nil
	}{
		{name: "no apt", fix: "install frob-1.0 (on Debian it is in package frob)"},
		{
			name:  "root",
			files: map[string]string{"apt-get": aptGet},
			fix:   "apt-get install -y frob",
			log:   "noninteractive: install -y frob\nnoninteractive: update\nnoninteractive: install -y frob\n",
		},
		{
			name:  "root with lists",
			files: map[string]string{"apt-get": aptGet, "lists": ""},
			fix:   "apt-get install -y frob",
			log:   "noninteractive: install -y frob\n",
		},
		{name: "user", files: map[string]string{"apt-get": aptGet}, euid: 1000, fix: "sudo apt-get install -y frob"},
		{
			name:  "user with a password",
			files: map[string]string{"apt-get": aptGet, "sudo": "#!/bin/sh\nexit 1\n"},
			euid:  1000,
			fix:   "sudo apt-get install -y frob",
		},
		{
			name:  "user with free sudo",
			files: map[string]string{"apt-get": aptGet, "lists": "", "sudo": "#!/bin/sh\n[ \"$1\" = -n ] && shift && exec \"$@\"\n"},
			euid:  1000,
			fix:   "sudo apt-get install -y frob",
			log:   "noninteractive: install -y frob\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			prefixtest.Write(t, dir, tt.files)
			fix, cmd := aptInstaller(t.Context(), dir, tt.euid)(tool)
			if fix != tt.fix {
				t.Errorf("fix %q, want %q", fix, tt.fix)
			}
			if cmd == nil {
				if tt.log != "" {
					t.Error("no FixCmd")
				}
				return
			}
			if err := cmd(t.Context()); err != nil {
				t.Error(err)
			}
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			if string(log) != tt.log {
				t.Errorf("calls:\n%s\nwant:\n%s", log, tt.log)
			}
		})
	}
}

func TestAptInstallerFails(t *testing.T) {
	dir := t.TempDir()
	prefixtest.Write(t, dir, map[string]string{"apt-get": "#!/bin/sh\necho one\necho \"E: no network\" >&2\nexit 100\n"})
	_, cmd := aptInstaller(t.Context(), dir, 0)(HostTool{Package: "frob"})
	err := cmd(t.Context())
	var d *diag.Error
	if !errors.As(err, &d) || d.Exit != diag.Preflight || !strings.Contains(d.Detail, "E: no network") {
		t.Errorf("error %#v", err)
	}
}

// TestDoctorFix has the doctor repair what it found.
func TestDoctorFix(t *testing.T) {
	data, sum := archiveOf(t, sdk())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(data) }))
	defer server.Close()
	x := healthy(t)
	x.Environ = nil
	x.Toolchain.Archive = &recipe.Archive{URL: server.URL + "/sdk.tar.gz", SHA256: sum, Strip: 1}
	for _, want := range []Status{Missing, OK} {
		for _, c := range Doctor(t.Context(), x) {
			if c.Name != "toolchain test" {
				continue
			}
			if c.Status != want {
				t.Fatalf("%+v, want it to be %s", c, want)
			}
			if c.FixCmd != nil {
				if err := c.FixCmd(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
