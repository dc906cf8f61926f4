package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskwire/desk"
	"deskwire/seed"
	"deskwire/seed/demo"
)

type seedCommand struct {
	Conversations int       `placeholder:"N" help:"Create this many made-up conversations, with contacts, tickets and messages. Default: create the demo instead."`
	Account       string    `placeholder:"SLUG" help:"The slug of the account to fill, which must be empty; created if there is none. Only with --conversations."`
	Random        uint64    `default:"1" placeholder:"N" help:"The seed of the random numbers: the same seed creates the same data."`
	Until         time.Time `format:"2006-01-02" placeholder:"DATE" help:"The day on which the last conversation started. Default: today."`
}

// seedSpan is how long made-up accounts have been in use.
const seedSpan = 2 * 365 * day

const day = 24 * time.Hour

// Run fills the demo, or made-up conversations, into a database, on explicit request only: whoever
// knows the demo's accounts by heart finds them there.
func (c seedCommand) Run(ctx context.Context, s *Settings, to console) error {
	if (c.Conversations != 0) != (c.Account != "") {
		return errors.New("give --conversations and --account together, or neither for the demo")
	}
	d, err := openDatabase(ctx, s, s.newLogger(to.err))
	if err != nil {
		return err
	}
	do := c.fillDemo
	if c.Conversations != 0 {
		do = c.fillAccount
	}
	said, err := do(ctx, d, to)
	if err = errors.Join(err, d.closeDatabase()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(to.out, said)
	return err
}

func (seedCommand) fillDemo(ctx context.Context, d *database, _ console) (string, error) {
	if d.private == nil {
		if err := fillNewDemo(ctx, d); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("The demo is in the accounts %s and %s. To get a token, run: deskwire token --account %s --email %s",
		demo.Account, demo.GatedAccount, demo.Account, demo.AdminEmail), nil
}

// fillNewDemo refuses an account that is there already: it may be somebody's own.
func fillNewDemo(ctx context.Context, d *database) error {
	for _, slug := range []string{demo.Account, demo.GatedAccount} {
		account, err := d.AccountBySlug(ctx, slug)
		if err != nil {
			return err
		}
		if account != nil {
			return fmt.Errorf("the account %s already exists, created %s: nothing was changed", slug, account.CreatedAt.Format(desk.TimeFormat))
		}
	}
	return demo.Fill(ctx, d.Store)
}

// fillAccount makes conversations up.
func (c seedCommand) fillAccount(ctx context.Context, d *database, to console) (string, error) {
	if c.Until.IsZero() {
		c.Until = time.Now().UTC().Truncate(day)
	}
	p, found := newProgress(c.Account, c.Conversations, to.err), newProgress(c.Account+", search", c.Conversations, to.err)
	made, err := seed.FillAccount(ctx, d.Store, seed.Options{
		Slug: c.Account, Conversations: c.Conversations, Random: c.Random, Until: c.Until, Span: seedSpan, Done: p.showCount, Found: found.showCount,
	})
	if err != nil {
		return "", withoutCode(err)
	}
	p.printTotal(made.Conversations)
	return fmt.Sprintf("%s has %d conversations with %d messages, of %d contacts, and %d tickets. To get a token, run: deskwire token --account %s --email ada@%s.test",
		c.Account, made.Conversations, made.Messages, made.Contacts, made.Tickets, c.Account, c.Account), nil
}
