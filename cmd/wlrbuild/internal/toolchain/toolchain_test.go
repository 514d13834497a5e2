package toolchain

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix/prefixtest"
)

// fakeClang does as much of clang as it takes to be found working. With "show"
// as its last argument it prints its name and arguments.
const fakeClang = `#!/bin/sh
for last; do :; done
case "$*" in
*-print-resource-dir*) echo "${NAME:-$0}" | sed 's,/bin/[^/]*$,/lib/clang/22,'; exit ;;
*--version*) echo "Fake clang version 22.1.8 (1~test)"; exit ;;
esac
if [ "$last" = show ]; then
	printf '%s\n' "${NAME:-$0}" "$@"
	exit
fi
while [ $# -gt 1 ]; do
	[ "$1" = -o ] && printf '\0asm' >"$2"
	shift
done
exit 0
`

// sdk is a folder with the layout of wasi-sdk. Its programs are scripts.
func sdk() map[string]string {
	return map[string]string{
		"bin/clang":         fakeClang,
		"bin/wasm-ld":       "#!/bin/sh\n",
		"bin/llvm-ar":       "#!/bin/sh\n",
		"bin/ranlib":        "#!/bin/sh\n", // under one name only
		"bin/llvm-nm":       "#!/bin/sh\n",
		"bin/llvm-strip":    "#!/bin/sh\ncp \"$1\" \"$3\"\n",
		"bin/llvm-objcopy":  "#!/bin/sh\ncp \"$1\" \"$2\"\n",
		"lib/clang/22/rt.a": "builtins",
		"share/wasi-sysroot/include/wasm32-wasip1/stdio.h": "",
		"share/wasi-sysroot/include/wasm32-wasip2/stdio.h": "",
		"share/wasi-sysroot/lib/wasm32-wasip1/libc.a":      "libc",
	}
}

// definition of a toolchain whose files have that layout.
func sdkDefinition() *recipe.Toolchain {
	return &recipe.Toolchain{
		Name:   "test",
		Target: "wasm32-wasip1",
		EnvVar: "WASI_SDK_PATH",
		Programs: map[string]string{
			"clang": "bin/clang", "wasm-ld": "bin/wasm-ld", "ar": "bin/llvm-ar", "ranlib": "bin/ranlib",
			"nm": "bin/llvm-nm", "strip": "bin/llvm-strip", "objcopy": "bin/llvm-objcopy",
		},
		Sysroot: recipe.Sysroot{
			Include:  "share/wasi-sysroot/include/wasm32-wasip1",
			Lib:      "share/wasi-sysroot/lib/wasm32-wasip1",
			Builtins: "lib/clang/22/rt.a",
		},
		Flags:    []recipe.Arg{{Arg: "-DIT'S"}},
		MinClang: 20,
	}
}

