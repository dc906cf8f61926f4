package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"deskwire/desk"
	"deskwire/live"
)

func TestFramingOfStreams(t *testing.T) {
	const part = "Content-Type: application/json\r\n\r\n"
	for _, c := range []struct {
		name  string
		write func(*bytes.Buffer)
		want  string
	}{
		{"SSE, next", func(b *bytes.Buffer) { writePayload(sseFraming{}, b, []byte(`{"data":{"a":1}}`), "c1") }, "event: next\nid: c1\ndata: {\"data\":{\"a\":1}}\n\n"},
		{"SSE, next without a cursor", func(b *bytes.Buffer) { writePayload(sseFraming{}, b, []byte(`{}`), "") }, "event: next\ndata: {}\n\n"},
		{"SSE, line breaks", func(b *bytes.Buffer) { writePayload(sseFraming{}, b, []byte("{\n\"a\":\r\n\"x\\ny\"}"), "c") }, "event: next\nid: c\ndata: { \"a\":  \"x\\ny\"}\n\n"},
		{"SSE, complete", sseFraming{}.writeComplete, "event: complete\ndata:\n\n"},
		{"SSE, interrupted", func(b *bytes.Buffer) { sseFraming{}.writeInterrupt(b, []byte(`[]`)) }, ""},
		{"SSE, beat", sseFraming{}.writeHeartbeat, ":\n\n"},
		{"multipart, begin", multipartFraming{}.writePrologue, "\r\n--graphql\r\n"},
		{"multipart, next", func(b *bytes.Buffer) { writePayload(multipartFraming{}, b, []byte(`{"data":{"a":1}}`), "c1") }, part + `{"payload":{"data":{"a":1}}}` + "\r\n--graphql\r\n"},
		{"multipart, complete", multipartFraming{}.writeComplete, part + "{}\r\n--graphql--\r\n"},
		{"multipart, interrupted", func(b *bytes.Buffer) { multipartFraming{}.writeInterrupt(b, []byte(`[{"message":"x"}]`)) }, part + `{"payload":null,"errors":[{"message":"x"}]}` + "\r\n--graphql--\r\n"},
		{"multipart, beat", multipartFraming{}.writeHeartbeat, part + "{}\r\n--graphql\r\n"},
	} {
		var b bytes.Buffer
		if c.write(&b); b.String() != c.want {
			t.Errorf("%s: %q, want %q", c.name, b.String(), c.want)
		}
	}
	var b bytes.Buffer
	if (sseFraming{}).writePrologue(&b); !regexp.MustCompile(`^retry: [1-3]\d{3}\n\n$`).Match(b.Bytes()) {
		t.Errorf("SSE begins with %q", b.String())
	}
	if p := (sseFraming{}).heartbeatEvery(); p != 12*time.Second {
		t.Errorf("SSE is kept alive every %v", p)
	}
	if p := (multipartFraming{}).heartbeatEvery(); p != 5*time.Second {
		t.Errorf("multipart is kept alive every %v", p)
	}
}

const (
	ofEventSource = "text/event-stream"
	ofUrql        = newer + ", application/graphql+json, application/json, text/event-stream, multipart/mixed"
	ofApollo      = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0," + newer + ",application/json;q=0.9"
)

func TestFormOfStreamIsNegotiated(t *testing.T) {
	for accept, want := range map[string]streamFraming{
		"": nil, "*/*": nil, "text/*": nil, "application/json": nil,
		"multipart/mixed": nil, "multipart/mixed;deferSpec=20220824, application/json": nil, "multipart/mixed;subscriptionSpec=2.0": nil,
		ofEventSource: sseFraming{}, ofUrql: sseFraming{}, "text/event-stream;q=0": nil, "TEXT/Event-Stream; charset=utf-8": sseFraming{},
		ofApollo: multipartFraming{}, `multipart/mixed;boundary="graphql";subscriptionSpec="1.0",application/json`: multipartFraming{},
		"multipart/mixed;subscriptionSpec=1.0, text/event-stream;q=0.9": multipartFraming{},
		"multipart/mixed;subscriptionSpec=1.0;q=0.5, text/event-stream": sseFraming{},
	} {
		if got := negotiateStream([]string{accept}); got != want {
			t.Errorf("Accept %q: %T, want %T", accept, got, want)
		}
	}
}

