package server

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/heap"
)

// answersOf gives answers of a size, each of them charged as if it was made of records.
func answersOf(bytes int) func(*rig) {
	return func(r *rig) {
		data := []byte(`{"x":"` + strings.Repeat("x", bytes) + `"}`)
		r.answer = func(ctx context.Context) *graphql.Response {
			chargeObject(ctx, bytes)
			return &graphql.Response{Data: data}
		}
	}
}

// TestRoomForAnswers: answers are made and held within a bound of all. Who finds no room is told
// so, and what is small is answered all the same.
func TestRoomForAnswers(t *testing.T) {
	t.Parallel()
	const mega = 1 << 20
	memory := heap.NewBudget(40 * mega) // 20 for answers, of which 2.5 are for the small
	r := newRig(answersOf(4*mega), func(r *rig) { r.memory = memory })
	reading := make(chan struct{})
	first := &heldBack{header: http.Header{}, may: reading, began: make(chan struct{})}
	var served sync.WaitGroup
	served.Go(func() { r.ServeHTTP(first, signed(operation("{ viewer { id } }", nil))) })
	<-first.began
	if n := memory.Held(heap.Answers); n < 4*mega || n > 5*mega {
		t.Errorf("%d bytes are held of an answer that waits to be read", n)
	}
	if g := r.do(t, operation("{ viewer { id } }", nil)); g.status != http.StatusOK || len(g.body) < 4*mega {
		t.Errorf("a second one was answered %d %.100s", g.status, g.body)
	}
	blocking := memory.Hold(heap.Answers)
	if !blocking.Grow(6 * mega) {
		t.Fatal("there is less room than is held")
	}
	for query, code := range map[string]string{"{ viewer { id } }": codeOverloaded, `mutation { conversationClose(input: {conversationId: "x"}) { errors { code } } }`: codeOutcomeUnknown} {
		g := r.do(t, operation(query, nil))
		if g.code() != code || g.json.Data != nil || code == codeOverloaded && (g.status != http.StatusServiceUnavailable || g.header.Get("Retry-After") == "") {
			t.Errorf("%s without room was answered %d %v %.200s", query, g.status, g.header, g.body)
		}
	}
	small := newRig(answersOf(100<<10), func(r *rig) { r.memory = memory })
	if g := small.do(t, operation("{ viewer { id } }", nil)); g.status != http.StatusOK {
		t.Errorf("a small one was answered %d %.100s", g.status, g.body)
	}
	blocking.Release()
	close(reading)
	served.Wait()
	if n := memory.Held(heap.Answers); n != 0 {
		t.Errorf("%d bytes are held when all has been read", n)
	}
}

func signed(req *http.Request) *http.Request {
	req.Header.Set("Authorization", "Bearer "+goodToken)
	return req
}

// newReader is a client that reads whatever comes.
func newReader() *sluggish {
	w := &sluggish{header: http.Header{}, may: make(chan struct{})}
	close(w.may)
	return w
}

// heldBack is a client that reads when it may.
type heldBack struct {
	header http.Header
	may    chan struct{}
	once   sync.Once
	began  chan struct{}
}

func (h *heldBack) Header() http.Header { return h.header }
func (h *heldBack) WriteHeader(int)     {}
func (h *heldBack) Write(b []byte) (int, error) {
	h.once.Do(func() { close(h.began) })
	<-h.may
	return len(b), nil
}

// TestRoomForRequests: the bodies of requests that have not come whole are held within a bound, and
// short ones are read whatever others have sent.
func TestRoomForRequests(t *testing.T) {
	t.Parallel()
	memory := heap.NewBudget(8 << 20) // two for messages
	r := newRig(func(r *rig) { r.memory = memory })
	padded := func(bytes int) string {
		return `{"query":"{ viewer { id } }","extensions":{"x":"` + strings.Repeat("x", bytes) + `"}}`
	}
	from, to := io.Pipe()
	var served sync.WaitGroup
	served.Go(func() {
		req := signed(post(""))
		req.Body, req.ContentLength = from, -1
		r.ServeHTTP(httptest.NewRecorder(), req)
	})
	if _, err := to.Write([]byte(padded(700 << 10))[:600<<10]); err != nil {
		t.Fatal(err)
	}
	await(t, "what has come is held", func() bool { return memory.Held(heap.Messages) >= 600<<10 })
	if g := r.do(t, post(padded(600<<10))); g.status != http.StatusServiceUnavailable || g.code() != codeOverloaded {
		t.Errorf("a second large one was answered %d %.200s", g.status, g.body)
	}
	if g := r.do(t, post(padded(4<<10))); g.status != http.StatusOK {
		t.Errorf("a short one was answered %d %.200s", g.status, g.body)
	}
	_ = to.CloseWithError(io.ErrUnexpectedEOF)
	served.Wait()
	if n := memory.Held(heap.Messages); n != 0 {
		t.Errorf("%d bytes are held when the request has ended", n)
	}
	if g := r.do(t, post(padded(600<<10))); g.status != http.StatusOK {
		t.Errorf("with room again it was answered %d %.200s", g.status, g.body)
	}
}

