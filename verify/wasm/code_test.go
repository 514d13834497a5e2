package wasm

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// bodyFunc makes a function of instructions.
func bodyFunc(code ...byte) *Func { return &Func{Body: append([]byte{0}, code...), Offset: 100} }

func TestCode(t *testing.T) {
	for _, test := range []struct {
		name string
		code []byte
		want string // each instruction: depth, name, what show adds
	}{
		{"overlong call_indirect", []byte{0x41, 0, 0x11, 0x83, 0x80, 0x80, 0x80, 0, 0x80, 0x80, 0x80, 0x80, 0, 0x0b},
			"1 i32.const 0; 1 call_indirect 3 0; 0 end"},
		{"blocks", []byte{0x02, 0x40, 0x03, 0x7f, 0x04, 5, 0x05, 0x0b, 0x0b, 0x0c, 1, 0x0b, 0x0b},
			"1 block; 2 loop i32; 3 if type 5; 3 else; 3 end; 2 end; 2 br 1; 1 end; 0 end"},
		{"reference block type", []byte{0x02, 0x63, 0x02, 0x0b, 0x0b}, "1 block (ref null 2); 1 end; 0 end"},
		{"br_table", []byte{0x0e, 2, 0, 1, 2, 0x0b}, "1 br_table 0 1 2; 0 end"},
		{"legacy exceptions", []byte{0x06, 0x40, 0x07, 1, 0x09, 0, 0x19, 0x0b, 0x06, 0x40, 0x18, 0, 0x0b},
			"1 try; 1 catch 1; 2 rethrow 0; 1 catch_all; 1 end; 1 try; 1 delegate 0; 0 end"},
		{"exceptions", []byte{0x1f, 0x40, 4, 0, 1, 2, 1, 3, 4, 2, 5, 3, 6, 0x08, 1, 0x0b, 0x0a, 0x0b},
			"1 try_table {0 1 2} {1 3 4} {2 0 5} {3 0 6}; 2 throw 1; 1 end; 1 throw_ref; 0 end"},
		{"memory", []byte{0x28, 2, 8, 0x36, 0x42, 1, 0x80, 0x80, 0x80, 0x80, 0x10, 0x0b},
			"1 i32.load 0 2 8; 1 i32.store 1 2 4294967296; 0 end"},
		{"constants", []byte{0x41, 0x7f, 0x42, 0x7e, 0x43, 0, 0, 0x80, 0x3f, 0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x0b},
			"1 i32.const -1; 1 i64.const -2; 1 f32.const 1065353216; 1 f64.const 4607182418800017408; 0 end"},
		{"vectors", []byte{0xfd, 0x0c, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0xfd, 0x54, 0, 4, 15, 0xfd, 0x80, 0x02, 0xfd, 0xae, 0x81, 0x80, 0, 0x0b},
			"1 v128.const 1 2; 1 v128.load8_lane 0 0 4 15; 1 i8x16.relaxed_swizzle; 1 i32x4.add; 0 end"},
		{"threads", []byte{0xfe, 0, 2, 0, 0xfe, 3, 0, 0xfe, 0x4e, 2, 0, 0x0b},
			"1 memory.atomic.notify 0 2 0; 1 atomic.fence; 1 i64.atomic.rmw32.cmpxchg_u 0 2 0; 0 end"},
		{"bulk", []byte{0xfc, 8, 1, 0, 0xfc, 10, 1, 2, 0xfc, 11, 0, 0xfc, 12, 3, 4, 0xfc, 14, 5, 6, 0x0b},
			"1 memory.init 1 0; 1 memory.copy 1 2; 1 memory.fill 0; 1 table.init 3 4; 1 table.copy 5 6; 0 end"},
		{"references", []byte{0xd0, 0x70, 0xd2, 9, 0x14, 1, 0xd4, 0xd5, 0, 0x0b},
			"1 ref.null func; 1 ref.func 9; 1 call_ref 1; 1 ref.as_non_null; 1 br_on_null 0; 0 end"},
		{"garbage collection", []byte{0xfb, 2, 1, 2, 0xfb, 0x14, 3, 0xfb, 0x18, 3, 0, 0x6e, 1, 0xfb, 0x1c, 0x0b},
			"1 struct.get 1 2; 1 ref.test 3; 1 br_on_cast 0 3 any 1; 1 ref.i31; 0 end"},
		{"select", []byte{0x1b, 0x1c, 2, 0x7f, 0x63, 0x70, 0x0b}, "1 select; 1 select i32 funcref; 0 end"},
		{"tail calls", []byte{0x12, 3, 0x13, 1, 0, 0x0b}, "1 return_call 3; 1 return_call_indirect 1 0; 0 end"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := bodyFunc(test.code...)
			c := f.Code()
			var got []string
			end := 1
			for c.Next() {
				if c.Pos != end || c.Offset() != 100+c.Pos {
					t.Errorf("%s is at %d, the instruction before it ended at %d", c.Op, c.Pos, end)
				}
				end = c.End
				got = append(got, fmt.Sprintf("%d %s", c.Depth, show(&c)))
			}
			if s := strings.Join(got, "; "); s != test.want || c.Err() != nil || end != len(f.Body) {
				t.Errorf("%v\n got %s\nwant %s", c.Err(), s, test.want)
			}
		})
	}
}