func newStore(t *testing.T) *cache.Store {
	t.Helper()
	store, err := cache.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// env is a getenv with WASI_SDK_PATH alone.
func env(dir string) func(string) string {
	return func(name string) string {
		if name == "WASI_SDK_PATH" {
			return dir
		}
		return ""
	}
}

// show is what a launcher calls its program with.
func show(t *testing.T, launcher string, args ...string) []string {
	t.Helper()
	out, err := exec.Command(launcher, append(args, "show")...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", launcher, err, out)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

func TestFromEnvironment(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "it's an sdk")
	prefixtest.Write(t, dir, sdk())
	store := newStore(t)
	tc, err := Find(t.Context(), store, sdkDefinition(), env(dir), nil)
	if err != nil {
		t.Fatal(err)
	}
	if tc.Provider != "WASI_SDK_PATH" || tc.Version != "22.1.8" || tc.Root != dir {
		t.Errorf("found %+v", tc)
	}
	flags := []string{
		"--sysroot=" + tc.Sysroot,
		"-resource-dir", dir + "/lib/clang/22",
		"--target=wasm32-wasip1",
		"--no-default-config",
		"-no-canonical-prefixes",
		"--start-no-unused-arguments", "-fuse-ld=lld", "--no-wasm-opt", "--end-no-unused-arguments",
		"-DIT'S",
	}
	if diff := cmp.Diff(flags, tc.Flags); diff != "" {
		t.Errorf("Flags:\n%s", diff)
	}
	want := slices.Concat([]string{dir + "/bin/clang"}, flags, []string{"-c", "a b.c", "show"})
	if diff := cmp.Diff(want, show(t, tc.Clang, "-c", "a b.c")); diff != "" {
		t.Errorf("call of clang:\n%s", diff)
	}
	want = []string{dir + "/bin/clang", "-cc1", "-triple", "x", "show"}
	if diff := cmp.Diff(want, show(t, tc.Clang, "-cc1", "-triple", "x")); diff != "" {
		t.Errorf("call of clang by itself:\n%s", diff)
	}
	for _, sub := range []string{"include", "lib"} {
		got, err := os.ReadDir(filepath.Join(tc.Sysroot, sub))
		if err != nil || len(got) != 1 || got[0].Name() != "wasm32-wasip1" {
			t.Errorf("sysroot has %s: %v, %v", sub, got, err)
		}
	}
	if _, err := os.Stat(filepath.Join(tc.Sysroot, "lib/wasm32-wasip1/libc.a")); err != nil {
		t.Error(err)
	}
	for name, path := range map[string]string{
		"wasm32-wasip1-clang": tc.Clang, "wasm-ld": tc.LD, "wasm32-wasip1-ar": tc.AR, "wasm32-wasip1-ranlib": tc.Ranlib,
		"wasm32-wasip1-nm": tc.NM, "wasm32-wasip1-strip": tc.Strip, "wasm32-wasip1-objcopy": tc.Objcopy,
	} {
		if path != filepath.Join(tc.Bin, name) || !isExecutable(path) {
			t.Errorf("launcher %s is at %s", name, path)
		}
	}
}

// TestDigest sees that an SDK is known by its content.
func TestDigest(t *testing.T) {
	store := newStore(t)
	digest := func(change func(map[string]string, *recipe.Toolchain)) cache.Digest {
		t.Helper()
		dir, files, def := t.TempDir(), sdk(), sdkDefinition()
		change(files, def)
		prefixtest.Write(t, dir, files)
		tc, err := Find(t.Context(), store, def, env(dir), nil)
		if err != nil {
			t.Fatal(err)
		}
		return tc.Digest
	}
	base := digest(func(map[string]string, *recipe.Toolchain) {})
	if again := digest(func(map[string]string, *recipe.Toolchain) {}); again != base {
		t.Error("the same SDK in another folder has another digest")
	}
	if other := digest(func(files map[string]string, _ *recipe.Toolchain) {
		files["share/doc/README"] = "x"
		files["share/wasi-sysroot/lib/wasm32-wasip2/libc.a"] = "x"
	}); other != base {
		t.Error("files that have no influence change the digest")
	}
	for name, change := range map[string]func(map[string]string, *recipe.Toolchain){
		"a program":     func(f map[string]string, _ *recipe.Toolchain) { f["bin/wasm-ld"] += "#\n" },
		"a library":     func(f map[string]string, _ *recipe.Toolchain) { f["lib/libLLVM.so.22"] = "x" },
		"a header":      func(f map[string]string, d *recipe.Toolchain) { f[d.Sysroot.Include+"/math.h"] = "x" },
		"the C library": func(f map[string]string, d *recipe.Toolchain) { f[d.Sysroot.Lib+"/libc.a"] = "x" },
		"the builtins":  func(f map[string]string, d *recipe.Toolchain) { f[d.Sysroot.Builtins] = "x" },
		"a flag":        func(_ map[string]string, d *recipe.Toolchain) { d.Flags = nil },
	} {
		if digest(change) == base {
			t.Errorf("%s does not change the digest", name)
		}
	}
}

func TestBrokenSDK(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(map[string]string)
		want   string
	}{
		{"empty", func(f map[string]string) { clear(f) }, "no program clang in"},
		{"no archiver", func(f map[string]string) { delete(f, "bin/llvm-ar") }, "no program ar in"},
		{"no target", func(f map[string]string) { delete(f, "share/wasi-sysroot/include/wasm32-wasip1/stdio.h") },
			"no share/wasi-sysroot/include/wasm32-wasip1/stdio.h; the targets in share/wasi-sysroot/include are: wasm32-wasip2"},
		{"too old", func(f map[string]string) { f["bin/clang"] = strings.ReplaceAll(fakeClang, "22.1.8", "19.1.5") },
			"clang 19.1.5 is too old: 20 or later is needed"},
		{"does not start", func(f map[string]string) { f["bin/clang"] = "#!/bin/sh\necho libfoo.so missing >&2; exit 127\n" },
			"exit status 127"},
		{"no version", func(f map[string]string) { f["bin/clang"] = strings.ReplaceAll(fakeClang, "clang version", "gcc") },
			"says no version"},
		{"makes something else", func(f map[string]string) { f["bin/clang"] = strings.ReplaceAll(fakeClang, `\0asm`, "ELF") },
			"does not make WebAssembly modules"},
		{"strip fails", func(f map[string]string) { f["bin/llvm-strip"] = "#!/bin/sh\nexit 3\n" }, "exit status 3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, files := t.TempDir(), sdk()
			tt.change(files)
			prefixtest.Write(t, dir, files)
			store := newStore(t)
			// The packages must not be taken in its place.
			def := sdkDefinition()
			def.Debian = &recipe.DebianPackages{Suite: "testing", Packages: []string{"clang"}}
			_, err := Find(t.Context(), store, def, env(dir), nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			var d *diag.Error
			if !errors.As(err, &d) || d.Exit != diag.Preflight || !strings.Contains(d.Hint, "WASI_SDK_PATH") {
				t.Errorf("error %#v", err)
			}
			if left, err := os.ReadDir(filepath.Join(store.Dir(), "outputs")); err != nil || len(left) > 0 {
				t.Errorf("kept: %v, %v", left, err)
			}
		})
	}
}

// archiveOf is a .tar.gz of files below a top folder, and its SHA-256.
func archiveOf(t *testing.T, files map[string]string) ([]byte, string) {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		mode := int64(0o644)
		if strings.HasPrefix(files[name], "#!") {
			mode = 0o755
		}
		if err := w.WriteHeader(&tar.Header{Name: "wasi-sdk-99/" + name, Mode: mode, Size: int64(len(files[name]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b.Bytes())
	return b.Bytes(), hex.EncodeToString(sum[:])
}

func TestFromArchive(t *testing.T) {
	data, sum := archiveOf(t, sdk())
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Write(data)
	}))
	defer server.Close()
	def := sdkDefinition()
	def.Archive = &recipe.Archive{URL: server.URL + "/sdk.tar.gz", SHA256: sum, Strip: 1}
	store := newStore(t)

	tc, answers, err := Lookup(t.Context(), store, def, env(""))
	if !errors.Is(err, ErrNotInstalled) || tc != nil || asked > 0 {
		t.Errorf("Lookup: %v, %v after %d requests", tc, err, asked)
	}
	lines := []string{
		"WASI_SDK_PATH: not set",
		"archive: not installed yet",
		"Debian: the toolchain names no packages",
	}
	for i, a := range answers {
		if a.String() != lines[i] {
			t.Errorf("answer %q, want %q", a, lines[i])
		}
	}
	for range 2 {
		tc, err := Find(t.Context(), store, def, env(""), nil)
		if err != nil {
			t.Fatal(err)
		}
		if tc.Provider != "archive" || tc.Version != "22.1.8" || filepath.Base(tc.Root) != prefix.Tree {
			t.Errorf("found %+v", tc)
		}
		if got := show(t, tc.Clang); got[0] != tc.Root+"/bin/clang" || !slices.Contains(got, "--sysroot="+tc.Sysroot) {
			t.Errorf("call of clang: %q", got)
		}
	}
	if asked != 1 {
		t.Errorf("%d requests, want one", asked)
	}
}

func TestArchiveErrors(t *testing.T) {
	data, sum := archiveOf(t, sdk())
	old := sdk()
	old["bin/clang"] = strings.ReplaceAll(fakeClang, "22.1.8", "19.1.5")
	oldData, oldSum := archiveOf(t, old)
	climbing, climbingSum := archiveOf(t, map[string]string{"../../../../climbed": "x"})
	for _, tt := range []struct {
		name   string
		status int
		data   []byte
		sum    string
		strip  int
		exit   diag.Code
		want   string
		detail string
	}{
		{name: "other content", data: data[1:], sum: sum, strip: 1, exit: diag.Source, want: "sha256"},
		{name: "no digest", data: data, strip: 1, exit: diag.Usage, want: "archive: sha256 digest"},
		{name: "not there", status: 404, sum: sum, exit: diag.Preflight, want: `find toolchain "test": no provider has it`, detail: "the server says 404 Not Found"},
		{name: "wrong layout", data: data, sum: sum, strip: 0, exit: diag.Usage, want: `no program "bin/clang"`},
		{name: "too old", data: oldData, sum: oldSum, strip: 1, exit: diag.Preflight, want: "clang 19.1.5 is too old"},
		{name: "not an archive", data: []byte("hello"), sum: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", strip: 1, exit: diag.Source, want: "exit status"},
		{name: "climbs out", data: climbing, sum: climbingSum, strip: 1, exit: diag.Source, want: ".."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tt.status != 0 {
					w.WriteHeader(tt.status)
				}
				w.Write(tt.data)
			}))
			defer server.Close()
			def := sdkDefinition()
			def.Archive = &recipe.Archive{URL: server.URL + "/sdk.tar.gz", SHA256: tt.sum, Strip: tt.strip}
			store := newStore(t)
			_, err := Find(t.Context(), store, def, env(""), nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			var d *diag.Error
			if !errors.As(err, &d) || d.Exit != tt.exit || !strings.Contains(d.Detail, tt.detail) {
				t.Errorf("error %#v", err)
			}
			for _, dir := range []string{"outputs", "tmp"} {
				if left, err := os.ReadDir(filepath.Join(store.Dir(), dir)); err != nil || len(left) > 0 {
					t.Errorf("left in %s: %v, %v", dir, left, err)
				}
			}
			if found, _ := filepath.Glob(filepath.Join(store.Dir(), "../*/climbed")); len(found) > 0 {
				t.Errorf("the archive wrote %s", found)
			}
		})
	}
}

