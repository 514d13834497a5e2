package bench

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// The chart's measures, in pixels.
const (
	svgWidth   = 720
	svgNames   = 230 // for the contenders' names
	svgValues  = 110 // for the numbers beside the bars
	svgBar     = 18
	svgGap     = 6
	svgHeading = 28
)

// svgColors are the bars' colours: the first row's, and the others'.
var svgColors = [2]string{"#8c8c8c", "#4f5b93"}

// WriteSVG draws a bar per contender for each workload, as long as its CPU time
// in relation to the first one's.
func (r *Report) WriteSVG(w io.Writer) error {
	var b strings.Builder
	height := len(r.Workloads)*(svgHeading+len(r.Rows)*(svgBar+svgGap)) + svgGap
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif" font-size="12">`+"\n", svgWidth, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", svgWidth, height)
	y := 0
	for i, name := range r.Workloads {
		fmt.Fprintf(&b, `<text x="8" y="%d" font-weight="bold" fill="#222222">%s, CPU time (%s = 1)</text>`+"\n",
			y+svgHeading-8, html.EscapeString(name), html.EscapeString(r.Rows[0].Name))
		y += svgHeading
		longest := 0.0
		for _, row := range r.Rows {
			longest = max(longest, row.Results[i].CPURatio)
		}
		for k, row := range r.Rows {
			x := row.Results[i]
			length := 0.0
			if longest > 0 {
				length = x.CPURatio / longest * (svgWidth - svgNames - svgValues)
			}
			fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" fill="#222222">%s</text>`+"\n", svgNames-8, y+svgBar-5, html.EscapeString(row.Name))
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", svgNames, y, length, svgBar, svgColors[min(k, 1)])
			fmt.Fprintf(&b, `<text x="%.1f" y="%d" fill="#222222">%.1f× · %.3f s</text>`+"\n", svgNames+length+6, y+svgBar-5, x.CPURatio, x.CPUSeconds)
			y += svgBar + svgGap
		}
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}
