package e2e

import (
	"fmt"
	"strings"
	"testing"
)

const receivedShape = "message { ... on IncomingMessage { id text html safeHtml sentAt attachments { id } } } conversation { id subject preview } contact { name email phone externalId } warnings { message path }"

// TestReceiveMends: nothing that a sender can get wrong refuses their message; what was mended is
// told.
func TestReceiveMends(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	for i, c := range []struct {
		name  string
		input vars
		told  int
		want  map[string]string
	}{
		{"a subject alone", vars{"subject": "Please cancel order 4711 today", "text": ""}, 0, map[string]string{"conversation.subject": "Please cancel order 4711 today"}},
		{"a subject and HTML that shows nothing", vars{"subject": "Cancel", "html": "<div><br></div>"}, 0, map[string]string{"conversation.subject": "Cancel"}},
		{"a subject and hidden words", vars{"subject": "Cancel", "html": "<div style='display:none'>HIDDEN</div>"}, 0, map[string]string{"message.text": "", "conversation.preview": ""}},
		{"a preheader", vars{"html": "<div style='display:none'>HIDDEN PREHEADER</div><p>Real words</p>"}, 0,
			map[string]string{"message.text": "Real words", "conversation.preview": "Real words", "message.safeHtml": "<p>Real words</p>"}},
		{"struck words", vars{"html": "<span style='text-decoration:line-through'>twelve</span> two tents"}, 0, map[string]string{"message.text": "~~twelve~~ two tents"}},
		{"a subject of many lines", vars{"subject": "Hi\r\nBcc: all@x.test", "text": "x"}, 1, map[string]string{"conversation.subject": "Hi Bcc: all@x.test"}},
		{"a subject that turns", vars{"subject": "a\u202eb\x1b[1m\x07", "text": "x"}, 1, map[string]string{"conversation.subject": "ab [1m"}},
		{"a subject that is too long", vars{"subject": strings.Repeat("s", 2000), "text": "x"}, 1, map[string]string{"conversation.subject": strings.Repeat("s", 995) + "…"}},
		{"a text with NUL", vars{"text": "a\x00b"}, 1, map[string]string{"message.text": "a\ufffdb"}},
		{"a text that is too long", vars{"text": strings.Repeat("x", 300<<10)}, 1, nil},
		{"HTML that is too long", vars{"html": "<p>Hi</p><img src='" + strings.Repeat("x", 520<<10)}, 1, map[string]string{"message.text": "Hi"}},
		{"an id that is too long", vars{"text": "x", "externalId": strings.Repeat("i", 2000)}, 1, nil},
		{"a thread that is too long", vars{"text": "x", "threadKey": strings.Repeat("t", 2000)}, 1, nil},
		{"a time to come", vars{"text": "x", "sentAt": "2999-01-01T00:00:00Z"}, 1, map[string]string{"message.sentAt": ""}},
		{"an address with a name", vars{"text": "x", "contact": vars{"email": "Kate M. <kate.m@x.test>"}}, 1, map[string]string{"contact.email": "kate.m@x.test", "contact.name": "Kate M."}},
		{"no address", vars{"text": "x", "contact": vars{"email": "undisclosed-recipients:;"}}, 1, map[string]string{"contact.email": "", "contact.externalId": "deskwire:email:undisclosed-recipients:;"}},
		{"no number", vars{"text": "x", "contact": vars{"phone": "anonymous", "externalId": "anon"}}, 1, map[string]string{"contact.phone": ""}},
		{"a name of two lines", vars{"text": "x", "contact": vars{"name": "Ada\nB\u200b", "externalId": "ada-2"}}, 1, map[string]string{"contact.name": "Ada B"}},
	} {
		in := vars{"channelId": acc.channels["Support"], "externalId": fmt.Sprint("mend ", i), "contact": vars{"email": fmt.Sprintf("mend%d@x.test", i)}}
		for k, v := range c.input {
			in[k] = v
		}
		p := acc.admin.must(t, "messageReceive", receivedShape, in)
		if got := len(p.list("warnings")); got != c.told || p.isNull("message") {
			t.Errorf("%s: told %v of %v", c.name, p.list("warnings"), p.at("message").v)
		}
		for path, want := range c.want {
			if got := p.str(path); got != want {
				t.Errorf("%s: %s is %q, not %q", c.name, path, got, want)
			}
		}
		if again := acc.admin.must(t, "messageReceive", "duplicate message { id }", in); !again.boolean("duplicate") || again.str("message.id") != p.str("message.id") {
			t.Errorf("%s: brought in again it is another message", c.name)
		}
	}
}

// TestReceiveSubjectInThread: a subject is not lost where the conversation has one already.
func TestReceiveSubjectInThread(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	in := vars{"channelId": acc.channels["Support"], "threadKey": "thread", "contact": vars{"email": "thread@x.test"}}
	acc.admin.must(t, "messageReceive", "", withValue(withValue(withValue(in, "externalId", "thread 1"), "subject", "Order 4711"), "text", "Hello"))
	p := acc.admin.must(t, "messageReceive", receivedShape, withValue(withValue(in, "externalId", "thread 2"), "subject", "Please cancel it today"))
	if p.str("message.text") != "Please cancel it today" || p.str("conversation.preview") != "Please cancel it today" {
		t.Errorf("it came in as %v", p.v)
	}
	if got := errorCode(acc.admin.mutate(t, "messageReceive", "", withValue(in, "externalId", "thread 3"))); got != "INVALID_INPUT" {
		t.Errorf("nothing at all was answered %q", got)
	}
}

// TestReceiveManyFiles: a message keeps as many files as it can have.
func TestReceiveManyFiles(t *testing.T) {
	t.Parallel()
	acc := newFixtures(t).ours
	var files []string
	for i := range 22 {
		p := acc.admin.must(t, "attachmentCreate", "attachment { id fileName } uploadUrl", vars{"fileName": fmt.Sprintf("photo%d\u202egpj.exe", i), "contentType": "image/png", "size": 1})
		if got := p.str("attachment.fileName"); got != fmt.Sprintf("photo%dgpj.exe", i) {
			t.Errorf("the file is called %q", got)
		}
		if got := acc.server.requestStatus(t, "PUT", p.str("uploadUrl"), []byte("x")); got != 204 {
			t.Fatalf("uploading answered %d", got)
		}
		files = append(files, p.str("attachment.id"))
	}
	p := acc.admin.must(t, "messageReceive", receivedShape, vars{"channelId": acc.channels["Support"], "externalId": "files", "contact": vars{"email": "files@x.test"}, "attachmentIds": files})
	if n := len(p.list("message.attachments")); n != 20 || len(p.list("warnings")) != 1 {
		t.Errorf("it has %d files, and told %v", n, p.list("warnings"))
	}
}
