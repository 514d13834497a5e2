package bench

import (
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
)

// The chart's measures, in pixels.
const (
	svgColumns = 2
	svgPanel   = 420 // width of a workload's part
	svgNames   = 130 // for what runs the builds
	svgValues  = 52  // for the numbers beside the bars
	svgBar     = 14
	svgGap     = 10 // between those that run them
	svgHeading = 34
)

// svgStyle are the colours, in light and in dark mode. Those of the builds go
// round if there are more.
const svgStyle = `<style>
svg{font:12px sans-serif}
.back{fill:#fff}text{fill:#24292f}.head{font-weight:bold}.one{stroke:#8c959f;stroke-dasharray:2 3}
.b0{fill:#4f5b93}.b1{fill:#9aa5d8}.b2{fill:#d08a4b}.b3{fill:#5c9a7a}
@media(prefers-color-scheme:dark){
.back{fill:#0d1117}text{fill:#e6edf3}.one{stroke:#7d8590}
.b0{fill:#8892d0}.b1{fill:#4d568f}.b2{fill:#c98a52}.b3{fill:#5c9a7a}}
</style>
`

const svgColors = 4

// WriteSVG draws, for each workload, a bar per build on all that run it: as long
// as its CPU time in relation to the first contender's, which is a line.
func (r *Report) WriteSVG(w io.Writer) error {
	var builds, engines []string
	for _, row := range r.Rows[1:] {
		if !slices.Contains(builds, row.Build) {
			builds = append(builds, row.Build)
		}
		if !slices.Contains(engines, row.On) {
			engines = append(engines, row.On)
		}
	}
	panel := svgHeading + (len(r.Rows)-1)*svgBar + len(engines)*svgGap
	columns := min(svgColumns, len(r.Workloads))
	lines := (len(r.Workloads) + columns - 1) / columns

	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d">`+"\n", columns*svgPanel, svgHeading+lines*panel)
	b.WriteString(svgStyle + `<rect class="back" width="100%" height="100%"/>` + "\n")
	x := svgGap
	for i, name := range builds {
		fmt.Fprintf(&b, `<rect class="b%d" x="%d" y="12" width="12" height="12"/><text x="%d" y="22">%s</text>`+"\n",
			i%svgColors, x, x+18, html.EscapeString(name))
		x += 18 + 8*len(name) + 2*svgGap
	}
	fmt.Fprintf(&b, `<text x="%d" y="22">CPU time, %s = 1</text>`+"\n", x, html.EscapeString(r.Rows[0].On))
	for i, name := range r.Workloads {
		r.panel(&b, i, name, builds, i%columns*svgPanel, svgHeading+i/columns*panel)
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// panel draws the part of a workload at x and y.
func (r *Report) panel(b *strings.Builder, workload int, name string, builds []string, x, y int) {
	longest := 1.0
	for _, row := range r.Rows {
		longest = max(longest, row.Results[workload].CPURatio)
	}
	scale := (svgPanel - svgNames - svgValues) / longest
	x += svgNames
	fmt.Fprintf(b, `<text class="head" x="%d" y="%d">%s</text>`+"\n", x, y+svgHeading-svgGap, html.EscapeString(name))
	y += svgHeading
	top, last := y, r.Rows[0].On
	for i, row := range r.Rows[1:] {
		if row.On != last {
			if i > 0 {
				y += svgGap
			}
			fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", x-8, y+svgBar-3, html.EscapeString(row.On))
			last = row.On
		}
		ratio := row.Results[workload].CPURatio
		fmt.Fprintf(b, `<rect class="b%d" x="%d" y="%d" width="%.1f" height="%d"/><text x="%.1f" y="%d">%.1f×</text>`+"\n",
			slices.Index(builds, row.Build)%svgColors, x, y, ratio*scale, svgBar-2, float64(x)+ratio*scale+4, y+svgBar-3, ratio)
		y += svgBar
	}
	fmt.Fprintf(b, `<line class="one" x1="%.1f" x2="%[1].1f" y1="%d" y2="%d"/>`+"\n", float64(x)+scale, top-4, y+2)
}
