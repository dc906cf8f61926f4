package read

import (
	"context"
	"errors"
	"strconv"

	"deskwire/db/eventlog"
	"deskwire/db/pg"
	"deskwire/desk"
)

// EventWhere is a filter of the log.
type EventWhere struct {
	And, Or                                     []*EventWhere
	Not                                         *EventWhere
	Kind                                        []desk.EventKind
	EntityID, ConversationID, TicketID, ActorID *IDComparator
	OccurredAt                                  *TimeComparator
}

func (w *EventWhere) subFilters() (and, or []*EventWhere, not *EventWhere) { return w.And, w.Or, w.Not }

func (w *EventWhere) addConditions(c *conditions) {
	filterEnum(c, "kind", "e.kind", w.Kind)
	c.filterEntity("entityId", w.EntityID)
	c.filterID("conversationId", "e.conversation_id", desk.KindConversation, w.ConversationID)
	c.filterID("ticketId", "e.ticket_id", desk.KindTicket, w.TicketID)
	c.filterID("actorId", "e.actor_id", desk.KindAgent, w.ActorID)
	c.filterTime("occurredAt", "e.at", w.OccurredAt)
}

// filterEntity compares the record that an event happened to, which may be of any kind.
func (c *conditions) filterEntity(name string, v *IDComparator) {
	if v == nil {
		return
	}
	if v.IsViewer != nil {
		c.refuseWith("isViewer is only for ids of agents. Leave it out.", name, "isViewer")
	}
	if v.Eq != nil {
		c.addCondition(entityCondition(*v.Eq))
	}
	if checkList(c, name+".in", v.In) {
		each := make([]pg.Fragment, len(v.In))
		for i, ref := range v.In {
			each[i] = entityCondition(ref)
		}
		c.addCondition(pg.AnyOf(each...))
	}
	c.filterNull("e.entity_id", v.IsNull)
}

func entityCondition(ref desk.Ref) pg.Fragment {
	if ref.Part != "" && ref.Kind != desk.KindPropertyLayout {
		return pg.Never
	}
	return pg.SQL("e.entity_kind = ? AND e.entity_id = ?", string(ref.Kind), ref.ID)
}

// storedEvent is an event and what the log is ordered by.
type storedEvent struct {
	desk.Event
	Xid uint64
}

// seesEvent says whether the actor sees an event: of conversations and messages by the inbox of the
// conversation as it is now, of tickets, files, snippets, views, inboxes and channels as those, of
// layouts if it is theirs or the account's, of tokens and of purges if they are an admin, and of
// what everybody sees. Of a kind that is not named here only those see events who see every inbox.
func seesEvent(by *desk.Actor) pg.Fragment {
	sees := []pg.Fragment{}
	if !by.MayAdmin() {
		sees = append(sees, pg.SQL("e.entity_kind NOT IN (?, ?)", string(desk.KindToken), string(desk.KindTrashGroup)))
	}
	own := pg.SQL("EXISTS (SELECT FROM snippets AS f WHERE f.account_id = e.account_id AND f.id = e.entity_id AND ?)", seesSnippet(by, "f"))
	views := pg.SQL("EXISTS (SELECT FROM inbox_views AS f WHERE f.account_id = e.account_id AND f.id = e.entity_id AND ?)", seesView(by, "f"))
	sees = append(sees, pg.SQL("(e.entity_kind <> 'snp' OR ?) AND (e.entity_kind <> 'viw' OR ?)", own, views))
	if !by.SeesAll() {
		sees = append(sees, pg.SQL(`CASE e.entity_kind
			WHEN 'cnv' THEN ? WHEN 'msg' THEN ? WHEN 'tkt' THEN ? WHEN 'inb' THEN ? WHEN 'chn' THEN ? WHEN 'att' THEN ? WHEN 'lay' THEN e.entity_id IN (?, ?)
			ELSE e.entity_kind IN ('acc', 'agt', 'tea', 'con', 'pip', 'sts', 'prd', 'lab', 'snp', 'viw') END`,
			seesLoggedRow(by, "conversations", "e.conversation_id", "v.inbox_id"), seesLoggedRow(by, "conversations", "e.conversation_id", "v.inbox_id"),
			seesTicket(by, "e.ticket_id"), seesInbox(by, "e.entity_id"), seesLoggedRow(by, "channels", "e.entity_id", "v.inbox_id"),
			pg.SQL("EXISTS (SELECT FROM attachments AS f WHERE f.account_id = e.account_id AND f.id = e.entity_id AND ?)", seesAttachment(by)),
			by.Account.ID, by.Agent.ID))
	}
	return pg.AllOf(sees...)
}

