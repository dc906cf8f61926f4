package db

import (
	"context"
	"strconv"

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

func (w *EventWhere) groups() (and, or []*EventWhere, not *EventWhere) { return w.And, w.Or, w.Not }

func (w *EventWhere) fields(c *conds) {
	oneOf(c, "kind", "e.kind", w.Kind)
	c.entity("entityId", w.EntityID)
	c.id("conversationId", "e.conversation_id", desk.KindConversation, w.ConversationID)
	c.id("ticketId", "e.ticket_id", desk.KindTicket, w.TicketID)
	c.id("actorId", "e.actor_id", desk.KindAgent, w.ActorID)
	c.time("occurredAt", "e.at", w.OccurredAt)
}

// entity compares the record that an event happened to, which may be of any kind.
func (c *conds) entity(name string, v *IDComparator) {
	if v == nil {
		return
	}
	if v.IsViewer != nil {
		c.refuse("isViewer is only for ids of agents. Leave it out.", name, "isViewer")
	}
	if v.Eq != nil {
		c.add(isEntity(*v.Eq))
	}
	if listed(c, name+".in", v.In) {
		each := make([]sqlText, len(v.In))
		for i, ref := range v.In {
			each[i] = isEntity(ref)
		}
		c.add(anyOf(each...))
	}
	c.isNull("e.entity_id", v.IsNull)
}

func isEntity(ref desk.Ref) sqlText {
	if ref.Part != "" && ref.Kind != desk.KindPropertyLayout {
		return never
	}
	return sq("e.entity_kind = ? AND e.entity_id = ?", string(ref.Kind), ref.ID)
}

// eventRow is an event and what the log is ordered by.
type eventRow struct {
	desk.Event
	Xid uint64
}

const eventColumns = `e.account_id, e.id, e.at, e.kind, e.entity_kind, e.entity_id, e.changes, e.rule, e.effect,
	e.actor_id, e.mutation, e.cascade_id, e.conversation_id, e.ticket_id, e.inbox_id`

// seesEvent says whether the actor sees an event: of conversations and messages by the inbox of the conversation
// as it is now, of tickets, files, snippets, views, inboxes and channels as those, of layouts if it is theirs or the account's, of
// tokens and of purges if they are an admin, and of what everybody sees. Of a kind that is not named here only those see events who see every inbox.
func seesEvent(by *desk.Actor) sqlText {
	sees := []sqlText{}
	if !by.MayAdmin() {
		sees = append(sees, sq("e.entity_kind NOT IN (?, ?)", string(desk.KindToken), string(desk.KindTrashGroup)))
	}
	own := sq("EXISTS (SELECT FROM snippets AS f WHERE f.account_id = e.account_id AND f.id = e.entity_id AND ?)", seesSnippet(by, "f"))
	views := sq("EXISTS (SELECT FROM inbox_views AS f WHERE f.account_id = e.account_id AND f.id = e.entity_id AND ?)", seesView(by, "f"))
	sees = append(sees, sq("(e.entity_kind <> 'snp' OR ?) AND (e.entity_kind <> 'viw' OR ?)", own, views))
	if !by.SeesAll() {
		sees = append(sees, sq(`CASE e.entity_kind
			WHEN 'cnv' THEN ? WHEN 'msg' THEN ? WHEN 'tkt' THEN ? WHEN 'inb' THEN ? WHEN 'chn' THEN ? WHEN 'att' THEN ? WHEN 'lay' THEN e.entity_id IN (?, ?)
			ELSE e.entity_kind IN ('acc', 'agt', 'tea', 'con', 'pip', 'sts', 'prd', 'lab', 'snp', 'viw') END`,
			seesRow(by, "conversations", "e.conversation_id", "v.inbox_id"), seesRow(by, "conversations", "e.conversation_id", "v.inbox_id"),
			seesTicket(by, "e.ticket_id"), seesInbox(by, "e.entity_id"), seesRow(by, "channels", "e.entity_id", "v.inbox_id"),
			sq("EXISTS (SELECT FROM attachments AS f WHERE f.account_id = e.account_id AND f.id = e.entity_id AND ?)", seesAttachment(by)),
			by.Account.ID, by.Agent.ID))
	}
	return allOf(sees...)
}

// seesRow says whether there is such a row, of an inbox that the actor sees.
func seesRow(by *desk.Actor, table, id, inbox string) sqlText {
	return sq("EXISTS (SELECT FROM "+table+" AS v WHERE v.account_id = ? AND v.id = "+id+" AND ?)", by.Account.ID, seesInbox(by, inbox))
}

// eventOrder is the order of the log. A cursor also keeps up to where the log was read, so that
// the pages of one reading fit together whatever is committed meanwhile.
var eventOrder = order[eventRow]{
	code: "evt", column: "e.xid", id: "e.id",
	key:   func(r *eventRow) string { return strconv.FormatUint(r.Xid, 10) },
	idOf:  func(r *eventRow) desk.ID { return r.ID },
	value: func(key string) (any, bool) { _, err := strconv.ParseUint(key, 10, 64); return key, err == nil },
}

// EventPage is a page of the log as it stood at the eventCursor until, which is the server's own, without what
// stood in it at since already. Further pages are of the log as it stood for the first.
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
	l.where = allOf(l.where, stoodIn(then))
	found, err := pages(ctx, r, l, Whole(r.by), p)
	return MapPages(found, func(r *eventRow) *desk.Event { return &r.Event })[r.by.Account.ID], err
}

