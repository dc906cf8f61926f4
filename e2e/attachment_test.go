package e2e

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"deskwire/desk"
)

// request does one plain request at a signed address. Addresses are made for the public name of the
// server.
func (s *server) request(t *testing.T, method, address string, body []byte) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, strings.Replace(address, "http://desk.test", s.URL, 1), bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(content)
}

func (s *server) requestStatus(t *testing.T, method, address string, body []byte) int {
	t.Helper()
	resp, _ := s.request(t, method, address, body)
	return resp.StatusCode
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))
	team := a.createTeam(t, "Support")
	_, channel := a.createInbox(t, "Support", vars{"teamIds": []string{team}})
	_, ben := a.createAgent(t, "ben", desk.RoleAgent, team)
	_, cleo := a.createAgent(t, "cleo", desk.RoleAgent)
	c := a.receiveMessage(t, channel, "files", "pia@contact.test", "Send me the picture")

	file := []byte("<script>alert(1)</script>")
	p := ben.must(t, "attachmentCreate", "attachment { id url } uploadUrl", vars{"fileName": "naïve <b>.html", "contentType": "text/html", "size": len(file)})
	id, put := p.str("attachment.id"), p.str("uploadUrl")
	if !p.isNull("attachment.url") {
		t.Error("a file without bytes has an address to read from")
	}
	send := vars{"conversationId": c, "text": "Here", "attachmentIds": []string{id}}
	if got := errorCode(ben.mutate(t, "messageSend", "", send)); got != "INVALID_INPUT" {
		t.Errorf("sending a file that is not uploaded answered %q", got)
	}
	for _, step := range []struct {
		what, method, address string
		body                  []byte
		want                  int
	}{
		{"too few bytes", "PUT", put, file[1:], 400},
		{"a forged address", "PUT", put[:len(put)-2] + "AA", file, 404},
		{"reading by the address to write", "GET", put, nil, 404},
		{"the bytes", "PUT", put, file, 204},
		{"the bytes again", "PUT", put, file, 409},
	} {
		if got := s.requestStatus(t, step.method, step.address, step.body); got != step.want {
			t.Errorf("%s: status %d, not %d", step.what, got, step.want)
		}
	}
	if got := errorCode(cleo.mutate(t, "messageSend", "", send)); got != "NOT_FOUND" {
		t.Errorf("sending somebody else's file answered %q", got)
	}
	ben.must(t, "messageSend", "message { id }", send)
	if got := errorCode(ben.mutate(t, "messageSend", "", send)); got != "INVALID_INPUT" {
		t.Errorf("sending a file twice answered %q", got)
	}

	sent := ben.do(t, `query($id: ID!) { conversation(id: $id) { messages(last: 1) { nodes { ... on OutgoingMessage { attachments { id fileName size url } } } } } }`,
		vars{"id": c}).at("conversation.messages.nodes.0.attachments.0")
	resp, content := s.request(t, "GET", sent.str("url"), nil)
	if content != string(file) || resp.Header.Get("Content-Type") != "application/octet-stream" ||
		!strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment;") || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the file came as %q with %v", content, resp.Header)
	}
	node := "query($id: ID!) { node(id: $id) { id } }"
	if a := cleo.do(t, node, vars{"id": id}); !a.at("node").isNull(".") {
		t.Error("a file of an inbox that is not hers shows itself to cleo")
	}
	s.advanceClock(2 * time.Hour)
	if got := s.requestStatus(t, "GET", sent.str("url"), nil); got != 404 {
		t.Errorf("an hour later the address answers %d", got)
	}
}

// TestAttachmentsGo checks that files go with their message, and that what nobody sends does not
// stay.
func TestAttachmentsGo(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))
	_, channel := a.createInbox(t, "Support", nil)
	upload := func() string {
		p := a.admin.must(t, "attachmentCreate", "attachment { id } uploadUrl", vars{"fileName": "a.txt", "contentType": "text/plain", "size": 3})
		if got := s.requestStatus(t, "PUT", p.str("uploadUrl"), []byte("abc")); got != 204 {
			t.Fatalf("uploading answered %d", got)
		}
		return p.str("attachment.id")
	}
	unsent, received, noted, started := upload(), upload(), upload(), upload()
	in := vars{"channelId": channel, "externalId": "x", "contact": vars{"email": "pia@contact.test"}, "attachmentIds": []string{received}}
	c := a.admin.must(t, "messageReceive", "conversation { id } message { ... on IncomingMessage { attachments { id } } }", in)
	if c.str("message.attachments.0.id") != received {
		t.Errorf("the message came without its file: %v", c.v)
	}
	if again := a.admin.must(t, "messageReceive", "duplicate", in); !again.boolean("duplicate") {
		t.Error("the same message with its file again is no duplicate")
	}
	note := a.admin.must(t, "commentCreate", "comment { attachments { id } }", vars{"conversationId": c.str("conversation.id"), "text": "", "attachmentIds": []string{noted}})
	first := a.admin.must(t, "conversationStart", "conversation { id } message { ... on OutgoingMessage { attachments { id } } }",
		vars{"channelId": channel, "contact": vars{"email": "jo@contact.test"}, "attachmentIds": []string{started}})
	if note.str("comment.attachments.0.id") != noted || first.str("message.attachments.0.id") != started {
		t.Errorf("a comment or a first message came without its file: %v %v", note.v, first.v)
	}
	for mutation, in := range map[string]vars{"commentCreate": {"conversationId": first.str("conversation.id"), "text": "x"}, "conversationStart": {"channelId": channel, "contact": vars{"email": "x@contact.test"}}} {
		in["attachmentIds"] = []string{received}
		if got := errorCode(a.admin.mutate(t, mutation, "", in)); got != "INVALID_INPUT" {
			t.Errorf("%s with the file of another message answered %q", mutation, got)
		}
	}
	for _, id := range []string{c.str("conversation.id"), first.str("conversation.id")} {
		a.admin.must(t, "conversationTrash", "", vars{"conversationId": id})
	}
	there := func() (n int) {
		for _, f := range a.admin.do(t, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", vars{"ids": []string{unsent, received, noted, started}}).at("nodes").list(".") {
			if f.v != nil {
				n++
			}
		}
		return n
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 4}, {25 * time.Hour, 3}, {30 * 24 * time.Hour, 0}} {
		s.advanceClock(step.after)
		if _, err := s.store.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := there(); got != step.want {
			t.Errorf("%v later %d files are there, not %d", step.after, got, step.want)
		}
	}
}
