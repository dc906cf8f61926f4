package graph

import (
	"math/rand/v2"
	"testing"

	"deskwire/desk"
	"deskwire/graph/model"
)

// history is a conversation that changes, with all states that it was in.
type history struct {
	states []desk.Conversation
	events []*desk.Event
}

// change makes something of it different, as far as views look at it, or nothing.
func (h *history) change(rnd *rand.Rand, inboxes, agents []desk.ID) {
	c := h.states[len(h.states)-1]
	e := &desk.Event{Kind: desk.MessageReceived, EntityKind: desk.KindMessage, EntityID: desk.ID{9}}
	set := func(kind desk.EventKind, field string, before, now *string) {
		e = &desk.Event{Kind: kind, EntityKind: desk.KindConversation, EntityID: c.ID, Changes: []desk.Change{{Field: field, Old: before, New: now}}}
	}
	text := func(k desk.Kind, id *desk.ID) *string {
		if id == nil {
			return nil
		}
		s := desk.Ref{Kind: k, ID: *id}.String()
		return &s
	}
	switch rnd.IntN(5) {
	case 0:
		before, now := string(c.Status), desk.ConversationStatusOpen
		if c.Status == now {
			now = desk.ConversationStatusClosed
		}
		c.Status = now
		after := string(now)
		set(desk.ConversationClosed, "status", &before, &after)
	case 1:
		now := inboxes[rnd.IntN(len(inboxes))]
		set(desk.ConversationMoved, "inbox", text(desk.KindInbox, &c.InboxID), text(desk.KindInbox, &now))
		c.InboxID = now
	case 2:
		now := &agents[rnd.IntN(len(agents))]
		if rnd.IntN(3) == 0 {
			now = nil
		}
		set(desk.ConversationAssigned, "owner", text(desk.KindAgent, c.OwnerID), text(desk.KindAgent, now))
		c.OwnerID = now
	case 3:
		now := &desk.ID{7}
		if c.TrashGroupID != nil {
			now = nil
		}
		set(desk.ConversationTrashed, "trashGroup", text(desk.KindTrashGroup, c.TrashGroupID), text(desk.KindTrashGroup, now))
		c.TrashGroupID = now
	}
	h.states, h.events = append(h.states, c), append(h.events, e)
}

// TestDifferences_addUp: whoever applies what entered and left to a list has the right one in the
// end, though conversations may be read later than the events of a payload tell of.
func TestDifferences_addUp(t *testing.T) {
	inboxes, agents := []desk.ID{{1}, {2}}, []desk.ID{{3}, {4}}
	l := &loaders{by: &desk.Actor{Account: &desk.Account{}, Agent: &desk.Agent{ID: agents[0]}}}
	for seed := range uint64(20_000) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		v := &desk.InboxView{InboxID: inboxes[0], Kind: desk.InboxViewKinds[rnd.IntN(len(desk.InboxViewKinds))]}
		h := &history{states: []desk.Conversation{{ID: desk.ID{5}, InboxID: inboxes[0], Status: desk.ConversationStatusOpen}}}
		for range 1 + rnd.IntN(8) {
			h.change(rnd, inboxes, agents)
		}
		in := v.Shows(&h.states[0], agents[0])
		for told := 0; told < len(h.events); {
			until := told + 1 + rnd.IntN(len(h.events)-told)
			read := h.states[until+rnd.IntN(len(h.events)-until+1)]
			p := &model.InboxViewLive{View: v}
			l.addDifference(p, &read, h.events[told:until])
			in = in && len(p.Left) == 0 || len(p.Entered) > 0
			told = until
		}
		last := h.states[len(h.states)-1]
		if want := v.Shows(&last, agents[0]); in != want {
			t.Fatalf("history %d: in %s by what was told: %v; it is %v", seed, v.Kind, in, want)
		}
	}
}
