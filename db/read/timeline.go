package read

import (
	"context"
	"time"

	"deskwire/db/eventlog"
	"deskwire/db/pg"
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
func timelineOrder(at, id string) sortOrder[timelineRow] {
	o := byTime("tln", at, id, func(r *timelineRow) time.Time { return r.SortAt }, func(r *timelineRow) desk.ID { return r.SortID })
	o.outerID = "sort_id"
	return o
}

// notInTimeline are the events that would say a message twice, and the noise of reading.
var notInTimeline = pg.SQL("e.kind NOT IN (?, ?, ?, ?, ?, ?)", desk.MessageReceived, desk.MessageSent,
	desk.MessageDeliveryReported, desk.CommentCreated, desk.ConversationRead, desk.ConversationUnread)

// TimelinePages are pages of the timelines of conversations or of tickets, the oldest first: the
// messages and events of the conversations, as far as the actor sees them, and the ticket's own
// events.
func (r *Reader) TimelinePages(ctx context.Context, of Parents, p Paging) (map[desk.ID]*Page[*TimelineEntry], error) {
	o := timelineOrder("z.sort_at", "z.sort_id")
	w, err := o.windowOf(p)
	if err != nil {
		return nil, err
	}
	found, err := pg.Query[parentRow[timelineRow]](ctx, r, `SELECT p.i AS parent, x.sort_at, x.sort_id, x.is_message, `+eventlog.EventColumns+`
		FROM ?
		CROSS JOIN LATERAL (SELECT z.* FROM (? UNION ALL ?) AS z ORDER BY `+o.orderBy(w)+` LIMIT ?) AS x
		LEFT JOIN events AS e ON NOT x.is_message AND e.account_id = ? AND e.id = x.sort_id AND e.recorded_at = x.recorded_at
		ORDER BY p.i, `+o.orderRowsBy(w, "x."),
		of.asRows(), ofConversations(r.actor, of.Kind, w), ticketBranch(r.actor, of.Kind, w), pg.Limit(w.size+1), r.actor.Account.ID)
	if err != nil {
		return nil, err
	}
	return r.withMessages(ctx, dealRows(w, o, found, of))
}

// TimelineCounts counts what TimelinePages shows.
func (r *Reader) TimelineCounts(ctx context.Context, of Parents) (map[desk.ID]Count, error) {
	whole := pageWindow{size: maxCount}
	found, err := pg.Query[parentTotal](ctx, r, `SELECT p.i AS parent, (SELECT count(*) FROM (SELECT FROM (? UNION ALL ?) AS z LIMIT ?) AS x) AS n
		FROM ?`,
		ofConversations(r.actor, of.Kind, whole), ticketBranch(r.actor, of.Kind, whole), pg.Limit(maxCount+1), of.asRows())
	return countEach(found, of), err
}

// ofConversations are the messages and events of the conversations of p. Each source gives no more
// than a page needs.
func ofConversations(by *desk.Actor, k desk.Kind, w pageWindow) pg.Fragment {
	ours := "c.id = p.id"
	if k == desk.KindTicket {
		ours = conversationsOf(k)
	}
	return pg.SQL(`SELECT y.* FROM conversations AS c CROSS JOIN LATERAL (? UNION ALL ?) AS y WHERE c.account_id = ? AND ? AND `+ours,
		timelineBranch(w, "m.created_at", "m.id", "TRUE AS is_message, NULL::timestamptz AS recorded_at FROM messages AS m",
			pg.SQL("m.account_id = ? AND m.conversation_id = c.id", by.Account.ID)),
		timelineBranch(w, "e.at", "e.id", "FALSE, e.recorded_at FROM events AS e",
			pg.SQL("e.account_id = ? AND e.conversation_id = c.id AND ?", by.Account.ID, notInTimeline)),
		by.Account.ID, seesInbox(by, "c.inbox_id"))
}

// ticketBranch are the own events of the ticket that is p, or that p has.
func ticketBranch(by *desk.Actor, k desk.Kind, w pageWindow) pg.Fragment {
	ticket := pg.SQL("SELECT t.id FROM tickets AS t WHERE t.account_id = ? AND t.id = p.id AND ?", by.Account.ID, seesTicket(by, "t.id"))
	if k == desk.KindConversation {
		ticket = pg.SQL("SELECT c.ticket_id FROM conversations AS c WHERE c.account_id = ? AND c.id = p.id AND ?", by.Account.ID, seesInbox(by, "c.inbox_id"))
	}
	return timelineBranch(w, "e.at", "e.id", "FALSE, e.recorded_at FROM events AS e",
		pg.SQL("e.account_id = ? AND e.entity_kind = ? AND e.ticket_id = (?)", by.Account.ID, string(desk.KindTicket), ticket))
}

func timelineBranch(w pageWindow, at, id, columnsAndTable string, where pg.Fragment) pg.Fragment {
	o := timelineOrder(at, id)
	return pg.SQL("(SELECT "+at+" AS sort_at, "+id+" AS sort_id, "+columnsAndTable+" WHERE ? AND ? ORDER BY "+o.orderBy(w)+" LIMIT ?)",
		where, o.betweenCursors(w), pg.Limit(w.size+1))
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
