package llvmir

import "embed"

// Source is the source of this package, for a digest of what reads with it.
//
//go:embed *.go
var Source embed.FS
