// Package recipes holds the data that says what wlrbuild can build: recipes,
// runtimes, toolchains, variants to compare with, scripts that bench runs, the
// keys that sign releases, the programs that have to be on the machine, and the
// JSON schemas of the formats.
package recipes

import "embed"

// FS is this folder. The schemas are generated from the types of package
// recipe by its test: go test ./cmd/wlrbuild/internal/recipe -update.
//
//go:embed *.yaml bench calls differences host keys runtimes schema toolchains variants
var FS embed.FS
