package flow

import (
	"fmt"
	"io"
	"strings"
)

// Edges is what came of runs in which each call by address was taken down.
type Edges struct {
	Tests     int           `json:"tests"`  // of the project's own
	Differ    int           `json:"differ"` // those that differ from native ones and are not expected to
	Runs      int           `json:"runs"`
	Cut       int           `json:"cut"`       // runs that were stopped, or trapped: their last edges are not known
	Sites     map[Grain]int `json:"sites"`     // calls of the module, by how they are known in the IR
	Executed  map[Grain]int `json:"executed"`  // those that were made
	Edges     int           `json:"edges"`     // pairs of a call that was made and the function that it met
	Predicted int           `json:"predicted"` // those that the analysis has predicted
	Possible  int           `json:"possible"`  // all that it has predicted for the calls that were made
	Missed    []MissedEdge  `json:"missed"`
}

// MissedEdge is a call that was made and not predicted.
type MissedEdge struct {
	Pos    string `json:"pos"`
	In     string `json:"in"`
	Grain  Grain  `json:"grain"`
	Type   string `json:"type"` // of the call, in wasm
	Callee string `json:"callee"`
	Slot   int    `json:"slot"`
	Script string `json:"script"` // that made it
}

func (e *Edges) writeText(w io.Writer, program string) {
	for _, m := range e.Missed {
		fmt.Fprintln(w, "error: call_indirect: not predicted")
		fmt.Fprintf(w, "  call      %s in %s   expects %s   known by %s\n", m.Pos, m.In, m.Type, m.Grain)
		fmt.Fprintf(w, "  function  %s   table slot %d\n", m.Callee, m.Slot)
		fmt.Fprintf(w, "  script    %s\n\n", m.Script)
	}
	fmt.Fprintf(w, "%s: %d tests, of which %d differ unexpectedly; %d runs of it, of which %d were cut short\n", program, e.Tests, e.Differ, e.Runs, e.Cut)
	var counts []string
	for _, g := range Grains {
		counts = append(counts, fmt.Sprintf("%s %d of %d", g, e.Executed[g], e.Sites[g]))
	}
	fmt.Fprintf(w, "%s: call_indirect that were executed, by how they are known in the IR: %s\n", program, strings.Join(counts, ", "))
	fmt.Fprintf(w, "%s: %d edges executed, %d of them predicted, out of %d\n", program, e.Edges, e.Predicted, e.Possible)
}