// stoodThen is the snapshot that a page is of: that of the first page, which cursors carry along, or until.
func (r *Reader) stoodThen(ctx context.Context, until string, p Paging) (then, cursor string, err error) {
	if at, ok := desk.ParseCursor(until); ok {
		then = at.Snapshot()
	}
	for _, end := range [][2]string{{p.After, "after"}, {p.Before, "before"}} {
		c, ok := parseCursor(end[0])
		if !ok {
			continue // none, or one that the list refuses
		}
		if then, err = parseEventCursor(ctx, r, c.more); err != nil {
			return "", "", refusedAt(err, end[1])
		}
		until = c.more
	}
	return then, until, nil
}

// stoodIn is what the log showed in a snapshot.
func stoodIn(then string) sqlText {
	return sq("e.xid < pg_snapshot_xmax(?::pg_snapshot) AND pg_visible_in_snapshot(e.xid, ?::pg_snapshot)", then, then)
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
	l.where = allOf(l.where, stoodIn(then))
	if len(l.either) > 0 {
		l.where = allOf(l.where, anyOf(l.either...))
	}
	n, err := counts(ctx, r, l, Whole(r.by))
	return n[r.by.Account.ID], err
}

func (r *Reader) eventList(ctx context.Context, since *string, where *EventWhere) (l list[eventRow], err error) {
	cond, err := filterSQL(r.scope(ctx), where)
	if err != nil {
		return l, err
	}
	l = list[eventRow]{
		columns: eventColumns + ", e.xid", from: "events AS e", order: eventOrder,
		where: allOf(sq("e.account_id = ?", r.by.Account.ID), seesEvent(r.by), cond),
	}
	l.either, err = r.eventsSince(ctx, since)
	return l, err
}

// eventsSince is what was not visible then: transactions that were on their way, and later ones.
func (r *Reader) eventsSince(ctx context.Context, since *string) ([]sqlText, error) {
	if since == nil {
		return nil, nil
	}
	then, err := parseEventCursor(ctx, r, *since)
	if err != nil {
		return nil, refusedAt(err, "since")
	}
	return []sqlText{
		sq("e.xid = ANY(ARRAY(SELECT pg_snapshot_xip(?::pg_snapshot)))", then),
		sq("e.xid >= pg_snapshot_xmax(?::pg_snapshot)", then),
	}, nil
}

// Events are events by their ids.
func (r *Reader) Events(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Event, error) {
	return rowsByID(ctx, r, func(e *desk.Event) desk.ID { return e.ID },
		"SELECT "+eventColumns+" FROM events AS e WHERE e.account_id = ? AND e.id = ANY(?::uuid[]) AND ?",
		r.by.Account.ID, uuidArray(ids), seesEvent(r.by))
}
