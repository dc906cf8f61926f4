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
	p, file := newStarter(t), fixture(t, contactFile)
	if sum, want := p.run(&contacts, file), (Result{Added: 6}); sum != want {
		t.Fatalf("got %+v, want %+v", sum, want)
	}
	p.same("all of them", p.sql(`SELECT concat_ws('|', name, email, phone, right(external_id, 3)) FROM contacts ORDER BY external_id`), []string{
		"Mina Harb|mina@harb.example|49305550101|001", "Tina O'Dell|tina@odell.example|+49305550102|002",
		"Ole van der Berg|ole@berg.example|+49305550103|003", "Zoë Ångström|zoe@angstrom.example|+49305550104|004",
		`Li "Leo" Wang|leo@wang.example|+49305550105|005`, "Rui|rui@sol.example|006",
	})
	im, _ := p.importer(&contacts)
	err := im.inTransaction(t.Context(), func(ctx context.Context, tx *write.Tx) error {
		email, name := "tina@odell.example", "Tina O'Dell-Pratt"
		return tx.UpsertContact(ctx, desk.ContactInput{Email: &email, Name: &name})
	})
	if err != nil {
		t.Fatal(err)
	}
	before := p.contents()
	if sum, want := p.run(&contacts, file), (Result{There: 6}); sum != want || p.contents() != before {
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
	p, file := newStarter(t), fixture(t, chatFile)
	if sum, want := p.run(&abcd, file), (Result{Added: 2}); sum != want {
		t.Fatalf("got %+v, want %+v", sum, want)
	}
	p.same("contacts", p.sql("SELECT concat_ws('|', name, email, phone, external_id) FROM contacts ORDER BY name"), []string{
		"mina harb|mina@harb.example|0305550107|abcd:mharb7", "omar dia|0305550102",
	})
	first := `FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.thread_key = 'abcd:101' ORDER BY m.created_at, m.id`
	p.same("a chat", p.sql("SELECT concat_ws(' ', m.kind, m.text) "+first), []string{
		"OUTGOING Hello!", "OUTGOING What can I do for you?", "INCOMING my parcel is late",
		"COMMENT Order 4471 has been looked up.", "OUTGOING It arrives tomorrow, Mina.", "INCOMING thanks",
	})
	p.same("its subject", p.sql("SELECT subject FROM conversations WHERE thread_key = 'abcd:101'"), []string{"order issue: late parcel"})
	p.same("how many there are", p.sql("SELECT count(DISTINCT thread_key) || ' ' || count(*) FROM conversations"), []string{"2 2"})
	before := p.contents()
	if sum, want := p.run(&abcd, file), (Result{There: 2}); sum != want || p.contents() != before {
		t.Errorf("again: got %+v, want %+v and no change", sum, want)
	}
}
