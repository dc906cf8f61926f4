package db_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// write runs a mutation; refusals are as good as any answer here.
func (w *world) write(by *desk.Actor, do func(context.Context, *write.Tx) error) *write.Outcome {
	out, err := w.store.Write(ctx, write.Write{By: read.Authenticated(by), Mutation: "test", Arguments: []byte("{}")}, do)
	var refused *desk.Error
	if err != nil && !errors.As(err, &refused) {
		w.t.Error(err)
	}
	return out
}

// live lets people work for a while, so that there is a log to look at.
func (w *world) live(steps int) {
	for i := range steps {
		w.step(i)
	}
	w.reload()
}

func (w *world) step(i int) {
	by := pick(w, []*desk.Actor{w.admin, w.ann, w.ben})
	content := desk.Content{Text: fmt.Sprint("Message ", i)}
	if i < 6 || w.rnd.IntN(8) == 0 {
		email := fmt.Sprintf("c%d@x.test", w.rnd.IntN(5))
		w.write(w.bot, func(ctx context.Context, t *write.Tx) error {
			return t.ReceiveMessage(ctx, write.ReceiveMessage{ChannelID: pick(w, w.channels), ExternalID: fmt.Sprint(i), Contact: desk.ContactInput{Email: &email}, Content: content})
		})
		w.reload()
		return
	}
	c := pick(w, w.conversations)
	n, owner := w.rnd.IntN(12), w.owner()
	status, inbox := pick(w, []desk.ID{w.open, w.closed}), pick(w, w.inboxes)
	w.write(by, func(ctx context.Context, t *write.Tx) error {
		switch n {
		case 0:
			return t.SendMessage(ctx, c.ID, content)
		case 1:
			return t.CreateComment(ctx, c.ID, content.Text)
		case 2:
			return t.CloseConversation(ctx, c.ID, nil)
		case 3:
			return t.MoveConversation(ctx, c.ID, nil, inbox)
		case 4:
			return t.AssignConversation(ctx, c.ID, nil, owner)
		case 5:
			return t.MarkConversationUnread(ctx, c.ID)
		case 6:
			return t.TrashConversation(ctx, c.ID, nil, true)
		case 7, 8:
			return t.RestoreConversation(ctx, c.ID, nil)
		case 9:
			return t.CreateTicket(ctx, write.CreateTicket{ConversationID: c.ID, Name: fmt.Sprint("Ticket ", i)})
		}
		if c.TicketID == nil && len(w.tickets) > 0 {
			return t.AddConversation(ctx, w.tickets[0].ID, nil, c.ID)
		}
		if c.TicketID == nil {
			return nil
		}
		return t.SetTicketStatus(ctx, *c.TicketID, nil, status)
	})
	w.reload()
}

// reload reads what there is, past the wall.
func (w *world) reload() {
	w.conversations, w.tickets, w.messages = nil, nil, nil
	for _, r := range w.rows("SELECT id, inbox_id, ticket_id, trash_group_id FROM conversations WHERE account_id = $1 ORDER BY number") {
		w.conversations = append(w.conversations, &desk.Conversation{ID: r[0], InboxID: r[1], TicketID: orNil(r[2]), TrashGroupID: orNil(r[3])})
	}
	for _, r := range w.rows("SELECT id, trash_group_id FROM tickets WHERE account_id = $1 ORDER BY number") {
		w.tickets = append(w.tickets, &desk.Ticket{ID: r[0], TrashGroupID: orNil(r[1])})
	}
}

func orNil(id desk.ID) *desk.ID {
	if id.IsZero() {
		return nil
	}
	return &id
}

func (w *world) rows(sql string) [][]desk.ID {
	w.t.Helper()
	found, err := w.sql.Query(ctx, sql, w.account.ID)
	must(w.t, err)
	defer found.Close()
	var out [][]desk.ID
	for found.Next() {
		values, err := found.Values()
		must(w.t, err)
		row := make([]desk.ID, len(values))
		for i, v := range values {
			if b, ok := v.([16]byte); ok {
				row[i] = b
			}
		}
		out = append(out, row)
	}
	return out
}

type logRow struct {
	desk.Event
	xid int64
}

// log reads the whole log in its order, past the wall.
func (w *world) log() []logRow {
	found, err := w.sql.Query(ctx, `SELECT id, kind, entity_kind, entity_id, conversation_id, ticket_id, at, xid::text::bigint
		FROM events WHERE account_id = $1 ORDER BY xid, id`, w.account.ID)
	must(w.t, err)
	defer found.Close()
	var out []logRow
	for found.Next() {
		var r logRow
		must(w.t, found.Scan(&r.ID, &r.Kind, &r.EntityKind, &r.EntityID, &r.ConversationID, &r.TicketID, &r.At, &r.xid))
		out = append(out, r)
	}
	return out
}

