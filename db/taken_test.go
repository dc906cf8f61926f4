package db_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

func asSystem(w *world) *read.Principal { return read.Authenticated(desk.System(w.account)) }

// Who names what another contact is known by is told so at the first attempt.
func TestTakenKeys_atOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	for _, in := range []desk.ContactInput{{ExternalID: new("A"), Email: new("a@x.test"), Phone: new("+491")}, {ExternalID: new("B")}, {Phone: new("+4922")}} {
		must(t, w.tryWrite(ctx, w.admin, func(ctx context.Context, tx *write.Tx) error { return tx.UpsertContact(ctx, in) }))
	}
	var b desk.ID
	must(t, w.sql.QueryRow(ctx, "SELECT id FROM contacts WHERE external_id = 'B'").Scan(&b))
	for name, do := range map[string]func(context.Context, *write.Tx) error{
		"email": func(ctx context.Context, tx *write.Tx) error {
			return tx.UpsertContact(ctx, desk.ContactInput{ExternalID: new("B"), Email: new("A@x.test")})
		},
		"phone": func(ctx context.Context, tx *write.Tx) error {
			return tx.UpsertContact(ctx, desk.ContactInput{Email: new("a@x.test"), Phone: new("+49 22")})
		},
		"phone of a new one": func(ctx context.Context, tx *write.Tx) error {
			return tx.UpsertContact(ctx, desk.ContactInput{ExternalID: new("C"), Phone: new("+491")})
		},
		"externalId in an update": func(ctx context.Context, tx *write.Tx) error {
			return tx.UpdateContact(ctx, b, nil, desk.ContactPatch{SetExternalID: true, ContactInput: desk.ContactInput{ExternalID: new("A")}})
		},
	} {
		attempts := 0
		err := w.tryWrite(ctx, w.admin, func(ctx context.Context, tx *write.Tx) error {
			attempts++
			return do(ctx, tx)
		})
		path, _, _ := strings.Cut(name, " ")
		if refused := (*desk.Error)(nil); !errors.As(err, &refused) || refused.Code != desk.CodeAlreadyExists || len(refused.Path) == 0 || refused.Path[len(refused.Path)-1] != path || attempts != 1 {
			t.Errorf("%s: %v after %d attempts", name, err, attempts)
		}
	}
}

// An import finds an inbox, a channel and a pipeline by a name that looks the same.
func TestFind_bySeenName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	must(t, w.tryWrite(ctx, w.admin, func(ctx context.Context, tx *write.Tx) error {
		for _, name := range []string{"Inbox 0", "inbox 0", "INBOX\u00a0 0 ", "In\u200bbox 0"} {
			inbox, err := tx.FindInbox(ctx, name)
			if err != nil || inbox == nil || inbox.ID != w.inboxes[0] {
				t.Errorf("the inbox %q is %v, %v", name, inbox, err)
			}
		}
		channel, err := tx.FindChannel(ctx, w.inboxes[1], "channel  1")
		if err != nil || channel == nil || channel.ID != w.channels[1] {
			t.Errorf("the channel is %v, %v", channel, err)
		}
		if p, err := tx.FindPipeline(ctx, "p "); err != nil || p == nil || p.ID != w.pipeline {
			t.Errorf("the pipeline is %v, %v", p, err)
		}
		if inbox, err := tx.FindInbox(ctx, "Inbox"); err != nil || inbox != nil {
			t.Errorf("an inbox that is not there is %v, %v", inbox, err)
		}
		return nil
	}))
}

// Namesakes of before get names of their own, and nobody can take theirs.
func TestMigrate_namesakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	long := strings.Repeat("爸", 66)
	w.exec("DROP INDEX labels_name_key; DROP INDEX teams_name_key")
	for i, name := range []string{"VIP", "vip", "VIP (2)", "V\u200bIP", "Other", long, long + "\u00ad", "VIP\U0001bca0"} {
		at := epoch.Add(time.Duration(i) * time.Second)
		w.exec("INSERT INTO labels VALUES ($1, $2, $3, '#000000', '', NULL, 1, $4)", w.account.ID, NewID(), name, at)
		w.exec("INSERT INTO teams VALUES ($1, $2, $3, 1, $4)", w.account.ID, NewID(), name, at)
	}
	w.exec("INSERT INTO labels VALUES ($1, $2, 'vip', '#000000', '', $3, 1, $3)", w.account.ID, NewID(), epoch) // archived
	w.exec("CREATE UNIQUE INDEX labels_name_key ON labels (id); CREATE UNIQUE INDEX teams_name_key ON teams (id)")
	files, err := fs.Glob(db.MigrationFiles, "migrations/20261130000700*")
	must(t, err)
	text, err := fs.ReadFile(db.MigrationFiles, files[0])
	must(t, err)
	w.exec(string(text))
	for _, table := range []string{"labels", "teams"} {
		var names string
		var longest, archived int
		must(t, w.sql.QueryRow(ctx, "SELECT string_agg(name, ', ' ORDER BY created_at) FILTER (WHERE seen_as(name) LIKE 'vip%' AND version > 0), max(octet_length(name)), count(*) FILTER (WHERE name = 'vip') FROM "+table+" WHERE name NOT LIKE 'Team%' AND created_at > $1", epoch.Add(-1)).Scan(&names, &longest, &archived))
		for _, want := range []string{"VIP, ", "vip (2)", "VIP (2)"} {
			if !strings.Contains(names, want) {
				t.Errorf("%s are %s, without %q", table, names, want)
			}
		}
		if longest > desk.MaxName {
			t.Errorf("a name of %s has %d bytes", table, longest)
		}
		if _, err := w.sql.Exec(ctx, "UPDATE "+table+" SET name = 'other' WHERE name = 'vip (2)' OR name LIKE 'vip (2) (%'"); err == nil {
			t.Errorf("a namesake of %s can be given any name", table)
		}
	}
}

// Who may not change an agent's time zone waits for nobody, and holds nobody up.
func TestSetTimeZone_refusedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.exec("SELECT pg_advisory_lock(hashtextextended('set-up ' || $1::uuid, 0))", w.account.ID)
	soon, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	channel := *w.bot
	channel.Scopes = []desk.Scope{desk.ScopeChannel}
	for _, by := range []*desk.Actor{&channel, w.ben} {
		err := w.tryWrite(soon, by, func(ctx context.Context, tx *write.Tx) error { return tx.SetTimeZone(ctx, w.ann.Agent.ID, nil, "UTC") })
		if refused := (*desk.Error)(nil); !errors.As(err, &refused) || refused.Code != desk.CodeForbidden {
			t.Errorf("%s: %v", by.Agent.Name, err)
		}
	}
	w.exec("SELECT pg_advisory_unlock_all()")
	w.exec("SELECT pg_advisory_lock_shared(hashtextextended('set-up ' || $1::uuid, 0))", w.account.ID)
	if err := w.tryWrite(soon, w.ann, func(ctx context.Context, tx *write.Tx) error {
		return tx.SetTimeZone(ctx, w.ann.Agent.ID, nil, "Europe/Berlin")
	}); err != nil {
		t.Errorf("one's own zone, beside a mutation that refers to the configuration: %v", err)
	}
}
