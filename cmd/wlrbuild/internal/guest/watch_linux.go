package guest

import (
	"os/exec"
	"syscall"
)

// endWithParent makes the kernel kill the process of cmd when the thread that
// starts it ends, and that with this process, whatever ends it.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
