package db_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// viewFollower keeps who is in a view by what it is told of, as a subscriber does.
type viewFollower struct {
	*world
	by    *desk.Actor
	view  *desk.InboxView
	in    map[desk.ID]bool
	after desk.Cursor
	flips int // how often one was told to have entered or left
}

func (w *world) saveView(where *read.ConversationWhere) *desk.InboxView {
	name := "View"
	out := w.write(w.admin, func(ctx context.Context, t *write.Tx) error {
		return t.CreateView(ctx, new(desk.ViewAccount), nil, write.SaveView{Name: &name, SetWhere: true, Where: where})
	})
	if out == nil {
		return nil
	}
	return out.View
}

// populated lets people work until filters have something to name.
func (w *world) populated(steps int) {
	w.live(steps)
	for i := range 2 {
		w.write(w.admin, func(ctx context.Context, t *write.Tx) error {
			return t.CreateTicket(ctx, write.CreateTicket{ConversationID: w.conversations[i].ID, Name: words[i+1]})
		})
	}
	w.reload()
	for _, r := range w.rows("SELECT id FROM contacts WHERE account_id = $1 ORDER BY id") {
		w.contacts = append(w.contacts, &desk.Contact{ID: r[0]})
	}
}

func (w *world) at() desk.Cursor {
	c, err := w.store.LogCursor(ctx)
	must(w.t, err)
	return c
}

func (w *world) follow(by *desk.Actor, v *desk.InboxView) *viewFollower {
	f := &viewFollower{world: w, by: by, view: v, after: w.at()}
	f.in = f.now()
	return f
}

// now is who is in the view.
func (f *viewFollower) now() map[desk.ID]bool {
	page, err := f.store.ReaderFor(f.by).SavedPage(ctx, f.view, read.Paging{First: new(100)})
	must(f.t, err)
	in := map[desk.ID]bool{}
	for _, c := range page.Nodes {
		in[c.ID] = true
	}
	return in
}

// told is one payload: what has happened up to a position, read at this moment, which may be later.
func (f *viewFollower) told(until desk.Cursor) map[desk.ID]read.Membership {
	events, err := f.store.Missed(ctx, f.account.ID, f.after, until, time.Time{})
	must(f.t, err)
	l, err := f.store.ReaderFor(f.by).ViewList(ctx, f.view)
	must(f.t, err)
	ids, _, err := l.Touched(ctx, events)
	must(f.t, err)
	members, err := l.Members(ctx, ids, events, until)
	must(f.t, err)
	for id, m := range members {
		if m.Flipped {
			f.flips++
			if f.in[id] = true; !m.Is {
				delete(f.in, id)
			}
		}
	}
	f.after = until
	return members
}

// tell makes the next payload, of one or some of the next places; false when there is none.
func (f *viewFollower) tell(places []desk.Cursor) bool {
	next := slices.IndexFunc(places, func(c desk.Cursor) bool { return !f.after.Covers(c) })
	if next < 0 {
		return false
	}
	f.told(places[min(len(places)-1, next+f.rnd.IntN(3))])
	return true
}

// looking is a filter that looks at what changes all the time.
func (w *world) looking() *read.ConversationWhere {
	label := desk.Ref{Kind: desk.KindLabel, ID: pick(w, w.labels[:2])}
	return pick(w, []*read.ConversationWhere{
		{LabelID: &read.IDComparator{Eq: &label}}, {Status: []desk.ConversationStatus{"CLOSED"}, TicketID: &read.IDComparator{IsNull: new(false)}},
		{Unread: new(true)}, {Not: &read.ConversationWhere{LabelID: &read.IDComparator{Eq: &label}}, OwnerID: &read.IDComparator{IsNull: new(w.bool())}},
		{Ticket: &read.TicketWhere{State: []desk.StatusState{"CLOSED"}}}, {Contact: &read.ContactWhere{Name: &read.StringComparator{Contains: new("o")}}},
	})
}

// touch changes what views depend on.
func (w *world) touch(i int) {
	c, label := pick(w, w.conversations[:3]), pick(w, w.labels[:2])
	n, name := w.rnd.IntN(8), pick(w, words)
	w.write(w.admin, func(ctx context.Context, t *write.Tx) error {
		switch {
		case n == 0 && c.TicketID != nil:
			return t.UpdateTicket(ctx, *c.TicketID, nil, desk.TicketPatch{Name: new(fmt.Sprint("Ticket ", name))})
		case n == 1:
			return t.UpdateContact(ctx, pick(w, w.contacts).ID, nil, desk.ContactPatch{SetName: true, ContactInput: desk.ContactInput{Name: &name}})
		case n < 4:
			return t.LabelConversation(ctx, write.RemoveLabels, c.ID, nil, []desk.ID{label})
		case n < 6:
			return t.LabelConversation(ctx, write.AddLabels, c.ID, nil, []desk.ID{label})
		case n == 6:
			return t.CloseConversation(ctx, c.ID, nil)
		}
		return t.ReopenConversation(ctx, c.ID, nil)
	})
}

// TestMembers_readLate: payloads are read later than what they tell of, and what happened meanwhile
// may hide what they should tell. Whoever applies all of them has who is in the view.
func TestMembers_readLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populated(30)
	var all []*viewFollower
	for len(all) < 30 {
		either := []*read.ConversationWhere{w.conversationWhere(1), w.looking()}
		if v := w.saveView(&read.ConversationWhere{Or: either}); v != nil {
			all = append(all, w.follow(pick(w, []*desk.Actor{w.admin, w.ann}), v))
		}
	}
	var places []desk.Cursor
	for i := range 200 {
		if w.rnd.IntN(4) == 0 {
			w.step(1000 + i)
		} else {
			w.touch(i)
		}
		places = append(places, w.at())
		for _, f := range all {
			if w.rnd.IntN(3) == 0 {
				f.tell(places)
			}
		}
	}
	flips := 0
	for _, f := range all {
		for f.tell(places) {
		}
		flips += f.flips
		if want := f.now(); !maps.Equal(f.in, want) {
			t.Errorf("%s has %d by what was told, and %d", f.view.Filter, len(f.in), len(want))
		}
	}
	if flips == 0 {
		t.Error("too little has happened for this to say anything")
	}
}

// TestMembers_hidden: a label brings a conversation into a view; it is closed, which keeps it
// there, and the label is gone again when the first payload is read. That payload must say that it
// entered: the next one sees it there all the while.
func TestMembers_hidden(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.live(1)
	c := w.conversations[0]
	label := desk.Ref{Kind: desk.KindLabel, ID: w.labels[0]}
	f := w.follow(w.admin, w.saveView(&read.ConversationWhere{Or: []*read.ConversationWhere{{LabelID: &read.IDComparator{Eq: &label}}, {Status: []desk.ConversationStatus{"CLOSED"}}}}))
	relabel := func(how write.Labeling) {
		w.write(w.admin, func(ctx context.Context, t *write.Tx) error {
			return t.LabelConversation(ctx, how, c.ID, nil, w.labels[:1])
		})
	}
	relabel(write.AddLabels)
	first := w.at()
	w.write(w.admin, func(ctx context.Context, t *write.Tx) error { return t.CloseConversation(ctx, c.ID, nil) })
	relabel(write.RemoveLabels)
	if m := f.told(first)[c.ID]; !m.Is || !m.Flipped {
		t.Errorf("after the first payload: %+v", m)
	}
	if m := f.told(w.at())[c.ID]; !m.Is || m.Flipped { // and where nothing is hidden, nothing is said that did not happen
		t.Errorf("after the second payload: %+v", m)
	}
}
