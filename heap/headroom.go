// Package heap tunes the garbage collector for servers that keep little and allocate much.
package heap

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// ServerHeadroom is the memory headroom of a server: what it costs in memory, and about what 10,000
// idle subscribers take.
const ServerHeadroom = 64 << 20

// KeepHeadroom sets the GC percent (GOGC) after each collection, so that the garbage collector runs
// only after so many bytes have been allocated since it last ran, however little is alive. By
// default it runs when the heap has doubled, which is every few milliseconds in a server that keeps
// 10 MB: a fifth of the CPU of short reads. A heap larger than the headroom doubles as before. GOGC
// in the environment is left alone. Stop gives the default back.
func KeepHeadroom(bytes uint64) (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	t := &percentTuner{bytes: bytes, percent: defaultPercent}
	t.runAfterCollection()
	t.setPercent()
	return func() {
		t.stopped.Store(true)
		debug.SetGCPercent(defaultPercent)
	}
}

// defaultPercent is Go's own GC percent: the heap may double.
const defaultPercent = 100

type percentTuner struct {
	bytes   uint64
	percent int
	stopped atomic.Bool
}

// runAfterCollection has setPercent called after each collection. A finalizer is the hook that the
// runtime has for that: a collection finalizes the object, which nobody holds, and the finalizer
// makes the next one.
func (t *percentTuner) runAfterCollection() {
	runtime.SetFinalizer(&struct{ *percentTuner }{t}, func(f *struct{ *percentTuner }) {
		if f.stopped.Load() {
			return
		}
		f.setPercent()
		f.runAfterCollection()
	})
}

func (t *percentTuner) setPercent() {
	alive := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(alive)
	percent := defaultPercent
	if n := alive[0].Value.Uint64(); n > 0 {
		percent = int(min(max(defaultPercent, t.bytes*100/n), 10_000)) //nolint:gosec // at most 10,000
	}
	// Setting the GC percent stops the world for a moment, so small changes are left.
	if more := percent - t.percent; more*10 > t.percent || -more*10 > t.percent {
		t.percent = percent
		debug.SetGCPercent(percent)
	}
}
