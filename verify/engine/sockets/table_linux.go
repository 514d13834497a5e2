//go:build amd64 || arm64

package sockets

import "math/rand/v2"

// descriptor is what a number of the guest's stands for: a file of wazero's, or a
// socket of ours.
type descriptor struct {
	file int32 // wazero's number, if sock is nil
	sock *socket
}

// table has the descriptors of a guest by their numbers.
type table struct {
	open   map[int32]descriptor
	free   int32 // all numbers below are taken
	random bool  // draw numbers from [0, 2^31) instead of taking the lowest that is free
}

func newTable(random bool) *table { return &table{open: map[int32]descriptor{}, random: random} }

// add enters d and returns its number.
func (t *table) add(d descriptor) int32 {
	n := t.free
	if t.random {
		n = rand.Int32()
	}
	for t.has(n) {
		if t.random {
			n = rand.Int32()
		} else {
			n++
		}
	}
	t.set(n, d)
	return n
}

func (t *table) has(n int32) bool {
	_, ok := t.open[n]
	return ok
}

// set makes n stand for d.
func (t *table) set(n int32, d descriptor) {
	t.open[n] = d
	for t.has(t.free) {
		t.free++
	}
}

// remove frees n.
func (t *table) remove(n int32) {
	delete(t.open, n)
	t.free = min(t.free, n)
}
