package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// refoldEvery is how often addresses and numbers in a form of before are looked for. After an
// upgrade the servers of before may write some more, beside the first new one.
const refoldEvery = 24 * time.Hour

const refoldPage = 500

// KeepRefolded brings addresses and numbers that were kept in a form of before into that of today,
// until the context ends.
func (s *Store) KeepRefolded(ctx context.Context, failed func(error)) {
	refold := job{"bring addresses and numbers into one form", refoldEvery, func(ctx context.Context) error { _, err := s.Refold(ctx); return err }}
	runJobs(ctx, []job{s.noted(refold)}, failed)
}

// Refold brings the addresses and numbers of contacts, and the addresses of agents, into the form
// in which they are compared today: a domain in letters instead of xn--, composed letters, a plus
// instead of 00. It says how many it has changed. The program knows these forms and SQL does not,
// so it is no migration. Any number of servers may do it at once.
func (s *Store) Refold(ctx context.Context) (n int, err error) {
	var accounts []*desk.Account
	if err := s.client.Bun.NewSelect().Model(&accounts).Scan(ctx); err != nil {
		return 0, err
	}
	by := map[desk.ID]*read.Principal{}
	for _, a := range accounts {
		by[a.ID] = read.Authenticated(desk.System(a))
	}
	agents, err := refoldAll(ctx, s, by, "agents", "octet_length(email) > length(email) OR email LIKE '%xn--%'",
		func(a *desk.Agent) (desk.ID, desk.ID, bool) { return a.AccountID, a.ID, a.RefoldedEmail() != nil }, (*write.Tx).RefoldAgent)
	contacts, failed := refoldAll(ctx, s, by, "contacts", "octet_length(email) > length(email) OR email LIKE '%xn--%' OR phone LIKE '00%'",
		func(c *desk.Contact) (desk.ID, desk.ID, bool) {
			return c.AccountID, c.ID, c.Refolded() != desk.ContactInput{}
		}, (*write.Tx).RefoldContact)
	return agents + contacts, errors.Join(err, failed)
}

// refoldAll goes through the rows of a table that may be in another form. Few are: where none is,
// the table is read once. One that fails does not keep the others waiting.
func refoldAll[R any](ctx context.Context, s *Store, by map[desk.ID]*read.Principal, table, mayBe string,
	look func(*R) (account, id desk.ID, isOld bool), refold func(*write.Tx, context.Context, desk.ID) error,
) (n int, failed error) {
	for account, last := (desk.ID{}), (desk.ID{}); ; {
		page, err := pg.Query[R](ctx, s.client, "SELECT * FROM "+table+" WHERE (account_id, id) > (?::uuid, ?::uuid) AND ("+mayBe+") ORDER BY account_id, id LIMIT ?",
			account.String(), last.String(), pg.Limit(refoldPage))
		if err != nil || len(page) == 0 {
			return n, errors.Join(failed, err)
		}
		for _, r := range page {
			var isOld bool
			if account, last, isOld = look(r); !isOld || by[account] == nil {
				continue
			}
			told := 0
			_, err := s.Write(ctx, write.Write{By: by[account], Mutation: "refold"}, func(ctx context.Context, t *write.Tx) error {
				err := refold(t, ctx, last)
				told = len(t.Act.Events)
				return err
			})
			switch {
			case err == nil:
				n += told
			case pg.Unavailable(err) || ctx.Err() != nil:
				return n, errors.Join(failed, err)
			case failed == nil:
				failed = fmt.Errorf("bringing %s of %s into the form of today: %w", last, table, err)
			}
		}
	}
}
