package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/gorilla/websocket"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"deskwire/graph/guard"
	"deskwire/graph/plan"
	"deskwire/heap"
)

// listsOf is a JSON list of lists of so many times the same value: one list would be too long.
func listsOf(n int, value string) string {
	const most = 1000
	var lists []string
	for ; n > 0; n -= most {
		lists = append(lists, "["+strings.TrimSuffix(strings.Repeat(value+",", min(n, most)), ",")+"]")
	}
	return "[" + strings.Join(lists, ",") + "]"
}

// keys are members of an object that are all different.
func keys(n int, value string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"%x":%s`, i, value)
	}
	return "{" + b.String()[1:] + "}"
}

// liveHeap is how much memory is in use.
func liveHeap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // no heap is as large
}

// TestMeasuredSizes: what a request and a document take is no more than what is held for them, and
// not far less, whatever they are made of.
func TestMeasuredSizes(t *testing.T) {
	limits := guard.Default()
	limits.List, limits.Tokens, limits.Document = 1<<20, 1<<20, 1<<20
	measure := func(make func() any) int64 {
		before := liveHeap()
		made := make()
		took := liveHeap() - before
		runtime.KeepAlive(made)
		return took
	}
	for name, text := range map[string]string{
		"small objects":        listsOf(6000, `{"":0}`),
		"empty objects":        listsOf(9000, `{}`),
		"objects of nine":      listsOf(1500, keys(9, "1")),
		"objects of fifteen":   listsOf(1000, keys(15, `"xy"`)),
		"one large object":     keys(1900, `"abc"`),
		"objects in objects":   listsOf(300, strings.Repeat(`{"a":`, 50)+"1"+strings.Repeat("}", 50)),
		"lists in lists":       listsOf(300, strings.Repeat("[", 50)+"1"+strings.Repeat("]", 50)),
		"numbers":              listsOf(19_000, "12345"),
		"digits":               listsOf(19_000, "1"),
		"short texts":          listsOf(19_000, `"ab"`),
		"texts of seventeen":   listsOf(19_000, `"12345678901234567"`),
		"one long text":        `"` + strings.Repeat("x", 1<<20) + `"`,
		"long texts":           listsOf(20, `"`+strings.Repeat("x", 50_000)+`"`),
		"an object in a list":  listsOf(6000, `[{}]`),
		"an object in a field": listsOf(6000, `{"a":{}}`),
	} {
		raw := []byte(`{"variables":{"x":` + text + `}}`)
		held, err := measureValues(raw, limits)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		took := measure(func() any {
			var members map[string]json.RawMessage
			_ = json.Unmarshal(raw, &members)
			members["documentId"] = []byte(`"x"`)
			p, err := decodeParams(members)
			if err != nil {
				t.Error(err)
			}
			return p
		})
		if t.Logf("%s: %d kB taken, %d kB held", name, took>>10, held>>10); took > int64(held)+64<<10 {
			t.Errorf("%s: %d kB are held for %d kB", name, held>>10, took>>10)
		}
	}
	for name, source := range map[string]string{
		"fields":      "{ " + strings.Repeat("a ", 3900) + "}",
		"aliases":     "{ " + strings.Repeat("a: b ", 1200) + "}",
		"arguments":   "{ " + strings.Repeat("a(b: 1) ", 700) + "}",
		"lists":       "{ a(b: [" + strings.Repeat("1 ", 3900) + "]) }",
		"objects":     "{ a(b: [" + strings.Repeat("{c: {d: 1}} ", 400) + "]) }",
		"directives":  "{ " + strings.Repeat("a @b ", 1300) + "}",
		"nested":      strings.Repeat("{ a ", 900) + strings.Repeat("}", 900),
		"fragments":   "{ a } " + strings.Repeat("fragment f on T { b } ", 500),
		"inline":      "{ " + strings.Repeat("... { a } ", 700) + "}",
		"variables":   "query(" + strings.Repeat("$a: Int = 1 ", 550) + ") { b }",
		"a comment":   "{ a } #" + strings.Repeat("x", 64<<10),
		"many spread": "{ " + strings.Repeat("...f ", 1900) + "} fragment f on T { a }",
	} {
		var shape guard.Shape
		took := measure(func() any {
			doc, err := parser.ParseQuery(&ast.Source{Input: strings.Clone(source)})
			if err != nil {
				t.Fatal(err)
			}
			shape = guard.Measure(doc)
			return doc
		})
		held := documentSize(source, shape)
		if t.Logf("%s: %d kB taken, %d kB held", name, took>>10, held>>10); took > int64(held)+64<<10 || int64(held) > 4*took+64<<10 {
			t.Errorf("a document of %s: %d kB are held for %d kB", name, held>>10, took>>10)
		}
	}
}

// TestManyValues: what would take far more memory than it has bytes is refused before it is built.
func TestManyValues(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"small objects in lists": listsOf(140_000, `{"":0}`),
		"numbers in lists":       listsOf(21_000, "1"),
		"a list in a list":       listsOf(21_000, "[]"),
		"objects of many":        listsOf(20, keys(1100, "1")),
		"commas and nothing":     listsOf(21_000, ""),
	} {
		for _, member := range []string{"variables", "extensions", "unknown"} {
			body := `{"query":"{ viewer { id } }","` + member + `":{"x":` + text + `}}`
			r := newRig()
			if g := r.do(t, post(body)); g.status != http.StatusBadRequest || g.code() != codeBadRequest || !strings.Contains(g.body, "20000 values") || r.ran.Load() != 0 {
				t.Errorf("%s in %s: %d %.200s", name, member, g.status, g.body)
			}
			if member == "unknown" {
				continue
			}
			if g := r.do(t, get("query", "{ viewer { id } }", member, `{"x":`+text+`}`)); g.status != http.StatusBadRequest || !strings.Contains(g.body, "20000 values") {
				t.Errorf("%s in %s by GET: %d %.200s", name, member, g.status, g.body)
			}
		}
	}
	r := newRig(limited(t, "values=40000", nil))
	if g := r.do(t, post(`{"query":"{ viewer { id } }","variables":{"x":`+listsOf(39_000, "1")+`}}`)); g.status != http.StatusOK {
		t.Errorf("within a limit of its own: %d %.200s", g.status, g.body)
	}
}

// TestHeldUntilTheEnd: what a request has become is held until its answer has been read, and what
// is usual is not.
func TestHeldUntilTheEnd(t *testing.T) {
	t.Parallel()
	const objects = 5000
	many := `{"x":` + listsOf(objects, `{"":0}`) + `}`
	for name, c := range map[string]struct {
		req   *http.Request
		least int64
	}{
		"variables that nobody declared": {post(`{"query":"{ viewer { id } }","variables":` + many + `}`), objects * objectSize},
		"extensions":                     {post(`{"query":"{ viewer { id } }","extensions":` + many + `}`), objects * objectSize},
		"variables by GET":               {get("query", "{ viewer { id } }", "variables", many), objects * objectSize},
		"a long text":                    {post(`{"query":"{ viewer { id } }","extensions":{"x":"` + strings.Repeat("x", 500<<10) + `"}}`), 500 << 10},
		"a large document":               {post(`{"query":"{ viewer { ` + strings.Repeat("id ", 90) + `} }"}`), 90 * nodeSize},
		"what is usual":                  {operation("query($id: ID!) { node(id: $id) { id } }", map[string]any{"id": "x", "where": map[string]any{"a": []string{"b", "c"}}}), 0},
	} {
		memory := heap.NewBudget(heap.DefaultBudget)
		r := newRig(answersOf(1<<20), func(r *rig) { r.memory = memory })
		w := &heldBack{header: http.Header{}, may: make(chan struct{}), began: make(chan struct{})}
		var served sync.WaitGroup
		served.Go(func() { r.ServeHTTP(w, signed(c.req)) })
		<-w.began
		if n := memory.Held(heap.Messages); n < c.least || c.least == 0 && n > 0 || n > 4*c.least {
			t.Errorf("%s: %d bytes are held while the answer is read, at least %d are taken", name, n, c.least)
		}
		close(w.may)
		served.Wait()
		if n := memory.Held(heap.Messages) + memory.Held(heap.Answers); n != 0 {
			t.Errorf("%s: %d bytes are held by nobody", name, n)
		}
	}
}

// TestNoRoomForValues: a request whose values find no room is told so, and what is usual is
// answered all the same.
func TestNoRoomForValues(t *testing.T) {
	t.Parallel()
	memory := heap.NewBudget(8 << 20) // two for messages
	r := newRig(func(r *rig) { r.memory = memory })
	blocking := memory.Hold(heap.Messages)
	if !blocking.Grow(1 << 20) {
		t.Fatal("there is no room")
	}
	for name, body := range map[string]string{
		"many objects":     `{"query":"{ viewer { id } }","variables":{"x":` + listsOf(5000, `{"":0}`) + `}}`,
		"a large document": `{"query":"{ viewer { ` + strings.Repeat("id ", 90) + `} }"}`,
	} {
		if name == "a large document" {
			for memory.Hold(heap.Messages).Grow(20 << 10) { // all that is for the small, too
			}
		}
		if g := r.do(t, post(body)); g.status != http.StatusServiceUnavailable || g.code() != codeOverloaded || g.header.Get("Retry-After") == "" || r.ran.Load() != 0 {
			t.Errorf("%s: %d %v %.200s", name, g.status, g.header, g.body)
		}
	}
	if g := r.do(t, operation("{ viewer { id } }", map[string]any{"x": []string{"a", "b"}})); g.status != http.StatusOK {
		t.Errorf("what is usual: %d %.200s", g.status, g.body)
	}
}

// gated lets operations of the name Slow wait for a gate.
type gated struct {
	graphql.ExecutableSchema
	entered *atomic.Int32
	gate    chan struct{}
}

func (g gated) Exec(ctx context.Context) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Name == "Slow" {
		g.entered.Add(1)
		select {
		case <-g.gate:
		case <-ctx.Done():
		}
	}
	return g.ExecutableSchema.Exec(ctx)
}

// heldRig is a server whose memory is looked at, with a gate for slow operations.
type heldRig struct {
	*streaming
	memory  *heap.Budget
	entered atomic.Int32 // slow operations that have begun
	open    func()       // the gate
}

func newHeldRig(t *testing.T, bytes int64) *heldRig {
	t.Helper()
	gate := make(chan struct{})
	h := &heldRig{memory: heap.NewBudget(bytes), open: sync.OnceFunc(func() { close(gate) })}
	h.streaming = newStreaming(t, 0, func(c *Config) {
		c.Memory, c.Timeout = h.memory, time.Minute
		c.Around = func(e *plan.Executor) graphql.ExecutableSchema { return gated{e, &h.entered, gate} }
	})
	t.Cleanup(h.open)
	return h
}

func (h *heldRig) messages() int64 { return h.memory.Held(heap.Messages) }

// awaitHeld waits until what is held is of the size of what lasts: a request gives back its own a
// moment after its answer.
func (h *heldRig) awaitHeld(t *testing.T, what string, least, most int64) (held int64) {
	t.Helper()
	await(t, fmt.Sprintf("%d to %d bytes are held for %s", least, most, what), func() bool {
		held = h.messages()
		return least <= held && held <= most
	})
	return held
}

// heldSocket is a connection that is signed in.
type heldSocket struct {
	t    *testing.T
	conn *websocket.Conn
	n    int
}

func (h *heldRig) dial(t *testing.T) *heldSocket {
	t.Helper()
	d := websocket.Dialer{Subprotocols: []string{protocolNew}}
	conn, resp, err := d.Dial("ws"+strings.TrimPrefix(h.URL, "http")+"/graphql", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	s := &heldSocket{t: t, conn: conn}
	t.Cleanup(func() { _ = conn.Close() })
	s.send(`{"type":"connection_init","payload":{"authorization":"Bearer ` + h.token + `"}}`)
	s.wants("connection_ack", "")
	return s
}

func (s *heldSocket) send(text string) {
	s.t.Helper()
	if err := s.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		s.t.Fatal(err)
	}
}

// start begins an operation, and gives its id.
func (s *heldSocket) start(query, variables string) string {
	s.t.Helper()
	s.n++
	text, _ := json.Marshal(query)
	s.send(fmt.Sprintf(`{"id":"%d","type":"subscribe","payload":{"query":%s,"variables":%s}}`, s.n, text, variables))
	return fmt.Sprint(s.n)
}

// result is the first payload of an operation, or its error.
func (s *heldSocket) result(id string) string {
	s.t.Helper()
	_ = s.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	for {
		_, text, err := s.conn.ReadMessage()
		if err != nil {
			s.t.Fatal(err)
		}
		if strings.Contains(string(text), `"id":"`+id+`"`) {
			return string(text)
		}
	}
}

// wants reads up to a message of a type, of one operation or of any, and gives it.
func (s *heldSocket) wants(kind, id string) string {
	s.t.Helper()
	_ = s.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	for {
		_, text, err := s.conn.ReadMessage()
		var m struct{ ID, Type string }
		if err != nil || json.Unmarshal(text, &m) != nil {
			s.t.Fatalf("waiting for %s: %.200s %v", kind, text, err)
		}
		switch {
		case m.Type == kind && (m.ID == id || id == ""):
			return string(text)
		case m.Type == "error" && m.ID == id:
			s.t.Fatalf("waiting for %s: %s", kind, text)
		}
	}
}

// TestHeldOperations: operations of a connection are held from their coming to their end, whether
// they run or wait, and however they end.
func TestHeldOperations(t *testing.T) {
	t.Parallel()
	h := newHeldRig(t, heap.DefaultBudget)
	const objects, running, waiting = 1000, 5, 5
	many, slow := `{"x":`+listsOf(objects, `{"":0}`)+`}`, "query Slow { viewer { id } }"
	s := h.dial(t)
	for i := range int32(maxRunning) {
		variables := "{}"
		if i < running {
			variables = many
		}
		s.start(slow, variables)
		await(t, "it runs", func() bool { return h.entered.Load() == i+1 })
	}
	last := ""
	for range waiting {
		last = s.start(slow, many)
	}
	await(t, "all are held", func() bool { return h.messages() >= (running+waiting)*objects*(objectSize+2*valueSize) })
	all := h.messages()
	s.send(`{"id":"` + last + `","type":"complete"}`)
	await(t, "one that waits is taken back", func() bool { return h.messages() < all })
	h.open()
	for range maxRunning + waiting - 1 {
		s.wants("complete", "")
	}
	await(t, "all have ended", func() bool { return h.messages() == 0 })
	s.wants("error", s.start("{ nothing }", many))
	s.wants("error", s.start("{", many))
	s.wants("complete", s.start("mutation { accountUpdate(input: {}) { errors { code } } }", many))
	await(t, "others have ended", func() bool { return h.messages() == 0 })

	other := h.dial(t)
	other.start(slow, many)
	_ = other.conn.Close()
	await(t, "a connection has gone", func() bool { return h.messages() == 0 })
}

// TestRoomOfOperations: who finds no memory is told to try again, and who has too many operations
// is told that.
func TestRoomOfOperations(t *testing.T) {
	t.Parallel()
	h := newHeldRig(t, 8<<20)
	s := h.dial(t)
	others := h.memory.Hold(heap.Messages)
	if !others.Grow(1 << 20) {
		t.Fatal("there is no room")
	}
	if got := s.wants("error", s.start("{ viewer { id } }", `{"x":`+listsOf(4000, `{"":0}`)+`}`)); !strings.Contains(got, codeOverloaded) {
		t.Errorf("one that finds no room: %s", got)
	}
	const slow = "query Slow { viewer { id } }"
	for i := range int32(maxRunning) {
		s.start(slow, "{}")
		await(t, "it runs", func() bool { return h.entered.Load() == i+1 })
	}
	small := h.memory.Hold(heap.Messages)
	for small.Grow(512) || others.Grow(512) {
	}
	for more := h.memory.Hold(heap.Messages); more.Grow(64); more = h.memory.Hold(heap.Messages) {
	}
	if got := s.wants("error", s.start("{ viewer { id } }", "{}")); !strings.Contains(got, codeOverloaded) || strings.Contains(got, codeManyOperations) {
		t.Errorf("one that can't wait, since others have the memory: %s", got)
	}
	small.Release()
	others.Release()
	padding := `{"x":"` + strings.Repeat("x", 200<<10) + `"}`
	refused := ""
	for range 30 { // it has more of its own waiting than it may, or there is no room for them
		id := s.start("{ viewer { id } }", padding)
		if id == fmt.Sprint(s.n) && s.n > maxRunning+25 {
			refused = s.wants("error", id)
		}
	}
	if refused == "" {
		t.Error("operations without end may wait")
	}
	h.open()
}
