package report

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/check"
)

// The parts of SARIF 2.1.0 that are written.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool    sarifTool     `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"semanticVersion,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string             `json:"id"`
	Name             string             `json:"name"`
	ShortDescription sarifText          `json:"shortDescription"`
	FullDescription  sarifText          `json:"fullDescription"`
	Help             sarifText          `json:"help"`
	Default          sarifConfiguration `json:"defaultConfiguration"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifConfiguration struct {
	Level check.Severity `json:"level"` // whose names are those of our severities
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        check.Severity     `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

// sarifRegion is a place in a binary file: §3.30.3.
type sarifRegion struct {
	ByteOffset int `json:"byteOffset"`
	ByteLength int `json:"byteLength"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

// SARIF writes a SARIF 2.1.0 log with one run. Code scanning of GitHub wants
// lines and shows a result of a binary file at its first.
func SARIF(w io.Writer, r *Report) error {
	run := sarifRun{Results: []sarifResult{}, Tool: sarifTool{sarifDriver{Name: "wlrbuild", Version: r.Version, Rules: []sarifRule{}}}}
	index := map[*check.Check]int{}
	for _, c := range r.Checks {
		index[c] = len(run.Tool.Driver.Rules)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID: c.ID, Name: c.Name,
			ShortDescription: sarifText{c.Doc.Title + "."},
			FullDescription:  sarifText{c.Doc.Text},
			Help:             sarifText{c.Doc.Text + "\n\nWhat it cannot see: " + c.Doc.Blind},
			Default:          sarifConfiguration{c.Severity},
		})
	}
	for _, file := range r.Files {
		for _, f := range file.Findings {
			text := f.Message
			if on := targets(&f); on != "" {
				text += " (" + on + ")"
			}
			if f.Hint != "" {
				text += ". " + f.Hint
			}
			location := sarifPhysical{Artifact: sarifArtifact{uri(file.Path)}}
			if f.Offset >= 0 {
				location.Region = &sarifRegion{ByteOffset: f.Offset}
			}
			result := sarifResult{
				RuleID: f.Check.ID, RuleIndex: index[f.Check], Level: f.Severity,
				Message: sarifText{text}, Locations: []sarifLocation{{location}},
			}
			if f.Suppressed != "" {
				result.Suppressions = []sarifSuppression{{"external", f.Suppressed}}
			}
			run.Results = append(run.Results, result)
		}
	}
	return encode(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run},
	})
}

// uri is a path as a relative reference.
func uri(path string) string {
	quoted := strings.NewReplacer("%", "%25", " ", "%20", "#", "%23", "?", "%3F").Replace(filepath.ToSlash(path))
	if strings.HasPrefix(quoted, "/") {
		return "file://" + quoted
	}
	return quoted
}
