package wasm

// Expr is a constant expression, its end instruction included.
// Spec: https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions
type Expr struct {
	Bytes  []byte
	Offset int // in the file
}

// Code walks over the instructions of an expression.
func (e Expr) Code() Code { return Code{body: e.Bytes, base: e.Offset, depth: 1} }

// expr reads an expression up to its end.
func (r *reader) expr() Expr {
	e := Expr{Offset: r.pos}
	if r.err != nil {
		return e
	}
	c := Code{body: r.b[r.pos:], base: r.pos, depth: 1, open: true}
	for c.Next() {
	}
	if c.err != nil {
		r.pos += c.pos
		r.fail(c.err)
		return e
	}
	e.Bytes = r.bytes(c.pos)
	return e
}

// Const computes an integer expression from constants, the extended constant
// instructions (add, sub, mul) and immutable globals that the module defines.
// It says false if the value depends on an import or is no integer. An i32 is
// returned as an unsigned number.
func (m *Module) Const(e Expr) (uint64, bool) {
	steps := constSteps
	return m.constant(e, &steps)
}

// constSteps limits the instructions that Const looks at: the globals of
// damaged modules have circles.
const constSteps = 1000

func (m *Module) constant(e Expr, steps *int) (uint64, bool) {
	var stack []uint64
	pop := func() (x, y uint64, ok bool) {
		n := len(stack)
		if n < 2 {
			return 0, 0, false
		}
		x, y, stack = stack[n-2], stack[n-1], stack[:n-2]
		return x, y, true
	}
	for c := e.Code(); c.Next(); {
		if *steps--; *steps < 0 {
			return 0, false
		}
		switch c.Op {
		case OpI32Const:
			stack = append(stack, uint64(uint32(c.Value)))
		case OpI64Const:
			stack = append(stack, c.Value)
		case OpGlobalGet:
			if int(c.Index) >= len(m.Globals) {
				return 0, false
			}
			g := m.Globals[c.Index]
			if g.Imported || g.Mutable {
				return 0, false
			}
			v, ok := m.constant(g.Init, steps)
			if !ok {
				return 0, false
			}
			stack = append(stack, v)
		case OpI32Add, OpI32Sub, OpI32Mul, OpI64Add, OpI64Sub, OpI64Mul:
			x, y, ok := pop()
			if !ok {
				return 0, false
			}
			v := map[Opcode]uint64{
				OpI32Add: uint64(uint32(x + y)), OpI32Sub: uint64(uint32(x - y)), OpI32Mul: uint64(uint32(x * y)),
				OpI64Add: x + y, OpI64Sub: x - y, OpI64Mul: x * y,
			}[c.Op]
			stack = append(stack, v)
		case OpEnd:
			if len(stack) == 1 {
				return stack[0], true
			}
			return 0, false
		default:
			return 0, false
		}
	}
	return 0, false
}
