package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"deskwire/heap"
)

// TestHeldSubscriptions: what subscriptions keep is held for as long as they last, and a document
// that many follow once.
func TestHeldSubscriptions(t *testing.T) {
	t.Parallel()
	h := newHeldRig(t, heap.DefaultBudget)
	const query = "subscription { viewerLive { viewer { id } } } #"
	const long, others = 30 << 10, 20
	s := h.dial(t)
	var ids []string
	for i := range others {
		ids = append(ids, s.start(query+strings.Repeat(string(rune('a'+i)), long), "{}"))
		s.wants("next", ids[i])
	}
	h.awaitHeld(t, fmt.Sprintf("%d documents of %d bytes", others, long), others*long, 2*others*long)
	for _, id := range ids {
		s.send(`{"id":"` + id + `","type":"complete"}`)
	}
	await(t, "all have been completed", func() bool { return h.messages() == 0 })

	sockets := []*heldSocket{s, h.dial(t)}
	for i := range 2 * others {
		s := sockets[i%2]
		s.wants("next", s.start(query+strings.Repeat("x", long), "{}"))
	}
	h.awaitHeld(t, fmt.Sprintf("one document of %d bytes that many follow", long), long, 2*long)
	for _, s := range sockets {
		_ = s.conn.Close()
	}
	await(t, "their connections have gone", func() bool { return h.messages() == 0 })
}

// TestHeldSubscriptions_variables: variables are held where they are not small, and what a request
// had beside is kept by nobody.
func TestHeldSubscriptions_variables(t *testing.T) {
	t.Parallel()
	h := newHeldRig(t, heap.DefaultBudget)
	s := h.dial(t)
	s.wants("next", s.start("subscription { viewerLive { viewer { id } } }", `{"unknown":`+listsOf(5000, `{"":0}`)+`}`))
	little := h.awaitHeld(t, "a subscription, whose request had many values that it does not keep", 1, 8<<10)
	const values = 100
	where := `{"where":{"kind":[` + strings.TrimSuffix(strings.Repeat(`"ACCOUNT_CREATED",`, values), ",") + `]}}`
	if got := s.result(s.start("subscription($where: EventWhere) { events(where: $where) { cursor } }", where)); strings.Contains(got, `"error"`) {
		t.Fatal(got)
	}
	h.awaitHeld(t, fmt.Sprintf("%d values", values), little+values*valueSize, 4*values*valueSize)
	_ = s.conn.Close()
	await(t, "its connection has gone", func() bool { return h.messages() == 0 })
}

// TestHeldStreams: a stream holds what it keeps, and not its request, and gives all back.
func TestHeldStreams(t *testing.T) {
	t.Parallel()
	h := newHeldRig(t, heap.DefaultBudget)
	const long = 40 << 10
	query := "subscription { viewerLive { viewer { id } } } #" + strings.Repeat("x", long)
	body := fmt.Sprintf(`{"query":%s,"extensions":{"x":%s}}`, quoteJSON(query), listsOf(5000, `{"":0}`))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", typeJSON)
	req.Header.Set("Accept", ofApollo)
	req.Header.Set("Authorization", "Bearer "+h.token)
	resp, err := h.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := readUntil(resp.Body, `"viewerLive"`); err != nil {
		t.Fatalf("%v %s", err, got)
	}
	h.awaitHeld(t, fmt.Sprintf("a document of %d bytes", long), long, 2*long)
	_ = resp.Body.Close()
	await(t, "the stream has ended", func() bool { return h.messages() == 0 })
}

// TestRoomOfSubscriptions: who finds no memory for a subscription is told so, over whatever
// transport; who follows what others follow too needs none.
func TestRoomOfSubscriptions(t *testing.T) {
	t.Parallel()
	h := newHeldRig(t, 1<<20) // a quarter for messages
	s := h.dial(t)
	const usual = "subscription { viewerLive { viewer { id } } }"
	s.wants("next", s.start(usual, "{}"))
	refused := ""
	for i := 0; refused == "" && i < 20; i++ {
		if got := s.result(s.start(usual+" #"+strings.Repeat(string(rune('a'+i)), 30<<10), "{}")); strings.Contains(got, `"error"`) {
			refused = got
		}
	}
	if !strings.Contains(refused, codeOverloaded) {
		t.Errorf("refused with %q", refused)
	}
	s.wants("next", s.start(usual, "{}")) // what was refused before has been given back by then
	for n := h.memory.Hold(heap.Messages); n.Grow(16); n = h.memory.Hold(heap.Messages) {
	}
	s.wants("next", s.start(usual, "{}"))
	q := url.Values{"query": {"subscription { viewerLive { viewer { id } cursor } }"}, "access_token": {h.token}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+"/graphql?"+q.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", ofEventSource)
	resp, err := h.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if got, _ := readUntil(resp.Body, codeOverloaded); resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(got, codeOverloaded) {
		t.Errorf("a stream was answered %d %s", resp.StatusCode, got)
	}
}
