package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Schema is the version of the JSON form.
const Schema = "wlrbuild.bench/v2"

// Report is the outcome of a comparison.
type Report struct {
	Schema    string   `json:"schema"`
	Build     string   `json:"build"` // what was compared: "php-8.2.32"
	Rounds    int      `json:"rounds"`
	Workloads []string `json:"workloads"`
	Rows      []Row    `json:"rows"` // the first is what ratios relate to
}

// Row is what came of a contender.
type Row struct {
	On      string   `json:"on"`              // what ran it
	Build   string   `json:"build,omitempty"` // which of its builds
	Bytes   int64    `json:"bytes,omitempty"` // of a module
	Results []Result `json:"results"`         // by workload
}

// Result are medians over the rounds. A ratio is the median of the rounds'
// ratios, and not that of the medians; it is 0 where it is not known.
type Result struct {
	WallSeconds float64 `json:"wall_seconds"`
	CPUSeconds  float64 `json:"cpu_seconds"`
	WallRatio   float64 `json:"wall_ratio"`
	CPURatio    float64 `json:"cpu_ratio"`
	PeakMemory  int64   `json:"peak_memory"` // bytes; of one run
}

// WriteJSON writes the report for programs.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// WriteText writes a table for a terminal: CPU time, its ratio, and memory.
func (r *Report) WriteText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintf(t, "%s\tbuild\tsize\t%s\n", r.Build, strings.Join(r.Workloads, "\t"))
	for _, row := range r.Rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", row.On, row.Build, megabytes(row.Bytes), strings.Join(row.cells(), "\t"))
	}
	return t.Flush()
}

// WriteMarkdown writes the same table for a README.
func (r *Report) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | build | size | %s |\n", r.Build, strings.Join(r.Workloads, " | "))
	b.WriteString("|---|---|---|" + strings.Repeat("---|", len(r.Workloads)) + "\n")
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", row.On, row.Build, megabytes(row.Bytes), strings.Join(row.cells(), " | "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// cells are the row's results in words.
func (r *Row) cells() []string {
	var cells []string
	for _, x := range r.Results {
		cell := fmt.Sprintf("%s, %.1f×", seconds(x.CPUSeconds), x.CPURatio)
		if x.PeakMemory > 0 {
			cell += fmt.Sprintf(", %d MiB", x.PeakMemory>>20)
		}
		cells = append(cells, cell)
	}
	return cells
}

func seconds(s float64) string {
	if s < 1 {
		return fmt.Sprintf("%.0f ms", s*1000)
	}
	return fmt.Sprintf("%.2f s", s)
}

func megabytes(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
