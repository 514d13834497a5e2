package flow

import (
	"fmt"
	"slices"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// twoFunctions is a module with two functions of these names in its table. The
// first has type ()->() and calls the address 0 as that, the second (i32)->().
func twoFunctions(t *testing.T, first, second string) *wasm.Module {
	t.Helper()
	data := []byte("\x00asm\x01\x00\x00\x00")
	section := func(id byte, payload string) {
		data = append(append(data, id, byte(len(payload))), payload...)
	}
	name := func(index byte, s string) string { return string([]byte{index, byte(len(s))}) + s }
	names := "\x02" + name(0, first) + name(1, second)
	section(1, "\x02\x60\x00\x00\x60\x01\x7f\x00")
	section(3, "\x02\x00\x01")
	section(4, "\x01\x70\x00\x03")
	section(9, "\x01\x00\x41\x01\x0b\x02\x00\x01") // from index 1 on
	section(10, "\x02\x07\x00\x41\x00\x11\x00\x00\x0b\x02\x00\x0b")
	section(0, "\x04name\x01"+string(rune(len(names)))+names)
	m, err := wasm.Decode(data)
	if err != nil || len(m.Findings) > 0 {
		t.Fatal(err, m.Findings)
	}
	return m
}

func TestCover(t *testing.T) {
	for _, c := range []struct {
		name, first, second string
		compared            int
		gaps                []string
	}{
		{"both are known", "main", "free_leaf", 1, []string{
			"main: has type ()->() in the module, and ()->(i32) in the IR",
		}},
		{"one is of another type", "main", "free_node", 0, []string{
			"free_node: has type (i32)->() in the module, and (i32)->(i32) in the IR",
			"main: has type ()->() in the module, and ()->(i32) in the IR",
		}},
		{"neither is known", "stranger", "other", 0, []string{
			"other: is in a table, and is neither in the IR nor in the model",
			"stranger: calls by address, and is neither in the IR nor in the model: ()->()",
			"stranger: is in a table, and is neither in the IR nor in the model",
		}},
		{"of the C library", "raise", "sort", 0, []string{
			"raise: calls by address as ()->(), which the model does not have",
			"raise: is in a table, and is neither in the IR nor in the model",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := analyse(t, "init-table").Cover(twoFunctions(t, c.first, c.second))
			var gaps []string
			for _, g := range got.Gaps {
				gaps = append(gaps, g.Function+": "+g.Why)
			}
			slices.Sort(gaps)
			if fmt.Sprint(gaps) != fmt.Sprint(c.gaps) {
				t.Errorf("gaps %q, want %q", gaps, c.gaps)
			}
			if got.Functions != 1 || got.Sites != 1 || got.Elements != 2 || got.Compared != c.compared {
				t.Errorf("%+v", *got)
			}
			if slots := got.Slots[c.second]; !slices.Equal(slots, []int{2}) {
				t.Errorf("%s is in slots %v, want 2", c.second, slots)
			}
		})
	}
}
