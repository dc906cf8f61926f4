package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"deskwire/desk"
)

const (
	acceptSSE       = "text/event-stream"
	acceptMultipart = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9"
)

// stream is an answer that goes on.
type stream struct {
	t        testing.TB
	resp     *http.Response
	cancel   context.CancelFunc
	messages chan *streamMessage // closed when the body has ended
	err      error               // how the body has ended, if not well
}

// streamMessage is one message of a stream.
type streamMessage struct {
	event, id string // of SSE
	answer
}

// open sends an operation as a client of streams does. Headers come in pairs.
func (c *client) open(t testing.TB, accept, query string, v vars, extensions vars, headers ...string) *stream {
	t.Helper()
	s := c.request(t, accept, query, v, extensions, headers...)
	s.start()
	return s
}

// request is open, but that nothing is read yet.
func (c *client) request(t testing.TB, accept, query string, v vars, extensions vars, headers ...string) *stream {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": v, "extensions": extensions})
	if err != nil {
		t.Fatal(err)
	}
	headers = append([]string{"Content-Type", "application/json", "Authorization", "Bearer " + c.token, "Accept", accept}, headers...)
	return request(t, http.MethodPost, c.url+"/graphql", body, headers...)
}

// eventSource is what a browser sends: no header of its own but the id of the last event.
func (c *client) eventSource(t testing.TB, query string, v vars, last string) *stream {
	t.Helper()
	given, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	q := url.Values{"query": {query}, "variables": {string(given)}, "access_token": {c.token}}
	headers := []string{"Accept", acceptSSE}
	if last != "" {
		headers = append(headers, "Last-Event-ID", last)
	}
	s := request(t, http.MethodGet, c.url+"/graphql?"+q.Encode(), nil, headers...)
	s.start()
	return s
}

func request(t testing.TB, method, address string, body []byte, headers ...string) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return &stream{t: t, resp: resp, cancel: cancel, messages: make(chan *streamMessage, 1000)}
}

func (s *stream) start() {
	s.t.Cleanup(s.disconnect)
	go s.read()
}

// disconnect ends the stream from the client's side.
func (s *stream) disconnect() {
	s.cancel()
	for range s.messages { // what is on its way is of no interest
		continue
	}
}

func (s *stream) read() {
	defer close(s.messages)
	defer func() { _ = s.resp.Body.Close() }()
	switch media, params, _ := mime.ParseMediaType(s.resp.Header.Get("Content-Type")); media {
	case "text/event-stream":
		s.err = s.readEvents()
	case "multipart/mixed":
		s.err = s.readParts(params["boundary"])
	default:
		raw, err := io.ReadAll(s.resp.Body)
		m := &streamMessage{answer: answer{Raw: string(raw), Status: s.resp.StatusCode}}
		s.err = err
		_ = json.Unmarshal(raw, &m.answer)
		s.messages <- m
	}
}

// readEvents reads by the rules of the HTML standard.
func (s *stream) readEvents() error {
	m := &streamMessage{}
	var data []string
	lines := bufio.NewReader(s.resp.Body)
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line = strings.TrimSuffix(line, "\n")
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "" && data != nil:
			m.Raw = strings.Join(data, "\n")
			_ = json.Unmarshal([]byte(m.Raw), &m.answer)
			s.messages <- m
			m, data = &streamMessage{}, nil
		case name == "event":
			m.event = value
		case name == "id":
			m.id = value
		case name == "data":
			data = append(data, value)
		}
	}
}

func (s *stream) readParts(boundary string) error {
	parts := multipart.NewReader(s.resp.Body, boundary)
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		raw, err := io.ReadAll(p)
		if err != nil {
			return err
		}
		var m struct {
			Payload *answer
			Errors  []gqlError
		}
		if err := json.Unmarshal(raw, &m); err != nil {
			return err
		}
		switch {
		case m.Payload != nil:
			m.Payload.Raw = string(raw)
			s.messages <- &streamMessage{event: "next", answer: *m.Payload}
		case m.Errors != nil:
			s.messages <- &streamMessage{event: "error", answer: answer{Errors: m.Errors, Raw: string(raw)}}
		}
	}
}

