//go:build unix && !linux

package embedded

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// dieWithParent has nothing to tie with here: the next start stops an orphan.
func dieWithParent(*syscall.SysProcAttr, syscall.Signal) {}

// isPostmaster says whether the process is a Postgres on this cluster.
func isPostmaster(pid int, data string) bool {
	line, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(line), "postgres -D "+data+" ")
}
