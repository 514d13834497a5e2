package flow

import (
	"errors"
	"fmt"
	"io"
	"unsafe"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// Unit is the IR of a translation unit that is to be read.
type Unit struct {
	Name string // for messages
	Open func() (io.ReadCloser, error)
}

// Load reads translation units, jobs at once, and adds them in the order given.
func (a *Analysis) Load(units []Unit, jobs int) error {
	type unit struct {
		structs map[string]*llvmir.Type
		module  *llvmir.Module
		err     error
	}
	// each calls f for every file, at most jobs at once, and use for the results
	// in order.
	each := func(f func(r io.Reader) unit, use func(unit)) error {
		results := make([]chan unit, len(units))
		for i := range results {
			results[i] = make(chan unit, 1)
		}
		ahead := make(chan struct{}, jobs)
		go func() {
			for i, in := range units {
				ahead <- struct{}{}
				go func() {
					r, err := in.Open()
					u := unit{err: err}
					if err == nil {
						u = f(r)
						u.err = errors.Join(u.err, r.Close())
					}
					if u.err != nil {
						u.err = fmt.Errorf("read the IR of %s: %w", in.Name, u.err)
					}
					results[i] <- u
				}()
			}
		}()
		var failed error
		for _, c := range results {
			u := <-c
			<-ahead
			if u.err != nil && failed == nil {
				failed = u.err
			}
			if failed == nil {
				use(u)
			}
		}
		return failed
	}
	if err := each(func(r io.Reader) (u unit) {
		u.structs, u.err = llvmir.Structs(r)
		return u
	}, func(u unit) { a.DeclareStructs(u.structs) }); err != nil {
		return err
	}
	return each(func(r io.Reader) (u unit) {
		data, err := io.ReadAll(r)
		if err != nil {
			return unit{err: err}
		}
		// The bytes are never written again.
		u.module, u.err = llvmir.Parse(unsafe.String(unsafe.SliceData(data), len(data)))
		return u
	}, func(u unit) { a.Add(u.module) })
}
