//go:build unix

package embedded

import (
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is a started command that many may wait for.
type process struct {
	pid    int
	exited chan struct{}
	err    error // may be read once exited is closed
}

// spawn starts the command as the account, in a session of its own: the Ctrl-C
// of a terminal goes to every process of a session, and Postgres must outlive
// the requests that we drain. On Linux the kernel sends it the signal when we die, unless that is 0.
func spawn(cmd *exec.Cmd, as account, whenWeDie syscall.Signal) (*process, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	tieToUs(cmd.SysProcAttr, whenWeDie)
	as.wear(cmd)
	p := &process{exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The signal comes when the thread that forked ends, not the process:
		// this thread must stay for as long as the child does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.exited)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	p.pid = cmd.Process.Pid
	return p, nil
}

// end sends the signal and says whether the process ended in time.
func (p *process) end(signal syscall.Signal, grace time.Duration) bool {
	select {
	case <-p.exited: // and its pid may be another's by now
		return true
	default:
	}
	_ = syscall.Kill(p.pid, signal)
	select {
	case <-p.exited:
		return true
	case <-time.After(grace):
		return false
	}
}

// endNow kills the process and all that it started.
func (p *process) endNow() {
	_ = syscall.Kill(-p.pid, syscall.SIGKILL)
	<-p.exited
}

func (p *process) failure() error {
	if p.err == nil {
		return nil
	}
	return fmt.Errorf("postgres did not end cleanly: %w", p.err)
}

// alive says whether there is such a process, ours or not.
func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || err == syscall.EPERM
}
