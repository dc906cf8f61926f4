package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// TestPrincipal_verifiedOnceMore: whoever was looked up a while ago, by an API token or for an
// identity provider, is verified once more before a query is answered, before a mutation begins and
// before it commits.
func TestPrincipal_verifiedOnceMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	for name, end := range map[string]struct {
		of    string // kind of principal; both where it is not said
		words string
	}{
		"deactivated":   {"", "UPDATE agents SET deactivated_at = now() WHERE id = $1"},
		"read only":     {"", "UPDATE agents SET role = 'READ_ONLY' WHERE id = $1"},
		"another plan":  {"", "UPDATE accounts SET plan = 'FREE' WHERE id = (SELECT account_id FROM agents WHERE id = $1)"},
		"token revoked": {"token", "UPDATE tokens SET revoked_at = now() WHERE agent_id = $1"},
	} {
		for kind, lookUp := range map[string]func(*desk.Actor, string) (*read.Principal, error){
			"token": func(_ *desk.Actor, secret string) (*read.Principal, error) {
				return w.store.PrincipalByToken(ctx, read.HashSecret(secret), false)
			},
			"provider": func(by *desk.Actor, _ string) (*read.Principal, error) {
				return w.store.PrincipalByEmail(ctx, w.account.Slug, by.Agent.Email)
			},
		} {
			if end.of != "" && end.of != kind {
				continue
			}
			w.newAccount(strings.ReplaceAll(name, " ", "-") + "-" + kind)
			w.exec("UPDATE accounts SET plan = 'STARTER' WHERE id = $1", w.account.ID)
			by := w.actor("eve", desk.RoleAgent)
			secret := *w.write(by, func(ctx context.Context, t *write.Tx) error { return t.CreateToken(ctx, nil, "T", nil, nil) }).Secret
			begin := func(p *read.Principal) error { _, err := w.store.Begin(ctx, p); return err }
			add := func(p *read.Principal, meanwhile func()) error {
				_, err := w.store.Write(ctx, write.Write{By: p, Mutation: "test"}, func(ctx context.Context, t *write.Tx) error {
					meanwhile()
					return t.UpsertContact(ctx, desk.ContactInput{Email: new("late@contact.test")})
				})
				return err
			}
			var waiting [3]*read.Principal
			for i := range waiting {
				p, err := lookUp(by, secret)
				must(t, err)
				must(t, begin(p))
				waiting[i] = p
			}
			change := func() {
				w.exec(end.words, by.Agent.ID)
				<-time.After(2 * read.VerifiedFor)
			}
			<-time.After(2 * read.VerifiedFor)
			for what, err := range map[string]error{
				"before the commit": add(waiting[0], change),
				"before a query":    begin(waiting[1]),
				"before a mutation": add(waiting[2], func() {}),
			} {
				var refused *desk.Error
				if !errors.As(err, &refused) || refused.Code != desk.CodeForbidden {
					t.Errorf("%s, %s, %s: %v", kind, name, what, err)
				}
			}
		}
	}
}
