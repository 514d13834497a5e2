// Package checks is the list of all checks. Their fixtures, and the parts of
// docs/lint.md that tell of them, are made by go generate.
package checks

//go:generate go test . -update

import (
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr001"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr002"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr003"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr004"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr005"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr006"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr007"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr008"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr009"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr010"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr011"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr012"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr013"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr014"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr015"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr101"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr102"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr103"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr104"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr105"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr106"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr107"
	"github.com/wlrbuild/wlrbuild/verify/check/checks/wlr108"
)

// All are the checks in the order of their IDs: those of imports and the host
// from 1, those of how the module was linked from 101.
var All = []*check.Check{
	wlr001.Check,
	wlr002.Check,
	wlr003.Check,
	wlr004.Check,
	wlr005.Check,
	wlr006.Check,
	wlr007.Check,
	wlr008.Check,
	wlr009.Check,
	wlr010.Check,
	wlr011.Check,
	wlr012.Check,
	wlr013.Check,
	wlr014.Check,
	wlr015.Check,
	wlr101.Check,
	wlr102.Check,
	wlr103.Check,
	wlr104.Check,
	wlr105.Check,
	wlr106.Check,
	wlr107.Check,
	wlr108.Check,
}

// Find is the check with that ID or name, or nil.
func Find(name string) *check.Check {
	i := slices.IndexFunc(All, func(c *check.Check) bool { return c.ID == name || c.Name == name })
	if i < 0 {
		return nil
	}
	return All[i]
}
