//go:build amd64 || arm64

package sockets

import "testing"

func TestTableNumbers(t *testing.T) {
	tab := newTable(false)
	for want := range int32(5) {
		if got := tab.add(descriptor{file: want}); got != want {
			t.Errorf("number %d, want %d", got, want)
		}
	}
	for _, n := range []int32{3, 1} {
		tab.remove(n)
	}
	for _, want := range []int32{1, 3, 5} {
		if got := tab.add(descriptor{}); got != want {
			t.Errorf("number %d, want the lowest that is free, %d", got, want)
		}
	}
	tab.set(6, descriptor{file: 60})
	if got := tab.add(descriptor{}); got != 7 || tab.open[6].file != 60 {
		t.Errorf("number %d, want 7", got)
	}
}

func TestTableRandom(t *testing.T) {
	tab := newTable(true)
	large := 0
	for i := range 1000 {
		n := tab.add(descriptor{file: int32(i)})
		if n < 0 {
			t.Fatalf("number %d", n)
		}
		if n > 1<<20 {
			large++
		}
	}
	if len(tab.open) != 1000 || large < 900 {
		t.Errorf("%d numbers, %d of which are large", len(tab.open), large)
	}
}
