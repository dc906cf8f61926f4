package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"deskwire/db"
	"deskwire/db/embedded"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
	"deskwire/seed/demo"
)

type tokenCommand struct {
	Email   string        `required:"" help:"The email address of the agent that the token is for."`
	Account string        `default:"demo" placeholder:"SLUG" help:"The slug of the agent's account."`
	Name    string        `default:"made on the command line" help:"What the token is used for."`
	Scope   []desk.Scope  `enum:"READ,WRITE,CHANNEL,ADMIN" help:"The scopes of the token: READ, WRITE, CHANNEL, ADMIN. Default: everything that the agent's role allows."`
	Expires time.Duration `help:"How long the token is valid, such as 720h. Default: as long as TOKEN_MAX_LIFETIME lets it, or forever."`
}

// Run prints a token and nothing else, beside a running server too.
func (t tokenCommand) Run(ctx context.Context, s *Settings, c console) error {
	d, err := openExisting(ctx, s, s.newLogger(c.err))
	if err != nil {
		return err
	}
	if s.usesDefaultDatabase() {
		_, _ = fmt.Fprintf(c.err, "deskwire: neither DATABASE_URL nor DATA_DIR is set, so this token is for %s\n", s.databaseName())
	}
	secret, err := makeToken(ctx, d.Store, t)
	if errors.Is(err, errNoAgent) {
		err = fmt.Errorf("%w; looked in %s", err, s.databaseName())
	}
	if err := errors.Join(err, d.closeDatabase()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, secret)
	return err
}

func makeToken(ctx context.Context, store *db.Store, t tokenCommand) (secret string, err error) {
	by, err := store.ActorByEmail(ctx, t.Account, t.Email)
	if err != nil {
		return "", err
	}
	if by == nil {
		return "", fmt.Errorf("%w %s in an account %s: see --email and --account", errNoAgent, t.Email, t.Account)
	}
	var expires *time.Time
	if t.Expires != 0 {
		at := time.Now().Add(t.Expires).UTC().Truncate(time.Millisecond)
		expires = &at
	}
	// The operator may do this for anybody, so it is not the agent who acts.
	out, err := store.Write(ctx, write.Write{By: read.Authenticated(desk.System(by.Account)), Mutation: "token"}, func(ctx context.Context, tx *write.Tx) error {
		return tx.CreateToken(ctx, &by.Agent.ID, t.Name, t.Scope, expires)
	})
	if err != nil {
		return "", withoutCode(err)
	}
	return *out.Secret, nil
}

var errNoAgent = errors.New("there is no active agent")

// withoutCode is the sentence of a refusal without its code, for people.
func withoutCode(err error) error {
	var refused *desk.Error
	if errors.As(err, &refused) {
		return errors.New(refused.Message)
	}
	return err
}

// demoToken gives the token that the last start printed, if it is still good, so that what
// was pasted somewhere goes on working; else a new one. It is kept beside the demo's data, which
// is no more secret.
func demoToken(ctx context.Context, store *db.Store, dataDir string) (string, error) {
	if dataDir == "" {
		dataDir = embedded.DefaultDir()
	}
	file := filepath.Join(dataDir, "demo-token")
	kept, _ := os.ReadFile(file) // where it can't be read or written, each start makes another
	secret := strings.TrimSpace(string(kept))
	if by, err := store.ActorByToken(ctx, read.HashSecret(secret)); by != nil || err != nil {
		return secret, err
	}
	secret, err := makeToken(ctx, store, tokenCommand{Email: demo.AdminEmail, Account: demo.Account, Name: "printed when the server starts"})
	if err != nil {
		return "", err
	}
	_ = os.WriteFile(file, []byte(secret+"\n"), 0o600)
	return secret, nil
}
