package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskwire/desk"
	"deskwire/seed"
)

type seedCommand struct {
	Conversations int       `placeholder:"N" help:"Make so many conversations up, with contacts, tickets and messages; without it the demo is filled in."`
	Account       string    `placeholder:"SLUG" help:"Into which account; made when it is missing, and it must be empty. With --conversations only."`
	Random        uint64    `default:"1" placeholder:"N" help:"Another number makes other data; the same number, the same data."`
	Until         time.Time `format:"2006-01-02" placeholder:"DATE" help:"The day when the last conversation began; today when not given."`
}

// seedSpan is how long made-up accounts have been in use.
const seedSpan = 2 * 365 * day

// Run fills the demo, or made-up conversations, into a database, on explicit request only: whoever knows the demo's accounts by
// heart finds them there.
func (c seedCommand) Run(ctx context.Context, s *Settings, to console) error {
	if (c.Conversations != 0) != (c.Account != "") {
		return errors.New("give --conversations and --account together, or neither for the demo")
	}
	d, err := openDatabase(ctx, s, s.logger(to.err))
	if err != nil {
		return err
	}
	do := c.demo
	if c.Conversations != 0 {
		do = c.many
	}
	said, err := do(ctx, d, to)
	if err = errors.Join(err, d.close()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(to.out, said)
	return err
}

func (seedCommand) demo(ctx context.Context, d *database, _ console) (string, error) {
	if d.private == nil {
		if err := seedNew(ctx, d); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("The demo is in the accounts %s and %s. For a token: deskwire token --account %s --email %s",
		demoAccount, gatedAccount, demoAccount, demoEmail), nil
}

// seedNew refuses an account that is there already: it may be somebody's own.
func seedNew(ctx context.Context, d *database) error {
	for _, slug := range []string{demoAccount, gatedAccount} {
		account, err := d.AccountBySlug(ctx, slug)
		if err != nil {
			return err
		}
		if account != nil {
			return fmt.Errorf("there is an account %s already, made %s: nothing was changed", slug, account.CreatedAt.Format(desk.TimeFormat))
		}
	}
	return seedDemo(ctx, d.Store)
}

// many makes conversations up.
func (c seedCommand) many(ctx context.Context, d *database, to console) (string, error) {
	if c.Until.IsZero() {
		c.Until = time.Now().UTC().Truncate(day)
	}
	p, found := newProgress(c.Account, c.Conversations, to.err), newProgress(c.Account+", search", c.Conversations, to.err)
	made, err := seed.Run(ctx, d.Store, seed.Options{
		Slug: c.Account, Conversations: c.Conversations, Random: c.Random, Until: c.Until, Span: seedSpan, Done: p.at, Found: found.at,
	})
	if err != nil {
		return "", plain(err)
	}
	p.end(made.Conversations)
	return fmt.Sprintf("%s has %d conversations with %d messages, of %d contacts, and %d tickets. For a token: deskwire token --account %s --email ada@%s.test",
		c.Account, made.Conversations, made.Messages, made.Contacts, made.Tickets, c.Account, c.Account), nil
}
