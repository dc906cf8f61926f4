package read

import (
	"context"
	"time"

	"deskwire/db/pg"
	"deskwire/desk"
)

// seesMessage says whether the actor sees the conversation of the message m.
func seesMessage(by *desk.Actor) pg.Fragment {
	if by.SeesAll() {
		return pg.Always
	}
	return pg.SQL("EXISTS (SELECT FROM conversations AS v WHERE v.account_id = ? AND v.id = m.conversation_id AND ?)",
		by.Account.ID, seesInbox(by, "v.inbox_id"))
}

func messageList(by *desk.Actor) pageQuery[desk.Message] {
	return pageQuery[desk.Message]{
		record: messageRecord, from: "messages AS m", parent: "m.conversation_id = p.id",
		where: pg.AllOf(pg.SQL("m.account_id = ?", by.Account.ID), seesMessage(by)),
		order: byTime("msg.time", "m.created_at", "m.id",
			func(m *desk.Message) time.Time { return m.CreatedAt }, func(m *desk.Message) desk.ID { return m.ID }),
	}
}

// MessagePages are pages of the messages of conversations, the oldest first.
func (r *Reader) MessagePages(ctx context.Context, conversations []desk.ID, p Paging) (map[desk.ID]*Page[*desk.Message], error) {
	l := messageList(r.actor)
	l.joins = r.joinRecords("x")
	return loadPages(ctx, r, l, Parents{desk.KindConversation, conversations}, p)
}

// MessageCounts counts what MessagePages shows.
func (r *Reader) MessageCounts(ctx context.Context, conversations []desk.ID) (map[desk.ID]Count, error) {
	return countRows(ctx, r, messageList(r.actor), Parents{desk.KindConversation, conversations})
}

// MessageHTML is the HTML of messages as it came, by their ids.
func (r *Reader) MessageHTML(ctx context.Context, ids []desk.ID) (map[desk.ID]*string, error) {
	found, err := pg.QueryByID(ctx, r, func(m *desk.Message) desk.ID { return m.ID },
		"SELECT m.id, m.html FROM messages AS m WHERE m.account_id = ? AND m.id = ? AND ?", r.actor.Account.ID, pg.OneOf(ids), seesMessage(r.actor))
	if err != nil {
		return nil, err
	}
	html := make(map[desk.ID]*string, len(found))
	for id, m := range found {
		html[id] = m.HTML
	}
	return html, nil
}

// Messages are messages by their ids.
func (r *Reader) Messages(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Message, error) {
	return pg.QueryByID(ctx, r, func(m *desk.Message) desk.ID { return m.ID },
		"SELECT "+r.projection.columns(messageRecord)+" FROM messages AS m WHERE m.account_id = ? AND m.id = ? AND ?", r.actor.Account.ID, pg.OneOf(ids), seesMessage(r.actor))
}
