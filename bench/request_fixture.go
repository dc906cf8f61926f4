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
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
	"deskwire/seed"
)

// benchAccount is a seeded account of some size, in a database of its own, and the ids that the
// requests are about.
type benchAccount struct {
	size  int
	dsn   string
	token string
	hand  *pgx.Conn

	account desk.ID

	inboxes, cases, threads, open []string // as clients name them
	closing                       []string // tickets with three open conversations
	closed                        string   // a status
	rare                          []string // words that one message has
	deep                          struct{ inbox, after string }

	stamp string        // of this run, for keys
	took  time.Duration // to seed it; 0 when it was there
}

// postgresCluster is the Postgres that holds the accounts of all sizes.
type postgresCluster struct {
	dir  string
	kept bool
	pg   *embedded.Server
}

// newCluster starts it in a folder that is kept, or, where none is named, in one for this run.
func newCluster(dir string) (c *postgresCluster, err error) {
	c = &postgresCluster{dir: dir, kept: dir != ""}
	if !c.kept {
		if c.dir, err = os.MkdirTemp("", "deskwire-bench-"); err != nil {
			return nil, err
		}
	}
	c.pg, err = embedded.Start(context.Background(), embedded.Options{Dir: c.dir, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	return c, err
}

func (c *postgresCluster) close() {
	if c.pg != nil {
		_ = c.pg.Stop() // the run is over
	}
	if !c.kept {
		_ = os.RemoveAll(c.dir)
	}
}

const benchAccountSlug = "made"

// account gives the account of that size, seeded unless it was kept.
func (c *postgresCluster) account(ctx context.Context, size int) (*benchAccount, error) {
	name := fmt.Sprintf("bench_%d", size)
	e := &benchAccount{size: size, dsn: strings.Replace(c.pg.DSN(), "/deskwire?", "/"+name+"?", 1), stamp: time.Now().Format(time.TimeOnly)}
	if err := c.create(ctx, name); err != nil {
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
	if e.hand, err = pgx.Connect(ctx, e.dsn); err != nil {
		return nil, err
	}
	account, err := e.seedOnce(ctx, store)
	if err != nil {
		return nil, err
	}
	e.account = account.ID
	if e.token, err = tokenOf(ctx, store, account); err != nil {
		return nil, err
	}
	return e, e.findSubjects(ctx)
}

// create makes a database, unless it is there.
func (c *postgresCluster) create(ctx context.Context, name string) error {
	admin, err := pgx.Connect(ctx, c.pg.DSN())
	if err != nil {
		return err
	}
	defer func() { _ = admin.Close(ctx) }()
	var there bool
	if err := admin.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return err
	}
	_, err = admin.Exec(ctx, "CREATE DATABASE "+name)
	return err
}

// seedOnce gives the account with its conversations, seeded now or by an earlier run.
func (e *benchAccount) seedOnce(ctx context.Context, store *db.Store) (*desk.Account, error) {
	var there bool
	if err := e.hand.QueryRow(ctx, "SELECT EXISTS (SELECT FROM conversations)").Scan(&there); err != nil {
		return nil, err
	}
	if there {
		if err := store.CatchUpSearch(ctx, func(int) {}); err != nil {
			return nil, err
		}
		return store.AccountBySlug(ctx, benchAccountSlug)
	}
	began := time.Now()
	says := func(what string) func(int) {
		return func(n int) {
			fmt.Fprintf(os.Stderr, "\r%s %s of %s conversations", what, formatCount(n), formatCount(e.size))
		}
	}
	made, err := seed.FillAccount(ctx, store, seed.Options{
		Slug: benchAccountSlug, Conversations: e.size, Random: 1, Span: 2 * 365 * 24 * time.Hour, Until: time.Now().Truncate(24 * time.Hour),
		Done: says("seeding"), Found: says("making searchable"),
	})
	if err != nil {
		return nil, err
	}
	e.took = time.Since(began)
	fmt.Fprintf(os.Stderr, "\rseeded %s conversations with %s messages in %s     \n", formatCount(e.size), formatCount(made.Messages), e.took.Round(time.Second))
	return made.Account, nil
}

func tokenOf(ctx context.Context, store *db.Store, a *desk.Account) (string, error) {
	by, err := store.ActorByEmail(ctx, a.Slug, "ada@"+a.Slug+".test")
	if err != nil {
		return "", err
	}
	out, err := store.Write(ctx, write.Write{By: read.Authenticated(by), Mutation: "bench", Permission: (*desk.Actor).CheckMakeTokens}, func(ctx context.Context, t *write.Tx) error {
		return t.CreateToken(ctx, nil, "bench", nil, nil)
	})
	if err != nil {
		return "", err
	}
	return *out.Secret, nil
}

// findSubjects finds the ids that the requests are about. All of it lies spread over the account's
// whole time.
func (e *benchAccount) findSubjects(ctx context.Context) (err error) {
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
	for _, sql := range []string{createClosableTickets, rareWords} {
		if _, err := e.hand.Exec(ctx, sql); err != nil {
			return err
		}
	}
	e.inboxes = ids(desk.KindInbox, "SELECT id FROM inboxes ORDER BY name")
	e.cases = ids(desk.KindConversation, "SELECT id FROM conversations WHERE ticket_id IS NOT NULL AND trash_group_id IS NULL"+spread)
	e.open = ids(desk.KindConversation, "SELECT id FROM conversations WHERE status = 'OPEN' AND trash_group_id IS NULL"+spread)
	e.threads = ids(desk.KindConversation, `SELECT conversation_id AS id FROM messages GROUP BY conversation_id HAVING count(*) >= 50
		ORDER BY md5(conversation_id::text) LIMIT 500`)
	e.closing = ids(desk.KindTicket, "SELECT id FROM tickets WHERE name = 'to be closed' ORDER BY number")
	e.closed = strings.Join(ids(desk.KindStatus, "SELECT id FROM ticket_statuses WHERE state = 'CLOSED' ORDER BY pipeline_id LIMIT 1"), "")
	for i := range rareWordCount {
		e.rare = append(e.rare, fmt.Sprintf("xq%dzy", i+1))
	}
	if err != nil {
		return err
	}
	return e.findDeepPage(ctx)
}

// deepRow is the last one of page 399.
const deepRow = 399 * 25

// findDeepPage finds the inbox with the most closed conversations, and the cursor of page 400, or
// of the last page where there are fewer.
func (e *benchAccount) findDeepPage(ctx context.Context) error {
	var inbox, id desk.ID
	var at time.Time
	err := e.hand.QueryRow(ctx, `WITH i AS (SELECT inbox_id, least(count(*) - 26, $1) AS n FROM conversation_activity WHERE status = 'CLOSED' GROUP BY inbox_id ORDER BY count(*) DESC LIMIT 1)
		SELECT a.inbox_id, a.conversation_id, a.last_activity_at FROM i CROSS JOIN LATERAL (SELECT * FROM conversation_activity a
			WHERE a.account_id = (SELECT id FROM accounts WHERE slug = $2) AND a.inbox_id = i.inbox_id AND a.status = 'CLOSED'
			ORDER BY a.last_activity_at DESC, a.conversation_id DESC OFFSET i.n LIMIT 1) a`, deepRow, benchAccountSlug).Scan((*[16]byte)(&inbox), (*[16]byte)(&id), &at)
	e.deep.inbox = desk.Ref{Kind: desk.KindInbox, ID: inbox}.String()
	e.deep.after = string(encodePlace("cnv.activity-", at.UnixMicro(), id))
	return err
}

// rareWordCount is how many words one message each has.
const rareWordCount = 200

// rareWords puts them into comments all over the account's time, unless they are there.
const rareWords = `INSERT INTO messages (account_id, id, conversation_id, channel_id, kind, agent_id, text, version, created_at)
	SELECT c.account_id, gen_random_uuid(), c.id, c.channel_id, 'COMMENT', g.id, 'What the invoice says of xq' || n || 'zy', 1, c.created_at
	FROM generate_series(1, 200) n JOIN account_counters k ON k.noun = 'conversation'
	JOIN conversations c ON c.account_id = k.account_id AND c.number = n * (k.last / 201), (SELECT id FROM agents LIMIT 1) g
	WHERE NOT EXISTS (SELECT FROM search_docs d WHERE d.words @@ 'xq1zy' AND d.place = k.last / 201)`

// closableTickets is how many tickets can be closed before they must be opened again.
const closableTickets = 2000

// createClosableTickets makes tickets with three open conversations each.
const createClosableTickets = `WITH first AS (SELECT c.* FROM conversations c WHERE trash_group_id IS NULL
			AND NOT EXISTS (SELECT FROM tickets WHERE name = 'to be closed') LIMIT 1),
	t AS (INSERT INTO tickets (account_id, id, number, name, pipeline_id, status_id, contact_id, workspace, properties, version, created_at)
		SELECT f.account_id, gen_random_uuid(), n.last + i, 'to be closed', s.pipeline_id, s.id, f.contact_id, f.workspace, '{}', 1, now()
		FROM first f, account_counters n, generate_series(1, 2000) i, (SELECT * FROM ticket_statuses WHERE state = 'OPEN' ORDER BY pipeline_id, position LIMIT 1) s
		WHERE n.noun = 'ticket' RETURNING account_id, id, number),
	numbers AS (UPDATE account_counters SET last = last + CASE noun WHEN 'ticket' THEN 2000 ELSE 6000 END
		WHERE noun IN ('ticket', 'conversation') AND EXISTS (SELECT FROM first)),
	ta AS (INSERT INTO ticket_activity SELECT account_id, id, now() FROM t),
	c AS (INSERT INTO conversations (account_id, id, number, subject, status, workspace, inbox_id, channel_id, contact_id, ticket_id, version, created_at)
		SELECT t.account_id, gen_random_uuid(), n.last + (t.number - m.last - 1) * 3 + i, 'to be closed', 'OPEN', f.workspace, f.inbox_id, f.channel_id, f.contact_id, t.id, 1, now()
		FROM t, first f, generate_series(1, 3) i, account_counters n, account_counters m WHERE n.noun = 'conversation' AND m.noun = 'ticket' RETURNING account_id, id)
	INSERT INTO conversation_activity SELECT account_id, id, '', 0, now() FROM c`

// reopenTickets opens all of them again, by plain SQL.
func (e *benchAccount) reopenTickets() error {
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
