package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"deskwire/desk"
)

// TestByteBudget: a list may be asked for many times, and its texts may be long; no answer has more
// than 32 MB, and none is made of more.
func TestByteBudget(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))
	_, channel := a.createInbox(t, "Support", nil)
	html := "<p>" + strings.Repeat("x", desk.MaxHTML-7) + "</p>"
	var c string
	const messages = 65 // of 512 kB: more than 32 MB
	for i := range messages {
		c = a.admin.must(t, "messageReceive", "conversation { id }", vars{"channelId": channel, "externalId": fmt.Sprint("m", i), "threadKey": "long",
			"contact": vars{"email": "pia@contact.test"}, "text": "Long", "html": html}).str("conversation.id")
	}
	const reading = "query($id: ID!) { conversation(id: $id) { %s } }"
	for _, q := range []struct {
		what, fields string
		refused      bool
	}{
		{"a page of long messages", "messages(last: 50) { nodes { ... on IncomingMessage { html } } }", false},
		{"more long messages than can be read", "messages(last: 65) { nodes { ... on IncomingMessage { html } } }", true},
		{"as many, and nothing that is long of them", "messages(last: 65) { nodes { id } }", false},
		{"small pages of more than can be read", repeatFormatted(70, " p%d: messages(last: 1) { nodes { ... on IncomingMessage { html } } }"), true},
		{"twenty times the same HTML", "messages(last: 1) { nodes { ... on IncomingMessage {" + repeatFormatted(20, " h%d: safeHtml") + " } } }", false},
		{"the same HTML too often", "messages(last: 1) { nodes { ... on IncomingMessage {" + repeatFormatted(70, " h%d: safeHtml") + " } } }", true},
		{"long names for what is short", "messages(last: 50) { nodes {" + repeatFormatted(30, " "+strings.Repeat("n", 1900)+"%d: id") + " } }", false},
	} {
		got, err := a.admin.tryQuery(fmt.Sprintf(reading, q.fields), vars{"id": c})
		switch {
		case err != nil:
			t.Fatal(err)
		case !q.refused && len(got.Errors) > 0:
			t.Errorf("%s: %.300s", q.what, got.Raw)
		case q.refused && (len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != "QUERY_TOO_EXPENSIVE" || got.Data != nil):
			t.Errorf("%s: %.300s", q.what, got.Raw)
		}
	}
	for range 50 { // whatever connections were lost
		a.admin.do(t, "{ account { id } inboxes { id } }", nil)
	}
}

func repeatFormatted(n int, format string) (all string) {
	for i := range n {
		all += fmt.Sprintf(format, i)
	}
	return all
}
