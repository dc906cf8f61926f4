package read

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"deskwire/db/pg"
	"deskwire/desk"
)

// The bounds of counting a view: how far it is counted, and how many conversations are looked at
// for that. So it costs the same whatever an account has.
const (
	maxViewCount = 100
	maxViewLook  = 2000
)

// StandingFilter is what a standing view shows of its inbox: desk.InboxView.Shows in the words of
// the database.
func StandingFilter(k desk.InboxViewKind) *ConversationWhere {
	yes, w := true, &ConversationWhere{Status: []desk.ConversationStatus{desk.ConversationStatusOpen}}
	switch k {
	case desk.ViewClosed:
		w.Status = []desk.ConversationStatus{desk.ConversationStatusClosed}
	case desk.ViewUnassigned:
		w.OwnerID = &IDComparator{IsNull: &yes}
	case desk.ViewMine:
		w.OwnerID = &IDComparator{IsViewer: &yes}
	}
	return w
}

// ViewCount is how many conversations a view shows, and how many of them are unread.
type ViewCount struct{ All, Unread Count }

// countedTogether is how many saved views are counted in one statement, whose planning takes as
// long as it has parts.
const countedTogether = 16

// ViewCounts counts what views show, what of it is unread, or both. Standing views of one kind are
// one part of a statement, however many inboxes there are; saved views are a part each.
func (r *Reader) ViewCounts(ctx context.Context, views []*desk.InboxView, all, unread bool) (map[desk.Ref]ViewCount, error) {
	c := viewCounter{scope: r.FilterScope(ctx), counts: make(map[desk.Ref]ViewCount, len(views))}
	standing := map[desk.InboxViewKind][]*desk.InboxView{}
	var saved []*desk.InboxView
	for _, v := range views {
		if v.Saved() {
			saved = append(saved, v)
		} else {
			standing[v.Kind] = append(standing[v.Kind], v)
		}
	}
	for _, onlyUnread := range []bool{false, true} {
		if onlyUnread && !unread || !onlyUnread && !all {
			continue
		}
		for _, kind := range slices.Sorted(maps.Keys(standing)) { // so that equal operations are one statement
			c.addStanding(kind, standing[kind], onlyUnread)
		}
		for _, v := range saved {
			if err := c.addSaved(v, onlyUnread); err != nil {
				return nil, err
			}
		}
	}
	for parts := range slices.Chunk(c.parts, countedTogether) {
		if err := c.count(ctx, r, parts); err != nil {
			return nil, err
		}
	}
	return c.counts, nil
}

// viewCounter puts counts of many views into few statements.
type viewCounter struct {
	scope  *FilterScope
	parts  []pg.Fragment
	of     []countedViews // by the place of a part
	counts map[desk.Ref]ViewCount
}

// countedViews are the views of one part, in the order in which it counts them.
type countedViews struct {
	views  []*desk.InboxView
	unread bool
}

// addPart is the number of a part that counts views, in this order.
func (c *viewCounter) addPart(views []*desk.InboxView, unread bool) int {
	c.of = append(c.of, countedViews{views, unread})
	return len(c.of) - 1
}

func unreadOnly(where *ConversationWhere) *ConversationWhere {
	return &ConversationWhere{And: []*ConversationWhere{where}, Unread: new(true)}
}

// addStanding counts the same of many inboxes, each along its part of an index.
func (c *viewCounter) addStanding(kind desk.InboxViewKind, views []*desk.InboxView, unread bool) {
	where := StandingFilter(kind)
	if unread {
		where = unreadOnly(where)
	}
	inboxes := make([]desk.ID, len(views))
	for i, v := range views {
		inboxes[i] = v.InboxID
	}
	indexed := c.scope.indexedParts(where)
	c.parts = append(c.parts, pg.SQL(`SELECT ?::int AS place, i.at::int AS at, y.n, y.n > ? AS capped FROM unnest(?::uuid[]) WITH ORDINALITY AS i(id, at)
		CROSS JOIN LATERAL (SELECT count(*)::int AS n FROM (SELECT FROM conversation_activity AS a
			WHERE ? AND a.inbox_id = i.id AND ? AND NOT a.trashed LIMIT ?) AS x) AS y`,
		c.addPart(views, unread), maxViewCount, pg.UUIDs(inboxes), indexed.wholeFilter(), seesInbox(c.scope.by, "a.inbox_id"), pg.Limit(maxViewCount+1)))
}

