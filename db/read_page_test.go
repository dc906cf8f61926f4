package db_test

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/desk"
)

func refs[T desk.Node](nodes []T) []string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = n.Ref().String()
	}
	return out
}

// walk reads a list page by page, forwards or backwards, and checks what the pages say of where
// they stand.
func walk[T desk.Node](t testing.TB, size int, back bool, load func(read.Paging) (*read.Page[T], error)) []T {
	t.Helper()
	var all []T
	cursor := ""
	for step := 0; ; step++ {
		p := read.Paging{First: &size, After: cursor}
		if back {
			p = read.Paging{Last: &size, Before: cursor}
		}
		page, err := load(p)
		must(t, err)
		ahead, behind := page.HasNext, page.HasPrevious
		if back {
			ahead, behind = behind, ahead
			all = append(slices.Clone(page.Nodes), all...)
		} else {
			all = append(all, page.Nodes...)
		}
		if behind != (step > 0) {
			t.Fatalf("page %d says %t of what is behind it", step, behind)
		}
		if ahead && len(page.Nodes) != size {
			t.Fatalf("page %d has %d rows", step, len(page.Nodes))
		}
		if !ahead {
			return all
		}
		if cursor = page.Cursor(len(page.Nodes) - 1); back {
			cursor = page.Cursor(0)
		}
	}
}

