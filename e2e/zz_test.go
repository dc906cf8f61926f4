package e2e

import (
	"deskwire/desk"
	"deskwire/graph"
	"fmt"
	"testing"
	"time"
)

func TestZZ(t *testing.T) {
	l := startLedger(t)
	h := furnish(t, l.newAccount(t, desk.PlanStarter, time.Now()), "qqq")
	f := crawl(t, h.admin)
	p := &sender{schema: graph.Schema(), as: h.admin, depth: 1}
	for _, s := range slots(p.schema, scalar("ID")) {
		if s.String() != "Mutation.agentUpdate(input.agentId)" && s.String() != "Contact.conversations(where.and.id.eq)" {
			continue
		}
		b := &base{crafter: crafter{schema: p.schema, own: f.ids}}
		if s.parent.Name != "Mutation" {
			b.at = f.ids["Contact"][0]
		}
		for range 3 {
			x := time.Now()
			q, v := p.document([]call{b.with(s, f.ids["Agent"][0])})
			a := p.send(t, []call{b.with(s, f.ids["Agent"][0])})
			fmt.Println(s, len(q), v, a[0].plain(), time.Since(x))
		}
	}
}
