package socket

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// First bytes of frames that only clients send here.
const (
	beginText  = 0x01
	middle     = 0x00
	finMiddle  = 0x80
	finBinary  = 0x82
	rsv1       = 0x40
	unmaskedOK = "\x81\x02ok"
)

func TestBadClientsAreToldWhy(t *testing.T) {
	raw := func(b string) func(*client) {
		return func(c *client) { _, _ = c.Write([]byte(b)) } // it may be cut off
	}
	send := func(first byte, payload string) func(*client) { return raw(string(masked(first, payload))) }
	both := func(one, two func(*client)) func(*client) { return func(c *client) { one(c); two(c) } }
	for name, one := range map[string]struct {
		do   func(*client)
		code int
	}{
		"a binary message":                {send(finBinary, "ok"), 1003},
		"no mask":                         {raw(unmaskedOK), 1002},
		"compression not agreed on":       {send(finText|rsv1, "ok"), 1002},
		"an unknown opcode":               {send(0x83, ""), 1002},
		"a middle without a beginning":    {send(finMiddle, "ok"), 1002},
		"a message inside another":        {both(send(beginText, "a"), send(finText, "b")), 1002},
		"a control frame too long":        {send(finPing, strings.Repeat("x", 126)), 1002},
		"a control frame in pieces":       {send(0x09, ""), 1002},
		"a close code nobody may send":    {send(finClose, codePayload(1006)), 1002},
		"a close reason that is no UTF-8": {send(finClose, codePayload(1000)+"\xff"), 1002},
		"text that is no UTF-8":           {send(finText, "a\xffb"), 1007},
		"no UTF-8 over two frames":        {both(send(beginText, "\xc3"), send(finMiddle, "x")), 1007},
		"a message too big":               {send(finText, strings.Repeat("x", 1001)), 1009},
		"a message far too big":           {send(finText, strings.Repeat("x", 4<<20)), 1009},
		"a message of 2^63 bytes":         {raw("\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00mask"), 1009},
		"too big in pieces": {func(c *client) {
			c.send(beginText, strings.Repeat("x", 600))
			c.send(finMiddle, strings.Repeat("x", 600))
		}, 1009},
		"a close":                  {send(finClose, codePayload(4321)+"bye"), 4321},
		"a close without a code":   {send(finClose, ""), 1005},
		"a close with half a code": {send(finClose, "\x03"), 1002},
		"half a code, byte by byte": {func(c *client) {
			for _, b := range masked(finClose, "\x03") {
				raw(string(b))(c)
			}
		}, 1002},
		"half a code behind what is long": {both(send(finPing, strings.Repeat("x", 125)), both(send(beginText, strings.Repeat("x", 300)), send(finClose, "x"))), 1002},
		"a panic":                         {send(finText, "panic"), 1011},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, Config{ReadLimit: 1000})
			r.setup = func(s *scribe) {
				s.onMessage = func(text string) {
					if text == "panic" {
						panic("as told")
					}
				}
			}
			c, s := r.dial(t)
			c.send(finText, "before")
			go one.do(c) // it may still be sending when it is answered
			c.wantClose(one.code)
			c.Close()
			s.wantEnd(t)
			if got := s.heard(); len(got) == 0 || got[0] != "before" || len(got) > 1 && got[1] != "panic" {
				t.Errorf("heard %.80q, want what came before", got)
			}
			if s.c.Write(AppendFrame(nil, []byte("late"))) {
				t.Error("a closed connection takes a write")
			}
		})
	}
}

func TestMessagesInPiecesWithPingsBetween(t *testing.T) {
	r := newRig(t, Config{})
	r.setup = func(s *scribe) {
		s.onMessage = func(text string) { s.c.Write(AppendFrame(nil, []byte(text))) }
	}
	c, s := r.dial(t)
	c.send(beginText, "gr\xc3") // a rune in two frames
	c.send(finPing, "are you there")
	c.send(middle, "\xbc\xc3")
	c.send(0x8a, "a pong nobody asked for")
	c.send(middle, "")
	c.send(finPing, "")
	c.send(finMiddle, "\x9fe")
	c.want(finPong, "are you there")
	c.want(finPong, "")
	c.want(finText, "grüße")
	long := strings.Repeat("ä", 100_000)
	c.send(finText, "")
	c.send(finText, long)
	c.want(finText, "")
	c.want(finText, long)
	if got := s.heard(); !slices.Equal(got, []string{"grüße", "", long}) {
		t.Errorf("heard %.80q", got)
	}
}

func TestWhatWasSentBeforeACloseIsHandled(t *testing.T) {
	r := newRig(t, Config{})
	gate := make(chan struct{})
	r.setup = func(s *scribe) { s.onMessage = func(string) { <-gate } }
	c, s := r.dial(t)
	c.send(finText, "one")
	c.send(finText, "two")
	c.send(finClose, codePayload(1000))
	c.wantClose(1000)
	close(gate)
	s.wantEnd(t)
	if got := s.heard(); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("heard %q", got)
	}
}

func TestNothingIsToldAfterOurClose(t *testing.T) {
	r := newRig(t, Config{})
	r.setup = func(s *scribe) { s.onMessage = func(string) { s.c.Close(4400, "no") } }
	c, s := r.dial(t)
	c.write(append(masked(finText, "one"), masked(finText, "two")...))
	if got := c.wantClose(4400); got != "no" {
		t.Errorf("reason %q", got)
	}
	c.Close()
	s.wantEnd(t)
	if got := s.heard(); !slices.Equal(got, []string{"one"}) {
		t.Errorf("heard %q", got)
	}
}

