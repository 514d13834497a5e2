package source

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// identify checks a tree against the recipe's marks and returns the release
// that it says it is, "" if no mark tells.
func identify(tree fs.FS, rec *recipe.Recipe) (version string, err error) {
	for _, mark := range rec.Source.Marks {
		content, err := readStart(tree, mark.File)
		if err != nil {
			return "", fmt.Errorf("this is not the source of %s: %w", rec.Project, err)
		}
		if mark.Version == "" {
			continue
		}
		re, err := regexp.Compile(mark.Version)
		if err != nil {
			return "", fmt.Errorf("recipe %s: mark of %s: %w", rec.Name, mark.File, err)
		}
		m := re.FindSubmatch(content)
		if len(m) < 2 {
			return "", fmt.Errorf("this is not the source of %s: %s does not say which release it is", rec.Project, mark.File)
		}
		version = string(m[1])
	}
	if version != "" && !inBranch(version, rec.Branch) {
		return "", fmt.Errorf("this is %s %s, but the recipe %s is for %s", rec.Project, version, rec.Name, rec.Branch)
	}
	return version, nil
}

// readStart is the first MiB of a file: a mark is near the top.
func readStart(tree fs.FS, name string) ([]byte, error) {
	f, err := tree.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 1<<20))
}

func inBranch(version, branch string) bool {
	return version == branch || strings.HasPrefix(version, branch+".")
}

// releasePattern matches the branch's releases, and nothing that came before
// one, such as 8.2.0RC1.
func releasePattern(branch string) string {
	return regexp.QuoteMeta(branch) + `\.\d+`
}

// newestFirst sorts releases of one branch and removes duplicates.
func newestFirst(branch string, versions []string) []string {
	level := func(v string) int {
		n, _ := strconv.Atoi(strings.TrimPrefix(v, branch+"."))
		return n
	}
	slices.SortFunc(versions, func(a, b string) int { return cmp.Compare(level(b), level(a)) })
	return slices.Compact(versions)
}
