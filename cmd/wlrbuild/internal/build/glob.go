package build

import (
	"path"
	"strings"
)

// matchGlobs says of a slash-separated path whether one of the globs matches
// it. A glob is as for path.Match, and "**" stands for any number of folders.
// It is for cache.TreeDigest: folders, which end in a slash, are all entered
// but git's own.
func matchGlobs(globs []string) func(string) bool {
	return func(name string) bool {
		if folder, ok := strings.CutSuffix(name, "/"); ok {
			return folder != ".git"
		}
		for _, g := range globs {
			if matchParts(strings.Split(g, "/"), strings.Split(name, "/")) {
				return true
			}
		}
		return false
	}
}

func matchParts(glob, name []string) bool {
	for len(glob) > 0 {
		if glob[0] == "**" {
			if len(glob) == 1 {
				return true
			}
			for i := range name {
				if matchParts(glob[1:], name[i:]) {
					return true
				}
			}
			return false
		}
		if len(name) == 0 {
			return false
		}
		if ok, err := path.Match(glob[0], name[0]); err != nil || !ok {
			return false
		}
		glob, name = glob[1:], name[1:]
	}
	return len(name) == 0
}
