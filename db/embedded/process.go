//go:build unix

package embedded

import (
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// childProcess is a started command that many may wait for.
type childProcess struct {
	pid    int
	exited chan struct{}
	err    error // may be read once exited is closed
}

// startProcess starts the command as the account, in a session of its own: the Ctrl-C of a terminal
// goes to every process of a session, and Postgres must outlive the requests that we drain. On
// Linux the kernel sends it the signal when we die, unless that is 0.
func startProcess(cmd *exec.Cmd, as osAccount, whenWeDie syscall.Signal) (*childProcess, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	dieWithParent(cmd.SysProcAttr, whenWeDie)
	as.applyTo(cmd)
	p := &childProcess{exited: make(chan struct{})}
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

// terminate sends the signal and says whether the process ended in time.
func (p *childProcess) terminate(signal syscall.Signal, grace time.Duration) bool {
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

// killGroup kills the process and all that it started.
func (p *childProcess) killGroup() {
	_ = syscall.Kill(-p.pid, syscall.SIGKILL)
	<-p.exited
}

func (p *childProcess) exitFailure() error {
	if p.err == nil {
		return nil
	}
	return fmt.Errorf("postgres did not end cleanly: %w", p.err)
}

// processExists says whether there is such a process, ours or not.
func processExists(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || err == syscall.EPERM
}
