package apt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// machineConf is what the machine's apt configuration says about itself.
type machineConf struct {
	arch        string // amd64
	sourceList  string // path of sources.list
	sourceParts string // path of sources.list.d
	helper      string // path of apt-helper, which is not on PATH
}

func readMachineConf(ctx context.Context) (machineConf, error) {
	out, err := output(ctx, "apt-config", "shell",
		"arch", "APT::Architecture",
		"list", "Dir::Etc::sourcelist/f",
		"parts", "Dir::Etc::sourceparts/d",
		"methods", "Dir::Bin::methods/d")
	if err != nil {
		return machineConf{}, err
	}
	vars := parseShellVars(string(out))
	return machineConf{
		arch:        vars["arch"],
		sourceList:  vars["list"],
		sourceParts: vars["parts"],
		helper:      filepath.Join(filepath.Dir(filepath.Clean(vars["methods"])), "apt-helper"),
	}, nil
}

// parseShellVars reads lines of name='value'.
func parseShellVars(text string) map[string]string {
	vars := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			value = strings.TrimSuffix(strings.TrimPrefix(value, "'"), "'")
			vars[name] = strings.ReplaceAll(value, `'\''`, "'")
		}
	}
	return vars
}

// renderConf writes the configuration that is read after the machine's own and
// makes the state private. Proxies, credentials and timeouts stay as they are.
func renderConf(dir string, root bool) string {
	var b strings.Builder
	// Hooks are for the machine's state. They would run with ours, as a user
	// that may not do what they try.
	for _, hook := range []string{"Pre-Invoke", "Post-Invoke", "Post-Invoke-Success"} {
		fmt.Fprintf(&b, "#clear APT::Update::%s;\n", hook)
	}
	option := func(name, value string) { fmt.Fprintf(&b, "%s %q;\n", name, value) }
	option("Dir::Etc::sourcelist", "/dev/null")
	option("Dir::Etc::sourceparts", filepath.Join(dir, "sources"))
	option("Dir::State::lists", filepath.Join(dir, "lists"))
	option("Dir::Cache", filepath.Join(dir, "cache"))
	option("APT::Update::Error-Mode", "any")
	option("Acquire::Check-Valid-Until", "false") // mirrors of old suites are not signed anew
	option("Acquire::GzipIndexes", "true")        // or a suite's lists take 100 MB
	if root {
		// The user that apt downloads as otherwise may not enter a cache below
		// root's home, and a container may not let root become that user.
		option("APT::Sandbox::User", "root")
	}
	return b.String()
}

// source is one archive of the machine's configuration: a deb822 stanza or a
// line of sources.list.
type source struct {
	types      []string
	uri        string
	suites     []string
	components []string
	signedBy   string // path, fingerprint or key, as it is there; "" for apt's default
	trusted    string // "yes" if the machine's owner vouches for it
}

// archives are the machine's sources that serve Debian.
type archives struct {
	main, security source // security.uri is "" if there is none
}

// machineSources reads the one-line file list, if it is there, and the files
// in the directory parts, as apt does: *.list and *.sources.
func machineSources(list, parts string) ([]source, error) {
	files := []string{list}
	entries, err := os.ReadDir(parts)
	// "/dev/null" is how apt is told that there are none.
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
		return nil, err
	}
	for _, e := range entries {
		// apt ignores others, too.
		if ext := filepath.Ext(e.Name()); ext == ".list" || ext == ".sources" {
			files = append(files, filepath.Join(parts, e.Name()))
		}
	}
	var all []source
	for _, name := range files {
		parse := parseOneLine
		if filepath.Ext(name) == ".sources" {
			parse = parseDeb822
		}
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		sources, err := parse(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, sources...)
	}
	return all, nil
}

// parseDeb822 reads a .sources file, sources.list(5).
func parseDeb822(r io.Reader) ([]source, error) {
	var all []source
	for st, err := range stanzas(r) {
		if err != nil {
			return nil, err
		}
		uris := strings.Fields(st["uris"])
		if strings.EqualFold(st["enabled"], "no") || len(uris) == 0 {
			continue
		}
		all = append(all, source{
			types:      strings.Fields(st["types"]),
			uri:        uris[0], // the others are mirrors of it
			suites:     strings.Fields(st["suites"]),
			components: strings.Fields(st["components"]),
			signedBy:   st["signed-by"],
			trusted:    st["trusted"],
		})
	}
	return all, nil
}

