package e2e

import (
	"deskwire/desk"
	"testing"
	"time"
)

func TestZZ(t *testing.T) {
	l := startLedger(t)
	h := furnish(t, l.newAccount(t, desk.PlanStarter, time.Now()), "qqq")
	b := time.Now()
	f := crawl(t, h.admin)
	t.Log(time.Since(b), len(f.cursors))
	for k, v := range f.ids {
		t.Log(k, len(v), v[0])
	}
	g := crawl(t, h.clients["sal"])
	for k, v := range f.without(g).ids {
		t.Log("hidden", k, len(v), v[0])
	}
	for k, v := range g.without(f).ids {
		t.Log("own", k, len(v), v[0])
	}
}
