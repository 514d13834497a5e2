package apt

import (
	"cmp"
	"os/exec"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

const packagesFixture = `Package: wasi-libc
Version: 0.0~git20241209.574b88d-2
Architecture: all
Description: WebAssembly libc implementation
 second line
 .
 Package: not-this-one
Filename: pool/main/w/wasi-libc/wasi-libc_0.0~git20241209.574b88d-2_all.deb
Size: 1050864
SHA256: b7716260051d289248b7667f81fa2792c125d888ff51da3fa09c6272cc0bd11d

Package: wasi-libc-dev
Version: 1
Filename: pool/x.deb
Size: 1
SHA256: 00
`

const sourcesFixture = `Package: php8.2
Binary: php8.2, php8.2-cgi,
 php8.2-cli
Version: 8.2.32-1~deb12u1
Files:
 a12dbeeef697d8054cf2fcb4b51c8724 5619 php8.2_8.2.32-1~deb12u1.dsc
Checksums-Sha256:
 fd84ce153abc1af23514100a25d04acd3c728f5c4b5c30c3e1a0788ef9c780eb 5619 php8.2_8.2.32-1~deb12u1.dsc
 e127be09a8506f4327c5cfa78a614b00d210714484ec215ce0011b4a03c00731 12162364 php8.2_8.2.32.orig.tar.xz
Directory: pool/main/p/php8.2
`

func TestParagraphs(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string // package names
	}{
		{"empty", "", nil},
		{"blank lines only", "\n \n\t\n", nil},
		{"no newline at the end", "Package: a\n\nPackage: b", []string{"a", "b"}},
		{"several blank lines", "\n\nPackage: a\n\n\n\nPackage: b\n\n", []string{"a", "b"}},
		{"name is not the first field", "Version: 1\nPackage: a\n", []string{"a"}},
		{"no name", "Version: 1\n", []string{""}},
		{"fixture", packagesFixture, []string{"wasi-libc", "wasi-libc-dev"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for par, err := range paragraphs(strings.NewReader(tt.text)) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, packageName(par))
			}
			if diff := gocmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func firstStanza(t *testing.T, text string) stanza {
	t.Helper()
	for st, err := range stanzas(strings.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	t.Fatal("no stanza")
	return nil
}

func TestPackageOf(t *testing.T) {
	good := firstStanza(t, packagesFixture)
	got, err := packageOf(good, "http://mirror.test/debian/")
	if err != nil {
		t.Fatal(err)
	}
	want := Package{
		Name:         "wasi-libc",
		Version:      "0.0~git20241209.574b88d-2",
		Architecture: "all",
		File:         "http://mirror.test/debian/pool/main/w/wasi-libc/wasi-libc_0.0~git20241209.574b88d-2_all.deb",
		SHA256:       "b7716260051d289248b7667f81fa2792c125d888ff51da3fa09c6272cc0bd11d",
		Size:         1050864,
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, tt := range []struct{ old, new, err string }{
		{"Size: 1050864\n", "Size: much\n", `size "much"`},
		{"Size: 1050864\n", "", `size ""`},
		{"SHA256: b77", "SHA1: b77", "no Filename or SHA256"},
		{"Filename:", "Name:", "no Filename or SHA256"},
	} {
		_, err := packageOf(firstStanza(t, strings.Replace(packagesFixture, tt.old, tt.new, 1)), "r")
		checkErr(t, err, tt.err)
	}
}

func TestSourceOf(t *testing.T) {
	got, err := sourceOf(firstStanza(t, sourcesFixture), "http://mirror.test/debian/")
	if err != nil {
		t.Fatal(err)
	}
	pool := "http://mirror.test/debian/pool/main/p/php8.2/"
	want := SourcePackage{
		Package:  "php8.2",
		Version:  "8.2.32-1~deb12u1",
		Upstream: "8.2.32",
		Files: []SourceFile{
			{"php8.2_8.2.32-1~deb12u1.dsc", pool + "php8.2_8.2.32-1~deb12u1.dsc", "fd84ce153abc1af23514100a25d04acd3c728f5c4b5c30c3e1a0788ef9c780eb", 5619},
			{"php8.2_8.2.32.orig.tar.xz", pool + "php8.2_8.2.32.orig.tar.xz", "e127be09a8506f4327c5cfa78a614b00d210714484ec215ce0011b4a03c00731", 12162364},
		},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, tt := range []struct{ old, new, err string }{
		{"Checksums-Sha256:", "Checksums-Sha1:", "no Checksums-Sha256"},
		{" 12162364 ", " many ", `size "many"`},
		{" 12162364 ", " ", "checksum line"},
	} {
		_, err := sourceOf(firstStanza(t, strings.Replace(sourcesFixture, tt.old, tt.new, 1)), "r")
		checkErr(t, err, tt.err)
	}
}

func TestUpstream(t *testing.T) {
	for _, tt := range []struct{ version, want string }{
		{"8.2.32-1~deb12u1", "8.2.32"},
		{"7.4.33-1+deb11u12", "7.4.33"},
		{"1:22.1.8-1~deb13u4", "22.1.8"},
		{"2.12.7+dfsg+really2.9.14-2.1", "2.12.7+dfsg+really2.9.14"},
		{"1.0-rc1-3", "1.0-rc1"},
		{"42", "42"},
	} {
		if got := upstream(tt.version); got != tt.want {
			t.Errorf("upstream(%q) = %q, want %q", tt.version, got, tt.want)
		}
	}
}

var versionOrder = []struct {
	a, b string
	want int
}{
	{"8.2.35-1~deb12u1", "8.2.32-1~deb12u1", 1},
	{"8.2.9-1", "8.2.10-1", -1},
	{"1:0.1", "9.9", 1},
	{"1.0", "1.0", 0},
	{"1.0", "1.00", 0},
	{"0:1.0", "1.0", 0},
	{"1.0-1", "1.0", 1},
	{"1.0~rc1", "1.0", -1},
	{"1.0~~", "1.0~", -1},
	{"1.0-1~deb12u1", "1.0-1", -1},
	{"1.0-1+b1", "1.0-1", 1},
	{"1.0-1+deb11u12", "1.0-1+deb11u5", 1},
	{"1.0a", "1.0+", -1},
	{"1.0a", "1.0b", -1},
	{"1.0", "1.0a", -1},
	{"2.12.7+dfsg+really2.9.14-2.1", "2.12.7+dfsg-1", 1},
	{"0.0~git20260423.161b319-2", "0.0~git20241209.574b88d-2", 1},
	{"1.2-3-4", "1.2-3", 1},
}

func TestCompareVersions(t *testing.T) {
	for _, tt := range versionOrder {
		if got := compareVersions(tt.a, tt.b); got != tt.want {
			t.Errorf("compareVersions(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := compareVersions(tt.b, tt.a); got != -tt.want {
			t.Errorf("compareVersions(%q, %q) = %d, want %d", tt.b, tt.a, got, -tt.want)
		}
	}
}

// dpkg is the reference for the order of versions.
func TestCompareVersionsLikeDpkg(t *testing.T) {
	if _, err := exec.LookPath("dpkg"); err != nil {
		t.Skip("SKIPPED: compares with dpkg, which is not here")
	}
	relations := map[int]string{-1: "lt", 0: "eq", 1: "gt"}
	for _, tt := range versionOrder {
		if err := exec.Command("dpkg", "--compare-versions", tt.a, relations[tt.want], tt.b).Run(); err != nil {
			t.Errorf("dpkg does not say that %q %s %q", tt.a, relations[cmp.Compare(tt.want, 0)], tt.b)
		}
	}
}
