//go:build unix

package embedded

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// SQLSTATE codes, from the appendix of the Postgres manual.
const (
	noSuchDatabase    = "3D000"
	duplicateDatabase = "42P04"
	uniqueViolation   = "23505" // what two CREATE DATABASE at once run into
	cannotConnectNow  = "57P03"
	adminShutdown     = "57P01"
)

// ensureDatabase connects once, and makes the database when it is missing. Who
// starts the server and those who join may all do so at the same time.
func ensureDatabase(ctx context.Context, dsn, adminDSN, name string) error {
	err := runOnce(ctx, dsn, "SELECT 1")
	if sqlState(err) != noSuchDatabase {
		return err
	}
	err = runOnce(ctx, adminDSN, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if c := sqlState(err); c == duplicateDatabase || c == uniqueViolation {
		return nil
	}
	return err
}

func runOnce(ctx context.Context, dsn, sql string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, sql)
	return err
}

// sqlState is the SQLSTATE of an error of the server's, else empty.
func sqlState(err error) string {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Code
	}
	return ""
}

// isTransient errors come from a server that is starting or stopping.
func isTransient(err error) bool {
	switch sqlState(err) {
	case cannotConnectNow, adminShutdown:
		return true
	}
	for _, e := range []error{fs.ErrNotExist, syscall.ECONNREFUSED, syscall.ECONNRESET, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
