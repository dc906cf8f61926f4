package db

import (
	"context"
	"time"

	"deskwire/desk"
)

// TimelineEntry is a message, or an event; one of them is nil.
type TimelineEntry struct {
	Message *desk.Message
	Event   *desk.Event
}

type timelineRow struct {
	SortAt    time.Time
	SortID    desk.ID
	IsMessage bool
	desk.Event
}

// timelineOrder is the order of a timeline, by the columns of one of its sources.
func timelineOrder(at, id string) order[timelineRow] {
	o := byTime("tln", at, id, func(r *timelineRow) time.Time { return r.SortAt }, func(r *timelineRow) desk.ID { return r.SortID })
	o.outerID = "sort_id"
	return o
}

// notInTimeline are the events that would say a message twice, and the noise of reading.
var notInTimeline = sq("e.kind NOT IN (?, ?, ?, ?, ?, ?)", desk.MessageReceived, desk.MessageSent,
	desk.MessageDeliveryReported, desk.CommentCreated, desk.ConversationRead, desk.ConversationUnread)

// TimelinePages are pages of the timelines of conversations or of tickets, the oldest first: the messages
// and events of the conversations, as far as the actor sees them, and the ticket's own events.
func (r *Reader) TimelinePages(ctx context.Context, of Parents, p Paging) (map[desk.ID]*Page[*TimelineEntry], error) {
	o := timelineOrder("z.sort_at", "z.sort_id")
	w, err := o.window(p)
	if err != nil {
		return nil, err
	}
	found, err := rows[pageRow[timelineRow]](ctx, r, `SELECT p.i AS parent, x.sort_at, x.sort_id, x.is_message, `+eventColumns+`
		FROM ?
		CROSS JOIN LATERAL (SELECT z.* FROM (? UNION ALL ?) AS z ORDER BY `+o.sort(w)+` LIMIT ?) AS x
		LEFT JOIN events AS e ON NOT x.is_message AND e.account_id = ? AND e.id = x.sort_id AND e.recorded_at = x.recorded_at
		ORDER BY p.i, `+o.sortRows(w, "x."),
		of.rows(), ofConversations(r.by, of.Kind, w), ofTicket(r.by, of.Kind, w), w.size+1, r.by.Account.ID)
	if err != nil {
		return nil, err
	}
	return r.withMessages(ctx, dealt(w, o, found, of))
}

// TimelineCounts counts what TimelinePages shows.
func (r *Reader) TimelineCounts(ctx context.Context, of Parents) (map[desk.ID]Count, error) {
	whole := window{size: maxCount}
	found, err := rows[parentCount](ctx, r, `SELECT p.i AS parent, (SELECT count(*) FROM (SELECT FROM (? UNION ALL ?) AS z LIMIT ?) AS x) AS n
		FROM ?`,
		ofConversations(r.by, of.Kind, whole), ofTicket(r.by, of.Kind, whole), maxCount+1, of.rows())
	return counted(found, of), err
}

// ofConversations are the messages and events of the conversations of p. Each source gives no more than a page needs.
func ofConversations(by *desk.Actor, k desk.Kind, w window) sqlText {
	ours := "c.id = p.id"
	if k == desk.KindTicket {
		ours = conversationsOf(k)
	}
	return sq(`SELECT y.* FROM conversations AS c CROSS JOIN LATERAL (? UNION ALL ?) AS y WHERE c.account_id = ? AND ? AND `+ours,
		branch(w, "m.created_at", "m.id", "TRUE AS is_message, NULL::timestamptz AS recorded_at FROM messages AS m",
			sq("m.account_id = ? AND m.conversation_id = c.id", by.Account.ID)),
		branch(w, "e.at", "e.id", "FALSE, e.recorded_at FROM events AS e",
			sq("e.account_id = ? AND e.conversation_id = c.id AND ?", by.Account.ID, notInTimeline)),
		by.Account.ID, seesInbox(by, "c.inbox_id"))
}

// ofTicket are the own events of the ticket that is p, or that p has.
func ofTicket(by *desk.Actor, k desk.Kind, w window) sqlText {
	ticket := sq("SELECT t.id FROM tickets AS t WHERE t.account_id = ? AND t.id = p.id AND ?", by.Account.ID, seesTicket(by, "t.id"))
	if k == desk.KindConversation {
		ticket = sq("SELECT c.ticket_id FROM conversations AS c WHERE c.account_id = ? AND c.id = p.id AND ?", by.Account.ID, seesInbox(by, "c.inbox_id"))
	}
	return branch(w, "e.at", "e.id", "FALSE, e.recorded_at FROM events AS e",
		sq("e.account_id = ? AND e.entity_kind = ? AND e.ticket_id = (?)", by.Account.ID, string(desk.KindTicket), ticket))
}

func branch(w window, at, id, columnsAndTable string, where sqlText) sqlText {
	o := timelineOrder(at, id)
	return sq("(SELECT "+at+" AS sort_at, "+id+" AS sort_id, "+columnsAndTable+" WHERE ? AND ? ORDER BY "+o.sort(w)+" LIMIT ?)",
		where, o.between(w), w.size+1)
}

// withMessages fetches what the messages say, those of all pages at once.
func (r *Reader) withMessages(ctx context.Context, in map[desk.ID]*Page[*timelineRow]) (map[desk.ID]*Page[*TimelineEntry], error) {
	ids := []desk.ID{}
	for _, p := range in {
		for _, r := range p.Nodes {
			if r.IsMessage {
				ids = append(ids, r.SortID)
			}
		}
	}
	messages := map[desk.ID]*desk.Message{}
	if len(ids) > 0 {
		var err error
		if messages, err = r.Messages(ctx, ids); err != nil {
			return nil, err
		}
	}
	return MapPages(in, func(r *timelineRow) *TimelineEntry {
		if r.IsMessage {
			return &TimelineEntry{Message: messages[r.SortID]}
		}
		return &TimelineEntry{Event: &r.Event}
	}), nil
}