func TestAPanicIsLogged(t *testing.T) {
	var log lockedBuffer
	r := newRig(t, Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	r.setup = func(s *scribe) {
		s.onMessage = func(string) { panic("at a message") }
		s.onClosed = func() { defer close(s.closed); panic("at the end") }
	}
	c, s := r.dial(t)
	c.send(finText, "x")
	c.wantClose(1011)
	c.Close()
	s.wantEnd(t)
	waitFor(t, "the connection to be forgotten", func() bool { return r.OpenConns() == 0 })
	for _, want := range []string{"at a message", "at the end", "protocol_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in the log", want)
		}
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestOpenMayCloseOrPanic(t *testing.T) {
	s := NewServer(Config{Log: slog.New(slog.DiscardHandler)})
	r := newRig(t, Config{})
	r.web.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_ = s.Accept(w, req, func(c *Conn) Handler {
			c.Write(AppendFrame(nil, []byte("welcome")))
			if req.URL.Path == "/panic" {
				panic("as told")
			}
			c.Close(4403, "not you")
			return nil
		})
	})
	defer s.Close()
	for path, code := range map[string]int{"/panic": 1011, "/": 4403} {
		ws, answer, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(r.web.URL, "http")+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if _, text, err := ws.ReadMessage(); string(text) != "welcome" {
			t.Errorf("%s: read %q, %v", path, text, err)
		}
		if _, _, err := ws.ReadMessage(); !websocket.IsCloseError(err, code) {
			t.Errorf("%s: %v, want %d", path, err, code)
		}
		ws.Close()
	}
	waitFor(t, "both to be forgotten", func() bool { return s.OpenConns() == 0 })
}

func TestHandshakes(t *testing.T) {
	r := newRig(t, Config{Subprotocols: []string{"new", "old"}})
	for name, one := range map[string]struct {
		header   http.Header
		status   int
		protocol string
	}{
		"plain":           {nil, 101, ""},
		"agreed":          {http.Header{"Sec-Websocket-Protocol": {"other, old, new"}}, 101, "new"},
		"nothing agreed":  {http.Header{"Sec-Websocket-Protocol": {"other"}}, 101, ""},
		"another site":    {http.Header{"Origin": {"https://evil.example"}}, 403, ""},
		"the same origin": {http.Header{"Origin": {r.web.URL}}, 101, ""},
	} {
		t.Run(name, func(t *testing.T) {
			ws, answer, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(r.web.URL, "http"), one.header)
			if answer == nil || answer.StatusCode != one.status {
				t.Fatalf("%v %v", answer, err)
			}
			answer.Body.Close()
			if ws == nil {
				return
			}
			defer ws.Close()
			s := <-r.conns
			if ws.Subprotocol() != one.protocol || s.c.Subprotocol() != one.protocol {
				t.Errorf("agreed on %q and %q", ws.Subprotocol(), s.c.Subprotocol())
			}
			if s.c.Remote() != ws.LocalAddr().String() {
				t.Errorf("remote %q, want %q", s.c.Remote(), ws.LocalAddr())
			}
		})
	}
	answer, err := http.Get(r.web.URL)
	if err != nil || answer.StatusCode != http.StatusBadRequest {
		t.Errorf("a plain GET: %v %v", answer, err)
	}
	answer.Body.Close()
}

func TestAfterADrainNobodyComesIn(t *testing.T) {
	r := newRig(t, Config{})
	r.Drain(context.Background(), codeRestart, "restart", 0)
	_, answer, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(r.web.URL, "http"), nil)
	if answer == nil || answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("%v %v, want 503", answer, err)
	}
	answer.Body.Close()
}

func TestFrames(t *testing.T) {
	for _, n := range []int{0, 1, 125, 126, 65535, 65536, 70000} {
		payload := bytes.Repeat([]byte("x"), n)
		want := AppendFrame([]byte("before"), payload)
		b := append(bytes.Repeat([]byte("-"), Room+3), payload...)
		start := PutHeader(b, Room+3, n)
		if got := "before" + string(b[start:]); got != string(want) {
			t.Errorf("%d bytes: header % x, want % x", n, b[start:Room+3], want[6:16])
		}
		if string(b[:start]) != strings.Repeat("-", start) {
			t.Errorf("%d bytes: written in front of the header", n)
		}
		if allocs := testing.AllocsPerRun(10, func() { PutHeader(b, Room+3, n) }); allocs != 0 {
			t.Errorf("PutHeader allocates")
		}
	}
}

func TestCloseReasonsFit(t *testing.T) {
	for reason, want := range map[string]string{
		"":                                  "",
		"plain":                             "plain",
		strings.Repeat("a", 123):            strings.Repeat("a", 123),
		strings.Repeat("a", 124):            strings.Repeat("a", 123),
		strings.Repeat("ä", 100):            strings.Repeat("ä", 61),
		strings.Repeat("😀", 100):            strings.Repeat("😀", 30),
		"bad \xff byte":                     "bad \uFFFD byte",
		strings.Repeat("\xff\xff\xffa", 40): strings.Repeat("\uFFFDa", 30) + "\uFFFD",
	} {
		b := appendClose(nil, 4000, reason)
		if got := string(b[4:]); got != want || !utf8.ValidString(got) || int(b[1]) != len(b)-2 || len(b) > 127 {
			t.Errorf("reason %q of %d bytes, want %q", got, b[1], want)
		}
	}
}