// parseOneLine reads a .list file: "deb [option=value ...] uri suite component...".
func parseOneLine(r io.Reader) ([]source, error) {
	var all []source
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		kind, rest, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(line, "\t", " ")), " ")
		if kind == "" {
			continue
		}
		s := source{types: []string{kind}}
		if rest = strings.TrimSpace(rest); strings.HasPrefix(rest, "[") {
			options, after, ok := strings.Cut(rest[1:], "]")
			if !ok {
				return nil, fmt.Errorf("line %d: no ] after [", n)
			}
			rest = after
			for _, option := range strings.Fields(options) {
				switch name, value, _ := strings.Cut(option, "="); strings.ToLower(name) {
				case "signed-by":
					s.signedBy = value
				case "trusted":
					s.trusted = value
				}
			}
		}
		fields := strings.Fields(rest)
		if len(fields) < 2 {
			return nil, fmt.Errorf("line %d: no uri and suite in %q", n, line)
		}
		s.uri, s.suites, s.components = fields[0], fields[1:2], fields[2:]
		all = append(all, s)
	}
	return all, lines.Err()
}

// pickArchives finds among the machine's sources those of Debian itself. A
// mirror may have any host name, and third parties name their suites like
// Debian's, so what counts is Debian's keyring, the usual last element of the
// path, and that there are updates between point releases.
func pickArchives(sources []source) (archives, error) {
	var found archives
	bestMain, bestSecurity := 0, -1
	for _, s := range sources {
		if strings.HasPrefix(s.uri, "cdrom:") || !slices.Contains(s.components, "main") {
			continue
		}
		score := 0
		if strings.Contains(s.signedBy, "debian-archive") {
			score += 2
		}
		// Cloud images list their mirrors in a file: mirror+file:/…/debian.list
		base := strings.TrimSuffix(path.Base(strings.TrimRight(s.uri, "/")), ".list")
		if base == "debian" || base == "debian-security" {
			score++
		}
		if isSecurity(s) {
			if score > bestSecurity {
				bestSecurity, found.security = score, s
			}
			continue
		}
		if hasUpdates(sources, s.uri) {
			score++
		}
		if score > bestMain {
			bestMain, found.main = score, s
		}
	}
	if bestMain == 0 {
		return archives{}, diag.New(diag.Preflight, "find Debian's archive", "none of the %d package sources of this machine is one", len(sources)).
			WithHint("Add Debian's archive to the sources in /etc/apt, or use another source or toolchain provider.")
	}
	return found, nil
}

func isSecurity(s source) bool {
	return slices.ContainsFunc(s.suites, func(suite string) bool {
		return strings.HasSuffix(suite, "-security") || strings.HasSuffix(suite, "/updates")
	})
}

func hasUpdates(sources []source, uri string) bool {
	return slices.ContainsFunc(sources, func(s source) bool {
		return s.uri == uri && slices.ContainsFunc(s.suites, func(suite string) bool {
			return strings.HasSuffix(suite, "-updates")
		})
	})
}

// pocket is one Release file to fetch. Only the suite itself must be there.
type pocket struct {
	archive  source
	suite    string
	optional bool
}

// pockets lists where the packages of a suite are: besides its own there are
// updates between point releases and security fixes, but not for the suite
// that everything enters first.
func (a archives) pockets(suite string) []pocket {
	list := []pocket{{a.main, suite, false}}
	switch suite {
	case "sid", "unstable", "experimental", "rc-buggy":
		return list
	}
	list = append(list, pocket{a.main, suite + "-updates", true})
	if a.security.uri != "" {
		name := suite + "-security"
		if suite == "buster" || suite == "stretch" || suite == "jessie" {
			name = suite + "/updates" // the name before bullseye
		}
		list = append(list, pocket{a.security, name, true})
	}
	return list
}

// renderSources writes a .sources file. Targets keeps apt from fetching what
// other software on the machine wants beside the package lists.
func renderSources(pockets []pocket, arch string) string {
	var b strings.Builder
	for _, p := range pockets {
		for _, kind := range []struct{ types, target string }{{"deb", "Packages"}, {"deb-src", "Sources"}} {
			fmt.Fprintf(&b, "Types: %s\nURIs: %s\nSuites: %s\nComponents: main\nTargets: %s\n", kind.types, p.archive.uri, p.suite, kind.target)
			if kind.types == "deb" {
				fmt.Fprintf(&b, "Architectures: %s\n", arch)
			}
			if p.archive.signedBy != "" {
				// A key inside the stanza has several lines.
				fmt.Fprintf(&b, "Signed-By: %s\n", strings.ReplaceAll(p.archive.signedBy, "\n", "\n "))
			}
			if p.archive.trusted != "" {
				fmt.Fprintf(&b, "Trusted: %s\n", p.archive.trusted)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
