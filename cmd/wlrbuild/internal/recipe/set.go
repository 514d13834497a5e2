package recipe

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
	"github.com/wlrbuild/wlrbuild/recipes"
)

// Set is everything that can be built, each list in the order of its names.
type Set struct {
	Recipes    []*Recipe
	Runtimes   []*Runtime
	Toolchains []*Toolchain
	Variants   []*Variant
	// Differences are those of the recipes that have any, by recipe.
	Differences map[string]*Differences
	// FS has the files, and those that recipes name: keys.
	FS fs.FS
}

// Open reads and checks the recipes in dir, or the built-in ones if dir is "".
// Every error is a *diag.Error with the place of the mistake.
func Open(dir string) (*Set, error) {
	if dir == "" {
		return load(recipes.FS, "recipes")
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	if err != nil {
		var reason syscall.Errno // without the name, which Path has
		if errors.As(err, &reason) {
			err = reason
		}
		return nil, &diag.Error{Exit: diag.Usage, Op: "read recipes", Path: dir, Err: err,
			Hint: "it has to be a folder with recipes, runtimes/ and toolchains/"}
	}
	return load(os.DirFS(dir), dir)
}

// load reads a whole set. Root is the name of fsys in messages.
func load(fsys fs.FS, root string) (*Set, error) {
	s := &Set{Differences: map[string]*Differences{}, FS: fsys}
	err := each(fsys, root, "toolchains", "read toolchain", func(d *document, t *Toolchain) error {
		s.Toolchains = append(s.Toolchains, t)
		return t.validate(d)
	})
	if err != nil {
		return nil, err
	}
	err = each(fsys, root, "runtimes", "read runtime", func(d *document, r *Runtime) error {
		s.Runtimes = append(s.Runtimes, r)
		return r.validate(d)
	})
	if err != nil {
		return nil, err
	}
	err = each(fsys, root, "variants", "read variant", func(d *document, v *Variant) error {
		s.Variants = append(s.Variants, v)
		return v.validate(d)
	})
	if err != nil {
		return nil, err
	}
	// After these, because recipes name runtimes and toolchains.
	err = each(fsys, root, ".", "read recipe", func(d *document, r *Recipe) error {
		s.Recipes = append(s.Recipes, r)
		return r.validate(d, s)
	})
	if err != nil {
		return nil, err
	}
	err = each(fsys, root, "differences", "read differences", func(d *document, v *Differences) error {
		s.Differences[v.Name] = v
		return v.validate(d, s)
	})
	if err != nil {
		return nil, err
	}
	if len(s.Recipes) == 0 {
		return nil, diag.New(diag.Usage, "read recipes", "no recipes in %s", root).
			WithHint("a recipe is a .yaml file; runtimes and toolchains lie in the folders of these names beside it")
	}
	return s, nil
}

// each reads the files of one folder in the order of their names, into one
// new T each.
func each[T any](fsys fs.FS, root, folder, op string, add func(*document, *T) error) error {
	entries, err := fs.ReadDir(fsys, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return diag.New(diag.Usage, op, "%w", err)
	}
	for _, e := range entries {
		name := e.Name()
		shown := filepath.Join(root, folder, name)
		if path.Ext(name) == ".yml" {
			return &diag.Error{Exit: diag.Usage, Op: op, Path: shown,
				Err: errors.New("the name ends in .yml"), Hint: "rename it to " + strings.TrimSuffix(name, ".yml") + ".yaml"}
		}
		if path.Ext(name) != ".yaml" {
			continue
		}
		src, err := fs.ReadFile(fsys, path.Join(folder, name))
		if err != nil {
			return diag.New(diag.Usage, op, "%w", err)
		}
		v := new(T)
		d, err := decode(shown, op, src, v)
		if err != nil {
			return err
		}
		if err := add(d, v); err != nil {
			return err
		}
	}
	return nil
}

// Runtime is the runtime of that name.
func (s *Set) Runtime(name string) (*Runtime, error) {
	return find(s.Runtimes, "runtime", name)
}

// Toolchain is the toolchain of that name.
func (s *Set) Toolchain(name string) (*Toolchain, error) {
	return find(s.Toolchains, "toolchain", name)
}

// Variant is the variant of that name.
func (s *Set) Variant(name string) (*Variant, error) {
	return find(s.Variants, "variant", name)
}

// patchLevel is what follows a branch and a dot in the name of a release.
var patchLevel = regexp.MustCompile(`^[0-9]+((alpha|beta|RC)[0-9]+)?$`)

// Find is the recipe that arg names, as a branch ("php-8.2") or as an exact
// release of one ("php-8.2.0"). The version is "" for a branch.
func (s *Set) Find(arg string) (r *Recipe, version string, err error) {
	for _, r := range s.Recipes {
		if r.Name == arg {
			return r, "", nil
		}
	}
	for _, r := range s.Recipes {
		level, ok := strings.CutPrefix(arg, r.Name+".")
		if ok && patchLevel.MatchString(level) {
			return r, r.Branch + "." + level, nil
		}
		if ok {
			return nil, "", diag.New(diag.Usage, fmt.Sprintf("find recipe %q", arg), "%q is not the number of a release", level).
				WithHint("%s is the newest release of the branch, %s.0 an exact one", r.Name, r.Name)
		}
	}
	var branches []string
	for _, r := range s.Recipes {
		if arg == r.Project || strings.HasPrefix(r.Name, arg+".") {
			branches = append(branches, r.Name)
		}
	}
	if branches != nil {
		return nil, "", diag.New(diag.Usage, fmt.Sprintf("find recipe %q", arg), "that does not name a branch").
			WithHint("name one: %s", near.Or(branches))
	}
	_, err = find(s.Recipes, "recipe", arg)
	return nil, "", err
}

// named is what every kind of file in a set has.
type named interface{ name() string }

func (r *Recipe) name() string    { return r.Name }
func (r *Runtime) name() string   { return r.Name }
func (t *Toolchain) name() string { return t.Name }
func (v *Variant) name() string   { return v.Name }

func find[T named](list []T, what, name string) (found T, err error) {
	for _, v := range list {
		if v.name() == name {
			return v, nil
		}
	}
	return found, diag.New(diag.Usage, fmt.Sprintf("find %s %q", what, name), "unknown %s", what).
		WithHint("%s", near.Hint(what+"s", name, names(list)))
}

func names[T named](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.name()
	}
	return out
}
