package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// buildInfo is the output of version, as JSON.
type buildInfo struct {
	schemaOf
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"` // of the commit
	Modified bool   `json:"modified"`       // built from a tree with changes
	Go       string `json:"go"`
	Platform string `json:"platform"`
	CGO      bool   `json:"cgo"` // the embedded wasmtime needs it
}

func (a *app) versionCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of wlrbuild and how it was built",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			v := readBuildInfo()
			if asJSON {
				return a.printJSON(v)
			}
			fmt.Fprintf(a.stdout, "wlrbuild %s", v.Version)
			if v.Commit != "" {
				fmt.Fprintf(a.stdout, ", commit %.12s of %s", v.Commit, v.Time)
			}
			if v.Modified {
				fmt.Fprint(a.stdout, " with changes")
			}
			fmt.Fprintf(a.stdout, ", %s %s", v.Go, v.Platform)
			if v.CGO {
				fmt.Fprint(a.stdout, " with cgo")
			}
			_, err := fmt.Fprintln(a.stdout)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// readBuildInfo is what the Go toolchain noted in the program.
func readBuildInfo() buildInfo {
	v := buildInfo{
		schemaOf: jsonSchema("version"),
		Version:  "(devel)",
		Go:       runtime.Version(),
		Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.time":
			v.Time = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		case "CGO_ENABLED":
			v.CGO = s.Value == "1"
		}
	}
	return v
}

// printJSON prints v for programs.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
