package apt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// archive is a small package archive on a local server, which apt is told is
// all that the machine knows.
type archive struct {
	t        *testing.T
	root     string
	conf     string // directory of the machine's configuration
	server   *httptest.Server
	requests atomic.Int64
	broken   atomic.Bool // answers each request with an error
}

// newArchive starts an archive. Options stand in the machine's sources; "" is
// to trust the key that it signs with.
func newArchive(t *testing.T, options string) *archive {
	t.Helper()
	for _, tool := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIPPED: runs %s, which is not here", tool)
		}
	}
	a := &archive{t: t, root: t.TempDir()}
	files := http.FileServer(http.Dir(a.root))
	a.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.requests.Add(1)
		if a.broken.Load() {
			http.Error(w, "out of order", http.StatusServiceUnavailable)
			return
		}
		if strings.HasSuffix(r.URL.Path, "/slow.deb") {
			<-r.Context().Done()
			return
		}
		r.Header.Del("If-Modified-Since") // counts in seconds, the tests are faster
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(a.server.Close)

	a.conf = t.TempDir()
	conf := a.conf
	if options == "" {
		var keyring bytes.Buffer
		if err := signingKey().Serialize(&keyring); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(conf, "key.gpg"), keyring.String())
		options = "[signed-by=" + filepath.Join(conf, "key.gpg") + "]"
	}
	write(t, filepath.Join(conf, "sources.list"), fmt.Sprintf("deb %s %s/debian trixie main\ndeb %[1]s %[2]s/debian-security trixie-security main\n", options, a.server.URL))
	write(t, filepath.Join(conf, "apt.conf"), fmt.Sprintf(`
Dir::Etc::parts "/dev/null";
Dir::Etc::main "/dev/null";
Dir::Etc::sourcelist "%s/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::status "%[1]s/none";
Dir::Etc::preferences "%[1]s/preferences";
APT::Default-Release "bookworm";
Acquire::Retries "0";
APT::Update::Post-Invoke { "touch %[1]s/hook-ran"; };
`, conf))
	write(t, filepath.Join(conf, "preferences"), "Package: *\nPin: release n=trixie\nPin-Priority: -1\n")
	t.Setenv("APT_CONFIG", filepath.Join(conf, "apt.conf"))
	t.Cleanup(func() {
		if _, err := os.Stat(filepath.Join(conf, "hook-ran")); err == nil {
			t.Error("a hook of the machine's apt configuration ran")
		}
	})
	for _, proxy := range []string{"http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"} {
		t.Setenv(proxy, "")
	}
	return a
}

