//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db"
	"deskwire/db/embedded"
	"deskwire/desk"
	"deskwire/seed"
)

// estate is a made-up account of some size, in a database of its own, and what the requests are about.
type estate struct {
	size  int
	dsn   string
	token string
	hand  *pgx.Conn

	inboxes, cases, threads, open []string // as clients name them
	closing                       []string // tickets with three open conversations
	closed                        string   // a status
}

// cluster is the Postgres of all sizes.
type cluster struct {
	dir string
	pg  *embedded.Server
}

func newCluster() (*cluster, error) {
	dir, err := os.MkdirTemp("", "deskwire-bench-")
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir}
	c.pg, err = embedded.Start(context.Background(), embedded.Options{Dir: dir, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	return c, err
}

func (c *cluster) close() {
	if c.pg != nil {
		_ = c.pg.Stop() // its folder goes too
	}
	_ = os.RemoveAll(c.dir)
}

const estateSlug = "made"

// estate seeds an account of that size.
func (c *cluster) estate(ctx context.Context, size int) (*estate, error) {
	name := fmt.Sprintf("bench_%d", size)
	e := &estate{size: size, dsn: strings.Replace(c.pg.DSN(), "/deskwire?", "/"+name+"?", 1)}
	admin, err := pgx.Connect(ctx, c.pg.DSN())
	if err != nil {
		return nil, err
	}
	_, err = admin.Exec(ctx, "CREATE DATABASE "+name)
	_ = admin.Close(ctx)
	if err != nil {
		return nil, err
	}
	store, err := db.Open(ctx, e.dsn, db.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }()
	if err := store.Migrate(ctx); err != nil {
		return nil, err
	}
	began := time.Now()
	made, err := seed.Run(ctx, store, seed.Options{
		Slug: estateSlug, Conversations: size, Random: 1, Span: 2 * 365 * 24 * time.Hour, Until: time.Now().Truncate(24 * time.Hour),
		Done: func(n int) { fmt.Fprintf(os.Stderr, "\rseeding %s of %s conversations", count(n), count(size)) },
	})
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(os.Stderr, "\rseeded %s conversations with %s messages in %s\n", count(size), count(made.Messages), time.Since(began).Round(time.Second))
	if e.token, err = tokenOf(ctx, store, made.Account); err != nil {
		return nil, err
	}
	if e.hand, err = pgx.Connect(ctx, e.dsn); err != nil {
		return nil, err
	}
	return e, e.look(ctx)
}

func tokenOf(ctx context.Context, store *db.Store, a *desk.Account) (string, error) {
	by, err := store.ActorByEmail(ctx, a.Slug, "ada@"+a.Slug+".test")
	if err != nil {
		return "", err
	}
	out, err := store.Write(ctx, db.Write{By: by, Mutation: "bench", Personal: true}, func(ctx context.Context, t *db.Tx) error {
		return t.CreateToken(ctx, nil, "bench", nil, nil)
	})
	if err != nil {
		return "", err
	}
	return *out.Secret, nil
}

// look finds what the requests are about. All of it lies spread over the account's whole time.
func (e *estate) look(ctx context.Context) (err error) {
	ids := func(kind desk.Kind, sql string, args ...any) (names []string) {
		if err != nil {
			return nil
		}
		var found pgx.Rows
		if found, err = e.hand.Query(ctx, sql, args...); err != nil {
			return nil
		}
		for found.Next() {
			var id desk.ID
			copy(id[:], found.RawValues()[0])
			names = append(names, desk.Ref{Kind: kind, ID: id}.String())
		}
		err = found.Err()
		return names
	}
	const spread = " ORDER BY md5(id::text) LIMIT 2000"
	if _, err := e.hand.Exec(ctx, closable); err != nil {
		return err
	}
	e.inboxes = ids(desk.KindInbox, "SELECT id FROM inboxes ORDER BY name")
	e.cases = ids(desk.KindConversation, "SELECT id FROM conversations WHERE ticket_id IS NOT NULL AND trash_group_id IS NULL"+spread)
	e.open = ids(desk.KindConversation, "SELECT id FROM conversations WHERE status = 'OPEN' AND trash_group_id IS NULL"+spread)
	e.threads = ids(desk.KindConversation, `SELECT conversation_id AS id FROM messages GROUP BY conversation_id HAVING count(*) >= 50
		ORDER BY md5(conversation_id::text) LIMIT 500`)
	e.closing = ids(desk.KindTicket, "SELECT id FROM tickets WHERE name = 'to be closed' ORDER BY number")
	e.closed = strings.Join(ids(desk.KindStatus, "SELECT id FROM ticket_statuses WHERE state = 'CLOSED' ORDER BY pipeline_id LIMIT 1"), "")
	return err
}

// closings is how many tickets can be closed before they must be opened again.
const closings = 2000

// closable makes tickets with three open conversations each.
const closable = `WITH first AS (SELECT c.* FROM conversations c WHERE trash_group_id IS NULL LIMIT 1),
	t AS (INSERT INTO tickets (account_id, id, number, name, pipeline_id, status_id, contact_id, workspace, properties, version, created_at)
		SELECT f.account_id, gen_random_uuid(), n.last + i, 'to be closed', s.pipeline_id, s.id, f.contact_id, f.workspace, '{}', 1, now()
		FROM first f, account_counters n, generate_series(1, 2000) i, (SELECT * FROM ticket_statuses WHERE state = 'OPEN' ORDER BY pipeline_id, position LIMIT 1) s
		WHERE n.noun = 'ticket' RETURNING account_id, id, number),
	ta AS (INSERT INTO ticket_activity SELECT account_id, id, now() FROM t),
	c AS (INSERT INTO conversations (account_id, id, number, subject, status, workspace, inbox_id, channel_id, contact_id, ticket_id, version, created_at)
		SELECT t.account_id, gen_random_uuid(), n.last + (t.number - m.last - 1) * 3 + i, 'to be closed', 'OPEN', f.workspace, f.inbox_id, f.channel_id, f.contact_id, t.id, 1, now()
		FROM t, first f, generate_series(1, 3) i, account_counters n, account_counters m WHERE n.noun = 'conversation' AND m.noun = 'ticket' RETURNING account_id, id)
	INSERT INTO conversation_activity SELECT account_id, id, '', 0, now() FROM c`

// reopen makes all of them open again, by hand.
func (e *estate) reopen() error {
	for _, sql := range []string{
		`UPDATE conversations SET status = 'OPEN', closed_at = NULL WHERE subject = 'to be closed' AND status <> 'OPEN'`,
		`UPDATE tickets t SET closed_at = NULL, status_id = s.id, pipeline_id = s.pipeline_id
			FROM (SELECT * FROM ticket_statuses WHERE state = 'OPEN' ORDER BY pipeline_id, position LIMIT 1) s
			WHERE t.name = 'to be closed' AND t.closed_at IS NOT NULL`,
		"VACUUM (ANALYZE) conversations, tickets", // as autovacuum would have done over hours of such work
	} {
		if _, err := e.hand.Exec(context.Background(), sql); err != nil {
			return err
		}
	}
	return nil
}