func (c *viewCounter) addSaved(v *desk.InboxView, unread bool) error {
	where, _, err := ViewFilter(v)
	if err != nil {
		return err
	}
	if unread {
		where = unreadOnly(where)
	}
	part, err := countView(c.scope, c.addPart([]*desk.InboxView{v}, unread), where)
	c.parts = append(c.parts, part)
	return err
}

func (c *viewCounter) count(ctx context.Context, r *Reader, parts []pg.Fragment) error {
	type row struct {
		Place, At, N int
		Capped       bool
	}
	found, err := pg.Query[row](ctx, r, "SELECT x.place, x.at, x.n, x.capped FROM (?) AS x", pg.Joined(parts, " UNION ALL ", pg.Never))
	for _, r := range found {
		part := c.of[r.Place]
		ref := part.views[r.At-1].Ref()
		counted, n := c.counts[ref], Count{N: min(r.N, maxViewCount), Capped: r.Capped}
		if part.unread {
			counted.Unread = n
		} else {
			counted.All = n
		}
		c.counts[ref] = counted
	}
	return err
}

// countView counts along one index, and no further than the bounds. What is whole in an index is
// counted there, up to maxViewCount, and no row is read.
func countView(sc *FilterScope, place int, where *ConversationWhere) (pg.Fragment, error) {
	indexed := sc.indexedParts(where)
	if indexed.whole {
		return pg.SQL(`SELECT ?::int AS place, 1 AS at, y.n, y.n > ? AS capped FROM (SELECT count(*)::int AS n FROM (SELECT FROM conversation_activity AS a
			WHERE ? AND ? AND NOT a.trashed LIMIT ?) AS x) AS y`, place, maxViewCount, indexed.wholeFilter(), seesInbox(sc.by, "a.inbox_id"), pg.Limit(maxViewCount+1)), nil
	}
	l, err := conversationList(sc, WholeAccount(sc.by), where)
	if err != nil {
		return pg.Never, err
	}
	lead := indexed.bestLead()
	return pg.SQL(`SELECT ?::int AS place, 1 AS at, y.n, y.n > ? OR (SELECT count(*) FROM (?) AS z) = ? AS capped FROM (SELECT count(*)::int AS n FROM (
		SELECT FROM (?) AS a JOIN conversations AS c ON c.account_id = a.account_id AND c.id = a.conversation_id WHERE ? AND `+l.parent+` LIMIT ?) AS x) AS y`,
		place, maxViewCount, lead, maxViewLook, lead, l.where, pg.Limit(maxViewCount+1)), nil
}

// indexedFilter are the parts of a filter that indexes know.
type indexedFilter struct {
	account                                       pg.Fragment
	owner, nobody, contact, inbox, status, unread []pg.Fragment

	whole bool // they are all of it, and those of one index: inbox, status and, maybe, owner and unread
}

func (sc *FilterScope) indexedParts(where *ConversationWhere) indexedFilter {
	l := indexedFilter{account: pg.SQL("a.account_id = ?", sc.by.Account.ID), whole: true}
	for _, w := range conjuncts(where) {
		rest := *w
		rest.And = nil
		if id := w.OwnerID; id != nil {
			l.ownedLead(sc.by, id)
			rest.OwnerID = remainingIDs(id, id.Eq != nil || id.IsNull != nil && *id.IsNull || id.IsViewer != nil && *id.IsViewer && sc.by.Agent != nil)
		}
		if id := w.ContactID; id != nil && id.Eq != nil {
			l.contact = append(l.contact, pg.SQL("a.contact_id = ?", id.Eq.As(desk.KindContact)))
		}
		if id := w.InboxID; id != nil && id.Eq != nil {
			l.inbox = append(l.inbox, pg.SQL("a.inbox_id = ?", id.Eq.As(desk.KindInbox)))
			rest.InboxID = remainingIDs(id, true)
		}
		if len(w.Status) == 1 {
			l.status, rest.Status = append(l.status, pg.SQL("a.status = ?", string(w.Status[0]))), nil
		}
		if w.Unread != nil && *w.Unread {
			l.unread, rest.Unread = append(l.unread, pg.SQL("a.unread_count > 0")), nil
		}
		l.whole = l.whole && reflect.ValueOf(rest).IsZero()
	}
	l.whole = l.whole && len(l.inbox) > 0 && len(l.status) > 0
	return l
}

