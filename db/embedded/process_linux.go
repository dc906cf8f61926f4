package embedded

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

func dieWithParent(attr *syscall.SysProcAttr, whenWeDie syscall.Signal) { attr.Pdeathsig = whenWeDie }

// isPostmaster says whether the process is a Postgres on this cluster. A zombie
// has no command line, and so is none.
func isPostmaster(pid int, data string) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return false
	}
	var args []string
	for arg := range bytes.SplitSeq(line, []byte{0}) {
		args = append(args, string(arg))
	}
	flag := slices.Index(args, "-D")
	return filepath.Base(args[0]) == "postgres" && flag > 0 && flag+1 < len(args) && args[flag+1] == data
}
