package apt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestE2E asks the machine's real mirrors.
func TestE2E(t *testing.T) {
	if os.Getenv("WLR_E2E") != "1" {
		t.Skip("SKIPPED: asks the machine's Debian mirrors over the network; set WLR_E2E=1 to run it")
	}
	ctx := context.Background()
	dir := t.TempDir()
	suite := func(t *testing.T, name string) *Suite {
		start := time.Now()
		s, err := Open(ctx, dir, name)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("open %s: %v, warnings %q", name, time.Since(start), s.Warnings())
		return s
	}

	downloaded := 0
	for _, tt := range []struct{ suite, source, branch string }{
		{"bullseye", "php7.4", "7.4."},
		{"bookworm", "php8.2", "8.2."},
		{"trixie", "php8.4", "8.4."},
	} {
		t.Run(tt.suite+"/"+tt.source, func(t *testing.T) {
			s := suite(t, tt.suite)
			versions, err := s.Sources(ctx, tt.source)
			if err != nil {
				t.Fatal(err)
			}
			got := false
			for _, v := range versions {
				t.Logf("%s, upstream %s, %d files", v.Version, v.Upstream, len(v.Files))
				if !strings.HasPrefix(v.Upstream, tt.branch) {
					t.Errorf("upstream version %q is not of branch %s", v.Upstream, tt.branch)
				}
				i := slices.IndexFunc(v.Files, func(f SourceFile) bool {
					return strings.Contains(f.Name, ".orig.tar.") && !strings.HasSuffix(f.Name, ".asc")
				})
				if i < 0 {
					t.Fatalf("%s has no .orig.tar: %+v", v.Version, v.Files)
				}
				var tarball bytes.Buffer
				err := s.DownloadSource(ctx, v.Files[i], &tarball)
				t.Logf("download %s: %d bytes, error %v", v.Files[i].URL, tarball.Len(), err)
				switch {
				case errors.Is(err, ErrNotFound):
				case err != nil:
					t.Error(err)
				case int64(tarball.Len()) != v.Files[i].Size:
					t.Errorf("%d bytes, listed are %d", tarball.Len(), v.Files[i].Size)
				default:
					got = true
				}
			}
			if !got {
				t.Skipf("NOT TESTED: the mirror has no version of %s that it lists", tt.source)
			}
			downloaded++
		})
	}
	if downloaded == 0 {
		t.Error("no source package can be downloaded")
	}
	for _, name := range []string{"bullseye", "bookworm", "trixie", "sid"} {
		t.Run(name+"/binaries", func(t *testing.T) {
			s := suite(t, name)
			for _, pkg := range []string{"clang-22", "wasi-libc", "wasmedge"} {
				start := time.Now()
				found, err := s.Binary(ctx, pkg)
				t.Logf("%s: %+v, error %v (%v)", pkg, found, err, time.Since(start))
				if err != nil && !errors.Is(err, ErrNotFound) {
					t.Error(err)
				}
			}
			if name != "trixie" {
				return
			}
			found, err := s.Binary(ctx, "wasi-libc", "wasmedge")
			if err != nil {
				t.Fatal(err)
			}
			deb := filepath.Join(t.TempDir(), "wasi-libc.deb")
			f, err := os.Create(deb)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Download(ctx, found[0], f); err != nil {
				t.Fatal(err)
			}
			f.Close()
			dest := t.TempDir()
			if err := Unpack(ctx, deb, dest); err != nil {
				t.Fatal(err)
			}
			if matches, _ := filepath.Glob(filepath.Join(dest, "usr/lib/wasm32-wasi*/libc.a")); len(matches) == 0 {
				t.Errorf("no libc.a in wasi-libc")
			}
		})
	}
}