// TestSlowReaderOfAnAnswer: a long answer that is not read is given up, long before its request
// would have to end.
func TestSlowReaderOfAnAnswer(t *testing.T) {
	t.Parallel()
	w := newReader()
	reply{w: w, log: quiet}.writeParts(responseParts{make([]byte, quickBody), make([]byte, 3*quickBody), nil})
	if got, deadlines := w.read(); len(got) != 4*quickBody || len(deadlines) != 4 || deadlines[0] > readPatience {
		t.Errorf("%d bytes were written, with the deadlines %v", len(got), deadlines)
	}
	w = newReader()
	reply{w: w, log: quiet}.writeParts(responseParts{make([]byte, quickBody)})
	if _, deadlines := w.read(); len(deadlines) != 0 {
		t.Errorf("a short answer has the deadlines %v", deadlines)
	}
	if now := time.Now(); earlier(now, now.Add(1)) != now || earlier(now.Add(1), now) != now {
		t.Error("the earlier one is the later one")
	}
}

// TestStreamWithoutRoom: a stream that reads slowly while the server holds too much ends, and its
// client comes back.
func TestStreamWithoutRoom(t *testing.T) {
	t.Parallel()
	memory := heap.NewBudget(4 << 20)
	w := newReader()
	s := newStream(w, multipartFraming{}, memory.Hold(heap.Answers))
	if !deliver(s, 1<<20) || memory.Held(heap.Answers) != 1<<20 {
		t.Errorf("%d bytes are held of what waits", memory.Held(heap.Answers))
	}
	var served sync.WaitGroup
	served.Go(func() { s.writePayloads(nil) })
	await(t, "it is read", func() bool { return memory.Held(heap.Answers) == 0 })
	if !deliver(s, 3<<20) {
		t.Error("a stream that has ended asks to be woken")
	}
	served.Wait()
	if got, _ := w.read(); !strings.Contains(got, codeOverloaded) {
		t.Errorf("it ended with %q", got[max(0, len(got)-300):])
	}
}

// busyReader is a client that gets something more to read whenever it reads.
type busyReader struct {
	*sluggish
	during func()
}

func (w *busyReader) Write(b []byte) (int, error) {
	w.during()
	return w.sluggish.Write(b)
}

// TestStreamThatIsBusy: a stream that never comes to an end with what waits holds that, and nothing
// of what it has written.
func TestStreamThatIsBusy(t *testing.T) {
	t.Parallel()
	const payloads, size = 200, 10 << 10
	memory := heap.NewBudget(heap.DefaultBudget)
	w := &busyReader{sluggish: newReader()}
	s := newStream(w, sseFraming{}, memory.Hold(heap.Answers))
	n, most := 0, int64(0)
	w.during = func() {
		most = max(most, memory.Held(heap.Answers))
		if n++; n < payloads {
			deliver(s, size)
		}
	}
	deliver(s, size)
	var served sync.WaitGroup
	served.Go(func() { s.writePayloads(nil) })
	await(t, "all is written", func() bool { got, _ := w.read(); return strings.Count(got, "event: next") == payloads })
	await(t, "nothing is held", func() bool { return memory.Held(heap.Answers) == 0 })
	s.endWith(endedByItself)
	served.Wait()
	if most > 4*size {
		t.Errorf("%d bytes are held for payloads of %d", most, size)
	}

	memory = heap.NewBudget(64 << 10) // half for answers
	s = newStream(newReader(), sseFraming{}, memory.Hold(heap.Answers))
	if s.Refuse(make([]byte, 40<<10)); s.waiting != nil || s.why != endedForRoom {
		t.Error("what is said in place of a payload is not counted")
	}
}

// TestSlowReaderOfOnePayload: an answer in a stream is written with the deadlines of any other one.
func TestSlowReaderOfOnePayload(t *testing.T) {
	t.Parallel()
	data := []byte(`{"x":"` + strings.Repeat("x", 4*quickBody) + "\"\n}")
	for f, want := range map[streamFraming]string{
		sseFraming{}:       "event: next\ndata: {\"data\":" + string(data[:len(data)-2]) + " }}\n\nevent: complete\ndata:\n\n",
		multipartFraming{}: partHeader + `{"payload":{"data":` + string(data) + "}}" + delimiter + partHeader + "{}" + lastDelimiter,
	} {
		w, resp := newReader(), &graphql.Response{Data: append([]byte(nil), data...)}
		reply{w: w, stream: f, log: quiet}.sendStream(t.Context(), resp)
		got, deadlines := w.read()
		if !strings.HasSuffix(got, want) || len(deadlines) < 5 || deadlines[0] > readPatience {
			t.Errorf("%T: %d bytes were written, with the deadlines %v: %.200q", f, len(got), deadlines, got)
		}
	}
}

// TestLargestAnswers: with the default budget one answer of the largest size is made beside what
// others have left unread, and two of half of it.
func TestLargestAnswers(t *testing.T) {
	t.Parallel()
	for others, bytes := range map[int]int{12 << 20: maxBytes, 3 * maxBytes / 2: maxBytes / 2} {
		memory := heap.NewBudget(heap.DefaultBudget)
		if !memory.Hold(heap.Answers).Grow(others) {
			t.Fatal("there is no room")
		}
		r := newRig(func(r *rig) { r.memory = memory })
		r.answer = func(ctx context.Context) *graphql.Response {
			if b := byteBudgetOf(ctx); !b.Read.Take(bytes) || !b.Answer.Take(bytes) {
				t.Errorf("one of %d bytes has no room beside %d", bytes, others)
			}
			return &graphql.Response{Data: []byte(`{"ok":true}`)}
		}
		if g := r.do(t, operation("{ viewer { id } }", nil)); g.status != http.StatusOK || g.code() != "" {
			t.Errorf("it was answered %d %.200s", g.status, g.body)
		}
	}
}