func (w *world) seesEvent(by *desk.Actor, e *desk.Event) bool {
	has := func(of func(*desk.Conversation) bool) bool { return len(w.visible(by, of)) > 0 }
	switch e.EntityKind {
	case desk.KindToken, desk.KindTrashGroup:
		return by.MayAdmin()
	case desk.KindConversation, desk.KindMessage:
		return has(func(c *desk.Conversation) bool { return c.ID == *e.ConversationID })
	case desk.KindTicket:
		return has(func(c *desk.Conversation) bool { return c.TicketID != nil && *c.TicketID == e.EntityID })
	case desk.KindInbox:
		return by.SeesInbox(e.EntityID)
	case desk.KindChannel:
		return by.SeesInbox(w.inboxes[slices.Index(w.channels, e.EntityID)])
	}
	return true
}

func TestEvents_whatEachMaySee(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.live(120)
	w.write(w.admin, func(ctx context.Context, t *write.Tx) error { return t.CreateToken(ctx, nil, "T", nil, nil) })
	w.write(w.admin, func(ctx context.Context, t *write.Tx) error {
		return t.UpdateInbox(ctx, w.inboxes[0], nil, write.InboxSettings{Name: new("Renamed")})
	})
	w.write(w.admin, func(ctx context.Context, t *write.Tx) error {
		return t.UpdateChannel(ctx, w.channels[1], nil, new("Renamed"), nil)
	})
	w.write(w.admin, func(ctx context.Context, t *write.Tx) error {
		return t.SetLayout(ctx, desk.LayoutAccount, []string{"name"}, nil)
	})
	all := w.log()
	kinds := map[desk.Kind]bool{}
	for _, by := range w.agents() {
		var want, ids []string
		for _, e := range all {
			kinds[e.EntityKind] = true
			if w.seesEvent(by, &e.Event) {
				want = append(want, e.Ref().String())
			}
		}
		until, err := w.store.EventCursor(ctx)
		must(t, err)
		for _, back := range []bool{false, true} {
			got := walk(t, 7, back, func(p read.Paging) (*read.Page[*desk.Event], error) {
				return w.store.ReaderFor(by).EventPage(ctx, nil, until, nil, p)
			})
			if ids = refs(got); !slices.Equal(ids, want) {
				t.Fatalf("%s sees %d events, not %d:\n got %v\nwant %v", by.Agent.Name, len(ids), len(want), ids, want)
			}
		}
		every := []desk.ID{}
		for _, e := range all {
			every = append(every, e.ID)
		}
		found, err := w.store.ReaderFor(by).Events(ctx, every)
		must(t, err)
		if len(found) != len(want) {
			t.Errorf("%s finds %d of %d events by their ids", by.Agent.Name, len(found), len(want))
		}
	}
	for _, k := range []desk.Kind{desk.KindConversation, desk.KindMessage, desk.KindTicket, desk.KindContact, desk.KindToken, desk.KindInbox, desk.KindChannel, desk.KindPropertyLayout} {
		if !kinds[k] {
			t.Errorf("no event of a %s was tried", k)
		}
	}
}

func TestEvents_where(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.live(80)
	all := w.log()
	until, err := w.store.EventCursor(ctx)
	must(t, err)
	c, mid := w.conversations[0], all[len(all)/2].At
	for name, f := range map[string]struct {
		where read.EventWhere
		holds func(*desk.Event) bool
	}{
		"kind":         {read.EventWhere{Kind: []desk.EventKind{desk.MessageReceived, desk.TicketCreated}}, func(e *desk.Event) bool { return e.Kind == desk.MessageReceived || e.Kind == desk.TicketCreated }},
		"entity":       {read.EventWhere{EntityID: &read.IDComparator{Eq: new(c.Ref())}}, func(e *desk.Event) bool { return e.EntityID == c.ID }},
		"entities":     {read.EventWhere{EntityID: &read.IDComparator{In: []desk.Ref{c.Ref(), all[3].EntityRef(), {}}}}, func(e *desk.Event) bool { return e.EntityID == c.ID || e.EntityID == all[3].EntityID }},
		"wrong kind":   {read.EventWhere{EntityID: &read.IDComparator{Eq: &desk.Ref{Kind: desk.KindTicket, ID: c.ID}}}, func(*desk.Event) bool { return false }},
		"conversation": {read.EventWhere{ConversationID: &read.IDComparator{Eq: new(c.Ref())}}, func(e *desk.Event) bool { return e.ConversationID != nil && *e.ConversationID == c.ID }},
		"no ticket":    {read.EventWhere{TicketID: &read.IDComparator{IsNull: new(true)}}, func(e *desk.Event) bool { return e.TicketID == nil }},
		"time":         {read.EventWhere{OccurredAt: &read.TimeComparator{Gte: &mid}}, func(e *desk.Event) bool { return !e.At.Before(mid) }},
	} {
		var want []string
		for _, e := range all {
			if f.holds(&e.Event) {
				want = append(want, e.Ref().String())
			}
		}
		got := walk(t, 100, false, func(p read.Paging) (*read.Page[*desk.Event], error) {
			return w.store.ReaderFor(w.admin).EventPage(ctx, nil, until, &f.where, p)
		})
		if !slices.Equal(refs(got), want) {
			t.Errorf("%s: %d events, not %d", name, len(got), len(want))
		}
	}
}

