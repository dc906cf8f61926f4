package db

import (
	"context"
	"errors"
	"net"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Budget is how many bytes may still be used for something.
type Budget struct{ left atomic.Int64 }

// NewBudget makes a budget of that many bytes.
func NewBudget(bytes int64) *Budget {
	b := &Budget{}
	b.left.Store(bytes)
	return b
}

// Take uses some of it up, and says whether there was as much.
func (b *Budget) Take(bytes int) bool { return b.left.Add(-int64(bytes)) >= 0 }

// Spent says whether more was to be taken than there was.
func (b *Budget) Spent() bool { return b.left.Load() < 0 }

// ErrBudgetSpent ends a read that would bring more bytes than its budget has.
var ErrBudgetSpent = errors.New("db: the byte budget is spent")

type budgetKey struct{}

// WithBudget bounds what the reads of this context bring from the database, all together. Writes lock and
// change what they must, so they have no budget.
func WithBudget(ctx context.Context, b *Budget) context.Context {
	return context.WithValue(ctx, budgetKey{}, b)
}

func budgetOf(ctx context.Context) *Budget {
	b, _ := ctx.Value(budgetKey{}).(*Budget)
	return b
}

// meteredConn stops in the middle of an answer when the budget of its statement is spent. Sizes are known
// on the wire only, and there no memory has been taken yet. The connection is lost, which such a read may cost.
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

// metered puts the meter into a new connection.
func metered(_ context.Context, _ *pgconn.Config, c net.Conn) (net.Conn, error) {
	return &meteredConn{Conn: c}, nil
}

// meter tells the connection whose budget a statement is on.
type meter struct {
	saw func(context.Context, string) // is told each statement; or nil
}

// TraceQueryStart is called before a statement is sent.
func (m meter) TraceQueryStart(ctx context.Context, c *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	if m.saw != nil {
		m.saw(ctx, q.SQL)
	}
	if m, ok := c.PgConn().Conn().(*meteredConn); ok {
		m.budget.Store(budgetOf(ctx))
	}
	return ctx
}

// TraceQueryEnd is called when its answer has been read.
func (meter) TraceQueryEnd(_ context.Context, c *pgx.Conn, _ pgx.TraceQueryEndData) {
	if m, ok := c.PgConn().Conn().(*meteredConn); ok {
		m.budget.Store(nil)
	}
}
