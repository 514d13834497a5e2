// Package patches embeds the patches that are built into wlrbuild, so that the
// program alone is enough to build what it knows.
//
// A folder <project>/<branch> has the patches that every runtime needs and a
// file named series that lists them in order; a folder <project>/<branch>/<runtime>
// has those of one runtime. Why a patch exists is said at its top.
package patches

import "embed"

// FS holds the patches.
//
//go:embed all:php
var FS embed.FS
