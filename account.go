package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"deskwire/db"
	"deskwire/db/write"
	"deskwire/desk"
)

type accountCommand struct {
	Slug      string    `required:"" help:"The short name of the account in tokens and settings, unique on the server."`
	Name      string    `help:"The display name. Default: the slug."`
	Plan      desk.Plan `default:"STARTER" enum:"FREE,STARTER,PROFESSIONAL,ENTERPRISE" help:"The plan: FREE, STARTER, PROFESSIONAL or ENTERPRISE."`
	Admin     string    `placeholder:"EMAIL" help:"The email address of its first admin; required for a new account."`
	AdminName string    `placeholder:"NAME" help:"The name of its first admin. Default: the email address."`
}

// Run makes the account if there is none, and shows it.
func (a accountCommand) Run(ctx context.Context, s *Settings, c console) error {
	d, err := openExisting(ctx, s, s.newLogger(c.err))
	if err != nil {
		return err
	}
	account, made, err := a.ensureAccount(ctx, d.Store)
	if err := errors.Join(err, d.closeDatabase()); err != nil {
		return err
	}
	state := "exists already, nothing was changed"
	if made {
		state = "created, with the admin " + a.Admin
	}
	_, err = fmt.Fprintf(c.out, "slug:    %s\nname:    %s\nplan:    %s\ncreated: %s\nstate:   %s\n",
		account.Slug, account.Name, account.Plan, account.CreatedAt.UTC().Format(desk.TimeFormat), state)
	return err
}

func (a accountCommand) ensureAccount(ctx context.Context, store *db.Store) (account *desk.Account, made bool, err error) {
	if account, err = store.AccountBySlug(ctx, a.Slug); account != nil || err != nil {
		return account, false, err
	}
	if a.Admin == "" {
		return nil, false, fmt.Errorf("there is no account %s: give --admin to create it", a.Slug)
	}
	in := write.CreateAccount{Slug: a.Slug, Name: cmp.Or(a.Name, a.Slug), Plan: a.Plan, AdminEmail: a.Admin, AdminName: cmp.Or(a.AdminName, a.Admin)}
	out, err := store.CreateAccount(ctx, write.Write{Mutation: "account"}, in, func(ctx context.Context, t *write.Tx) error {
		o := *t.Outcome()
		defer func() { *t.Outcome() = o }() // the pipeline is not what was asked for
		return t.CreatePipeline(ctx, "Support", firstStatuses)
	})
	if err != nil {
		return nil, false, withoutCode(err)
	}
	return out.Account, true, nil
}

// firstStatuses are the steps of the pipeline that a new account begins with.
var firstStatuses = []desk.StatusInput{
	{Name: "New", State: desk.StateOpen}, {Name: "Waiting on contact", State: desk.StateOpen},
	{Name: "Waiting on us", State: desk.StateOpen}, {Name: "Closed", State: desk.StateClosed},
}
