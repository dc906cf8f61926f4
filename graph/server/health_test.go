package server

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestReadiness: what makes a server unready, and what it only mentions.
func TestReadiness(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*health)
		status int
		says   string
	}{
		"all is well":              {func(*health) {}, 200, "ready"},
		"no database":              {func(h *health) { h.ping = func(context.Context) error { return errors.New("secret") } }, 503, "database"},
		"the log is not read":      {func(h *health) { h.log.at.Store(time.Now().Add(-7 * time.Second).UnixNano()) }, 503, "7s ago"},
		"the log is a little old":  {func(h *health) { h.log.at.Store(time.Now().Add(-3 * time.Second).UnixNano()) }, 200, "ready"},
		"stopping":                 {func(h *health) { h.stopping.Store(true) }, 503, "stops"},
		"NATS is away":             {func(h *health) { h.nats = func() bool { return false } }, 200, "NATS"},
		"NATS is there":            {func(h *health) { h.nats = func() bool { return true } }, 200, "ready"},
		"a job waits for its lock": {func(h *health) { h.upkeep = func() []string { return []string{"the job to purge"} } }, 200, "ready\nthe job to purge"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &health{ping: func(context.Context) error { return nil }, log: newLogAge(func() {}), upkeep: func() []string { return nil }}
			c.change(h)
			w := visit(h, "GET", "/readyz")
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if retry := w.Header().Get("Retry-After"); (retry != "") != (c.status == 503) {
				t.Errorf("Retry-After is %q", retry)
			}
		})
	}
}

// TestLogAge: what shows something waits while the log is not read, and is done once it is.
func TestLogAge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		done, all := 0, 0
		a := newLogAge(func() { all++ })
		do := func() { done++ }
		a.whenFresh(1, do)
		if done != 1 || a.isStale() {
			t.Errorf("with a fresh log %d were done", done)
		}
		time.Sleep(staleAfter + time.Millisecond)
		for _, key := range []int{1, 2, 2} {
			a.whenFresh(key, do)
		}
		if done != 1 || !a.isStale() {
			t.Errorf("with a stale log %d were done", done)
		}
		a.justRead()
		a.justRead()
		if done != 3 || all != 0 || a.isStale() {
			t.Errorf("when it was read again %d were done", done)
		}
		time.Sleep(staleAfter + time.Millisecond)
		for key := range maxWaiting + 1 {
			a.whenFresh(key, do)
		}
		a.justRead()
		a.justRead()
		if done != 3 || all != 1 {
			t.Errorf("where too many waited everything was done %d times", all)
		}
	})
}
