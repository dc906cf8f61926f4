package db

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

// A mutation's statements stand in line, and go out together when somebody needs to know what one of them gives: BEGIN and the look
// at the idempotency key with what is read first, a turn with the rows that are read in it, all that is written with the COMMIT.
// Each round trip costs the server and Postgres as much as a statement. What comes again and again is prepared; the rest is Bun's, who
// writes the values into the text.

const (
	beginWords  = "BEGIN ISOLATION LEVEL READ COMMITTED" // after each turn a statement sees what others have committed, whatever the database's default is
	commitWords = "COMMIT"
)

func (t *Tx) lineUp(s statement) { t.line = append(t.line, s) }

// lineUpRows has rows read into out when the line goes.
func lineUpRows[R any](t *Tx, out *[]*R, words string, values ...any) {
	text, args := rendered(sq(words, values...))
	t.lineUp(readInto(t.bun, out, text, args))
}

// txRows is rows, in the transaction.
func txRows[R any](ctx context.Context, t *Tx, words string, values ...any) (out []*R, err error) {
	lineUpRows(t, &out, words, values...)
	err = t.send(ctx)
	return out, err
}

// txRow is the one row that there is, or nil.
func txRow[R any](ctx context.Context, t *Tx, words string, values ...any) (*R, error) {
	out, err := txRows[R](ctx, t, words, values...)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out[0], nil
}

// change is a statement of Bun's that writes.
type change interface {
	AppendQuery(schema.QueryGen, []byte) ([]byte, error)
}

// later lines up what Bun has to write. It must touch so many rows, or it fails with miss; negative: any number.
func (t *Tx) later(q change, rows int64, miss error) error {
	text, err := q.AppendQuery(t.bun.QueryGen(), nil)
	s := statement{text: string(text), bun: true}
	if rows >= 0 {
		t.counted = true
		s.miss = func(err error, n int64) error {
			if err == nil && n != rows {
				return miss
			}
			return err
		}
	}
	t.lineUp(s)
	return err
}

// send sends the line, and reads what it gives.
func (t *Tx) send(ctx context.Context) error {
	line := t.line
	if len(line) == 0 {
		return nil
	}
	t.line, t.counted = nil, false
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
		err := t.store.sendLine(ctx, c, line)
		if stale(err) {
			_ = c.PgConn().Close(ctx)
		}
		return err
	})
}

// unknownAfter tells a line that broke before its COMMIT was sent, or was refused by Postgres before it, from one of which nobody knows
// whether it has been committed.
func unknownAfter(line []statement, at int, err error) error {
	last := len(line) - 1
	var pg *pgconn.PgError
	if line[last].text != commitWords || !Unavailable(err) || pgconn.SafeToRetry(err) || at < last && errors.As(err, &pg) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
}

// Bun's statements go the same way, after those that stand in line.

// NewSelect begins a statement of Bun's in the transaction.
func (t *Tx) NewSelect() *bun.SelectQuery { return t.bun.NewSelect().Conn(afterLine{t}) }

// NewInsert begins a statement of Bun's in the transaction.
func (t *Tx) NewInsert() *bun.InsertQuery { return t.bun.NewInsert().Conn(afterLine{t}) }

// NewUpdate begins a statement of Bun's in the transaction.
func (t *Tx) NewUpdate() *bun.UpdateQuery { return t.bun.NewUpdate().Conn(afterLine{t}) }

// NewDelete begins a statement of Bun's in the transaction.
func (t *Tx) NewDelete() *bun.DeleteQuery { return t.bun.NewDelete().Conn(afterLine{t}) }

// NewRaw begins a statement of Bun's in the transaction.
func (t *Tx) NewRaw(words string, values ...any) *bun.RawQuery {
	return t.bun.NewRaw(words, values...).Conn(afterLine{t})
}

// afterLine is the transaction's connection as Bun uses it: the line goes first.
type afterLine struct{ t *Tx }

func (a afterLine) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := a.t.send(ctx); err != nil {
		return nil, err
	}
	return a.t.conn.QueryContext(ctx, text, args...)
}

func (a afterLine) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if err := a.t.send(ctx); err != nil {
		return nil, err
	}
	return a.t.conn.ExecContext(ctx, text, args...)
}

func (a afterLine) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if err := a.t.send(ctx); err != nil {
		// A row can't say why it is not there.
		a.t.failed = err
		ended, cancel := context.WithCancel(ctx)
		cancel()
		return a.t.conn.QueryRowContext(ended, text, args...)
	}
	return a.t.conn.QueryRowContext(ctx, text, args...)
}

// end rolls back what has not been committed, and gives the connection back.
func (t *Tx) end(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reachPatience)
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

// vanished is a bug: what has been locked is not there.
func vanished(what any) error { return fmt.Errorf("db: %v vanished while it was changed", what) }

var _ bun.IConn = afterLine{}
