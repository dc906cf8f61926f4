package db

import (
	"context"
	"time"

	"deskwire/desk"
)

// seesMessage says whether the actor sees the conversation of the message m.
func seesMessage(by *desk.Actor) sqlText {
	if by.SeesAll() {
		return always
	}
	return sq("EXISTS (SELECT FROM conversations AS v WHERE v.account_id = ? AND v.id = m.conversation_id AND ?)",
		by.Account.ID, seesInbox(by, "v.inbox_id"))
}

func messageList(by *desk.Actor) list[desk.Message] {
	return list[desk.Message]{
		record: messageRecord, from: "messages AS m", parent: "m.conversation_id = p.id",
		where: allOf(sq("m.account_id = ?", by.Account.ID), seesMessage(by)),
		order: byTime("msg.time", "m.created_at", "m.id",
			func(m *desk.Message) time.Time { return m.CreatedAt }, func(m *desk.Message) desk.ID { return m.ID }),
	}
}

// MessagePages are pages of the messages of conversations, the oldest first.
func (r *Reader) MessagePages(ctx context.Context, conversations []desk.ID, p Paging) (map[desk.ID]*Page[*desk.Message], error) {
	l := messageList(r.by)
	l.joins = r.joinsOf("x")
	return pages(ctx, r, l, Parents{desk.KindConversation, conversations}, p)
}

// MessageCounts counts what MessagePages shows.
func (r *Reader) MessageCounts(ctx context.Context, conversations []desk.ID) (map[desk.ID]Count, error) {
	return counts(ctx, r, messageList(r.by), Parents{desk.KindConversation, conversations})
}

// Messages are messages by their ids.
func (r *Reader) Messages(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Message, error) {
	return rowsByID(ctx, r, func(m *desk.Message) desk.ID { return m.ID },
		"SELECT "+r.projection.columns(messageRecord)+" FROM messages AS m WHERE m.account_id = ? AND m.id = ANY(?::uuid[]) AND ?", r.by.Account.ID, uuidArray(ids), seesMessage(r.by))
}
