//go:build linux

package main

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/desk"
)

func newKey() pgtype.UUID {
	return pgtype.UUID{Bytes: uuid.Must(uuid.NewV7()), Valid: true}
}

func (l *limitServer) reply(ctx context.Context, v viewer, q request) ([]byte, error) {
	in, id, now := q.Variables.Input, newKey(), time.Now().UTC().Truncate(time.Millisecond)
	sum := sha256.Sum256([]byte(in.ConversationID + in.Text))
	return l.batch(ctx, func(b *pgx.Batch) {
		b.Queue(limitReply, v.account, v.agent, parseKey(in.ConversationID), id, in.Text, now, desk.Preview(in.Text), newKey(), in.IdempotencyKey, sum[:])
	}, func(answers pgx.BatchResults, b []byte) ([]byte, error) {
		rows, err := answers.Query()
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			r := rows.RawValues()
			b = appendID(append(b, `{"messageSend":{"message":{"id":`...), "msg", id.Bytes[:])
			b = append(append(append(b, `},"conversation":{"id":"`...), in.ConversationID...), `","preview":`...)
			b = appendTime(append(appendText(b, r[0]), `,"lastActivityAt":`...), r[1])
			b = append(b, `},"errors":[]}}`...)
		}
		return b, rows.Err()
	})
}

func (l *limitServer) closing(ctx context.Context, v viewer, q request) ([]byte, error) {
	in, now := q.Variables.Input, time.Now().UTC().Truncate(time.Millisecond)
	sum := sha256.Sum256([]byte(in.TicketID + in.StatusID))
	return l.batch(ctx, func(b *pgx.Batch) {
		b.Queue(limitClose, v.account, v.agent, parseKey(in.TicketID), parseKey(in.StatusID), now, newKey(), in.IdempotencyKey, sum[:])
	}, func(answers pgx.BatchResults, b []byte) ([]byte, error) {
		rows, err := answers.Query()
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		b = append(append(append(b, `{"ticketStatusSet":{"ticket":{"id":"`...), in.TicketID...), `","closedAt":`...)
		b = append(now.AppendFormat(b, `"`+desk.TimeFormat+`"`), `},"conversations":[`...)
		n := 0
		for ; rows.Next(); n++ {
			if n > 0 {
				b = append(b, ',')
			}
			b = append(appendID(append(b, `{"id":`...), "cnv", rows.RawValues()[0]), `,"status":"CLOSED"}`...)
		}
		b = append(b, `],"effects":[`...)
		for i := range n {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, `{"rule":"R21","kind":"CONVERSATION_CLOSED"}`...)
		}
		return append(b, `],"errors":[]}}`...), rows.Err()
	})
}