// A plain operation is answered in a stream only where the client takes nothing else.
func TestOperationsInAStream(t *testing.T) {
	const fine, wrong = `{"query":"{ viewer { id } }"}`, `{"query":"{ nonsense }"}`
	const mutation = `mutation { conversationClose(input: {conversationId: "x"}) { eventCursor } }`
	const follow = `{"query":"subscription { viewerLive { cursor } }"}`
	const oneNext = "(?s)^retry: \\d+\n\nevent: next\ndata: %s\n\nevent: complete\ndata:\n\n$"
	const answer = `\{"data":\{"ok":true\},"extensions":\{"cost":\{[^}]*\},"eventCursor":"cursor-1"\}\}`
	for _, c := range []struct {
		name   string
		req    *http.Request
		status int
		media  string
		body   string
	}{
		{"query", post(fine, "Accept", ofEventSource), 200, "text/event-stream; charset=utf-8", fmt.Sprintf(oneNext, answer)},
		{"query by GET", get("query", "{ viewer { id } }"), 200, "text/event-stream; charset=utf-8", fmt.Sprintf(oneNext, answer)},
		{"mutation", operation(mutation, nil, "Accept", ofEventSource), 200, "text/event-stream; charset=utf-8", fmt.Sprintf(oneNext, answer)},
		{"mutation by GET", get("query", mutation), 405, "application/json; charset=utf-8", codeBadRequest},
		{"bad document", post(wrong, "Accept", ofEventSource), 200, "text/event-stream; charset=utf-8", fmt.Sprintf(oneNext, `\{"errors":\[.*`+codeValidation+`.*\]\}`)},
		{"no JSON", post(`{`, "Accept", ofEventSource), 400, "application/json; charset=utf-8", codeBadRequest},
		{"no token", post(fine, "Accept", ofEventSource, "Authorization", "Bearer x"), 401, "application/json; charset=utf-8", codeUnauthenticated},
		{"query of urql", post(fine, "Accept", ofUrql), 200, newer + "; charset=utf-8", "^" + answer + "$"},
		{"query of Apollo", post(fine, "Accept", ofApollo), 200, newer + "; charset=utf-8", "^" + answer + "$"},
		{"bad document of Apollo", post(wrong, "Accept", ofApollo), 400, newer + "; charset=utf-8", codeValidation},
		{"query in parts", post(fine, "Accept", "multipart/mixed;subscriptionSpec=1.0"), 200, `multipart/mixed;boundary="graphql";subscriptionSpec=1.0`,
			"^\r\n--graphql\r\nContent-Type: application/json\r\n\r\n" + `\{"payload":` + answer + `\}` + "\r\n--graphql\r\nContent-Type: application/json\r\n\r\n\\{\\}\r\n--graphql--\r\n$"},
		{"subscription of a client without streams", post(follow), 400, "application/json; charset=utf-8", codeBadRequest},
	} {
		if c.req.Header.Get("Accept") == "" && c.req.Method == http.MethodGet {
			c.req.Header.Set("Accept", ofEventSource)
		}
		if c.req.Header.Get("Authorization") == "" {
			c.req.Header.Set("Authorization", "Bearer "+goodToken)
		}
		w := httptest.NewRecorder()
		newRig().ServeHTTP(w, c.req)
		if w.Code != c.status || w.Header().Get("Content-Type") != c.media || !regexp.MustCompile(c.body).MatchString(w.Body.String()) {
			t.Errorf("%s: %d %s\n%q", c.name, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if w.Header().Get("Cache-Control") != "no-store" || strings.Contains(w.Header().Get("Content-Type"), "event-stream") != (w.Header().Get("X-Accel-Buffering") == "no") && c.name != "query in parts" {
			t.Errorf("%s may be kept or held back: %v", c.name, w.Header())
		}
	}
}

// RFC 6750, 2.3: only for what can't set headers, and never in the log.
func TestTokenInTheAddress(t *testing.T) {
	query := "query=" + url.QueryEscape("{ viewer { id } }")
	const one, two = "&access_token=" + goodToken, "&access_token=" + goodToken + "&access_token=" + goodToken
	for _, c := range []struct {
		name, method, accept, token, header string
		status                              int
	}{
		{"EventSource", "GET", ofEventSource, one, "", 200},
		{"EventSource, a bad one", "GET", ofEventSource, "&access_token=x", "", 401},
		{"EventSource, none", "GET", ofEventSource, "", "", 401},
		{"EventSource, two", "GET", ofEventSource, two, "", 401},
		{"and in the header", "GET", ofEventSource, one, "Bearer " + goodToken, 401},
		{"only in the header", "GET", ofEventSource, "", "Bearer " + goodToken, 200},
		{"no stream", "GET", "application/json", one, "", 401},
		{"POST", "POST", ofEventSource, one, "", 401},
	} {
		req := httptest.NewRequest(c.method, "/graphql?"+query+c.token, strings.NewReader(`{"query":"{ viewer { id } }"}`))
		req.Header.Set("Content-Type", typeJSON)
		req.Header.Set("Accept", c.accept)
		if c.header != "" {
			req.Header.Set("Authorization", c.header)
		}
		r, w := newRig(), httptest.NewRecorder()
		if r.ServeHTTP(w, req); w.Code != c.status {
			t.Errorf("%s: %d", c.name, w.Code)
		}
		if strings.Contains(r.log.String(), goodToken) {
			t.Errorf("%s: the token is in the log: %s", c.name, r.log.String())
		}
	}
}

// sluggish is a client that reads only when it is let.
type sluggish struct {
	header http.Header
	may    chan struct{} // closed: it reads

	mu        sync.Mutex
	got       []byte
	deadlines []time.Duration
}

func (w *sluggish) Header() http.Header { return w.header }
func (w *sluggish) WriteHeader(int)     {}
func (w *sluggish) Flush()              {}

func (w *sluggish) Write(b []byte) (int, error) {
	<-w.may
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got = append(w.got, b...)
	return len(b), nil
}

func (w *sluggish) SetWriteDeadline(at time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.deadlines = append(w.deadlines, time.Until(at))
	return nil
}

func (w *sluggish) read() (string, []time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.got), w.deadlines
}

func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for began := time.Now(); !is(); time.Sleep(time.Millisecond) {
		if time.Since(began) > 10*time.Second {
			t.Fatalf("never: %s", what)
		}
	}
}

