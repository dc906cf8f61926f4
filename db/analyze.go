package db

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The planner goes by what Postgres has counted of the tables. Autovacuum counts about once a
// minute: after a hundred thousand rows that were brought in at once, by an import or by hand, a
// page of a list read all of them until then, and what is pushed came seconds late.
const (
	analyzeEvery = 2 * time.Second
	// A table is counted when so many of its rows have changed since, and this share of those that
	// there were. Autovacuum's own share is a tenth, so it comes first where changes come slowly.
	analyzeFrom, analyzeShare = 1_000, 0.2
)

// KeepAnalyzed has tables counted as soon as much of them has changed, until the context ends.
func (s *Store) KeepAnalyzed(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(analyzeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.analyze(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
	}
}

const undefinedTable = "42P01"

// analyze leaves out tables that somebody else is counting, or has locked: it looks again.
func (s *Store) analyze(ctx context.Context) error {
	rows, err := s.client.Pool.Query(ctx, `SELECT quote_ident(t.schemaname) || '.' || quote_ident(t.relname) FROM pg_stat_user_tables AS t JOIN pg_class AS c ON c.oid = t.relid
		WHERE t.schemaname = current_schema() AND pg_has_role(c.relowner, 'USAGE') AND t.n_mod_since_analyze > $1 + $2 * GREATEST(c.reltuples, 0)`, analyzeFrom, analyzeShare)
	if err != nil {
		return err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, table := range tables {
		_, failed := s.client.Pool.Exec(ctx, "ANALYZE (SKIP_LOCKED) "+table, pgx.QueryExecModeSimpleProtocol)
		if pg := (*pgconn.PgError)(nil); errors.As(failed, &pg) && pg.Code == undefinedTable { // a partition of the log that is not kept any more
			failed = nil
		}
		err = errors.Join(err, failed)
	}
	return err
}
