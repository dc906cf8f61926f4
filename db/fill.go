package db

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"

	"deskwire/desk"
)

// Fill is one transaction that brings rows of an account in by COPY, past the rules of desk: for
// made-up accounts of any size, and for nothing else. Whoever fills keeps the rules; the keys,
// checks and triggers of the tables hold as ever.
type Fill struct {
	tx      pgx.Tx
	account desk.ID
}

// Fill runs what brings the rows in. They are all there after it, or none; then they are made
// searchable, which tells how many conversations can be found.
func (s *Store) Fill(ctx context.Context, a *desk.Account, bring func(context.Context, *Fill) error, found func(n int)) error {
	err := pgx.BeginFunc(ctx, s.client.Pool, func(tx pgx.Tx) error {
		var taken bool
		// It may take hours, and nobody else changes this account meanwhile.
		if _, err := tx.Exec(ctx, "SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"); err != nil {
			return err
		}
		// Two at once would take the same numbers.
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", "fill "+a.ID.String()); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM conversations WHERE account_id = $1) OR EXISTS (SELECT FROM contacts WHERE account_id = $1)", a.ID.String()).Scan(&taken)
		if err != nil {
			return err
		}
		if taken {
			return fmt.Errorf("the account %s already has conversations or contacts: nothing was changed", a.Slug)
		}
		// Foreign keys are looked up by plans made when the tables were still empty, where reading
		// them whole costs nothing.
		if _, err := tx.Exec(ctx, "SET LOCAL enable_seqscan = off; SET LOCAL deskwire.search = 'later'"); err != nil {
			return err
		}
		return bring(ctx, &Fill{tx: tx, account: a.ID})
	})
	if err != nil {
		return err
	}
	if err := s.indexAccount(ctx, a, found); err != nil {
		return err
	}
	// So that reads of it are planned for what is there now, and find its pages known to all.
	// Autovacuum may be at the same tables, and is waited for.
	conn, err := s.client.Pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	defer func() { _ = conn.Conn().Close(ctx) }() // nobody else gets it without a timeout
	if _, err := conn.Exec(ctx, "SET lock_timeout = 0; SET statement_timeout = 0", pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	for _, table := range filled {
		if _, err := conn.Exec(ctx, "VACUUM (ANALYZE) "+table); err != nil {
			return err
		}
	}
	return nil
}

// filled are the tables that rows may be brought into.
var filled = []string{
	"contacts", "tickets", "conversations", "messages", "conversation_activity", "ticket_activity", "trash_groups", "events", "account_counters",
	"ticket_slots", "ticket_options", "search_docs",
}

// Copy brings rows into a table; values stand in the order of the columns, those of the account's
// own column left out.
func (f *Fill) Copy(ctx context.Context, table string, columns string, rows iter.Seq[[]any]) error {
	next, stop := iter.Pull(rows)
	defer stop()
	names := append([]string{"account_id"}, strings.Fields(columns)...)
	_, err := f.tx.CopyFrom(ctx, pgx.Identifier{table}, names, pgx.CopyFromFunc(func() ([]any, error) {
		row, ok := next()
		if !ok {
			return nil, nil
		}
		return append([]any{[16]byte(f.account)}, row...), nil
	}))
	if err != nil {
		return fmt.Errorf("copying into %s: %w", table, err)
	}
	return nil
}
