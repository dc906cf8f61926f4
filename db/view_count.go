package db

import (
	"context"

	"deskwire/desk"
)

// The bounds of counting a view: how far it is counted, and how many conversations are looked at for that. So it costs the same
// whatever an account has.
const (
	maxViewCount = 100
	maxViewLook  = 2000
)

// StandingFilter is what a standing view shows of its inbox: desk.InboxView.Shows in the words of the database.
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

// viewFilter is what any view shows.
func viewFilter(v *desk.InboxView) (*ConversationWhere, error) {
	if v.Saved() {
		w, _, err := ViewFilter(v)
		return w, err
	}
	w := StandingFilter(v.Kind)
	w.InboxID = &IDComparator{Eq: &desk.Ref{Kind: desk.KindInbox, ID: v.InboxID}}
	return w, nil
}

// ViewCounts counts what views show, all in one statement, or what of it is unread.
func (s *Store) ViewCounts(ctx context.Context, by *desk.Actor, views []*desk.InboxView, unread bool) (map[desk.Ref]Count, error) {
	type row struct {
		Place, N int
		Capped   bool
	}
	sc := s.scope(ctx, by)
	parts := make([]sqlText, len(views))
	for i, v := range views {
		where, err := viewFilter(v)
		if err != nil {
			return nil, err
		}
		if unread {
			where = &ConversationWhere{And: []*ConversationWhere{where}, Unread: &unread}
		}
		if parts[i], err = countView(sc, i, where); err != nil {
			return nil, err
		}
	}
	found, err := rows[row](ctx, s, "SELECT x.place, x.n, x.capped FROM (?) AS x", joined(parts, " UNION ALL ", never))
	out := make(map[desk.Ref]Count, len(views))
	for _, r := range found {
		out[views[r.Place].Ref()] = Count{N: min(r.N, maxViewCount), Capped: r.Capped}
	}
	return out, err
}

// countView counts along one index, and no further than the bounds.
func countView(sc *scope, place int, where *ConversationWhere) (sqlText, error) {
	l, err := conversationList(sc, Whole(sc.by), where)
	if err != nil {
		return never, err
	}
	lead := sc.lead(where)
	return sq(`SELECT ?::int AS place, y.n, y.n > ? OR (SELECT count(*) FROM (?) AS z) = ? AS capped FROM (SELECT count(*)::int AS n FROM (
		SELECT FROM (?) AS a JOIN conversations AS c ON c.account_id = a.account_id AND c.id = a.conversation_id WHERE ? AND `+l.parent+` LIMIT ?) AS x) AS y`,
		place, maxViewCount, lead, maxViewLook, lead, l.where, maxViewCount+1), nil
}

// lead is the conversations that the best of the indexes leads to, some of them where they are many.
func (sc *scope) lead(where *ConversationWhere) sqlText {
	var owner, contact, inbox, status, unread []sqlText
	for _, w := range conjuncts(where) {
		if id := w.OwnerID; id != nil && id.Eq != nil {
			owner = append(owner, sq("a.owner_id = ?", id.Eq.As(desk.KindAgent)))
		}
		if id := w.OwnerID; id != nil && id.IsViewer != nil && *id.IsViewer && sc.by.Agent != nil {
			owner = append(owner, sq("a.owner_id = ?", sc.by.Agent.ID))
		}
		if id := w.ContactID; id != nil && id.Eq != nil {
			contact = append(contact, sq("a.contact_id = ?", id.Eq.As(desk.KindContact)))
		}
		if id := w.InboxID; id != nil && id.Eq != nil {
			inbox = append(inbox, sq("a.inbox_id = ?", id.Eq.As(desk.KindInbox)))
		}
		if len(w.Status) == 1 {
			status = append(status, sq("a.status = ?", string(w.Status[0])))
		}
		if w.Unread != nil && *w.Unread {
			unread = append(unread, sq("a.unread_count > 0"))
		}
	}
	by := []sqlText{sq("a.account_id = ?", sc.by.Account.ID)}
	switch {
	case len(owner) > 0:
		by = append(append(by, owner...), status...)
	case len(contact) > 0:
		by = append(by, contact...)
	case len(unread) > 0:
		by = append(by, unread...)
	case len(inbox) > 0:
		by = append(append(by, inbox...), status...)
	default:
		by = append(by, status...)
	}
	return sq("SELECT a.* FROM conversation_activity AS a WHERE ? ORDER BY a.last_activity_at DESC, a.conversation_id DESC LIMIT ?", allOf(by...), maxViewLook)
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
func (s *Store) SavedPage(ctx context.Context, by *desk.Actor, v *desk.InboxView, p Paging) (*Page[*desk.Conversation], error) {
	where, o, err := ViewFilter(v)
	if err != nil {
		return nil, err
	}
	found, err := s.ConversationPages(ctx, by, Whole(by), where, o, p)
	return found[by.Account.ID], err
}

// SavedCount counts what SavedPage shows.
func (s *Store) SavedCount(ctx context.Context, by *desk.Actor, v *desk.InboxView) (Count, error) {
	where, _, err := ViewFilter(v)
	if err != nil {
		return Count{}, err
	}
	found, err := s.ConversationCounts(ctx, by, Whole(by), where)
	return found[by.Account.ID], err
}