// A log of 300 events to a client that does not read: what waits is bounded, and when it reads,
// each event comes once.
func TestASlowReaderIsCaughtUp(t *testing.T) {
	at := func(n int) desk.Cursor { return desk.Cursor{Epoch: "e", Max: uint64(n)} }
	account, last := desk.ID{1}, 300
	hub := live.NewHub(live.Options{Log: quiet})
	defer hub.Close()
	hub.StartAt(at(0))
	w := &sluggish{header: http.Header{}, may: make(chan struct{})}
	s := newStream(w, sseFraming{}, nil)
	ask := &live.Query{Key: "k", Account: account, Log: true, Render: func(_ context.Context, request live.RenderRequest) (live.Rendered, error) {
		body := fmt.Sprintf(`{"from":%d,"to":%d,"ballast":%q}`, request.After.Max, request.Cursor.Max, strings.Repeat("x", 10<<10))
		return live.Rendered{Body: []byte(body), Cursor: request.Cursor}, nil
	}}
	session := hub.OpenSession(account, func() {})
	s.sub = session.Subscribe(func() *live.Query { return ask }, s, nil)
	var served sync.WaitGroup
	served.Go(func() { s.writePayloads(nil) })
	waits := func() string {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.waiting == nil {
			return ""
		}
		return s.waiting.String()
	}
	take := func(n int) {
		e := &desk.Event{AccountID: account, EntityKind: desk.KindConversation, Xid: uint64(n - 1)}
		hub.TakeBatch(desk.Batch{Before: at(n - 1), Cursor: at(n), Events: []*desk.Event{e}})
	}
	await(t, "the snapshot is being written", func() bool { _, d := w.read(); return len(d) > 0 })
	behind := 0
	for n := 1; n <= last && behind == 0; n++ {
		take(n)
		await(t, "the event is told, or waits for the reader", func() bool {
			if !s.Ready() {
				behind = n
			}
			return behind > 0 || strings.Contains(waits(), fmt.Sprintf(`"to":%d,`, n))
		})
	}
	if behind == 0 {
		t.Fatal("a client that does not read takes everything")
	}
	for n := behind + 1; n <= last; n++ {
		take(n)
	}
	if n := len(waits()); n > streamRoom+1<<10 {
		t.Errorf("%d bytes wait", n)
	}
	close(w.may)
	end := fmt.Sprintf(`"to":%d,`, last)
	await(t, "all is told", func() bool { got, _ := w.read(); return strings.Contains(got, end) })
	s.endWith(endedByItself)
	served.Wait()
	session.Close()

	got, deadlines := w.read()
	next := -1
	for _, line := range regexp.MustCompile(`(?m)^data: (\{.*)$`).FindAllStringSubmatch(got, -1) {
		var p struct{ From, To int }
		if err := json.Unmarshal([]byte(line[1]), &p); err != nil {
			t.Fatal(err)
		}
		if next >= 0 && p.From != next {
			t.Fatalf("after %d comes what is after %d", next, p.From)
		}
		next = p.To
	}
	if next != last || !strings.HasSuffix(got, "event: complete\ndata:\n\n") {
		t.Errorf("ended at %d with %q", next, got[max(0, len(got)-40):])
	}
	for _, d := range deadlines {
		if d < 9*time.Second || d > 10*time.Second {
			t.Errorf("a client that does not read is cut after %v", d)
		}
	}
}

