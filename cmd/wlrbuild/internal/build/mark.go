package build

import (
	"encoding/json"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// markSection is the custom section by which an artifact says how it was made,
// to whoever has nothing but the file. It holds one JSON object.
const markSection = "wlrbuild"

// marks is what is in it.
type marks struct {
	Runtime string `json:"runtime"` // the profile it was linked for
	Backend string `json:"backend"` // its sockets
	Setjmp  string `json:"setjmp"`  // its jumps and contexts: a value of a profile's setjmp
}

// mark adds the section to a module.
func mark(module []byte, rt *recipe.Runtime) ([]byte, error) {
	m, err := wasm.Decode(module)
	if err != nil {
		return nil, err
	}
	content, err := json.Marshal(marks{Runtime: rt.Name, Backend: rt.Backend, Setjmp: rt.Setjmp})
	if err != nil {
		return nil, err
	}
	e := m.Edit()
	e.AddCustom(markSection, content)
	return e.Encode()
}
