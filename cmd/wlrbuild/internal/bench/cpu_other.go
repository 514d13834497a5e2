//go:build !unix

package bench

import "time"

// cpuTime is not known here: results have no CPU times.
func cpuTime() time.Duration { return 0 }
