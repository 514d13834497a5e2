package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/check"
)

// GitHub writes a workflow command per finding, which GitHub Actions shows as an
// annotation. A module has no lines, so the offset is in the text.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
func GitHub(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	command := map[check.Severity]string{check.Note: "notice", check.Warning: "warning", check.Error: "error"}
	for _, file := range r.Files {
		for _, f := range file.Findings {
			if f.Suppressed != "" {
				continue
			}
			text := f.Message
			if f.Offset >= 0 {
				text = fmt.Sprintf("0x%x: %s", f.Offset, text)
			}
			if on := targets(&f); on != "" {
				text += " (" + on + ")"
			}
			if f.Hint != "" {
				text += "\n" + f.Hint
			}
			fmt.Fprintf(out, "::%s file=%s,title=%s::%s\n", command[f.Severity],
				property(file.Path), property(f.Check.ID+" "+f.Check.Name), data(text))
		}
	}
	return out.Flush()
}

// data and property quote as @actions/core does: a value of a property ends at
// a comma, and a colon ends all of them.
var dataQuotes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
var propertyQuotes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")

func data(s string) string     { return dataQuotes.Replace(s) }
func property(s string) string { return propertyQuotes.Replace(s) }
