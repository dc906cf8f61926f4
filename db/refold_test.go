package db_test

import (
	"context"
	"testing"

	"deskwire/db"
	"deskwire/db/write"
	"deskwire/desk"
)

// What was kept in a form of before is found in it, and brought into that of today, unless somebody
// else has it.
func TestRefold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	ids := map[string]desk.ID{}
	for name, c := range map[string][2]string{
		"xn": {"info@xn--bcher-kva.example", ""}, "digits": {"", "004930123"}, "both": {"zoe\u0308@x.test", "0049301234"},
		"today": {"kate@x.test", "+4930999"}, "taken": {"a@xn--bcher-kva.example", "004977"}, "taker": {"a@bücher.example", ""}, "no address": {"nobody", "0049"},
	} {
		ids[name] = NewID()
		w.exec("INSERT INTO contacts VALUES ($1, $2, NULLIF($3, ''), NULLIF($4, ''), NULL, $5, 1, $6)", w.account.ID, ids[name], c[0], c[1], name, epoch)
	}
	w.exec("UPDATE agents SET email = 'ann@xn--bcher-kva.example' WHERE id = $1", w.ann.Agent.ID)
	w.exec("UPDATE agents SET email = 'ben@xn--bcher-kva.example' WHERE id = $1", w.ben.Agent.ID)
	w.exec("UPDATE agents SET email = 'ben@bücher.example' WHERE id = $1", w.idle.Agent.ID)
	known := func(name string, in desk.ContactInput) {
		t.Helper()
		out, err := w.store.Write(ctx, write.Write{By: asSystem(w), Mutation: "test"}, func(ctx context.Context, tx *write.Tx) error {
			_, err := tx.LearnContact(ctx, in)
			return err
		})
		if err != nil || out.Contact.ID != ids[name] {
			t.Errorf("%s is not known by %v and %v: %+v, %v", name, in.Email, in.Phone, out, err)
		}
	}
	for range 2 { // before it is brought into the form of today, and after
		known("xn", desk.ContactInput{Email: new("INFO@bücher.example")})
		known("xn", desk.ContactInput{Email: new("info@xn--bcher-kva.example")})
		known("digits", desk.ContactInput{Phone: new("+49 30 123")})
		known("digits", desk.ContactInput{Phone: new("0049 30 123")})
		known("taker", desk.ContactInput{Email: new("a@xn--bcher-kva.example")})
		if _, err := w.store.Refold(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"xn": "info@bücher.example ", "digits": " +4930123", "both": "zoë@x.test +49301234", "today": "kate@x.test +4930999",
		"taken": "a@xn--bcher-kva.example +4977", "taker": "a@bücher.example ", "no address": "nobody 0049",
	} {
		var got string
		if must(t, w.sql.QueryRow(ctx, "SELECT concat(email, ' ', phone) FROM contacts WHERE id = $1", ids[name]).Scan(&got)); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	for by, want := range map[*desk.Actor]string{w.ann: "ann@bücher.example", w.ben: "ben@xn--bcher-kva.example", w.idle: "ben@bücher.example"} {
		var got string
		if must(t, w.sql.QueryRow(ctx, "SELECT email FROM agents WHERE id = $1", by.Agent.ID).Scan(&got)); got != want {
			t.Errorf("%s has the address %s, not %s", by.Agent.Name, got, want)
		}
	}
	if by, err := w.store.ActorByEmail(ctx, w.account.Slug, "ann@bücher.example"); err != nil || by == nil || by.Agent.ID != w.ann.Agent.ID {
		t.Errorf("Ann is signed in as %v, %v", by, err)
	}
	if n, err := w.store.Refold(ctx); n != 0 || err != nil {
		t.Errorf("%d were changed once more, %v", n, err)
	}
}