// placesOfNames are the places of all names in the order of a dictionary.
func (w *world) placesOfNames() map[string]int {
	w.t.Helper()
	rows, err := w.sql.Query(ctx, `SELECT name FROM (SELECT name FROM contacts UNION SELECT name FROM tickets) x ORDER BY name COLLATE "und-x-icu"`)
	must(w.t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(w.t, err)
	place := map[string]int{}
	for i, name := range names {
		place[name] = i
	}
	return place
}

func TestPages_everyOrderAndDirection(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(20, 15, 40)
	byID := func(a, b desk.ID) int { return bytes.Compare(a[:], b[:]) }
	place := w.placesOfNames()
	conversations := map[read.ConversationOrderField]func(a, b *desk.Conversation) int{
		read.ConversationsByActivity: func(a, b *desk.Conversation) int { return a.LastActivityAt.Compare(b.LastActivityAt) },
		read.ConversationsByTime:     func(a, b *desk.Conversation) int { return a.CreatedAt.Compare(b.CreatedAt) },
		read.ConversationsByNumber:   func(a, b *desk.Conversation) int { return cmp.Compare(a.Number, b.Number) },
	}
	tickets := map[read.TicketOrderField]func(a, b *desk.Ticket) int{
		read.TicketsByActivity: func(a, b *desk.Ticket) int { return a.LastActivityAt.Compare(b.LastActivityAt) },
		read.TicketsByTime:     func(a, b *desk.Ticket) int { return a.CreatedAt.Compare(b.CreatedAt) },
		read.TicketsByNumber:   func(a, b *desk.Ticket) int { return cmp.Compare(a.Number, b.Number) },
		read.TicketsByName:     func(a, b *desk.Ticket) int { return cmp.Compare(place[a.Name], place[b.Name]) },
	}
	contacts := map[read.ContactOrderField]func(a, b *desk.Contact) int{
		read.ContactsByTime: func(a, b *desk.Contact) int { return a.CreatedAt.Compare(b.CreatedAt) },
		read.ContactsByName: func(a, b *desk.Contact) int { return cmp.Compare(place[a.Name], place[b.Name]) },
	}
	rank := func(t *desk.Ticket) *int {
		if t.Priority == nil {
			return nil
		}
		return new(slices.Index(desk.Priorities, *t.Priority))
	}
	times := func(a, b time.Time) int { return a.Compare(b) }
	for _, by := range w.agents() {
		for _, d := range []read.Direction{read.Ascending, read.Descending} {
			for f, less := range conversations {
				checkList(t, fmt.Sprint("conversations ", f, d), w.visible(by, outsideTrash), d, ordered(less, func(c *desk.Conversation) desk.ID { return c.ID }, byID),
					func(p read.Paging) (*read.Page[*desk.Conversation], error) {
						m, err := w.store.ReaderFor(by).ConversationPages(ctx, read.WholeAccount(by), nil, &read.ConversationOrder{Field: f, Direction: d}, p)
						return m[w.account.ID], err
					})
			}
			for f, less := range tickets {
				checkList(t, fmt.Sprint("tickets ", f, d), w.visibleTickets(by), d, ordered(less, func(t *desk.Ticket) desk.ID { return t.ID }, byID),
					func(p read.Paging) (*read.Page[*desk.Ticket], error) {
						m, err := w.store.ReaderFor(by).TicketPages(ctx, read.WholeAccount(by), nil, &read.TicketOrder{Field: f, Direction: d}, p)
						return m[w.account.ID], err
					})
			}
			checkOptional(w, "closed conversations", w.visible(by, outsideTrash), d, func(c *desk.Conversation) (desk.ID, *time.Time) { return c.ID, c.ClosedAt }, times,
				func(p read.Paging) (*read.Page[*desk.Conversation], error) {
					m, err := w.store.ReaderFor(by).ConversationPages(ctx, read.WholeAccount(by), nil, &read.ConversationOrder{Field: read.ConversationsByClosing, Direction: d}, p)
					return m[w.account.ID], err
				})
			ticketsBy := func(f read.TicketOrderField) func(p read.Paging) (*read.Page[*desk.Ticket], error) {
				return func(p read.Paging) (*read.Page[*desk.Ticket], error) {
					m, err := w.store.ReaderFor(by).TicketPages(ctx, read.WholeAccount(by), nil, &read.TicketOrder{Field: f, Direction: d}, p)
					return m[w.account.ID], err
				}
			}
			checkOptional(w, "closed tickets", w.visibleTickets(by), d, func(t *desk.Ticket) (desk.ID, *time.Time) { return t.ID, t.ClosedAt }, times, ticketsBy(read.TicketsByClosing))
			checkOptional(w, "urgent tickets", w.visibleTickets(by), d, func(t *desk.Ticket) (desk.ID, *int) { return t.ID, rank(t) }, cmp.Compare[int], ticketsBy(read.TicketsByPriority))
			for f, known := range map[read.ContactOrderField]func(*desk.Contact) *string{
				read.ContactsByEmail: func(c *desk.Contact) *string { return c.Email }, read.ContactsByPhone: func(c *desk.Contact) *string { return c.Phone },
				read.ContactsByExternalID: func(c *desk.Contact) *string { return c.ExternalID },
			} {
				checkOptional(w, fmt.Sprint("contacts ", f), w.contacts, d, func(c *desk.Contact) (desk.ID, *string) { return c.ID, known(c) }, cmp.Compare[string],
					func(p read.Paging) (*read.Page[*desk.Contact], error) {
						m, err := w.store.ReaderFor(by).ContactPages(ctx, read.WholeAccount(by), nil, &read.ContactOrder{Field: f, Direction: d}, p)
						return m[w.account.ID], err
					})
			}
			for f, less := range contacts {
				checkList(t, fmt.Sprint("contacts ", f, d), w.contacts, d, ordered(less, func(c *desk.Contact) desk.ID { return c.ID }, byID),
					func(p read.Paging) (*read.Page[*desk.Contact], error) {
						m, err := w.store.ReaderFor(by).ContactPages(ctx, read.WholeAccount(by), nil, &read.ContactOrder{Field: f, Direction: d}, p)
						return m[w.account.ID], err
					})
			}
		}
	}
}

func (w *world) visibleTickets(by *desk.Actor) []*desk.Ticket {
	return slices.DeleteFunc(slices.Clone(w.tickets), func(t *desk.Ticket) bool { return t.InTrash() || !w.seesTicket(by, t) })
}

func ordered[T any](less func(a, b T) int, id func(T) desk.ID, byID func(a, b desk.ID) int) func(a, b T) int {
	return func(a, b T) int { return cmp.Or(less(a, b), byID(id(a), id(b))) }
}

// checkOptional is checkList for values that may be missing: those rows come last, either way.
func checkOptional[T desk.Node, V any](w *world, name string, rows []T, d read.Direction, of func(T) (desk.ID, *V), less func(a, b V) int, load func(read.Paging) (*read.Page[T], error)) {
	w.t.Helper()
	want := slices.SortedFunc(slices.Values(rows), func(x, y T) int {
		a, v := of(x)
		b, u := of(y)
		by := bytes.Compare(a[:], b[:])
		switch {
		case (v == nil) != (u == nil):
			return map[bool]int{true: 1, false: -1}[v == nil]
		case v != nil:
			by = cmp.Or(less(*v, *u), by)
		}
		if d == read.Descending {
			return -by
		}
		return by
	})
	for _, size := range []int{1, 7, 100} {
		for _, back := range []bool{false, true} {
			if got := refs(walk(w.t, size, back, load)); !slices.Equal(got, refs(want)) {
				w.t.Fatalf("%s %s, %d a page, back %v:\n got %v\nwant %v", name, d, size, back, got, refs(want))
			}
		}
	}
}

func checkList[T desk.Node](t *testing.T, name string, rows []T, d read.Direction, less func(a, b T) int, load func(read.Paging) (*read.Page[T], error)) {
	t.Helper()
	want := slices.SortedFunc(slices.Values(rows), less)
	if d == read.Descending {
		slices.Reverse(want)
	}
	for _, size := range []int{1, 7, 100} {
		for _, back := range []bool{false, true} {
			if got := walk(t, size, back, load); !slices.Equal(refs(got), refs(want)) {
				t.Fatalf("%s by %d (back: %t):\n got %v\nwant %v", name, size, back, refs(got), refs(want))
			}
		}
	}
}

func TestPages_betweenTwoCursors(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(5, 0, 30)
	all, err := w.page(w.admin, read.Paging{First: new(100)})
	must(t, err)
	mid, err := w.page(w.admin, read.Paging{First: new(100), After: all.Cursor(2), Before: all.Cursor(8)})
	must(t, err)
	if !slices.Equal(refs(mid.Nodes), refs(all.Nodes[3:8])) || !mid.HasNext || !mid.HasPrevious {
		t.Errorf("got %v, want %v", refs(mid.Nodes), refs(all.Nodes[3:8]))
	}
	last, err := w.page(w.admin, read.Paging{Last: new(2), After: all.Cursor(2), Before: all.Cursor(8)})
	must(t, err)
	if !slices.Equal(refs(last.Nodes), refs(all.Nodes[6:8])) {
		t.Errorf("got %v, want %v", refs(last.Nodes), refs(all.Nodes[6:8]))
	}
	none, err := w.page(w.admin, read.Paging{First: new(0)})
	must(t, err)
	if len(none.Nodes) != 0 || !none.HasNext {
		t.Errorf("first: 0 gives %d rows and says %t", len(none.Nodes), none.HasNext)
	}
	usual, err := w.page(w.admin, read.Paging{})
	must(t, err)
	if len(usual.Nodes) != 25 {
		t.Errorf("%d rows by default", len(usual.Nodes))
	}
}

func (w *world) page(by *desk.Actor, p read.Paging) (*read.Page[*desk.Conversation], error) {
	m, err := w.store.ReaderFor(by).ConversationPages(ctx, read.WholeAccount(by), nil, nil, p)
	return m[w.account.ID], err
}

func TestPages_refused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(5, 0, 10)
	other, err := w.store.ReaderFor(w.admin).ConversationPages(ctx, read.WholeAccount(w.admin), nil, &read.ConversationOrder{Field: read.ConversationsByTime, Direction: read.Descending}, read.Paging{})
	must(t, err)
	foreign := other[w.account.ID].Cursor(0)
	upwards, err := w.store.ReaderFor(w.admin).ConversationPages(ctx, read.WholeAccount(w.admin), nil, &read.ConversationOrder{Field: read.ConversationsByActivity, Direction: read.Ascending}, read.Paging{})
	must(t, err)
	raw := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	id := NewID().String()
	for name, c := range map[string]struct {
		paging read.Paging
		path   string
	}{
		"both ends":       {read.Paging{First: new(1), Last: new(1)}, "last"},
		"negative":        {read.Paging{First: new(-1)}, "first"},
		"too many":        {read.Paging{Last: new(101)}, "last"},
		"other order":     {read.Paging{After: foreign}, "after"},
		"other direction": {read.Paging{Before: upwards[w.account.ID].Cursor(0)}, "before"},
		"not base64":      {read.Paging{After: "%%%"}, "after"},
		"not JSON":        {read.Paging{After: raw("[1,")}, "after"},
		"a number":        {read.Paging{After: raw("1")}, "after"},
		"null":            {read.Paging{After: raw("null")}, "after"},
		"nulls":           {read.Paging{After: raw("[null,null,null]")}, "after"},
		"too short":       {read.Paging{After: raw(`["cnv.activity-"]`)}, "after"},
		"too long":        {read.Paging{After: raw(`["cnv.activity-","1","` + id + `","",""]`)}, "after"},
		"no number":       {read.Paging{After: raw(`["cnv.activity-","x","` + id + `"]`)}, "after"},
		"beyond time":     {read.Paging{After: raw(`["cnv.activity-","9223372036854775807","` + id + `"]`)}, "after"},
		"before time":     {read.Paging{After: raw(`["cnv.activity-","-9223372036854775808","` + id + `"]`)}, "after"},
		"no id":           {read.Paging{After: raw(`["cnv.activity-","1","x"]`)}, "after"},
		"zero id":         {read.Paging{After: raw(`["cnv.activity-","1","00000000-0000-0000-0000-000000000000"]`)}, "after"},
		"quotes":          {read.Paging{After: raw(`["cnv.activity-","1'; DROP TABLE x","` + id + `"]`)}, "after"},
		"very long":       {read.Paging{After: strings.Repeat("A", 1<<16)}, "after"},
	} {
		_, err := w.page(w.admin, c.paging)
		var refused *desk.Error
		if !errors.As(err, &refused) || refused.Code != desk.CodeInvalidInput || !slices.Equal(refused.Path, []string{c.path}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, key := range []string{"\x00", "\xff"} {
		_, err := w.store.ReaderFor(w.admin).TicketPages(ctx, read.WholeAccount(w.admin), nil, &read.TicketOrder{Field: read.TicketsByName, Direction: read.Ascending},
			read.Paging{After: raw(fmt.Sprintf("[%q,%q,%q]", "tkt.name", "a", id)[:13] + key + `","` + id + `"]`)})
		var refused *desk.Error
		if err != nil && !errors.As(err, &refused) {
			t.Errorf("a cursor with %q: %v", key, err)
		}
	}
}

// Lists of many parents at once are those of each parent alone.
func TestPages_ofManyParents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(10, 20, 60)
	for _, c := range w.conversations[:20] {
		w.addMessages(c, w.rnd.IntN(6))
	}
	contacts, tickets, conversations := []desk.ID{NewID()}, []desk.ID{}, []desk.ID{}
	for _, c := range w.contacts {
		contacts = append(contacts, c.ID)
	}
	for _, t := range w.tickets {
		tickets = append(tickets, t.ID)
	}
	for _, c := range w.conversations {
		conversations = append(conversations, c.ID)
	}
	for _, by := range w.agents() {
		for _, p := range []read.Paging{{First: new(2)}, {Last: new(2)}, {First: new(100)}} {
			many(t, contacts, p, func(ids []desk.ID) (map[desk.ID]*read.Page[*desk.Conversation], error) {
				return w.store.ReaderFor(by).ConversationPages(ctx, read.Parents{Kind: desk.KindContact, IDs: ids}, nil, nil, p)
			}, func(id desk.ID) []*desk.Conversation {
				return w.visible(by, func(c *desk.Conversation) bool { return !c.InTrash() && c.ContactID == id })
			})
			many(t, tickets, p, func(ids []desk.ID) (map[desk.ID]*read.Page[*desk.Conversation], error) {
				return w.store.ReaderFor(by).ConversationPages(ctx, read.Parents{Kind: desk.KindTicket, IDs: ids}, nil, nil, p)
			}, func(id desk.ID) []*desk.Conversation { // a ticket in the trash shows its conversations there
				return w.visible(by, func(c *desk.Conversation) bool { return c.TicketID != nil && *c.TicketID == id })
			})
			many(t, contacts, p, func(ids []desk.ID) (map[desk.ID]*read.Page[*desk.Ticket], error) {
				return w.store.ReaderFor(by).TicketPages(ctx, read.Parents{Kind: desk.KindContact, IDs: ids}, nil, nil, p)
			}, func(id desk.ID) []*desk.Ticket {
				return slices.DeleteFunc(w.visibleTickets(by), func(t *desk.Ticket) bool { return t.ContactID != id })
			})
			many(t, conversations, p, func(ids []desk.ID) (map[desk.ID]*read.Page[*desk.Message], error) {
				return w.store.ReaderFor(by).MessagePages(ctx, ids, p)
			}, func(id desk.ID) []*desk.Message { return w.messagesOf(by, id) })
		}
	}
}

func (w *world) messagesOf(by *desk.Actor, conversation desk.ID) []*desk.Message {
	seen := len(w.visible(by, func(c *desk.Conversation) bool { return c.ID == conversation })) > 0
	return slices.DeleteFunc(slices.Clone(w.messages), func(m *desk.Message) bool { return !seen || m.ConversationID != conversation })
}

func many[T desk.Node](t *testing.T, ids []desk.ID, p read.Paging, load func([]desk.ID) (map[desk.ID]*read.Page[T], error), want func(desk.ID) []T) {
	t.Helper()
	together, err := load(ids)
	must(t, err)
	for _, id := range ids {
		alone, err := load([]desk.ID{id})
		must(t, err)
		got := together[id]
		if !slices.Equal(refs(got.Nodes), refs(alone[id].Nodes)) || got.HasNext != alone[id].HasNext || got.HasPrevious != alone[id].HasPrevious {
			t.Fatalf("together %v, alone %v", refs(got.Nodes), refs(alone[id].Nodes))
		}
		rows := refs(want(id))
		size := 100
		for _, n := range []*int{p.First, p.Last} {
			if n != nil {
				size = *n
			}
		}
		if len(got.Nodes) != min(size, len(rows)) {
			t.Fatalf("%d rows of %d", len(got.Nodes), len(rows))
		}
		for _, r := range refs(got.Nodes) {
			if !slices.Contains(rows, r) {
				t.Fatalf("%s is not in %v", r, rows)
			}
		}
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(10, 15, 30)
	for _, by := range w.agents() {
		n, err := w.store.ReaderFor(by).ConversationCounts(ctx, read.WholeAccount(by), nil)
		must(t, err)
		if want := len(w.visible(by, outsideTrash)); n[w.account.ID].N != want || n[w.account.ID].Capped {
			t.Errorf("%s counts %+v of %d conversations", by.Agent.Name, n[w.account.ID], want)
		}
		m, err := w.store.ReaderFor(by).TicketCounts(ctx, read.WholeAccount(by), nil)
		must(t, err)
		if want := len(w.visibleTickets(by)); m[w.account.ID].N != want {
			t.Errorf("%s counts %d of %d tickets", by.Agent.Name, m[w.account.ID].N, want)
		}
	}
	w.exec(`INSERT INTO contacts SELECT $1, gen_random_uuid(), 'n' || n, NULL, NULL, '', 1, now() FROM generate_series(1, 10001) AS n`, w.account.ID)
	n, err := w.store.ReaderFor(w.admin).ContactCounts(ctx, read.WholeAccount(w.admin), nil)
	must(t, err)
	if c := n[w.account.ID]; c.N != 10_000 || !c.Capped {
		t.Errorf("got %+v", c)
	}
}
