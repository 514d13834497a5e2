package guest

import (
	"slices"
	"strings"
)

// fromVar begins the variable that names, in the environment of what a script of
// Native starts, that script. The module does not see it.
const fromVar = "WLR_GUEST_FROM="

// cutFrom takes the script out of env that has started this.
func cutFrom(env []string) (rest []string, script string) {
	i := slices.IndexFunc(env, func(kv string) bool { return strings.HasPrefix(kv, fromVar) })
	if i < 0 {
		return env, ""
	}
	return slices.Delete(slices.Clone(env), i, i+1), strings.TrimPrefix(env[i], fromVar)
}

// runs says whether n runs a script.
func (n *Native) runs(script string) bool { return n != nil && slices.Contains(n.Scripts, script) }

// scriptOf is the script that arguments name: after -f, or last.
func scriptOf(argv []string) string {
	if i := slices.Index(argv, "-f"); i >= 0 && i+1 < len(argv) {
		return argv[i+1]
	}
	return argv[len(argv)-1]
}