func deliver(s *stream, bytes int) bool {
	return s.Deliver(&live.Delivery{Packet: &live.Packet{Body: make([]byte, bytes)}})
}

func TestRoomOfAStream(t *testing.T) {
	for _, c := range []struct {
		name        string
		size, taken int
	}{
		{"large", 4 << 20, 1}, {"many", 1, streamPackets}, {"some", 20 << 10, 3},
	} {
		s := newStream(&sluggish{header: http.Header{}}, sseFraming{}, nil)
		n := 0
		for deliver(s, c.size) {
			n++
		}
		if n != c.taken || s.Ready() {
			t.Errorf("%s: %d payloads of %d bytes were taken", c.name, n, c.size)
		}
	}
}

// Whoever is being written to and does not read is not waited for.
func TestEndWhileWriting(t *testing.T) {
	w := &sluggish{header: http.Header{}, may: make(chan struct{})}
	s := newStream(w, multipartFraming{}, nil)
	var served sync.WaitGroup
	served.Go(func() { s.writePayloads(nil) })
	deliver(s, 10)
	await(t, "it is being written", func() bool { _, d := w.read(); return len(d) == 1 })
	s.endWith(endedByToken)
	s.endWith(endedByRestart) // the first reason counts
	if _, d := w.read(); len(d) != 2 || d[1] > streamGrace {
		t.Errorf("the deadlines were %v", d)
	}
	if !deliver(s, 10) {
		t.Error("a stream that has ended asks to be woken")
	}
	close(w.may)
	served.Wait()
	if got, d := w.read(); !strings.HasSuffix(got, `"extensions":{"code":"UNAUTHENTICATED"}}]}`+"\r\n--graphql--\r\n") || strings.Count(got, `"payload"`) != 2 || d[len(d)-1] > streamGrace {
		t.Errorf("%q, deadlines %v", got, d)
	}
}
