//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// cpuIsolation sets CPU affinities: it keeps the clients, which are this process, from the CPUs of
// the server and its Postgres.
type cpuIsolation struct {
	last int // CPU, from 0
	pids []int
}

// isolateClients pins what is started from now on, and the Postgres that runs, to all CPUs but the
// last one.
func (e *benchAccount) isolateClients() (*cpuIsolation, error) {
	a := &cpuIsolation{last: runtime.NumCPU() - 1}
	if a.last == 0 {
		return nil, errors.New("overload needs a machine of two CPUs or more: the clients have one of them for themselves")
	}
	rows, err := e.hand.Query(context.Background(), "SELECT pid FROM pg_stat_activity")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			return nil, err
		}
		a.pids = append(a.pids, pid)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	parent, err := parentOf(a.pids[0]) // from whom further ones come
	if err != nil {
		return nil, err
	}
	a.pids = append(a.pids, parent)
	return a, a.pin(fmt.Sprintf("0-%d", a.last-1), append(a.pids, os.Getpid())...)
}

// pinClients pins this process to the last CPU.
func (a *cpuIsolation) pinClients() error { return a.pin(strconv.Itoa(a.last), os.Getpid()) }

func (a *cpuIsolation) unpin() error {
	return a.pin(fmt.Sprintf("0-%d", a.last), append(a.pids, os.Getpid())...)
}

// pin gives processes, with all their threads, these CPUs.
func (a *cpuIsolation) pin(cpus string, pids ...int) error {
	for _, pid := range pids {
		out, err := exec.Command("taskset", "-a", "-c", "-p", cpus, strconv.Itoa(pid)).CombinedOutput()
		if _, gone := os.Stat("/proc/" + strconv.Itoa(pid)); err != nil && gone == nil {
			return fmt.Errorf("taskset: %w: %s", err, out)
		}
	}
	return nil
}

func parentOf(pid int) (int, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return strconv.Atoi(strings.Fields(rest)[1])
}

// idleTime is how long the CPUs of the server have had nothing to do so far.
func (a *cpuIsolation) idleTime() (all time.Duration) {
	text, _ := os.ReadFile("/proc/stat") // without it nothing is idle
	for cpu := range a.last {
		_, rest, _ := strings.Cut(string(text), fmt.Sprintf("\ncpu%d ", cpu))
		if f := strings.Fields(rest); len(f) > 4 {
			idle, _ := strconv.Atoi(f[3])
			waits, _ := strconv.Atoi(f[4])
			all += time.Duration(idle+waits) * clockTick
		}
	}
	return all
}
