package main

import (
	"context"
	"errors"
	"fmt"

	"deskwire/desk"
)

type seedCommand struct{}

// Run fills the demo into a database, on explicit request only: whoever knows its accounts by heart
// finds them there.
func (seedCommand) Run(ctx context.Context, s *Settings, c console) error {
	d, err := openDatabase(ctx, s, s.logger(c.err))
	if err != nil {
		return err
	}
	if d.private == nil {
		err = seedNew(ctx, d)
	}
	if err = errors.Join(err, d.close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "The demo is in the accounts %s and %s. For a token: deskwire token --account %s --email %s\n",
		demoAccount, gatedAccount, demoAccount, demoEmail)
	return err
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
