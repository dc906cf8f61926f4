//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"deskwire/db/read"
	"deskwire/desk"
)

// limitServer is the hand-written baseline. It answers the measured documents, and nothing else, by
// statements written by hand for each: prepared, sent together where one does not need another's
// answer, and their rows appended to JSON. It signs in by the token and gives the event cursor, as
// the contract has it; it checks nothing else.
type limitServer struct {
	pool *pgxpool.Pool

	once sync.Mutex
	list string // filteredSQL
}

func newLimitServer(f serveFlags) (server, error) {
	cfg, err := pgxpool.ParseConfig(f.dsn)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = 40
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error { // as the server has it
		_, err := c.Exec(ctx, "SET random_page_cost = 1.1; SET max_parallel_workers_per_gather = 0; SET jit = off", pgx.QueryExecModeSimpleProtocol)
		return err
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
	return &limitServer{pool: pool}, err
}

func (l *limitServer) publish(int, stamp) {}
func (l *limitServer) count(*stats)       {}
func (l *limitServer) close()             { l.pool.Close() }

// ServeHTTP answers one request.
func (l *limitServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, err := l.answer(r)
	if err != nil {
		fmt.Fprintln(os.Stderr, "limit:", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(out)))
	_, _ = w.Write(out)
}

// viewer is who asks: the account and the agent.
type viewer struct{ account, agent pgtype.UUID }

func (l *limitServer) answer(r *http.Request) ([]byte, error) {
	q, err := parseRequest(r)
	if err != nil {
		return nil, err
	}
	var v viewer
	secret := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if err := l.pool.QueryRow(r.Context(), limitViewer, read.HashSecret(secret)).Scan(&v.account, &v.agent); err != nil {
		return nil, err
	}
	switch q.OperationName {
	case "Inbox":
		return l.inbox(r.Context(), v, q)
	case "Sidebar":
		return l.sidebar(r.Context(), v, q)
	case "Thread":
		return l.thread(r.Context(), v, q)
	case "Filtered":
		return l.filtered(r.Context(), v, q)
	case "Reply":
		return l.reply(r.Context(), v, q)
	case "Close":
		return l.closing(r.Context(), v, q)
	}
	return nil, errors.New("the limit does not know " + q.OperationName)
}

// batch sends statements together; the first one is the event cursor.
func (l *limitServer) batch(ctx context.Context, queue func(*pgx.Batch), read func(pgx.BatchResults, []byte) ([]byte, error)) ([]byte, error) {
	b := &pgx.Batch{}
	b.Queue(limitCursor)
	queue(b)
	answers := l.pool.SendBatch(ctx, b)
	defer func() { _ = answers.Close() }()
	var epoch, snapshot string
	if err := answers.QueryRow().Scan(&epoch, &snapshot); err != nil {
		return nil, err
	}
	out, err := read(answers, append(make([]byte, 0, 16<<10), `{"data":`...))
	if err != nil {
		return nil, err
	}
	return append(append(append(out, `,"extensions":{"eventCursor":"`...), cursorText(epoch, snapshot)...), `"}}`...), nil
}

func cursorText(epoch, snapshot string) string {
	at, _ := desk.ParseSnapshot(snapshot) // Postgres has just written it
	at.Epoch = epoch
	return at.String()
}

func parseKey(s string) pgtype.UUID {
	r, _ := desk.ParseRef(s) // the zero id is that of nothing
	return pgtype.UUID{Bytes: r.ID, Valid: true}
}

var (
	inboxFields   = fieldsOf("id:cnv", "#number", "subject", "preview", "status", "#unreadCount", "@lastActivityAt")
	contactFields = fieldsOf("id:con", "name", "email")
	nameFields    = fieldsOf("id:agt", "name")
	ticketFields  = fieldsOf("id:tkt", "#number", "name", "priority")
	statusFields  = fieldsOf("id:sts", "name", "state")
)

// appendObject appends a JSON object, or null when its id is null.
func appendObject(b []byte, name string, fields []field, row [][]byte) []byte {
	b = append(append(append(b, `,"`...), name...), `":`...)
	if row[0] == nil {
		return append(b, "null"...)
	}
	return append(appendFields(append(b, '{'), fields, row), '}')
}

func (l *limitServer) inbox(ctx context.Context, v viewer, q request) ([]byte, error) {
	at, id := "infinity", pgtype.UUID{Bytes: [16]byte{0xff}, Valid: true}
	if q.Variables.After != "" {
		at, id = parseCursor(q.Variables.After)
	}
	return l.batch(ctx, func(b *pgx.Batch) { b.Queue(limitInbox, v.account, parseKey(q.Variables.Inbox), at, id) },
		func(answers pgx.BatchResults, b []byte) ([]byte, error) {
			rows, err := answers.Query()
			if err != nil {
				return nil, err
			}
			defer rows.Close()
			b = append(b, `{"conversations":{"nodes":[`...)
			n, last := 0, [2][]byte{}
			for ; rows.Next(); n++ {
				if n == 25 {
					continue
				}
				if n > 0 {
					b = append(b, ',')
				}
				r := rows.RawValues()
				b = appendFields(append(b, '{'), inboxFields, r)
				b = appendObject(b, "contact", contactFields, r[7:])
				b = appendObject(b, "owner", nameFields, r[10:])
				if b = appendObject(b, "ticket", ticketFields, r[12:]); r[12] != nil {
					b = append(appendObject(b[:len(b)-1], "status", statusFields, r[16:]), '}')
				}
				b = append(b, '}')
				last = [2][]byte{append([]byte{}, r[6]...), append([]byte{}, r[0]...)}
			}
			b = append(strconv.AppendBool(append(b, `],"pageInfo":{"hasNextPage":`...), n > 25), `,"endCursor":`...)
			if n == 0 {
				return append(b, "null}}}"...), rows.Err()
			}
			return append(append(append(b, '"'), appendCursor("cnv.activity-", last[0], last[1])...), `"}}}`...), rows.Err()
		})
}

// The cursors of lists, as the server writes them.

func appendCursor(order string, at, id []byte) []byte {
	var key desk.ID
	copy(key[:], id)
	return encodePlace(order, microsOf(at), key)
}

func parseCursor(cursor string) (at string, id pgtype.UUID) {
	var parts []string
	raw, _ := decodePlace(cursor)
	_ = json.Unmarshal(raw, &parts) // it is one of our own
	micros, _ := strconv.ParseInt(parts[1], 10, 64)
	_ = id.Scan(parts[2])
	return timeText(micros), id
}
