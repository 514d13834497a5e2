package recipe

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// ReadSuppressions reads a file of suppressions. Known says whether there is a
// check of that name; the names of all are for the message.
func ReadSuppressions(file string, known func(string) bool, all []string) (*Suppressions, error) {
	const op = "read suppressions"
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, diag.New(diag.Usage, op, "%w", err)
	}
	v := &Suppressions{}
	d, err := decode(file, op, src, v)
	if err != nil {
		return nil, err
	}
	for i, s := range v.Suppress {
		place := fmt.Sprintf("suppress[%d]", i)
		if !known(s.Check) {
			return nil, d.unknown(place+".check", "check", s.Check, all)
		}
		if _, err := filepath.Match(s.File, ""); err != nil {
			return nil, d.errorAt(place+".file", "pattern %q: %w", s.File, err)
		}
	}
	return v, nil
}