// show is an instruction with its immediates.
func show(c *Code) string {
	words := []any{c.Op}
	switch c.Op.info().imm {
	case immBlock:
		switch c.Type {
		case 0:
		case Indexed:
			words = append(words, "type", c.Index)
		default:
			words = append(words, c.Type)
		}
	case immTryTable:
		for k := range c.Catches() {
			words = append(words, k)
		}
	case immLabel, immIndex:
		words = append(words, c.Index)
	case immIndex2:
		words = append(words, c.Index, c.Index2)
	case immBrTable:
		for l := range c.Labels() {
			words = append(words, l)
		}
	case immTypes:
		for _, t := range c.Types() {
			words = append(words, t)
		}
	case immMem:
		words = append(words, c.Index, c.Align, c.Value)
	case immMemLane:
		words = append(words, c.Index, c.Align, c.Value, c.Index2)
	case immI32, immI64:
		words = append(words, int64(c.Value))
	case immF32, immF64:
		words = append(words, c.Value)
	case immV128:
		words = append(words, c.Value, c.High)
	case immHeap:
		words = append(words, c.Heap)
	case immBrCast:
		words = append(words, c.Index, c.Index2, c.From, c.Heap)
	}
	return strings.TrimSpace(fmt.Sprintln(words...))
}

func TestCodeErrors(t *testing.T) {
	for _, test := range []struct {
		code []byte
		want string
	}{
		{[]byte{0x01}, "0x66: the code stops before its end instruction"},
		{[]byte{0x02, 0x40, 0x0b}, "0x68: the code stops before its end instruction"},
		{[]byte{0x0b, 0x01}, "0x66: 1 bytes after the end instruction"},
		{[]byte{0x16, 0x0b}, "0x65: unknown opcode 0x16"},
		{[]byte{0xfd, 0x80, 0x10, 0x0b}, "0x65: unknown opcode 0xfd 2048"},
		{[]byte{0x41}, "0x66: unexpected end"},
		{[]byte{0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0b}, "0x6b: 4294967295 items in 1 bytes"},
		{[]byte{0x02, 0x41, 0x0b}, "0x66: unknown value type 0x41"},
	} {
		c := bodyFunc(test.code...).Code()
		for c.Next() {
		}
		if err := c.Err(); err == nil || err.Error() != test.want {
			t.Errorf("% x: %v, want %s", test.code, err, test.want)
		}
	}
}

// TestOpcodesAreDistinct finds slips in the tables.
func TestOpcodesAreDistinct(t *testing.T) {
	seen := map[string]Opcode{}
	count := 0
	for _, prefix := range []Opcode{0, 0xfb, 0xfc, 0xfd, 0xfe} {
		for n := range Opcode(512) {
			op := prefix<<16 | n
			if !op.Known() {
				continue
			}
			count++
			if other, twice := seen[op.String()]; twice && !slices.Contains([]string{"select"}, op.String()) {
				t.Errorf("%x and %x are both %s", uint32(op), uint32(other), op)
			}
			seen[op.String()] = op
		}
	}
	if count < 500 {
		t.Errorf("only %d instructions", count)
	}
}
