package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// follower reads how much memory a process has had at most, until it ends. The
// system tells that too when it has ended, but counts this process in: for a
// moment, until it runs another program, a new process has the memory of the one
// that made it.
type follower struct {
	done chan struct{}
	peak chan int64
}

// often is the time between two looks: memory that a process takes right before
// its end may be missed.
const often = 200 * time.Microsecond

func follow(pid int) *follower {
	f := &follower{make(chan struct{}), make(chan int64)}
	peak := residentPeak(pid) // now: it may be over before anything else here runs
	go func() {
		for {
			if n := residentPeak(pid); n > 0 {
				peak = n
			}
			select {
			case <-f.done:
				f.peak <- peak
				return
			case <-time.After(often):
			}
		}
	}()
	return f
}

// stop ends it and returns the peak in bytes, or 0 if it is not known: there was
// no process, or the system is not Linux.
func (f *follower) stop() int64 {
	if f == nil {
		return 0
	}
	close(f.done)
	return <-f.peak
}

// residentPeak is the most that was resident of a process so far; 0 if there is
// no such process.
func residentPeak(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "\nVmHWM:")
	amount, _, _ := strings.Cut(rest, " kB\n")
	n, _ := strconv.ParseInt(strings.TrimSpace(amount), 10, 64) // an ended process has none
	return n << 10
}
