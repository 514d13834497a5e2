package phptest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// extension is how the names of test files end.
const extension = ".phpt"

// folders are the folders with tests that are run if none are asked for, of
// those that the source tree has.
func folders(tree string, t *recipe.Tests, extensions []string) []string {
	all := slices.Clone(t.Folders)
	if t.Extensions != "" {
		for _, name := range extensions {
			all = append(all, strings.ReplaceAll(t.Extensions, "{extension}", strings.ToLower(name)))
		}
	}
	return slices.DeleteFunc(all, func(folder string) bool {
		info, err := os.Stat(filepath.Join(tree, folder))
		return err != nil || !info.IsDir()
	})
}

// find lists the tests in a source tree that wanted names, files or folders in
// it, in the order of their names.
func find(tree string, wanted []string) ([]string, error) {
	root := os.DirFS(tree)
	var tests []string
	for _, name := range wanted {
		name = path.Clean(filepath.ToSlash(name))
		found := len(tests)
		err := fs.WalkDir(root, name, func(p string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && strings.HasSuffix(p, extension) {
				tests = append(tests, p)
			}
			return err
		})
		switch {
		case errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid):
			return nil, diag.New(diag.Usage, "find tests", "there is no %s in the source tree", name).
				WithHint("%s", neighbours(root, name))
		case err != nil:
			return nil, fmt.Errorf("find tests: %w", err)
		case len(tests) == found:
			return nil, diag.New(diag.Usage, "find tests", "there is no test in %s", name).
				WithHint("name folders of the source tree, or files that end in %s", extension)
		}
	}
	slices.Sort(tests)
	return slices.Compact(tests), nil
}

// starting are those of tests that start programs.
func starting(tree string, s *recipe.Starting, tests []string) (map[string]bool, error) {
	found := map[string]bool{}
	if s == nil {
		return found, nil
	}
	text, err := regexp.Compile(s.Text)
	if err != nil {
		return nil, err
	}
	for _, test := range tests {
		if !slices.Contains(s.Folders, path.Dir(test)) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(tree, test))
		if err != nil {
			return nil, err
		}
		if text.Match(data) {
			found[test] = true
		}
	}
	return found, nil
}

// neighbours names what there is where the nearest existing folder of name is.
func neighbours(root fs.FS, name string) string {
	if !fs.ValidPath(name) {
		return "name it as it is called below the source tree: Zend/tests"
	}
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		entries, err := fs.ReadDir(root, dir)
		if err != nil && dir != "." {
			continue
		}
		rest := strings.TrimPrefix(name, dir+"/")
		missing, _, _ := strings.Cut(rest, "/")
		var names []string
		for _, e := range entries {
			if e.IsDir() || strings.HasSuffix(e.Name(), extension) {
				names = append(names, path.Join(dir, e.Name()))
			}
		}
		if n := near.Names(path.Join(dir, missing), names); n != nil {
			return "did you mean " + near.Or(n) + "?"
		}
		return fmt.Sprintf("%s has %d folders and tests, none of a name like that", dir, len(names))
	}
}

// sample chooses n tests evenly.
func sample(tests []string, n int) []string {
	if n >= len(tests) {
		return tests
	}
	out := make([]string, n)
	for i := range out {
		out[i] = tests[i*len(tests)/n]
	}
	return out
}
