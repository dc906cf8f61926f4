//go:build linux

package main

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/desk"
)

func microsOf(raw []byte) int64 { return microsOf2000 + int64(binary.BigEndian.Uint64(raw)) }

func timeText(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.999999Z")
}

func encodePlace(order string, micros int64, id desk.ID) []byte {
	b, _ := json.Marshal([]string{order, strconv.FormatInt(micros, 10), id.String()}) // strings can always be written
	return base64.RawURLEncoding.AppendEncode(nil, b)
}

func decodePlace(s string) ([]byte, error) { return base64.RawURLEncoding.DecodeString(s) }

// appendList appends the rows of a statement as objects with these fields.
func appendList(answers pgx.BatchResults, b []byte, fields []field) ([]byte, error) {
	rows, err := answers.Query()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	b = append(b, '[')
	for n := 0; rows.Next(); n++ {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(appendFields(append(b, '{'), fields, rows.RawValues()), '}')
	}
	return append(b, ']'), rows.Err()
}

var (
	sideFields      = fieldsOf("id:cnv", "#number", "subject", "status", "@createdAt")
	ownerFields     = fieldsOf("id:agt", "name", "email")
	sideContact     = fieldsOf("id:con", "name", "email", "phone", "@createdAt")
	pastFields      = fieldsOf("id:cnv", "#number", "subject", "status", "@lastActivityAt")
	sideTicket      = fieldsOf("id:tkt", "#number", "name", "priority", "@createdAt", "@closedAt")
	pipelineFields  = fieldsOf("id:pip", "name")
	siblingFields   = fieldsOf("id:cnv", "#number", "subject", "status")
	sideProperties  = []string{"orderNumber", "product", "region", "severity", "amount", "dueAt"}
	authorOfMessage = map[byte]struct {
		kind, name string
		fields     []field
	}{
		'I': {"IncomingMessage", "contact", fieldsOf("id:con", "name")},
		'O': {"OutgoingMessage", "agent", nameFields},
		'C': {"InternalComment", "agent", nameFields},
	}
)

func (l *limitServer) sidebar(ctx context.Context, v viewer, q request) ([]byte, error) {
	id := parseKey(q.Variables.ID)
	return l.batch(ctx, func(b *pgx.Batch) {
		b.Queue(limitPast, v.account, id)
		b.Queue(limitSiblings, v.account, id)
		b.Queue(limitSide, v.account, id)
	}, func(answers pgx.BatchResults, b []byte) ([]byte, error) {
		past, err := appendList(answers, nil, pastFields)
		if err != nil {
			return nil, err
		}
		siblings, err := appendList(answers, nil, siblingFields)
		if err != nil {
			return nil, err
		}
		rows, err := answers.Query()
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		if !rows.Next() {
			return append(b, `{"conversation":null}`...), rows.Err()
		}
		r := rows.RawValues()
		b = appendFields(append(b, `{"conversation":{`...), sideFields, r)
		b = appendObject(b, "owner", ownerFields, r[5:])
		b = appendObject(b, "contact", sideContact, r[8:])
		b = append(append(append(b[:len(b)-1], `,"conversations":{"nodes":`...), past...), "}}"...)
		if b = appendObject(b, "ticket", sideTicket, r[13:]); r[13] != nil {
			b = appendObject(b[:len(b)-1], "status", statusFields, r[19:])
			b = appendObject(b, "pipeline", pipelineFields, r[22:])
			b = appendObject(b, "owner", nameFields, r[24:])
			b = append(append(append(b, `,"conversations":{"nodes":`...), siblings...), `},"properties":[`...)
			b = append(appendProperties(b, r[13], r[26:]), "]}"...)
		}
		return append(b, "}}"...), rows.Err()
	})
}

// appendProperties appends the values that ->> gave.
func appendProperties(b, ticket []byte, values [][]byte) []byte {
	for i, key := range sideProperties {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"id":"prv_`...)
		b = append(append(append(crockford.AppendEncode(b, ticket), '_'), key...), `","key":"`...)
		b = append(append(b, key...), `","value":`...)
		b = append(appendText(b, values[i]), '}')
	}
	return b
}

func (l *limitServer) thread(ctx context.Context, v viewer, q request) ([]byte, error) {
	return l.batch(ctx, func(b *pgx.Batch) { b.Queue(limitThread, v.account, parseKey(q.Variables.ID)) },
		func(answers pgx.BatchResults, b []byte) ([]byte, error) {
			rows, err := answers.Query()
			if err != nil {
				return nil, err
			}
			defer rows.Close()
			b = append(append(append(b, `{"conversation":{"id":"`...), q.Variables.ID...), `","messages":{"nodes":[`...)
			n, more, first := 0, false, ""
			for rows.Next() {
				r := rows.RawValues()
				if binary.BigEndian.Uint64(r[6]) > 50 {
					more = true // the oldest one is there only to tell
					continue
				}
				if n++; n > 1 {
					b = append(b, ',')
				} else {
					first = string(appendCursor("msg.time", r[1], r[0]))
				}
				kind := authorOfMessage[r[2][0]]
				b = append(append(append(b, `{"__typename":"`...), kind.kind...), `","id":`...)
				b = append(appendID(b, "msg", r[0]), `,"createdAt":`...)
				b = append(appendTime(b, r[1]), `,"text":`...)
				b = appendObject(appendText(b, r[3]), kind.name, kind.fields, r[4:])
				b = append(b, '}')
			}
			b = append(strconv.AppendBool(append(b, `],"pageInfo":{"hasPreviousPage":`...), more), `,"startCursor":`...)
			if n == 0 {
				return append(b, `null}}}}`...), rows.Err()
			}
			return append(append(append(b, '"'), first...), `"}}}}`...), rows.Err()
		})
}
