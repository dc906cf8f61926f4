package pg

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Budget is how many bytes may still be used for something.
type Budget struct {
	left   atomic.Int64
	grow   func(bytes int) bool // has the bytes held for others counted; nil: nobody counts them
	noRoom atomic.Bool
}

// NewBudget makes a budget of that many bytes. Grow is asked for each of them whether the process
// has room for it; nil: it always has.
func NewBudget(bytes int64, grow func(bytes int) bool) *Budget {
	b := &Budget{grow: grow}
	b.left.Store(bytes)
	return b
}

// Take uses some of it up, and says whether there was as much.
func (b *Budget) Take(bytes int) bool {
	if b.grow != nil && !b.grow(bytes) {
		b.noRoom.Store(true)
		return false
	}
	return b.left.Add(-int64(bytes)) >= 0
}

// Spent says whether more was to be taken than there was, or than the process has room for.
func (b *Budget) Spent() bool { return b.left.Load() < 0 || b.NoRoom() }

// NoRoom says whether it was the process that had no room.
func (b *Budget) NoRoom() bool { return b.noRoom.Load() }

// ErrBudgetSpent ends a read that would bring more bytes than its budget has.
var ErrBudgetSpent = errors.New("db: the byte budget is spent")

// meteredConn stops in the middle of an answer when the budget of its statement is spent. Sizes are
// known on the wire only, and there no memory has been taken yet. The connection is lost, which
// such a read may cost.
type meteredConn struct {
	net.Conn
	budget atomic.Pointer[Budget]
}

func (c *meteredConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if b := c.budget.Load(); b != nil && !b.Take(n) {
		return 0, ErrBudgetSpent
	}
	return n, err
}

// meterConnection puts the meter into a new connection.
func meterConnection(_ context.Context, _ *pgconn.Config, c net.Conn) (net.Conn, error) {
	return &meteredConn{Conn: c}, nil
}

// statementTracer tells others which statements there are.
type statementTracer struct {
	observe func(context.Context, string) // is told each statement; or nil
	trace   Trace                         // or nil
}

// Trace is told when a statement begins; what it gives is told when it ends, and why it failed.
type Trace func(ctx context.Context, sql string) (context.Context, func(failure string))

type traceKey struct{}

// traceStart gives a context in which end finds what is to be told.
func (m statementTracer) traceStart(ctx context.Context, sql string) context.Context {
	if m.trace == nil {
		return ctx
	}
	ctx, end := m.trace(ctx, sql)
	return context.WithValue(ctx, traceKey{}, end)
}

func (m statementTracer) traceEnd(ctx context.Context, err error) {
	if m.trace == nil {
		return
	}
	end, ok := ctx.Value(traceKey{}).(func(string))
	switch {
	case !ok:
	case err != nil:
		end(failureOf(err))
	default:
		end("")
	}
}

// failureOf says what failed without the words of the database, which may quote what people have
// written.
func failureOf(err error) string {
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg):
		return "SQLSTATE " + pg.Code
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "canceled"
	}
	return "no answer"
}

// TraceBatchStart is called before several statements are sent together.
func (m statementTracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	if m.trace == nil {
		return ctx
	}
	all := make([]string, len(b.Batch.QueuedQueries))
	for i, q := range b.Batch.QueuedQueries {
		all[i] = q.SQL
	}
	return m.traceStart(ctx, strings.Join(all, ";\n"))
}

// TraceBatchQuery is called for each of them.
func (m statementTracer) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, q pgx.TraceBatchQueryData) {
	if m.observe != nil {
		m.observe(ctx, q.SQL)
	}
}

// TraceBatchEnd is called when all have been answered.
func (m statementTracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchEndData) {
	m.traceEnd(ctx, b.Err)
}

// TraceQueryStart is called before a statement is sent.
func (m statementTracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	if m.observe != nil {
		m.observe(ctx, q.SQL)
	}
	return m.traceStart(ctx, q.SQL)
}

// TraceQueryEnd is called when its answer has been read.
func (m statementTracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryEndData) {
	m.traceEnd(ctx, q.Err)
}
