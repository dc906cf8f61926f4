package write

import (
	"context"

	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/desk"
)

// CreateAccount is an account to be made, with its first admin.
type CreateAccount struct {
	Slug       string
	Name       string
	Plan       desk.Plan
	AdminEmail string
	AdminName  string
}

// CreateAccount makes an account with its first admin, and all that furnish adds, in one
// transaction: it is wholly there or not at all. Furnish may be nil; the outcome that it finds has
// the account and the admin. Write says when and by which job; who acts is the server itself.
func (s *Database) CreateAccount(ctx context.Context, w Write, in CreateAccount, furnish func(context.Context, *Tx) error) (*Outcome, error) {
	system := desk.System(&desk.Account{ID: pg.NewID()})
	w.By = read.Authenticated(system)
	return s.Write(ctx, w, func(ctx context.Context, t *Tx) (err error) {
		// Another attempt begins with the same key, and nothing of the last one.
		*system.Account = desk.Account{ID: system.Account.ID}
		if t.out.Account, err = desk.NewAccount(t.Act, in.Slug, in.Name, in.Plan); err != nil {
			return err
		}
		if t.out.Agent, err = desk.NewAgent(t.Act, in.AdminEmail, in.AdminName, desk.RoleAdmin); err != nil {
			return err
		}
		if furnish == nil {
			return nil
		}
		return furnish(ctx, t)
	})
}

// AccountBySlug finds an account by its slug; nil when there is none.
func (s *Database) AccountBySlug(ctx context.Context, slug string) (*desk.Account, error) {
	a := new(desk.Account)
	there, err := pg.Found(s.client.Bun.NewSelect().Model(a).Where("slug = ?", slug).Scan(ctx))
	if !there {
		return nil, err
	}
	return a, nil
}

// UpdateAccount changes the account's settings.
func (t *Tx) UpdateAccount(ctx context.Context, expected *int, name *string, keepDays *int, language *desk.Language) error {
	a := new(desk.Account)
	if err := t.lock(ctx, "account", t.Act.By.Account.ID); err != nil {
		return err
	}
	if err := t.NewSelect().Model(a).Where("id = ?", t.Act.By.Account.ID).Scan(ctx); err != nil {
		return err
	}
	if err := desk.Expect(a, expected); err != nil {
		return err
	}
	t.out.Account = a
	return a.Update(t.Act, name, keepDays, language)
}
