package flow

import (
	"fmt"
	"os"
	"unsafe"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// Load reads translation units, jobs at once, and adds them in the order given.
func (a *Analysis) Load(files []string, jobs int) error {
	type unit struct {
		structs map[string]*llvmir.Type
		module  *llvmir.Module
		err     error
	}
	// each calls f for every file, at most jobs at once, and use for the results
	// in order.
	each := func(f func(text string) unit, use func(unit)) error {
		results := make([]chan unit, len(files))
		for i := range results {
			results[i] = make(chan unit, 1)
		}
		ahead := make(chan struct{}, jobs)
		go func() {
			for i, name := range files {
				ahead <- struct{}{}
				go func() {
					data, err := os.ReadFile(name)
					u := unit{err: err}
					if err == nil {
						// The bytes are never written again.
						u = f(unsafe.String(unsafe.SliceData(data), len(data)))
					}
					if u.err != nil {
						u.err = fmt.Errorf("%s: %w", name, u.err)
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
	if err := each(func(text string) (u unit) {
		u.structs, u.err = llvmir.Structs(text)
		return u
	}, func(u unit) { a.DeclareStructs(u.structs) }); err != nil {
		return err
	}
	return each(func(text string) (u unit) {
		u.module, u.err = llvmir.Parse(text)
		return u
	}, func(u unit) { a.Add(u.module) })
}
