package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// staleAfter is how old the last reading of the log may be. With an older one nobody knows
	// whose rights have ended meanwhile.
	staleAfter = 2 * time.Second
	// unreadyAfter is when clients are better off at another server.
	unreadyAfter = 5 * time.Second
	// readyPatience is how long the database may take to say that it is there.
	readyPatience = 2 * time.Second
	// maxWaiting bounds what waits for the log to be read again.
	maxWaiting = 10_000
)

// logAge knows when the log was last read.
type logAge struct {
	at atomic.Int64 // Unix nanoseconds

	mu      sync.Mutex
	waiting map[any]func()
	tooMany bool // wait: everything is done instead

	everything func() // does all that can wait
}

func newLogAge(everything func()) *logAge {
	a := &logAge{waiting: map[any]func(){}, everything: everything}
	a.at.Store(time.Now().UnixNano())
	return a
}

// justRead notes that the log has been read, and does what has waited for that.
func (a *logAge) justRead() {
	a.at.Store(time.Now().UnixNano())
	a.mu.Lock()
	waiting, tooMany := a.waiting, a.tooMany
	if len(waiting) > 0 {
		a.waiting, a.tooMany = map[any]func(){}, false
	}
	a.mu.Unlock()
	if tooMany {
		a.everything()
		return
	}
	for _, do := range waiting {
		do()
	}
}

func (a *logAge) age() time.Duration { return time.Duration(time.Now().UnixNano() - a.at.Load()) }

func (a *logAge) isStale() bool { return a.age() > staleAfter }

// whenFresh does something now, or when the log has been read again: what it shows may be for
// people whose rights have ended. What waits under the same key is done once.
func (a *logAge) whenFresh(key any, do func()) {
	if !a.isStale() {
		do()
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.waiting) >= maxWaiting {
		a.tooMany = true
		return
	}
	a.waiting[key] = do
}

// health is what readiness goes by.
type health struct {
	ping     func(context.Context) error
	log      *logAge
	nats     func() bool     // nil: there is none
	upkeep   func() []string // what of the timed jobs failed when it last ran
	stopping atomic.Bool
}

// fault says why clients should go elsewhere; "" when they need not.
func (h *health) fault(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	switch age := h.log.age(); {
	case h.stopping.Load():
		return "the server stops"
	case h.ping(ctx) != nil:
		return "the database does not answer"
	case age > unreadyAfter:
		return fmt.Sprintf("the event log was last read %s ago", age.Truncate(time.Second))
	}
	return ""
}

// concerns are what an operator should look at, although clients are served. Other servers have the
// same, so it would not help to send clients there.
func (h *health) concerns() []string {
	all := h.upkeep()
	if h.nats != nil && !h.nats() {
		all = append(all, "NATS is not connected, so each server reads the event log by itself")
	}
	return all
}

// ServeHTTP answers at /readyz.
func (h *health) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if fault := h.fault(r.Context()); fault != "" {
		w.Header().Set("Retry-After", retryAfter)
		http.Error(w, fault, http.StatusServiceUnavailable)
		return
	}
	staticText("text/plain", []byte(strings.Join(append([]string{"ready"}, h.concerns()...), "\n")+"\n")).ServeHTTP(w, r)
}
