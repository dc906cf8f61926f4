package e2e

import (
	"strings"
	"testing"
)

// TestSafeHTMLIsKept: the form of a message's HTML that a page may show is made when the message is
// written, and read from then on. Where the server's sanitizer is another one, it is made at
// reading.
func TestSafeHTMLIsKept(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	conn := acc.server.sqlConn(t)
	exec := func(sql string) {
		if _, err := conn.Exec(t.Context(), sql+" AND external_id IN ('kept', 'long', 'plain') OR html = '<b>Bold</b><script>x</script>'"); err != nil {
			t.Fatal(err)
		}
	}
	received := vars{"channelId": acc.channels["Support"], "externalId": "kept", "threadKey": "kept", "contact": vars{"email": "kept@x.test"}}
	p := acc.admin.must(t, "messageReceive", "message { id ... on IncomingMessage { safeHtml } } conversation { id }", withValue(received, "html", "<p onclick=x>Hi</p>"))
	in := p.str("conversation.id")
	sent := acc.admin.must(t, "messageSend", "message { ... on OutgoingMessage { safeHtml } }", vars{"conversationId": in, "html": "<b>Bold</b><script>x</script>"})
	acc.admin.must(t, "messageReceive", "", withValue(withValue(received, "externalId", "long"), "html", "<p>Long</p>"+strings.Repeat("x ", 270<<10)))
	acc.admin.must(t, "messageReceive", "", withValue(withValue(received, "externalId", "plain"), "text", "No HTML"))
	if got := p.str("message.safeHtml") + sent.str("message.safeHtml"); got != "<p>Hi</p><b>Bold</b>" {
		t.Errorf("the payloads show %s", got)
	}

	show := func() (all []string) {
		for _, m := range acc.admin.do(t, `query ($id: ID!) { conversation(id: $id) { messages(first: 9) { nodes {
			... on IncomingMessage { safeHtml } ... on OutgoingMessage { safeHtml } } } } }`, vars{"id": in}).at("conversation").list("messages.nodes") {
			all = append(all, m.str("safeHtml"))
		}
		return all
	}
	made := show()
	if len(made) != 4 || made[0] != "<p>Hi</p>" || made[1] != "<b>Bold</b>" || !strings.HasPrefix(made[2], "<p>Long</p>x x") || made[3] != "" {
		t.Fatalf("shown are %.200q", made)
	}
	exec("UPDATE messages SET safe_html = 'kept ' || kind WHERE html IS NOT NULL")
	if got := strings.Join(show(), ", "); got != "kept INCOMING, kept OUTGOING, kept INCOMING, " {
		t.Errorf("made anew: %.200q", got)
	}
	for _, version := range []string{"NULL", "0"} {
		exec("UPDATE messages SET safe_html = '<script>', safe_html_version = " + version + " WHERE kind = 'INCOMING'")
		if got, want := strings.Join(show(), ", "), strings.Join(made, ", "); got != want {
			t.Errorf("version %s: shown are %.200q, not %.200q", version, got, want)
		}
	}
}
