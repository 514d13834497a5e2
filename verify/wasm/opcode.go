package wasm

import "fmt"

// Opcode is an instruction's opcode: its byte, or for one with a prefix the
// prefix times 65536 plus the number that follows it.
type Opcode uint32

// Prefix returns the byte before the opcode's number, 0 if there is none.
func (op Opcode) Prefix() byte { return byte(op >> 16) }

// instruction is what is known of an opcode. An opcode without a name does not
// exist.
type instruction struct {
	name string
	imm  immediates
}

// immediates is what follows an opcode.
type immediates byte

const (
	immNone        immediates = iota
	immBlock                  // a block type
	immLabel                  // a label
	immIndex                  // an index
	immIndex2                 // two indices
	immBrTable                // labels
	immTypes                  // value types
	immTryTable               // a block type and catches
	immMem                    // alignment, memory, offset
	immMemLane                // the same and a lane
	immLane                   // one byte
	immI32                    // a signed LEB128
	immI64                    // a signed LEB128
	immF32                    // 4 bytes
	immF64                    // 8 bytes
	immV128                   // 16 bytes
	immHeap                   // a heap type
	immBrCast                 // flags, a label, two heap types
	immResume                 // a type and handlers
	immResumeThrow            // a type, a tag and handlers
)

// prefixed are the instructions with a prefix, by prefix.
var prefixed = [256][]instruction{0xfb: gcOps, 0xfc: miscOps, 0xfd: vectorOps, 0xfe: threadOps}

func (op Opcode) info() instruction {
	n := int(op & 0xffff)
	if p := op.Prefix(); p != 0 {
		if table := prefixed[p]; n < len(table) {
			return table[n]
		}
		return instruction{}
	}
	if n < len(plain) {
		return plain[n]
	}
	return instruction{}
}

// Known says whether there is such an instruction.
func (op Opcode) Known() bool { return op.info().name != "" }

// String returns the instruction's name in the text format.
func (op Opcode) String() string {
	if s := op.info().name; s != "" {
		return s
	}
	if p := op.Prefix(); p != 0 {
		return fmt.Sprintf("opcode 0x%x %d", p, op&0xffff)
	}
	return fmt.Sprintf("opcode 0x%x", uint32(op))
}
