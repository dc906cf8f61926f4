package db

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun/schema"
)

// A mutation's statements go three ways over the one connection of its transaction. What is read for every mutation is prepared
// (txRows), as other reads are. What is written goes out at the end, all of it at once (later). The rest is Bun's.

// direct gives the driver's connection while the transaction lasts. A context that ends rolls back behind our back, and a
// statement after that would be a transaction of its own: it is not sent.
func (t *Tx) direct(ctx context.Context, do func(*pgx.Conn) error) error {
	return t.conn.Raw(func(driver any) error {
		c := driver.(*stdlib.Conn).Conn()
		if c.PgConn().TxStatus() != 'T' {
			if err := ctx.Err(); err != nil {
				return err
			}
			return sql.ErrTxDone
		}
		return do(c)
	})
}

// txRows is rows, in the transaction.
func txRows[R any](ctx context.Context, t *Tx, words string, values ...any) (out []*R, err error) {
	text, args := rendered(sq(words, values...))
	err = t.direct(ctx, func(c *pgx.Conn) error {
		out, err = query[R](ctx, c, t.tables, text, args)
		return err
	})
	return out, err
}

// run sends a statement that is prepared.
func (t *Tx) run(ctx context.Context, text string, args ...any) error {
	return t.direct(ctx, func(c *pgx.Conn) error {
		_, err := c.Exec(ctx, text, append([]any{pgx.QueryExecModeCacheStatement}, args...)...)
		return err
	})
}

// change is a statement of Bun's that writes.
type change interface {
	AppendQuery(schema.QueryGen, []byte) ([]byte, error)
}

// later has a statement sent at the end, after those before it. It must touch so many rows, or it fails with miss; negative: any
// number.
func (t *Tx) later(q change, rows int64, miss error) error {
	text, err := q.AppendQuery(t.gen, nil)
	if err == nil {
		t.changes = append(t.changes, pending{string(text), rows, miss, false})
	}
	return err
}

// lastly is later for what answers with the number of the transaction.
func (t *Tx) lastly(q change) error {
	err := t.later(q, -1, nil)
	if err == nil {
		t.changes[len(t.changes)-1].numbers = true
	}
	return err
}

// pending is a change that has not been sent.
type pending struct {
	text string
	rows int64
	miss error

	numbers bool // its rows are the number of the transaction
}

// send sends what later was told, in one round trip.
func (t *Tx) send(ctx context.Context) error {
	if len(t.changes) == 0 {
		return nil
	}
	changes, batch := t.changes, &pgx.Batch{}
	t.changes = nil
	for _, c := range changes {
		batch.Queue(c.text)
	}
	return t.direct(ctx, func(conn *pgx.Conn) (err error) {
		results := conn.SendBatch(ctx, batch)
		defer func() {
			if end := results.Close(); err == nil {
				err = end
			}
		}()
		for _, c := range changes {
			tag, err := t.sent(results, c)
			switch {
			case err != nil:
				return err
			case c.rows >= 0 && tag.RowsAffected() != c.rows:
				return c.miss
			}
		}
		return nil
	})
}

func (t *Tx) sent(results pgx.BatchResults, c pending) (tag pgconn.CommandTag, err error) {
	if !c.numbers {
		return results.Exec()
	}
	found, err := results.Query()
	if err != nil {
		return tag, err
	}
	if _, err = pgx.ForEachRow(found, []any{&t.out.Wrote}, func() error { return nil }); err != nil {
		return tag, err
	}
	return found.CommandTag(), nil
}

// vanished is a bug: what has been locked is not there.
func vanished(what any) error { return fmt.Errorf("db: %v vanished while it was changed", what) }