// nextOrEnd is the next message.
func (s *stream) nextOrEnd() *streamMessage {
	s.t.Helper()
	select {
	case m, ok := <-s.messages:
		if !ok {
			s.t.Fatalf("the stream has ended: %v", s.err)
		}
		return m
	case <-time.After(liveTimeout):
		s.t.Fatal("nothing came")
	}
	return nil
}

func (s *stream) next() *streamMessage {
	s.t.Helper()
	m := s.nextOrEnd()
	if m.event != "next" || len(m.Errors) > 0 {
		s.t.Fatalf("instead of a payload came %+v", m)
	}
	return m
}

// until gives payloads until one is as wanted.
func (s *stream) until(what string, want func(*streamMessage) bool) *streamMessage {
	s.t.Helper()
	for range 1000 {
		if m := s.next(); want(m) {
			return m
		}
	}
	s.t.Fatalf("never: %s", what)
	return nil
}

// requireEnd wants the stream to end.
func (s *stream) requireEnd(within time.Duration) {
	s.t.Helper()
	select {
	case m, more := <-s.messages:
		if more {
			s.t.Fatalf("instead of the end came %+v", m)
		}
	case <-time.After(within):
		s.t.Fatalf("still there after %v", within)
	}
}

func (s *stream) requireSilence() {
	s.t.Helper()
	select {
	case m, more := <-s.messages:
		s.t.Fatalf("something came, %v: %+v", more, m)
	case <-time.After(300 * time.Millisecond):
	}
}

// TestStreamsFollowAndResume: whatever the form, and whatever tells where to go on.
func TestStreamsFollowAndResume(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.createInbox(t, "Support", nil)
	c := a.admin
	type resume func(t *testing.T, v vars, after string) *stream
	for name, from := range map[string]resume{
		"EventSource": func(t *testing.T, v vars, after string) *stream { return c.eventSource(t, conversationLive, v, after) },
		"Last-Event-ID wins": func(t *testing.T, v vars, after string) *stream {
			if after == "" {
				return c.open(t, acceptSSE, conversationLive, v, nil)
			}
			return c.open(t, acceptSSE, conversationLive, vars{"id": v["id"], "after": "c3RhbGU"}, vars{"resumeAfter": "c3RhbGU"}, "Last-Event-ID", after)
		},
		"graphql-sse": func(t *testing.T, v vars, after string) *stream {
			return c.open(t, acceptSSE, conversationLive, v, vars{"resumeAfter": after})
		},
		"Apollo": func(t *testing.T, v vars, after string) *stream {
			return c.open(t, acceptMultipart, conversationLive, v, vars{"resumeAfter": after})
		},
		"urql": func(t *testing.T, v vars, after string) *stream {
			return c.open(t, "application/json, text/event-stream, multipart/mixed", conversationLive, v, vars{"resumeAfter": after})
		},
	} {
		t.Run(name, func(t *testing.T) {
			thread := "thread of " + name
			id := a.receiveMessage(t, channel, thread, "pia@contact.test", "Hello")
			f := from(t, vars{"id": id}, "")
			if h := f.resp.Header; h.Get("Cache-Control") != "no-store" || h.Get("X-Accel-Buffering") != "no" || f.resp.StatusCode != 200 {
				t.Errorf("%d, headers %v", f.resp.StatusCode, h)
			}
			first := f.next()
			if p := first.at("conversationLive"); p.str("reason") != "SNAPSHOT" || p.str("conversation.status") != "OPEN" {
				t.Fatalf("began with %s", first.Raw)
			}
			c.must(t, "conversationClose", "conversation { id }", vars{"conversationId": id})
			// A payload may show it before the log is read that far: the one that tells of it has
			// the cursor behind it.
			closed := f.until("it is closed", func(m *streamMessage) bool {
				events := m.at("conversationLive").list("events")
				return len(events) > 0 && events[len(events)-1].str("kind") == "CONVERSATION_CLOSED"
			})
			cursor := closed.at("conversationLive").str("cursor")
			if p := closed.at("conversationLive"); p.str("reason") != "CHANGE" || p.str("conversation.status") != "CLOSED" {
				t.Fatalf("after closing came %s", closed.Raw)
			}
			if strings.HasPrefix(f.resp.Header.Get("Content-Type"), "text/event-stream") && closed.id != cursor {
				t.Errorf("the id is %q, the cursor %q", closed.id, cursor)
			}
			f.disconnect()

			from(t, vars{"id": id}, cursor).requireSilence()
			a.receiveMessage(t, channel, thread, "pia@contact.test", "Are you there?")
			missed := from(t, vars{"id": id}, cursor)
			if p := missed.next().at("conversationLive"); p.str("reason") != "CHANGE" || p.str("conversation.messages.nodes.0.text") != "Are you there?" {
				t.Fatalf("what was missed: %v", p)
			}
			missed.requireSilence()
			for _, gone := range []string{"Zm9vIDE6MTo", "nonsense"} {
				if p := from(t, vars{"id": id}, gone).next().at("conversationLive"); p.str("reason") != "RESYNC" || p.str("conversation.id") != id {
					t.Errorf("%s: %v", gone, p)
				}
			}
		})
	}
}