// newDebian is a suite with the programs of an SDK, and a finder for it.
func newDebian(t *testing.T) (*prefixtest.Suite, *finder) {
	suite := prefixtest.New(t)
	suite.Add("libc6", "2", map[string]string{prefixtest.LoaderPath: prefixtest.Loader})
	files := sdk()
	files["bin/wasm-ld.needs"] = "libLLVM.so.22\n"
	suite.Add("clang-22", "22.1", files)
	suite.Add("libllvm22", "22.1", map[string]string{"usr/lib/test-linux-gnu/libLLVM.so.22": ""})
	def := sdkDefinition()
	def.Debian = &recipe.DebianPackages{
		Suite:     "testing",
		Packages:  []string{"libc6", "clang-22", "libllvm22"},
		Libraries: []string{"usr/lib/*-linux-gnu"},
	}
	return suite, &finder{store: newStore(t), def: def, getenv: env(""), openSuite: suite.Open}
}

func TestFromDebian(t *testing.T) {
	suite, f := newDebian(t)
	if _, answers, err := f.find(t.Context(), look); !errors.Is(err, ErrNotInstalled) || suite.Opened > 0 {
		t.Errorf("look: %v, %v", answers, err)
	}
	tc, answers, err := f.find(t.Context(), install)
	if err != nil {
		t.Fatal(err)
	}
	if got := answers[len(answers)-1].String(); got != "Debian testing: has it" || tc.Provider != "Debian testing" || len(tc.Packages) != 3 {
		t.Errorf("answer %q, found %+v", got, tc)
	}
	// Programs are told the name of their launcher, so that they find one
	// another as launchers.
	got := show(t, tc.Clang, "-c")
	want := slices.Concat([]string{tc.Clang}, tc.Flags, []string{"-c", "show"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("call of clang:\n%s", diff)
	}
	if tc.ResourceDir != tc.Root+"/lib/clang/22" {
		t.Errorf("resource dir %s", tc.ResourceDir)
	}

	// The installed one stays until an update is asked for.
	suite.Add("clang-22", "22.2", map[string]string{})
	again, _, err := f.find(t.Context(), look)
	if err != nil || again.Digest != tc.Digest || suite.Opened != 1 {
		t.Errorf("look again: %+v, %v", again, err)
	}
	if _, _, err := f.find(t.Context(), update); err == nil || !strings.Contains(err.Error(), `no program "bin/clang"`) {
		t.Errorf("update to an empty package: %v", err)
	}
	files := sdk()
	files["bin/clang"] = strings.ReplaceAll(fakeClang, "22.1.8", "22.2.0")
	suite.Add("clang-22", "22.3", files)
	newer, _, err := f.find(t.Context(), update)
	if err != nil || newer.Version != "22.2.0" || newer.Digest == tc.Digest {
		t.Errorf("update: %+v, %v", newer, err)
	}
}

func TestDebianErrors(t *testing.T) {
	_, f := newDebian(t)
	f.def.Debian.Packages = []string{"libc6", "clang-22"}
	_, _, err := f.find(t.Context(), install)
	if want := "check bin/wasm-ld: needs libLLVM.so.22, which is in none of the packages"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
	f.openSuite = func(context.Context, string) (prefix.Suite, error) { return nil, exec.ErrNotFound }
	_, answers, err := f.find(t.Context(), install)
	if err == nil || diag.ExitCode(err) != diag.Source || len(answers) != 3 {
		t.Errorf("without apt: %v, %v", answers, err)
	}
}

func TestNoProvider(t *testing.T) {
	_, err := Find(t.Context(), newStore(t), sdkDefinition(), env(""), nil)
	var d *diag.Error
	if !errors.As(err, &d) || d.Exit != diag.Preflight {
		t.Fatalf("error %v", err)
	}
	want := "WASI_SDK_PATH: not set\narchive: the toolchain names none\nDebian: the toolchain names no packages"
	if d.Detail != want {
		t.Errorf("detail %q, want %q", d.Detail, want)
	}
}

func TestEnviron(t *testing.T) {
	tc := &Toolchain{Bin: "/tc/bin", Empty: "/tc/empty"}
	got := tc.Environ([]string{
		"HOME=/home/u", "TMPDIR=/var/tmp", "PATH=/home/u/bin", "CFLAGS=-O3", "CC=gcc", "LD_PRELOAD=x.so",
		"PKG_CONFIG_PATH=/usr/lib/pkgconfig", "PKG_CONFIG_LIBDIR=/usr/lib", "LC_ALL=de_DE", "TZ=CET", "MAKEFLAGS=-j9",
	})
	want := []string{
		"PATH=/tc/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", "PKG_CONFIG_LIBDIR=/tc/empty", "HOME=/home/u", "TMPDIR=/var/tmp",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
