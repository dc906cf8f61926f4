// Package heap tunes the garbage collector for servers that keep little and allocate much.
package heap

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// Usual is the headroom of a server: what it costs in memory, and about what 10,000 idle subscribers take.
const Usual = 64 << 20

// Headroom has the collector run only after so many bytes have been allocated since it last ran, however little is alive. By default it
// runs when the heap has doubled, which is every few milliseconds in a server that keeps 10 MB: a fifth of the CPU of short reads. A heap
// larger than the headroom doubles as before. GOGC in the environment is left alone. Stop gives the default back.
func Headroom(bytes uint64) (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	t := &tuner{bytes: bytes, percent: doubling}
	t.watch()
	t.tune()
	return func() {
		t.stopped.Store(true)
		debug.SetGCPercent(doubling)
	}
}

// doubling is Go's own: the heap may grow by so many percent.
const doubling = 100

type tuner struct {
	bytes   uint64
	percent int
	stopped atomic.Bool
}

// watch has tune called after each collection: the runtime then finalizes what nobody holds.
func (t *tuner) watch() {
	runtime.SetFinalizer(&struct{ *tuner }{t}, func(f *struct{ *tuner }) {
		if f.stopped.Load() {
			return
		}
		f.tune()
		f.watch()
	})
}

func (t *tuner) tune() {
	alive := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(alive)
	percent := doubling
	if n := alive[0].Value.Uint64(); n > 0 {
		percent = int(min(max(doubling, t.bytes*100/n), 10_000)) //nolint:gosec // at most 10,000
	}
	// Setting it stops the program for a moment, so small changes are left.
	if more := percent - t.percent; more*10 > t.percent || -more*10 > t.percent {
		t.percent = percent
		debug.SetGCPercent(percent)
	}
}
