package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"
)

// A mutation's statements are queued, and flushed as one pipeline when somebody needs the result of
// one of them: BEGIN and the look-up of the idempotency key with what is read first, a lock with
// the rows that are read under it, all writes with the COMMIT. Each round trip costs the server and
// Postgres as much as a statement. What every message or click runs is prepared (QueueQuery,
// Insert, Update); what is run seldom is built by Bun, which writes the values into the text.

// What a transaction begins and ends with.
const (
	BeginStatement  = "BEGIN ISOLATION LEVEL READ COMMITTED" // after each lock a statement sees what others have committed, whatever the database's default is
	CommitStatement = "COMMIT"
)

// Transaction is one transaction on a connection of its own. What goes wrong in a statement goes
// wrong in all of it.
type Transaction struct {
	client            *Client
	Bun               *bun.DB  // names columns and fields; its statements go through the transaction
	conn              bun.Conn // that all goes over
	begun             bool     // BEGIN was sent
	Queued            []Statement
	CheckBeforeCommit bool  // what a queued statement gives is to be known before the COMMIT is sent
	Failure           error // of a flush that could not be told where it happened
}

// NewTransaction is a transaction on a connection that nobody else uses. It begins with the first
// flush; Rollback must be called at the end, also after a commit.
func NewTransaction(c *Client, conn bun.Conn) *Transaction {
	return &Transaction{client: c, Bun: c.Bun, conn: conn}
}

// Queue adds a statement to the pipeline that the next flush sends.
func (t *Transaction) Queue(s Statement) { t.Queued = append(t.Queued, s) }

// QueueQuery has rows read into out with the next flush.
func QueueQuery[R any](t *Transaction, out *[]*R, words string, values ...any) {
	text, args := Render(SQL(words, values...))
	t.Queue(ScanInto(t.Bun, out, text, args))
}

// QueryInTransaction runs a statement in the transaction, and gives its rows.
func QueryInTransaction[R any](ctx context.Context, t *Transaction, words string, values ...any) (out []*R, err error) {
	QueueQuery(t, &out, words, values...)
	err = t.Flush(ctx)
	return out, err
}

// QueryOne is the one row that there is, or nil.
func QueryOne[R any](ctx context.Context, t *Transaction, words string, values ...any) (*R, error) {
	out, err := QueryInTransaction[R](ctx, t, words, values...)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out[0], nil
}

// bunStatement is a statement of Bun's that writes.
type bunStatement interface {
	AppendQuery(schema.QueryGen, []byte) ([]byte, error)
}

// QueueBun queues a statement of Bun's that writes. It must touch so many rows, or it fails with
// miss; negative: any number.
func (t *Transaction) QueueBun(q bunStatement, rows int64, miss error) error {
	text, err := q.AppendQuery(t.Bun.QueryGen(), nil)
	s := Statement{Text: string(text), Inlined: true}
	if rows >= 0 {
		t.CheckBeforeCommit = true
		s.Check = func(err error, n int64) error {
			if err == nil && n != rows {
				return miss
			}
			return err
		}
	}
	t.Queue(s)
	return err
}

// Flush sends the queued statements as one pipeline, and reads their results.
func (t *Transaction) Flush(ctx context.Context) error {
	statements := t.Queued
	if len(statements) == 0 {
		return nil
	}
	t.Queued, t.CheckBeforeCommit = nil, false
	return t.conn.Raw(func(driver any) error {
		c := driver.(*stdlib.Conn).Conn()
		// A statement that comes after the transaction has ended would be one of its own.
		if t.begun && c.PgConn().TxStatus() != 'T' {
			if err := ctx.Err(); err != nil {
				return err
			}
			return sql.ErrTxDone
		}
		t.begun = true
		err := t.client.sendPipeline(ctx, c, statements)
		if IsPlanOutdated(err) {
			_ = c.PgConn().Close(ctx)
		}
		return err
	})
}

// unknownAfter tells a pipeline that broke before its COMMIT was sent, or was refused by Postgres
// before it, from one of which nobody knows whether it has been committed.
func unknownAfter(statements []Statement, at int, err error) error {
	last := len(statements) - 1
	var pg *pgconn.PgError
	if statements[last].Text != CommitStatement || !Unavailable(err) || pgconn.SafeToRetry(err) || sqlState(err) == idleInTransaction || at < last && errors.As(err, &pg) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
}

// Bun's statements go the same way, after those that are queued.

// NewSelect begins a statement of Bun's in the transaction.
func (t *Transaction) NewSelect() *bun.SelectQuery { return t.Bun.NewSelect().Conn(bunConnection{t}) }

// NewInsert begins a statement of Bun's in the transaction.
func (t *Transaction) NewInsert() *bun.InsertQuery { return t.Bun.NewInsert().Conn(bunConnection{t}) }

// NewUpdate begins a statement of Bun's in the transaction.
func (t *Transaction) NewUpdate() *bun.UpdateQuery { return t.Bun.NewUpdate().Conn(bunConnection{t}) }

// NewDelete begins a statement of Bun's in the transaction.
func (t *Transaction) NewDelete() *bun.DeleteQuery { return t.Bun.NewDelete().Conn(bunConnection{t}) }

// NewRaw begins a statement of Bun's in the transaction.
func (t *Transaction) NewRaw(words string, values ...any) *bun.RawQuery {
	return t.Bun.NewRaw(words, values...).Conn(bunConnection{t})
}

// bunConnection is the transaction's connection as Bun uses it: the queue is flushed first.
type bunConnection struct{ t *Transaction }

func (a bunConnection) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := a.t.Flush(ctx); err != nil {
		return nil, err
	}
	return a.t.conn.QueryContext(ctx, text, args...)
}

func (a bunConnection) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if err := a.t.Flush(ctx); err != nil {
		return nil, err
	}
	return a.t.conn.ExecContext(ctx, text, args...)
}

func (a bunConnection) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if err := a.t.Flush(ctx); err != nil {
		// A row can't say why it is not there.
		a.t.Failure = err
		ended, cancel := context.WithCancel(ctx)
		cancel()
		return a.t.conn.QueryRowContext(ended, text, args...)
	}
	return a.t.conn.QueryRowContext(ctx, text, args...)
}

// Rollback rolls back what has not been committed, and gives the connection back.
func (t *Transaction) Rollback(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), retryPatience)
	defer cancel()
	_ = t.conn.Raw(func(driver any) error {
		c := driver.(*stdlib.Conn).Conn()
		if c.IsClosed() || c.PgConn().TxStatus() == 'I' {
			return nil
		}
		_, err := c.Exec(ctx, "ROLLBACK", pgx.QueryExecModeSimpleProtocol)
		return err
	})
	_ = t.conn.Close()
}

// ErrVanished is a bug: what has been locked is not there.
func ErrVanished(what any) error { return fmt.Errorf("db: %v vanished while it was changed", what) }

var _ bun.IConn = bunConnection{}
