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
	err := query(ctx, dsn, "SELECT 1")
	if code(err) != noSuchDatabase {
		return err
	}
	err = query(ctx, adminDSN, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if c := code(err); c == duplicateDatabase || c == uniqueViolation {
		return nil
	}
	return err
}

func query(ctx context.Context, dsn, sql string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, sql)
	return err
}

// code is the SQLSTATE of an error of the server's, else empty.
func code(err error) string {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Code
	}
	return ""
}

// passing errors come from a server that is starting or stopping.
func passing(err error) bool {
	switch code(err) {
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
