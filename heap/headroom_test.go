package heap

import (
	"runtime"
	"runtime/debug"
	"testing"
)

var kept [][]byte

// collections is how often the collector runs while so many megabytes are allocated and dropped.
func collections(megabytes int) uint32 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range megabytes << 8 {
		kept = [][]byte{make([]byte, 4096)}
	}
	runtime.ReadMemStats(&after)
	return after.NumGC - before.NumGC
}

func TestHeadroom(t *testing.T) {
	t.Setenv("GOGC", "")
	usually := collections(512)
	stop := KeepHeadroom(ServerHeadroom)
	runtime.GC()
	with := collections(512)
	if with*3 > usually || with > 512/64+3 {
		t.Errorf("512 MB were collected %d times, without headroom %d times", with, usually)
	}
	if percent := debug.SetGCPercent(defaultPercent); percent <= defaultPercent {
		t.Errorf("the heap may grow by %d %%", percent)
	}
	stop()
	runtime.GC()
	runtime.GC()
	if percent := debug.SetGCPercent(defaultPercent); percent != defaultPercent {
		t.Errorf("after it was stopped the heap may grow by %d %%", percent)
	}
}

func TestHeadroom_leavesTheEnvironmentAlone(t *testing.T) {
	t.Setenv("GOGC", "50")
	defer KeepHeadroom(ServerHeadroom)()
	if percent := debug.SetGCPercent(defaultPercent); percent != defaultPercent {
		t.Errorf("it was set to %d", percent)
	}
}
