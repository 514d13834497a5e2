package edges

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Run is what one run of a recorded module has left.
type Run struct {
	Args  []string
	Edges []Edge
}

// Read reads what the runs of a recorded module have left in a directory. m is
// the module that was recorded.
func Read(m *wasm.Module, dir string) ([]Run, error) {
	files, err := filepath.Glob(filepath.Join(dir, strings.Repeat("[a-p]", random)))
	if err != nil {
		return nil, err
	}
	slots := tableSize(m)
	var runs []Run
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		run, ok := parse(data, slots)
		if !ok {
			return nil, fmt.Errorf("%s: it does not begin with arguments", file)
		}
		runs = append(runs, run)
	}
	return runs, nil
}

func parse(data []byte, slots uint32) (run Run, ok bool) {
	next := func() (n uint32, ok bool) {
		if len(data) < 4 {
			return 0, false // what follows was being written when the run was killed
		}
		n, data = binary.LittleEndian.Uint32(data), data[4:]
		return n, true
	}
	size, ok := next()
	if !ok || uint64(size) > uint64(len(data)) {
		return Run{}, false
	}
	for arg := range bytes.SplitSeq(bytes.TrimSuffix(data[:size], []byte{0}), []byte{0}) {
		run.Args = append(run.Args, string(arg))
	}
	data = data[size:]
	for n, ok := next(); ok; n, ok = next() {
		run.Edges = append(run.Edges, Edge{n / slots, n % slots})
	}
	return run, true
}