// A reader who goes on from the eventCursor of each first page gets every event once, whatever is
// committed between the pages and in whatever order.
func TestEvents_sinceLosesNoneAndRepeatsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.live(10)
	start, err := w.store.EventCursor(ctx)
	must(t, err)
	before := len(w.log())
	var writers sync.WaitGroup
	done := make(chan struct{})
	for n := range 6 {
		writers.Go(func() {
			for i := range 40 {
				w.write(w.bot, func(ctx context.Context, tx *write.Tx) error {
					if i%7 == 0 { // a slow one, overtaken by others
						time.Sleep(15 * time.Millisecond)
					}
					return tx.ReceiveMessage(ctx, write.ReceiveMessage{ChannelID: w.channels[0], ExternalID: fmt.Sprint("w", n, "-", i),
						Contact: desk.ContactInput{ExternalID: new(fmt.Sprint("w", n))}, Content: desk.Content{Text: "x"}})
				})
			}
		})
	}
	go func() { writers.Wait(); close(done) }()
	seen, since := []string{}, start
	for last := false; !last; {
		select {
		case <-done:
			last = true
		default:
		}
		until, err := w.store.EventCursor(ctx)
		must(t, err)
		for _, e := range walk(t, 3, false, func(p read.Paging) (*read.Page[*desk.Event], error) {
			later, err := w.store.EventCursor(ctx) // of the later answers; it must not matter
			must(t, err)
			if p.After == "" {
				later = until
			}
			return w.store.ReaderFor(w.admin).EventPage(ctx, &since, later, nil, p)
		}) {
			seen = append(seen, e.Ref().String())
		}
		since = until
	}
	all := w.log()
	if len(seen) != len(all)-before {
		t.Errorf("%d events seen of %d", len(seen), len(all)-before)
	}
	slices.Sort(seen)
	if n := len(slices.Compact(slices.Clone(seen))); n != len(seen) {
		t.Errorf("%d events came twice", len(seen)-n)
	}
}

func TestEvents_badCursors(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.live(5)
	until, err := w.store.EventCursor(ctx)
	must(t, err)
	page, err := w.store.ReaderFor(w.admin).EventPage(ctx, nil, until, nil, read.Paging{First: new(1)})
	must(t, err)
	other := newWorld(t, db.Options{})
	other.exec("UPDATE log_epoch SET epoch = gen_random_uuid()")
	foreign, err := other.store.EventCursor(ctx)
	must(t, err)
	for _, since := range []string{"x", "%", page.Cursor(0), foreign, strings.Repeat("A", 9000)} {
		_, err := w.store.ReaderFor(w.admin).EventPage(ctx, &since, until, nil, read.Paging{})
		if !slices.Equal(pathOf(err), []string{"since"}) {
			t.Errorf("since %.20q: %v", since, err)
		}
	}
	nonsense := base64.RawURLEncoding.EncodeToString(append(bytes.SplitAfter(decoded(t, until), []byte(" "))[0], "9:5:7"...))
	if _, err := w.store.ReaderFor(w.admin).EventPage(ctx, &nonsense, until, nil, read.Paging{}); !slices.Equal(pathOf(err), []string{"since"}) {
		t.Errorf("a snapshot that is none: %v", err)
	}
	messages, err := w.page(w.admin, read.Paging{First: new(1)})
	must(t, err)
	for _, after := range []string{"x", until, messages.Cursor(0)} {
		_, err := w.store.ReaderFor(w.admin).EventPage(ctx, nil, until, nil, read.Paging{After: after})
		if !slices.Equal(pathOf(err), []string{"after"}) {
			t.Errorf("after %.20q: %v", after, err)
		}
	}
}

func decoded(t *testing.T, cursor string) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	must(t, err)
	return raw
}