var signingKey = sync.OnceValue(func() *openpgp.Entity {
	key, err := openpgp.NewEntity("archive", "", "archive@example.org", &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	if err != nil {
		panic(err)
	}
	return key
})

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func hexSum(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// binary lists a package; its file is in the pool unless content is "".
func (a *archive) binary(base, name, version, content string) string {
	file := fmt.Sprintf("pool/%s_%s.deb", name, version)
	if content != "" {
		write(a.t, filepath.Join(a.root, base, file), content)
	}
	return fmt.Sprintf("Package: %s\nVersion: %s\nArchitecture: all\nFilename: %s\nSize: %d\nSHA256: %s\n\n",
		name, version, file, len(content), hexSum(content))
}

// source lists a source package of one file.
func (a *archive) source(base, name, version, content string) string {
	file := fmt.Sprintf("%s_%s.orig.tar.xz", name, upstream(version))
	if content != "" {
		write(a.t, filepath.Join(a.root, base, "pool", file), content)
	}
	return fmt.Sprintf("Package: %s\nVersion: %s\nDirectory: pool\nChecksums-Sha256:\n %s %d %s\n\n",
		name, version, hexSum(content), len(content), file)
}

// publish writes the index files of a suite.
func (a *archive) publish(base, suite, packages, sources string) {
	out, err := exec.Command("dpkg", "--print-architecture").Output()
	if err != nil {
		a.t.Fatal(err)
	}
	arch := strings.TrimSpace(string(out))
	dist := filepath.Join(a.root, base, "dists", suite)
	release := fmt.Sprintf("Origin: Debian\nSuite: %s\nCodename: %[1]s\nDate: %s\nComponents: main\nArchitectures: %s all\nSHA256:\n",
		suite, time.Now().UTC().Format(time.RFC1123), arch)
	for name, text := range map[string]string{"main/binary-" + arch + "/Packages": packages, "main/source/Sources": sources} {
		write(a.t, filepath.Join(dist, name), text)
		release += fmt.Sprintf(" %s %d %s\n", hexSum(text), len(text), name)
	}
	var signed bytes.Buffer
	w, err := clearsign.Encode(&signed, signingKey().PrivateKey, nil)
	if err == nil {
		_, err = w.Write([]byte(release))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		a.t.Fatal(err)
	}
	write(a.t, filepath.Join(dist, "InRelease"), signed.String())
}

// publishAll fills the archive with the situations that callers meet. There
// is no trixie-updates.
func (a *archive) publishAll() {
	a.publish("debian", "trixie",
		a.binary("debian", "clang", "1.9-1", "clang 1.9")+
			a.binary("debian", "libc", "2-1", "libc 2")+
			a.binary("debian", "slow", "1", ""),
		a.source("debian", "php", "8.2.32-1~deb12u1", "php 8.2.32")+
			a.source("debian", "php", "8.2.9-1", "php 8.2.9"))
	a.publish("debian-security", "trixie-security",
		a.binary("debian-security", "clang", "1.10-1", ""),
		a.source("debian-security", "php", "8.2.35-1~deb12u1", ""))
}

func mustOpen(t *testing.T, dir string) *Suite {
	t.Helper()
	s, err := Open(context.Background(), dir, "trixie")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLookUpAndDownload(t *testing.T) {
	ctx := context.Background()
	a := newArchive(t, "")
	a.publishAll()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil { // as root's home is
		t.Fatal(err)
	}
	s := mustOpen(t, dir)

	want := []string{a.server.URL + "/debian has no trixie-updates; it is left out"}
	if diff := cmp.Diff(want, s.Warnings()); diff != "" {
		t.Errorf("warnings: -want +got:\n%s", diff)
	}

	t.Run("binary", func(t *testing.T) {
		got, err := s.Binary(ctx, "libc", "clang")
		if err != nil {
			t.Fatal(err)
		}
		want := []Package{
			{"libc", "2-1", "all", a.server.URL + "/debian/pool/libc_2-1.deb", hexSum("libc 2"), 6},
			{"clang", "1.10-1", "all", a.server.URL + "/debian-security/pool/clang_1.10-1.deb", hexSum(""), 0},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		var content bytes.Buffer
		if err := s.Download(ctx, got[0], &content); err != nil || content.String() != "libc 2" {
			t.Errorf("downloaded %q, %v", content.String(), err)
		}
	})
	t.Run("missing binaries are named", func(t *testing.T) {
		_, err := s.Binary(ctx, "nonesuch", "libc", "neither")
		checkErr(t, err, "package nonesuch, neither: not found")
		if !errors.Is(err, ErrNotFound) || diag.ExitCode(err) != diag.Source {
			t.Errorf("error %#v is not ErrNotFound with code %d", err, diag.Source)
		}
	})
	t.Run("next version when the newest is listed only", func(t *testing.T) {
		versions, err := s.Versions(ctx, "clang")
		if err != nil || len(versions) != 2 {
			t.Fatalf("%v, %v", versions, err)
		}
		var content bytes.Buffer
		err = s.Download(ctx, versions[0], &content)
		if !errors.Is(err, ErrNotFound) || content.Len() != 0 {
			t.Errorf("newest: error %v, %d bytes", err, content.Len())
		}
		if err := s.Download(ctx, versions[1], &content); err != nil || content.String() != "clang 1.9" {
			t.Errorf("next: %q, %v", content.String(), err)
		}
	})
	t.Run("sources", func(t *testing.T) {
		got, err := s.Sources(ctx, "php")
		if err != nil {
			t.Fatal(err)
		}
		var upstreams []string
		for _, p := range got {
			upstreams = append(upstreams, p.Upstream)
		}
		if diff := cmp.Diff([]string{"8.2.35", "8.2.32", "8.2.9"}, upstreams); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		var content bytes.Buffer
		if err := s.DownloadSource(ctx, got[0].Files[0], &content); !errors.Is(err, ErrNotFound) {
			t.Errorf("newest: error %v", err)
		}
		if err := s.DownloadSource(ctx, got[1].Files[0], &content); err != nil || content.String() != "php 8.2.32" {
			t.Errorf("next: %q, %v", content.String(), err)
		}
		if _, err := s.Sources(ctx, "nonesuch"); !errors.Is(err, ErrNotFound) {
			t.Errorf("no such source package: error %v", err)
		}
	})
	t.Run("changed file", func(t *testing.T) {
		write(t, filepath.Join(a.root, "debian/pool/libc_2-1.deb"), "libc 3")
		packages, err := s.Binary(ctx, "libc")
		if err != nil {
			t.Fatal(err)
		}
		var content bytes.Buffer
		err = s.Download(ctx, packages[0], &content)
		checkErr(t, err, "Hash Sum mismatch")
		if errors.Is(err, ErrNotFound) || diag.ExitCode(err) != diag.Source || content.Len() != 0 {
			t.Errorf("error %v, %d bytes", err, content.Len())
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		packages, err := s.Binary(ctx, "slow")
		if err != nil {
			t.Fatal(err)
		}
		packages[0].File = a.server.URL + "/debian/pool/slow.deb"
		ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		err = s.Download(ctx, packages[0], &bytes.Buffer{})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 20*time.Second {
			t.Errorf("error %v after %v", err, time.Since(start))
		}
	})
	left, err := os.ReadDir(s.temp())
	if err != nil || len(left) > 0 {
		t.Errorf("left in the temporary directory: %v, %v", left, err)
	}
}

// apt words it differently when a mirror lacks a pocket but is trusted as it is.
func TestTrustedMirror(t *testing.T) {
	a := newArchive(t, "[trusted=yes]")
	a.publishAll()
	s := mustOpen(t, t.TempDir())
	want := []string{a.server.URL + "/debian has no trixie-updates; it is left out"}
	if diff := cmp.Diff(want, s.Warnings()); diff != "" {
		t.Errorf("warnings: -want +got:\n%s", diff)
	}
	if _, err := s.Binary(context.Background(), "libc"); err != nil {
		t.Error(err)
	}
}

func TestListsAreFetchedOnceADay(t *testing.T) {
	a := newArchive(t, "")
	a.publishAll()
	dir := t.TempDir()
	requests := func(f func()) int64 {
		before := a.requests.Load()
		f()
		return a.requests.Load() - before
	}
	version := func(s *Suite) string {
		t.Helper()
		packages, err := s.Binary(context.Background(), "libc")
		if err != nil {
			t.Fatal(err)
		}
		return packages[0].Version
	}

	var s *Suite
	if n := requests(func() { s = mustOpen(t, dir) }); n == 0 {
		t.Error("the first Open fetched nothing")
	}
	a.publish("debian", "trixie", a.binary("debian", "libc", "3-1", "libc 3"), "")
	if n := requests(func() { s = mustOpen(t, dir) }); n != 0 || version(s) != "2-1" {
		t.Errorf("the second Open made %d requests and has libc %s", n, version(s))
	}
	if err := s.Refresh(context.Background()); err != nil || version(s) != "3-1" {
		t.Errorf("after Refresh: libc %s, %v", version(s), err)
	}

	a.publish("debian", "trixie", a.binary("debian", "libc", "4-1", "libc 4"), "")
	yesterday := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(s.stamp(), yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	if s = mustOpen(t, dir); version(s) != "4-1" {
		t.Errorf("a day later: libc %s", version(s))
	}

	a.publish("debian", "trixie", a.binary("debian", "libc", "5-1", "libc 5"), "")
	lists, err := filepath.Glob(s.path("lists/*Packages*"))
	if err != nil || len(lists) == 0 {
		t.Fatal(lists, err)
	}
	for _, name := range lists {
		os.Remove(name)
	}
	if s = mustOpen(t, dir); version(s) != "5-1" {
		t.Errorf("after the lists were lost: libc %s", version(s))
	}
}

// Another mirror in the machine's configuration counts at once.
func TestChangedMirror(t *testing.T) {
	dir := t.TempDir()
	newArchive(t, "").publishAll()
	mustOpen(t, dir)
	other := newArchive(t, "")
	other.publishAll()
	packages, err := mustOpen(t, dir).Binary(context.Background(), "libc")
	if err != nil || !strings.HasPrefix(packages[0].File, other.server.URL) {
		t.Errorf("%v, %v, want one from %s", packages, err, other.server.URL)
	}
}

func TestOffline(t *testing.T) {
	a := newArchive(t, "")
	a.publishAll()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	a.broken.Store(true)

	if s = mustOpen(t, dir); len(s.Warnings()) != 0 {
		t.Errorf("warnings about lists that are fresh: %q", s.Warnings())
	}
	if err := s.Refresh(context.Background()); diag.ExitCode(err) != diag.Source {
		t.Errorf("Refresh: error %v", err)
	}
	var before int64
	for i := range 2 {
		s = mustOpen(t, dir)
		if w := s.Warnings(); len(w) != 1 || !strings.Contains(w[0], "could not fetch") {
			t.Errorf("warnings %q", w)
		}
		if _, err := s.Binary(context.Background(), "libc"); err != nil {
			t.Error(err)
		}
		if after := a.requests.Load(); i == 0 {
			before = after
		} else if after != before {
			t.Errorf("the second attempt made %d requests", after-before)
		}
	}
	packages, err := s.Binary(context.Background(), "libc")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Download(context.Background(), packages[0], &bytes.Buffer{})
	checkErr(t, err, "503 Service Unavailable")
	if errors.Is(err, ErrNotFound) || diag.ExitCode(err) != diag.Source {
		t.Errorf("error %#v", err)
	}

	a.server.Close()
	_, err = Open(context.Background(), t.TempDir(), "trixie")
	checkErr(t, err, "read the package lists of Debian trixie: apt-get: ")
	if diag.ExitCode(err) != diag.Source {
		t.Errorf("without any lists: error %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	open := func(suite string) error {
		_, err := Open(context.Background(), t.TempDir(), suite)
		return err
	}
	t.Run("a suite that the mirror lacks", func(t *testing.T) {
		newArchive(t, "").publishAll()
		checkErr(t, open("sid"), "sid Release' does not have a Release file")
	})
	t.Run("an archive that another key signed", func(t *testing.T) {
		newArchive(t, "[signed-by=/dev/null]").publishAll()
		checkErr(t, open("trixie"), "is not signed")
	})
	t.Run("a list that is not what the release promises", func(t *testing.T) {
		a := newArchive(t, "")
		a.publishAll()
		write(t, filepath.Join(a.root, "debian/dists/trixie/main/source/Sources"), a.source("debian", "php", "9.9.99-1", "evil tarball content"))
		checkErr(t, open("trixie"), "debian/dists/trixie/main/source/Sources File has unexpected size")
	})
	t.Run("a name that is a path", func(t *testing.T) {
		err := open("../trixie")
		checkErr(t, err, "a suite has a name")
		if diag.ExitCode(err) != diag.Usage {
			t.Errorf("exit code %d", diag.ExitCode(err))
		}
	})
	t.Run("a machine without apt", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if err := open("trixie"); diag.ExitCode(err) != diag.Preflight {
			t.Errorf("error %v", err)
		}
	})
	t.Run("when cancelled", func(t *testing.T) {
		newArchive(t, "").publishAll()
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := Open(ctx, t.TempDir(), "trixie")
		if !errors.Is(err, context.Canceled) || diag.ExitCode(err) != diag.Interrupted {
			t.Errorf("error %v", err)
		}
	})
}

func TestUnpack(t *testing.T) {
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("SKIPPED: makes a package with dpkg-deb, which is not here")
	}
	tree := t.TempDir()
	write(t, filepath.Join(tree, "DEBIAN/control"), "Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n")
	write(t, filepath.Join(tree, "usr/bin/tool"), "#!/bin/sh\n")
	if err := os.Chmod(filepath.Join(tree, "usr/bin/tool"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("tool", filepath.Join(tree, "usr/bin/alias")); err != nil {
		t.Fatal(err)
	}
	deb := filepath.Join(t.TempDir(), "x.deb")
	if out, err := exec.Command("dpkg-deb", "--root-owner-group", "--build", tree, deb).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	dest := t.TempDir()
	if err := Unpack(context.Background(), deb, dest); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dest, "usr/bin/alias"))
	if err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("usr/bin/alias: %v, %v", info, err)
	}
	if _, err := os.Stat(filepath.Join(dest, "DEBIAN")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("control files were unpacked: %v", err)
	}

	data, err := os.ReadFile(deb)
	if err != nil {
		t.Fatal(err)
	}
	write(t, deb, string(data[:len(data)/2]))
	err = Unpack(context.Background(), deb, t.TempDir())
	checkErr(t, err, "unpack "+deb+": dpkg-deb: ")
	if diag.ExitCode(err) != diag.Source {
		t.Errorf("exit code %d", diag.ExitCode(err))
	}
}