// The timeouts of the server are for requests. A stream outlives them.
func TestStreamsOutliveTheTimeoutsOfRequests(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	hasty := httptest.NewUnstartedServer(s.Config.Handler)
	hasty.Config.ReadTimeout, hasty.Config.WriteTimeout = 200*time.Millisecond, 200*time.Millisecond
	hasty.Start()
	t.Cleanup(hasty.Close)
	f := (&client{url: hasty.URL, token: a.admin.token}).open(t, acceptSSE, "subscription { viewerLive { viewer { account { name } } } }", nil, nil)
	f.next()
	f.requireSilence() // longer than both
	a.admin.must(t, "accountUpdate", "account { id }", vars{"name": "Other"})
	if p := f.next(); p.at("viewerLive").str("viewer.account.name") != "Other" {
		t.Errorf("%s", p.Raw)
	}
}

// A stream ends with its token, within a second, and who comes back is refused for good.
func TestStreamsEndWithTheToken(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	const follow = "subscription { viewerLive { viewer { id } } }"
	for _, accept := range []string{acceptSSE, acceptMultipart} {
		token := func(more vars) (string, *client) {
			in := vars{"name": "for a stream"}
			for k, v := range more {
				in[k] = v
			}
			p := a.admin.must(t, "apiTokenCreate", "secret apiToken { id }", in)
			return p.str("apiToken.id"), &client{url: a.URL, token: p.str("secret")}
		}
		ended := func(c *client, f *stream) {
			t.Helper()
			if accept == acceptMultipart {
				if m := f.nextOrEnd(); m.event != "error" || m.Errors[0].Extensions["code"] != "UNAUTHENTICATED" {
					t.Errorf("before the end came %+v", m)
				}
			}
			f.requireEnd(time.Second)
			if f.err != nil {
				t.Errorf("ended with %v", f.err)
			}
			if m := c.open(t, accept, follow, nil, nil).nextOrEnd(); m.Status != http.StatusUnauthorized {
				t.Errorf("who comes back gets %+v", m)
			}
		}
		id, c := token(nil)
		f := c.open(t, accept, follow, nil, nil)
		f.next()
		a.admin.must(t, "apiTokenRevoke", "apiToken { id }", vars{"apiTokenId": id})
		ended(c, f)

		until := time.Now().Add(3 * time.Second)
		_, c = token(vars{"expiresAt": until.UTC().Format(time.RFC3339Nano)})
		f = c.open(t, accept, follow, nil, nil)
		f.next()
		time.Sleep(time.Until(until)) // the moment is what this is about
		ended(c, f)
	}
}

func TestStreamsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	writer := a.clientOf(t, "ada@"+a.slug+".test", desk.ScopeChannel)
	const follow = "subscription { viewerLive { viewer { id } } }"
	for _, c := range []struct {
		name, accept, query string
		by                  *client
		status              int
		code                string
		complete            bool
	}{
		{"scope", acceptSSE, follow, writer, 403, "FORBIDDEN", false},
		{"scope", acceptMultipart, follow, writer, 403, "FORBIDDEN", false},
		{"validation", acceptSSE, "subscription { nonsense }", a.admin, 0, "GRAPHQL_VALIDATION_FAILED", true},
		{"validation", acceptMultipart, "subscription { nonsense }", a.admin, 400, "GRAPHQL_VALIDATION_FAILED", false},
		{"two fields", acceptSSE, "subscription { a: viewerLive { cursor } b: viewerLive { cursor } }", a.admin, 0, "GRAPHQL_VALIDATION_FAILED", true},
		{"a filter that can't be read", acceptSSE, `subscription { events(where: {id: {eq: "x"}, and: [{or: [{not: {and: [{id: {eq: "y"}}]}}]}]}) { cursor } }`, a.admin, 0, "", true},
	} {
		f := c.by.open(t, c.accept, c.query, nil, nil)
		m := f.nextOrEnd()
		if m.Status != c.status || len(m.Errors) == 0 || c.code != "" && m.Errors[0].Extensions["code"] != c.code {
			t.Errorf("%s, %.20s: %d %s", c.name, c.accept, m.Status, m.Raw)
		}
		if c.complete {
			if last := f.nextOrEnd(); last.event != "complete" {
				t.Errorf("%s: after the error came %+v", c.name, last)
			}
		}
		f.requireEnd(liveTimeout)
	}
}

// slowReader reads little by little until it is unthrottled.
type slowReader struct {
	io.ReadCloser
	unthrottled <-chan struct{}
}

func (s *slowReader) Read(b []byte) (int, error) {
	select {
	case <-s.unthrottled:
	case <-time.After(20 * time.Millisecond):
		b = b[:min(len(b), 4<<10)]
	}
	return s.ReadCloser.Read(b)
}

// A client that reads slowly for a while gets every event once, in order, when it goes on.
func TestASlowStreamLosesNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.createInbox(t, "Support", nil)
	id := a.receiveMessage(t, channel, "thread", "pia@contact.test", strings.Repeat("A long mail. ", 20_000))
	const follow = "subscription { events { cursor events { id kind entity { ... on Conversation { messages(last: 1) { nodes { ... on IncomingMessage { text } } } } } } } }"
	hurry := make(chan struct{})
	f := a.admin.request(t, acceptSSE, follow, nil, nil)
	f.resp.Body = &slowReader{f.resp.Body, hurry}
	f.start()
	before := f.next().at("events").str("cursor") // the log may not have been read up to here yet
	const changes = 50                            // 13 MB of payloads, more than what lies between a server and a client
	for i := range changes {
		name := []string{"conversationClose", "conversationReopen"}[i%2]
		a.admin.must(t, name, "conversation { id }", vars{"conversationId": id})
	}
	close(hurry)
	latest := a.admin.do(t, "{ events(last: 1) { nodes { id } } }", nil).at("events").str("nodes.0.id")
	var got []string
	for len(got) == 0 || got[len(got)-1] != latest {
		for _, e := range f.next().at("events").list("events") {
			got = append(got, e.str("id"))
		}
	}
	f.requireSilence()
	var want []string
	for _, e := range a.admin.do(t, "query($after: String) { events(first: 100, since: $after) { nodes { id } } }", vars{"after": before}).at("events").list("nodes") {
		want = append(want, e.str("id"))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %d events, want %d", len(got), len(want))
	}
}