// That the database can't tell is no fault of the cursor.
func TestEvents_cursorsThatCantBeChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	until, err := w.store.EventCursor(ctx)
	must(t, err)
	w.exec("ALTER TABLE log_epoch RENAME TO gone")
	var refused *desk.Error
	if _, err := w.store.ReaderFor(w.admin).EventPage(ctx, &until, until, nil, read.Paging{}); err == nil || errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
}

// After a dump and restore, transaction numbers mean something else: at the start the epoch
// changes.
func TestEvents_cursorsOfAnotherCluster(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	must(t, w.store.Migrate(ctx)) // the database of a test is a copy of another one
	since, err := w.store.EventCursor(ctx)
	must(t, err)
	read := func() error {
		until, err := w.store.EventCursor(ctx)
		must(t, err)
		_, err = w.store.ReaderFor(w.admin).EventPage(ctx, &since, until, nil, read.Paging{})
		return err
	}
	must(t, w.store.Migrate(ctx)) // another start, and nothing has moved
	must(t, read())
	w.exec("UPDATE log_epoch SET system_id = 'that of the cluster where the dump was made'")
	must(t, w.store.Migrate(ctx))
	if err := read(); !slices.Equal(pathOf(err), []string{"since"}) {
		t.Errorf("got %v", err)
	}
}

type entry struct {
	at time.Time
	id desk.ID
}

// timeline is the slow reference of a timeline.
func (w *world) timeline(by *desk.Actor, ofConversation, ofTicket *desk.ID) []string {
	shown := w.visible(by, func(c *desk.Conversation) bool {
		if ofConversation != nil {
			return c.ID == *ofConversation
		}
		return c.TicketID != nil && *c.TicketID == *ofTicket
	})
	ids := []desk.ID{}
	for _, c := range shown {
		ids = append(ids, c.ID)
		if ofConversation != nil {
			ofTicket = c.TicketID
		}
	}
	var all []entry
	for _, e := range w.log() {
		double := slices.Contains([]desk.EventKind{desk.MessageReceived, desk.MessageSent, desk.MessageDeliveryReported,
			desk.CommentCreated, desk.ConversationRead, desk.ConversationUnread}, e.Kind)
		ofThese := e.ConversationID != nil && slices.Contains(ids, *e.ConversationID)
		if len(ids) > 0 && !double && (ofThese || ofTicket != nil && e.EntityID == *ofTicket) {
			all = append(all, entry{e.At, e.ID})
		}
	}
	for _, m := range w.messages {
		if slices.Contains(ids, m.ConversationID) {
			all = append(all, entry{m.CreatedAt, m.ID})
		}
	}
	slices.SortFunc(all, func(a, b entry) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return strings.Compare(a.id.String(), b.id.String())
	})
	out := make([]string, len(all))
	for i, e := range all {
		out[i] = e.id.String()
	}
	return out
}

func (w *world) readMessages() {
	found, err := w.sql.Query(ctx, "SELECT id, conversation_id, created_at FROM messages WHERE account_id = $1", w.account.ID)
	must(w.t, err)
	defer found.Close()
	for found.Next() {
		m := new(desk.Message)
		must(w.t, found.Scan(&m.ID, &m.ConversationID, &m.CreatedAt))
		w.messages = append(w.messages, m)
	}
}

// shownEntry makes an entry something with a public id.
type shownEntry struct{ *read.TimelineEntry }

func (e shownEntry) Ref() desk.Ref {
	if e.Message != nil {
		return e.Message.Ref()
	}
	return e.Event.Ref()
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.live(200)
	w.readMessages()
	check := func(by *desk.Actor, of read.Parents, want []string) {
		t.Helper()
		for _, back := range []bool{false, true} {
			entries := walk(t, 6, back, func(p read.Paging) (*read.Page[shownEntry], error) {
				m, err := w.store.ReaderFor(by).TimelinePages(ctx, of, p)
				return read.MapPages(m, func(e *read.TimelineEntry) shownEntry { return shownEntry{e} })[of.IDs[0]], err
			})
			got := make([]string, len(entries))
			for i, e := range entries {
				got[i] = e.Ref().ID.String()
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s, timeline of %s (back: %t):\n got %v\nwant %v", by.Agent.Name, of.Kind, back, got, want)
			}
		}
	}
	for _, by := range w.agents() {
		for _, c := range w.conversations {
			check(by, read.Parents{Kind: desk.KindConversation, IDs: []desk.ID{c.ID}}, w.timeline(by, &c.ID, nil))
		}
		for _, tk := range w.tickets {
			check(by, read.Parents{Kind: desk.KindTicket, IDs: []desk.ID{tk.ID}}, w.timeline(by, nil, &tk.ID))
		}
	}
	if len(w.tickets) < 2 || len(w.conversations) < 10 {
		t.Errorf("only %d tickets and %d conversations to look at", len(w.tickets), len(w.conversations))
	}
}
