package flow

import "fmt"

// Model says what functions do that the analysis has no IR of.
type Model struct {
	Functions map[string]Behaviour
	// Indirect are functions without IR that call by address, with the types
	// that they call and why none of those can be another function's.
	Indirect map[string]Inner
	// Kept are functions without IR whose address only functions without IR take.
	Kept []string
}

// Behaviour is what a function does with addresses. Parameters count from 0.
type Behaviour struct {
	Calls   []Callback // what it calls
	Copies  [][2]int   // it copies memory: to the first from the second
	Returns []int      // it may return one of these, or a pointer into it
	New     bool       // it may return new memory
	Ignores bool       // it neither calls nor keeps what it is given
}

// Callback is a parameter that is called, or a struct whose members are.
type Callback struct {
	Param   int
	Sig     string         // of the parameter, "(i32,i32)->(i32)"
	Args    []int          // which of its own parameters it passes on, -1 for something else
	Members map[int]string // byte offset → signature: the parameter is the address of a struct
	Struct  string         // its name
}

// Inner is a function without IR that calls by address.
type Inner struct {
	Sigs []string
	Why  string
}

// external does what the model says of a function without IR.
func (a *Analysis) external(s *Site, f *function, at int32) {
	b, known := a.model.Functions[f.name]
	arg := func(i int) int32 {
		if i < 0 || i >= len(s.args) {
			return -1
		}
		return s.args[i]
	}
	called := map[int]bool{}
	for _, k := range b.Calls {
		called[k.Param] = true
		if k.Param < len(f.slots) && k.Struct == "" && f.slots[k.Param].Signature != k.Sig {
			// What the model says and what the header declares.
			a.wrongModel[fmt.Sprintf("%s calls parameter %d as %s, and declares it as %q (%s)",
				f.name, k.Param, k.Sig, f.slots[k.Param].C, f.slots[k.Param].Signature)] = true
		}
		a.callback(s, f, k, arg, at)
	}
	for _, c := range b.Copies {
		a.copyMemory(arg(c[0]), arg(c[1]), at)
	}
	for _, i := range b.Returns {
		a.flows(arg(i), s.result, at, all)
	}
	if b.New && s.result >= 0 && !f.noAlias {
		a.newMemory(s, at)
	}
	if known && len(b.Calls) == 0 {
		return
	}
	for i, n := range s.args {
		if n >= 0 && !called[i] {
			// A site that takes down which functions come here.
			a.constrain(n, constraint{op: call, at: at, site: &Site{
				Pos: s.Pos, In: s.In, External: f.name, callee: n, result: -1,
				targets: map[*function]bool{}, escape: &escape{to: f, param: i},
			}})
		}
	}
}

// callback adds the calls that a function without IR makes.
func (a *Analysis) callback(s *Site, f *function, k Callback, arg func(int) int32, at int32) {
	add := func(callee int32, sig string) {
		c := &Site{
			In: s.In, Pos: s.Pos, Sig: sig, External: f.name, unit: s.unit,
			callee: callee, result: -1, targets: map[*function]bool{},
		}
		for _, i := range k.Args {
			c.args = append(c.args, arg(i))
		}
		a.sites = append(a.sites, c)
		a.constrain(callee, constraint{op: call, at: at, site: c})
	}
	if k.Struct == "" {
		if n := arg(k.Param); n >= 0 {
			add(n, k.Sig)
		}
		return
	}
	for offset, sig := range k.Members {
		if c, ok := a.byOffset[offsetID{"struct." + k.Struct, int64(offset)}]; ok {
			add(a.content(c), sig)
		}
	}
}