// seesLoggedRow says whether there is such a row, of an inbox that the actor sees.
func seesLoggedRow(by *desk.Actor, table, id, inbox string) pg.Fragment {
	return pg.SQL("EXISTS (SELECT FROM "+table+" AS v WHERE v.account_id = ? AND v.id = "+id+" AND ?)", by.Account.ID, seesInbox(by, inbox))
}

// eventOrder is the order of the log. A cursor also keeps up to where the log was read, so that
// the pages of one reading fit together whatever is committed meanwhile.
var eventOrder = sortOrder[storedEvent]{
	code: "evt", column: "e.xid", id: "e.id",
	key:   func(r *storedEvent) string { return strconv.FormatUint(r.Xid, 10) },
	idOf:  func(r *storedEvent) desk.ID { return r.ID },
	value: func(key string) (any, bool) { _, err := strconv.ParseUint(key, 10, 64); return key, err == nil },
}

// EventPage is a page of the log as it stood at the eventCursor until, which is the server's own,
// without what stood in it at since already. Further pages are of the log as it stood for the
// first.
func (r *Reader) EventPage(ctx context.Context, since *string, until string, where *EventWhere, p Paging) (*Page[*desk.Event], error) {
	then, until, err := r.stoodThen(ctx, until, p)
	if err != nil {
		return nil, err
	}
	l, err := r.eventList(ctx, since, where)
	if err != nil {
		return nil, err
	}
	l.order.more = until
	l.where = pg.AllOf(l.where, eventlog.VisibleAt(then))
	found, err := loadPages(ctx, r, l, WholeAccount(r.actor), p)
	return MapPages(found, func(r *storedEvent) *desk.Event { return &r.Event })[r.actor.Account.ID], err
}

// stoodThen is the snapshot that a page is of: that of the first page, which cursors carry along,
// or until.
func (r *Reader) stoodThen(ctx context.Context, until string, p Paging) (then, cursor string, err error) {
	if at, ok := desk.ParseCursor(until); ok {
		then = at.Snapshot()
	}
	for _, end := range [][2]string{{p.After, "after"}, {p.Before, "before"}} {
		c, ok := parseCursor(end[0])
		if !ok {
			continue // none, or one that the list refuses
		}
		if then, err = eventlog.SnapshotOf(ctx, r, c.more); err != nil {
			return "", "", refusedAt(err, end[1])
		}
		until = c.more
	}
	return then, until, nil
}

// EventCount counts the log as EventPage shows it.
func (r *Reader) EventCount(ctx context.Context, since *string, until string, where *EventWhere, p Paging) (Count, error) {
	then, _, err := r.stoodThen(ctx, until, p)
	if err != nil {
		return Count{}, err
	}
	l, err := r.eventList(ctx, since, where)
	if err != nil {
		return Count{}, err
	}
	l.where = pg.AllOf(l.where, eventlog.VisibleAt(then))
	if len(l.either) > 0 {
		l.where = pg.AllOf(l.where, pg.AnyOf(l.either...))
	}
	n, err := countRows(ctx, r, l, WholeAccount(r.actor))
	return n[r.actor.Account.ID], err
}

func (r *Reader) eventList(ctx context.Context, since *string, where *EventWhere) (l pageQuery[storedEvent], err error) {
	cond, err := FilterSQL(r.FilterScope(ctx), where)
	if err != nil {
		return l, err
	}
	l = pageQuery[storedEvent]{
		columns: eventlog.EventColumns + ", e.xid", from: "events AS e", order: eventOrder,
		where: pg.AllOf(pg.SQL("e.account_id = ?", r.actor.Account.ID), seesEvent(r.actor), cond),
	}
	l.either, err = r.eventsSince(ctx, since)
	return l, err
}

// eventsSince is what was not visible then: transactions that were on their way, and later ones.
func (r *Reader) eventsSince(ctx context.Context, since *string) ([]pg.Fragment, error) {
	if since == nil {
		return nil, nil
	}
	then, err := eventlog.SnapshotOf(ctx, r, *since)
	if err != nil {
		return nil, refusedAt(err, "since")
	}
	return []pg.Fragment{
		pg.SQL("e.xid = ANY(ARRAY(SELECT pg_snapshot_xip(?::pg_snapshot)))", then),
		pg.SQL("e.xid >= pg_snapshot_xmax(?::pg_snapshot)", then),
	}, nil
}

// Events are events by their ids.
func (r *Reader) Events(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Event, error) {
	return pg.QueryByID(ctx, r, func(e *desk.Event) desk.ID { return e.ID },
		"SELECT "+eventlog.EventColumns+" FROM events AS e WHERE e.account_id = ? AND e.id = ? AND ?",
		r.actor.Account.ID, pg.OneOf(ids), seesEvent(r.actor))
}

// refusedAt says which argument a refusal is about.
func refusedAt(err error, path ...string) error {
	var refused *desk.Error
	if errors.As(err, &refused) {
		return refused.At(path...)
	}
	return err
}
