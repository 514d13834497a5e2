package report

import (
	"encoding/json"
	"io"

	"github.com/wlrbuild/wlrbuild/verify/check"
)

// Schema is the format of JSON. Fields may be added to it; what is there keeps
// its meaning.
const Schema = "wlrbuild.lint/v1"

type jsonReport struct {
	Schema  string     `json:"schema"`
	Version string     `json:"version"` // of wlrbuild
	Files   []JSONFile `json:"files"`
}

// JSONFile is a file in JSON.
type JSONFile struct {
	Path     string        `json:"path"`
	Size     int64         `json:"size"` // bytes
	Findings []JSONFinding `json:"findings"`
	Verdicts []JSONVerdict `json:"verdicts,omitempty"`
}

// JSONFinding is a finding in JSON.
type JSONFinding struct {
	Check    string         `json:"check"`
	Name     string         `json:"name"`
	Severity check.Severity `json:"severity"`
	// Effect is "runs", "runs with flags", "links but wrong" or "refused".
	Effect     check.Effect `json:"effect"`
	Offset     *int         `json:"offset,omitempty"` // in the file
	Message    string       `json:"message"`
	Hint       string       `json:"hint,omitempty"`
	Runtimes   []JSONTarget `json:"runtimes,omitempty"`
	Suppressed string       `json:"suppressed,omitempty"` // the reason
}

// JSONTarget is a release of a runtime in JSON.
type JSONTarget struct {
	Name    string `json:"name"`
	Release string `json:"release"`
}

// JSONVerdict is what becomes of a file on a release.
type JSONVerdict struct {
	JSONTarget
	Result  check.Effect `json:"result"`
	Reasons []string     `json:"reasons,omitempty"`
}

// ForJSON is a file as JSON has it.
func ForJSON(f *File) JSONFile {
	j := JSONFile{Path: f.Path, Size: f.Size, Findings: []JSONFinding{}}
	for _, f := range f.Findings {
		x := JSONFinding{
			Check: f.Check.ID, Name: f.Check.Name, Severity: f.Severity, Effect: f.Effect,
			Message: f.Message, Hint: f.Hint, Suppressed: f.Suppressed,
		}
		if f.Offset >= 0 {
			x.Offset = &f.Offset
		}
		for _, t := range f.Targets {
			x.Runtimes = append(x.Runtimes, JSONTarget{t.Profile.Name, t.Version})
		}
		j.Findings = append(j.Findings, x)
	}
	for _, v := range f.Verdicts {
		j.Verdicts = append(j.Verdicts, JSONVerdict{JSONTarget{v.Target.Profile.Name, v.Target.Version}, v.Outcome, v.Reasons})
	}
	return j
}

// JSON writes one JSON document.
func JSON(w io.Writer, r *Report) error {
	out := jsonReport{Schema: Schema, Version: r.Version, Files: []JSONFile{}}
	for i := range r.Files {
		out.Files = append(out.Files, ForJSON(&r.Files[i]))
	}
	return encode(w, out)
}

func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
