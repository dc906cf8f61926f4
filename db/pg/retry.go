package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// ErrOutcomeUnknown is a connection that broke while a transaction was committing: it may be in
// the database or not.
var ErrOutcomeUnknown = errors.New("db: the connection broke while committing")

const (
	// retryPatience is how long a call waits for a database that can't be reached: most restarts
	// are shorter.
	retryPatience = 3 * time.Second
	// maxRetryPause is the longest time between two tries.
	maxRetryPause = 200 * time.Millisecond
)

// Unavailable says whether an error means that the database can't be reached now, or could not for
// a moment: it restarts, recovers, has no connection left, or has ended this one. Nothing was
// committed then, unless it is an ErrOutcomeUnknown too.
func Unavailable(err error) bool {
	if state := sqlState(err); state != "" {
		switch state {
		case "57P01", "57P02", "57P03": // stopped by the operator, after a crash, starting up
			return true
		case idleInTransaction, "25P04", "57P05": // this program stood still, or a session had its time
			return true
		case "25006", tooManyConnections: // it became a standby
			return true
		}
		return strings.HasPrefix(state, "08") // connection exceptions
	}
	var refused *pgconn.ConnectError
	var network *net.OpError
	if errors.As(err, &refused) || errors.As(err, &network) {
		return true
	}
	for _, broken := range []error{driver.ErrBadConn, pgconn.ErrConnClosed, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, broken) {
			return true
		}
	}
	return false
}

const (
	tooManyConnections = "53300"
	// idleInTransaction ends a session that is in the middle of a transaction: it was not
	// committing.
	idleInTransaction = "25P03"
)

// IsLockTimeout says that a statement gave up waiting for a lock (lock_timeout, or NOWAIT). Nothing
// of its transaction has happened.
func IsLockTimeout(err error) bool { return sqlState(err) == "55P03" }

// Temporary says whether the database could not do now what it may be able to do later, although it
// can be reached. Nothing of the transaction has happened.
func Temporary(err error) bool {
	state := sqlState(err)
	switch {
	case state == "40003": // nobody knows whether it has happened
		return false
	case state == "57014", state == "55006": // cancelled by an operator or by statement_timeout; in use
		return true
	case len(state) != 5:
		return false
	}
	switch state[:2] {
	case "40", "53", "57", "58": // met another transaction; out of disk, memory or such; operator; system
		return true
	}
	return false
}

// sqlState is the code that Postgres has given an error; "" when it comes from elsewhere.
func sqlState(err error) string {
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

// Retrier bounds how often, and for how long, one call is tried again with a growing pause
// (backoff) while the database can't be reached.
type Retrier struct {
	store *Client
	until time.Time
	pause time.Duration
}

// NewRetrier begins the patience of one call.
func (s *Client) NewRetrier() *Retrier {
	return &Retrier{store: s, until: time.Now().Add(retryPatience), pause: 10 * time.Millisecond}
}

// Retry says whether to try again after this error, once it has waited a little.
func (r *Retrier) Retry(ctx context.Context, err error) bool {
	if !Unavailable(err) || ctx.Err() != nil || time.Now().Add(r.pause).After(r.until) {
		return false
	}
	r.store.ResetPool(err)
	select {
	case <-ctx.Done():
		return false
	case <-time.After(r.pause):
	}
	r.pause = min(2*r.pause, maxRetryPause)
	return true
}

// ResetPool drops all connections that are waiting: what broke one of them broke the others.
func (s *Client) ResetPool(err error) {
	if state := sqlState(err); state != tooManyConnections && state != idleInTransaction {
		s.Pool.Reset()
	}
}

// WithRetry asks again for a short time while the database can't be reached. For reads of one
// statement.
func WithRetry[T any](ctx context.Context, s *Client, ask func() (T, error)) (T, error) {
	r := s.NewRetrier()
	for {
		answer, err := ask()
		if err == nil || !r.Retry(ctx, err) {
			return answer, err
		}
	}
}
