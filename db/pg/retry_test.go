package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"deskwire/desk"
)

func TestUnavailable(t *testing.T) {
	t.Parallel()
	code := func(c string) error { return fmt.Errorf("reading: %w", &pgconn.PgError{Code: c}) }
	for _, c := range []struct {
		err  error
		want bool
	}{
		{code("57P01"), true}, {code("57P02"), true}, {code("57P03"), true}, {code("08006"), true}, {code("08001"), true}, {code("53300"), true}, {code("25006"), true},
		{code("25P03"), true}, {code("25P04"), true}, {code("57P05"), true},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, true}, {&net.OpError{Op: "dial", Err: syscall.ENOENT}, true},
		{&net.OpError{Op: "read", Err: syscall.ECONNRESET}, true}, {&pgconn.ConnectError{}, true},
		{io.EOF, true}, {fmt.Errorf("receiving: %w", io.ErrUnexpectedEOF), true}, {driver.ErrBadConn, true}, {pgconn.ErrConnClosed, true},
		{nil, false}, {code("23505"), false}, {code("42P01"), false}, {code("57014"), false}, {code("28P01"), false}, {code("40001"), false},
		{sql.ErrNoRows, false}, {context.DeadlineExceeded, false}, {context.Canceled, false}, {desk.NotFound("ticket"), false}, {errors.New("closed pool"), false},
	} {
		if got := Unavailable(c.err); got != c.want {
			t.Errorf("%v: %t", c.err, got)
		}
	}
}

// A line that ends with the COMMIT may break anywhere. What Postgres refuses before it was not
// committed; when the connection is gone, nobody knows.
func TestWhatIsKnownOfABrokenLine(t *testing.T) {
	t.Parallel()
	down, full, stood := &pgconn.PgError{Code: "57P01"}, &pgconn.PgError{Code: "23505"}, &pgconn.PgError{Code: "25P03"}
	writes, commits := []Statement{{Text: "a"}, {Text: "b"}}, []Statement{{Text: "a"}, {Text: "b"}, {Text: CommitStatement}}
	for i, c := range []struct {
		line    []Statement
		at      int
		err     error
		unknown bool
	}{
		{writes, 0, io.EOF, false},
		{writes, 1, down, false},
		{commits, 0, io.EOF, true},
		{commits, 2, io.EOF, true},
		{commits, 0, down, false},
		{commits, 1, down, false},
		{commits, 2, down, true},
		{commits, 2, full, false},
		{commits, 2, stood, false},
	} {
		if err := unknownAfter(c.line, c.at, c.err); errors.Is(err, ErrOutcomeUnknown) != c.unknown || !errors.Is(err, c.err) {
			t.Errorf("case %d: %v", i, err)
		}
	}
}
