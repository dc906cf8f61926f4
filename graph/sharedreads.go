package graph

import (
	"sync"
	"time"
)

// sharedReadCache coalesces the reads of payloads: it keeps what has been read at the present tick,
// by the visibility of the viewers.
type sharedReadCache struct {
	mu    sync.Mutex
	tick  uint64
	since time.Time
	reads map[string]*sharedReads
}

// sharedFor bounds how long what was read is kept when nothing happens.
const sharedFor = time.Second

func (v *sharedReadCache) readsAt(tick uint64, class string) *sharedReads {
	v.mu.Lock()
	defer v.mu.Unlock()
	if now := time.Now(); v.reads == nil || tick > v.tick || now.Sub(v.since) > sharedFor {
		v.tick, v.since, v.reads = max(tick, v.tick), now, map[string]*sharedReads{}
	}
	if tick < v.tick { // a payload that began before: it must not fill the present with the past
		return &sharedReads{loaders: map[string]any{}}
	}
	if v.reads[class] == nil {
		v.reads[class] = &sharedReads{loaders: map[string]any{}}
	}
	return v.reads[class]
}

// sharedReads is what has been read at one tick by viewers who see the same. However many payloads
// show a record then, it is read once.
type sharedReads struct {
	mu      sync.Mutex
	loaders map[string]any
}
