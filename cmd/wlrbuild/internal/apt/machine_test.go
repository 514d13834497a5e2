package apt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

var cmpSource = cmp.AllowUnexported(source{}, archives{}, pocket{})

const debianKeys = "/usr/share/keyrings/debian-archive-keyring.gpg"

func TestParseSources(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		parse      func(text string) ([]source, error)
		want       []source
		err        string
	}{
		{
			name:  "deb822 with two stanzas and comments",
			parse: deb822,
			text: `# made by the installer
Types: deb deb-src
# the main archive
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: ` + debianKeys + `

# nothing but a comment

types: deb
uris: http://mirror.test/debian-security/ http://other.test/debian-security
suites: bookworm-security
components: main
trusted: yes
`,
			want: []source{
				{types: []string{"deb", "deb-src"}, uri: "http://mirror.test/debian", suites: []string{"bookworm", "bookworm-updates"}, components: []string{"main", "contrib"}, signedBy: debianKeys},
				{types: []string{"deb"}, uri: "http://mirror.test/debian-security/", suites: []string{"bookworm-security"}, components: []string{"main"}, trusted: "yes"},
			},
		},
		{
			name:  "deb822 that is switched off",
			parse: deb822,
			text:  "Enabled: No\nTypes: deb\nURIs: http://mirror.test/debian\nSuites: sid\nComponents: main\n",
		},
		{
			name:  "deb822 with a key inside, and blanks on the empty line",
			parse: deb822,
			text:  "Types: deb\nURIs: http://mirror.test/debian\nSuites: sid\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEYx\n -----END PGP PUBLIC KEY BLOCK-----\n \t\nTypes: deb\nURIs: http://other.test/\nSuites: x\nComponents: main\n",
			want: []source{
				{types: []string{"deb"}, uri: "http://mirror.test/debian", suites: []string{"sid"}, components: []string{"main"}, signedBy: "\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n.\nmDMEYx\n-----END PGP PUBLIC KEY BLOCK-----"},
				{types: []string{"deb"}, uri: "http://other.test/", suites: []string{"x"}, components: []string{"main"}},
			},
		},
		{name: "deb822 without a field name", parse: deb822, text: "Types deb\n", err: `no field: "Types deb"`},
		{name: "deb822 that begins in the middle", parse: deb822, text: " deb\n", err: "continuation of nothing"},
		{
			name:  "one line each",
			parse: oneLine,
			text: `# comment
deb http://mirror.test/debian bookworm main contrib # trailing
deb-src	http://mirror.test/debian	bookworm	main

deb [ arch=amd64 signed-by=` + debianKeys + ` trusted=yes ] http://mirror.test/debian-security bookworm-security main
`,
			want: []source{
				{types: []string{"deb"}, uri: "http://mirror.test/debian", suites: []string{"bookworm"}, components: []string{"main", "contrib"}},
				{types: []string{"deb-src"}, uri: "http://mirror.test/debian", suites: []string{"bookworm"}, components: []string{"main"}},
				{types: []string{"deb"}, uri: "http://mirror.test/debian-security", suites: []string{"bookworm-security"}, components: []string{"main"}, signedBy: debianKeys, trusted: "yes"},
			},
		},
		{name: "one line with an open bracket", parse: oneLine, text: "\ndeb [arch=amd64 http://mirror.test/debian sid main\n", err: "line 2: no ] after ["},
		{name: "one line that is cut off", parse: oneLine, text: "deb http://mirror.test/debian\n", err: "line 1: no uri and suite"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.parse(tt.text)
			checkErr(t, err, tt.err)
			if diff := cmp.Diff(tt.want, got, cmpSource); tt.err == "" && diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func deb822(text string) ([]source, error)  { return parseDeb822(strings.NewReader(text)) }
func oneLine(text string) ([]source, error) { return parseOneLine(strings.NewReader(text)) }

// checkErr fails the test unless err holds the text want, or is nil for "".
func checkErr(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("unexpected error: %v", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error %v, want one with %q", err, want)
	}
}

func TestMachineSources(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	list := write("sources.list", "deb http://a.test/debian sid main\n")
	write("parts/b.list", "deb http://b.test/debian sid main\n")
	write("parts/c.sources", "Types: deb\nURIs: http://c.test/debian\nSuites: sid\nComponents: main\n")
	write("parts/d.list.disabled", "not even a source")
	parts := filepath.Join(dir, "parts")

	uris := func(sources []source) (all []string) {
		for _, s := range sources {
			all = append(all, s.uri)
		}
		return all
	}
	got, err := machineSources(list, parts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"http://a.test/debian", "http://b.test/debian", "http://c.test/debian"}, uris(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got, err := machineSources(filepath.Join(dir, "none"), filepath.Join(dir, "none.d")); err != nil || len(got) != 0 {
		t.Errorf("without any files: %v, %v", got, err)
	}
	bad := write("parts/e.list", "deb\n")
	_, err = machineSources(list, parts)
	checkErr(t, err, bad+": line 1")
}

func TestPickArchives(t *testing.T) {
	sources := func(lines ...string) []source {
		all, err := oneLine(strings.Join(lines, "\n"))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	for _, tt := range []struct {
		name           string
		sources        []source
		main, security string
		err            string
	}{
		{
			name: "third parties that look like Debian come first",
			sources: sources(
				"deb [signed-by=/etc/apt/keyrings/php.gpg] http://packages.test/php bookworm main",
				"deb http://download.test/linux/debian bookworm stable",
				"deb [signed-by="+debianKeys+"] http://mirror.test/debian bookworm main",
				"deb [signed-by="+debianKeys+"] http://mirror.test/debian bookworm-updates main",
				"deb [signed-by="+debianKeys+"] http://mirror.test/debian-security bookworm-security main",
			),
			main: "http://mirror.test/debian", security: "http://mirror.test/debian-security",
		},
		{
			name:    "as debootstrap leaves it",
			sources: sources("deb http://mirror.test/debian trixie main"),
			main:    "http://mirror.test/debian",
		},
		{
			name: "cloud image",
			sources: sources(
				"deb mirror+file:/etc/apt/mirrors/debian.list trixie main",
				"deb mirror+file:/etc/apt/mirrors/debian-security.list trixie-security main",
			),
			main: "mirror+file:/etc/apt/mirrors/debian.list", security: "mirror+file:/etc/apt/mirrors/debian-security.list",
		},
		{
			name: "a company's mirror of any name",
			sources: sources(
				"deb http://tools.test/deb stable main",
				"deb http://artifacts.test/remote-1 trixie main",
				"deb http://artifacts.test/remote-1 trixie-updates main",
				"deb http://artifacts.test/remote-2 trixie-security main",
			),
			main: "http://artifacts.test/remote-1", security: "http://artifacts.test/remote-2",
		},
		{
			name: "a disc and an old security archive",
			sources: sources(
				"deb cdrom:[Debian GNU/Linux 10 _Buster_]/ buster main",
				"deb http://mirror.test/debian/ buster main",
				"deb http://mirror.test/debian-security buster/updates main",
			),
			main: "http://mirror.test/debian/", security: "http://mirror.test/debian-security",
		},
		{
			name:    "not Debian",
			sources: sources("deb http://mirror.test/other noble main", "deb http://tools.test/apt stable main"),
			err:     "none of the 2 package sources",
		},
		{name: "none at all", err: "none of the 0 package sources"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := pickArchives(tt.sources)
			checkErr(t, err, tt.err)
			if tt.err != "" {
				if code := diag.ExitCode(err); code != diag.Preflight {
					t.Errorf("exit code %d, want %d", code, diag.Preflight)
				}
				return
			}
			if got.main.uri != tt.main || got.security.uri != tt.security {
				t.Errorf("got %q and %q, want %q and %q", got.main.uri, got.security.uri, tt.main, tt.security)
			}
		})
	}
}

func TestPockets(t *testing.T) {
	both := archives{main: source{uri: "M"}, security: source{uri: "S"}}
	for _, tt := range []struct {
		archives archives
		suite    string
		want     string
	}{
		{both, "trixie", "M trixie, M trixie-updates?, S trixie-security?"},
		{both, "bullseye", "M bullseye, M bullseye-updates?, S bullseye-security?"},
		{both, "buster", "M buster, M buster-updates?, S buster/updates?"},
		{both, "sid", "M sid"},
		{both, "unstable", "M unstable"},
		{archives{main: source{uri: "M"}}, "trixie", "M trixie, M trixie-updates?"},
	} {
		var got []string
		for _, p := range tt.archives.pockets(tt.suite) {
			s := p.archive.uri + " " + p.suite
			if p.optional {
				s += "?"
			}
			got = append(got, s)
		}
		if got := strings.Join(got, ", "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.suite, got, tt.want)
		}
	}
}

// What renderSources writes must mean to apt what was read from the machine.
func TestRenderSourcesRoundTrip(t *testing.T) {
	key := "\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n.\nmDMEYx\n-----END PGP PUBLIC KEY BLOCK-----"
	text := renderSources([]pocket{
		{archive: source{uri: "http://mirror.test/debian", signedBy: key}, suite: "sid"},
		{archive: source{uri: "file:/srv/debian", trusted: "yes"}, suite: "sid-updates"},
	}, "amd64")
	got, err := deb822(text)
	if err != nil {
		t.Fatal(err)
	}
	row := func(kind, uri, suite, signedBy, trusted string) source {
		return source{types: []string{kind}, uri: uri, suites: []string{suite}, components: []string{"main"}, signedBy: signedBy, trusted: trusted}
	}
	want := []source{
		row("deb", "http://mirror.test/debian", "sid", key, ""),
		row("deb-src", "http://mirror.test/debian", "sid", key, ""),
		row("deb", "file:/srv/debian", "sid-updates", "", "yes"),
		row("deb-src", "file:/srv/debian", "sid-updates", "", "yes"),
	}
	if diff := cmp.Diff(want, got, cmpSource); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestParseShellVars(t *testing.T) {
	got := parseShellVars("arch='amd64'\nlist='/etc/apt/sources.list'\nodd='it'\\''s'\n")
	want := map[string]string{"arch": "amd64", "list": "/etc/apt/sources.list", "odd": "it's"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
