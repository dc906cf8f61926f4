package intake

import (
	"context"
	"testing"

	"deskwire/db/write"
	"deskwire/desk"
)

// The CSV's people come in; what somebody corrected since stays when it is read again.
func TestContacts(t *testing.T) {
	t.Parallel()
	p, file := newStarter(t), data(t, contactFile)
	if sum, want := p.run(&contacts, file), (Result{Added: 25}); sum != want {
		t.Fatalf("got %+v, want %+v", sum, want)
	}
	p.same("two of them", p.sql(`SELECT concat_ws('|', name, email, phone, external_id) FROM contacts WHERE email LIKE '%zell0@%' OR email LIKE 'tol%' ORDER BY 1`), []string{
		"Clarice Uzzell|cuzzell0@mozilla.org|918080808080|bb4e11cd-0f23-49da-a123-dcc1fec6852c",
		"Tina O'Lunney|tolunney4@si.edu|+918080808084|3540d40a-5567-4f28-af98-5583a7ddbc56",
	})
	im, _ := p.importer(&contacts)
	err := im.inTransaction(t.Context(), func(ctx context.Context, tx *write.Tx) error {
		email, name := "cuzzell0@mozilla.org", "Clarice Uzzell-Pratt"
		return tx.UpsertContact(ctx, desk.ContactInput{Email: &email, Name: &name})
	})
	if err != nil {
		t.Fatal(err)
	}
	before := p.contents()
	if sum, want := p.run(&contacts, file), (Result{There: 25}); sum != want || p.contents() != before {
		t.Errorf("again: got %+v, want %+v and no change", sum, want)
	}
}

// A contact that is known by one thing learns the others.
func TestContactsLearn(t *testing.T) {
	t.Parallel()
	p := newStarter(t)
	p.run(&contacts, []byte("email,name\r\nmina@acme.test,\r\n"))
	sum := p.run(&contacts, []byte("\uFEFFName;x,Phone,EMAIL,name\n,+49 30 1234,Mina@acme.test,Mina Harb\n"))
	if want := (Result{There: 1}); sum != want {
		t.Errorf("got %+v, want %+v", sum, want)
	}
	p.same("contacts", p.sql("SELECT concat_ws('|', name, email, phone) FROM contacts"), []string{"Mina Harb|mina@acme.test|+49301234"})
}

// Chats of the third format: the agent may speak first, and what they did beside is a comment.
func TestChats(t *testing.T) {
	t.Parallel()
	p, file := newStarter(t), data(t, abcdFile)
	if sum, want := p.run(&abcd, file), (Result{Added: 3}); sum != want {
		t.Fatalf("got %+v, want %+v", sum, want)
	}
	p.same("contacts", p.sql("SELECT concat_ws('|', name, email, phone, external_id) FROM contacts ORDER BY name"), []string{
		"alessandro phoenix|aphoenix939@email.com|7277607806|abcd:aphoenix939", "crystal minh|cminh730@email.com|9776252661|abcd:cminh730", "joyce wu|8597879085",
	})
	first := `FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.thread_key = 'abcd:3592' ORDER BY m.created_at, m.id LIMIT 7`
	p.same("a chat", p.sql("SELECT concat_ws(' ', m.kind, m.text) "+first), []string{
		"OUTGOING Hi!", "OUTGOING How can I help you?", "INCOMING Hi! I need to return an item, can you help me with that?",
		"OUTGOING sure, may I have your name please?", "INCOMING Crystal Minh", "OUTGOING thanks, may I ask the reason for the return?",
		"COMMENT Account has been pulled up for Crystal Minh.",
	})
	p.same("its subject", p.sql("SELECT subject FROM conversations WHERE thread_key = 'abcd:3592'"), []string{"product defect: return size"})
	p.same("how many there are", p.sql("SELECT count(DISTINCT thread_key) || ' ' || count(*) FROM conversations"), []string{"3 3"})
	before := p.contents()
	if sum, want := p.run(&abcd, file), (Result{There: 3}); sum != want || p.contents() != before {
		t.Errorf("again: got %+v, want %+v and no change", sum, want)
	}
}