// remainingIDs is what a comparison says beside what is known; nil: nothing.
func remainingIDs(id *IDComparator, known bool) *IDComparator {
	said := 0
	for _, given := range []bool{id.Eq != nil, id.In != nil, id.IsNull != nil, id.IsViewer != nil} {
		if given {
			said++
		}
	}
	if known && said == 1 {
		return nil
	}
	return id
}

func (l *indexedFilter) ownedLead(by *desk.Actor, id *IDComparator) {
	if id.Eq != nil {
		l.owner = append(l.owner, pg.SQL("a.owner_id = ?", id.Eq.As(desk.KindAgent)))
	}
	if id.IsViewer != nil && *id.IsViewer && by.Agent != nil {
		l.owner = append(l.owner, pg.SQL("a.owner_id = ?", by.Agent.ID))
	}
	if id.IsNull != nil && *id.IsNull {
		l.nobody = append(l.nobody, pg.SQL("a.owner_id IS NULL"))
	}
}

// wholeFilter is the whole filter, where it is.
func (l *indexedFilter) wholeFilter() pg.Fragment {
	return pg.AllOf(slices.Concat([]pg.Fragment{l.account}, l.inbox, l.status, l.owner, l.nobody, l.unread)...)
}

// bestLead is the conversations that the best of the indexes leads to, some of them where they are
// many.
func (l *indexedFilter) bestLead() pg.Fragment {
	by := []pg.Fragment{l.account}
	switch {
	case len(l.owner) > 0:
		by = slices.Concat(by, l.owner, l.status)
	case len(l.contact) > 0:
		by = slices.Concat(by, l.contact)
	case len(l.unread) > 0:
		by = slices.Concat(by, l.unread)
	case len(l.inbox) > 0:
		by = slices.Concat(by, l.inbox, l.status)
	default:
		by = slices.Concat(by, l.status)
	}
	return pg.SQL("SELECT a.* FROM conversation_activity AS a WHERE ? ORDER BY a.last_activity_at DESC, a.conversation_id DESC LIMIT ?", pg.AllOf(by...), pg.Limit(maxViewLook))
}

// Shows says whether an operation shows one of these fields of a type; fields nil: it may show all.
func (f *Fields) Shows(typ string, fields ...string) bool {
	return f == nil || slices.ContainsFunc(fields, func(name string) bool { return f.shown[typ][name] })
}

// conjuncts are the filters that must all hold for this one to hold.
func conjuncts(w *ConversationWhere) []*ConversationWhere {
	all := []*ConversationWhere{w}
	for _, and := range w.And {
		all = append(all, conjuncts(and)...)
	}
	return all
}

// SavedPage is a page of a saved view.
func (r *Reader) SavedPage(ctx context.Context, v *desk.InboxView, p Paging) (*Page[*desk.Conversation], error) {
	where, o, err := ViewFilter(v)
	if err != nil {
		return nil, err
	}
	found, err := r.ConversationPages(ctx, WholeAccount(r.actor), where, o, p)
	return found[r.actor.Account.ID], err
}

// SavedCount counts what SavedPage shows.
func (r *Reader) SavedCount(ctx context.Context, v *desk.InboxView) (Count, error) {
	where, _, err := ViewFilter(v)
	if err != nil {
		return Count{}, err
	}
	found, err := r.ConversationCounts(ctx, WholeAccount(r.actor), where)
	return found[r.actor.Account.ID], err
}
