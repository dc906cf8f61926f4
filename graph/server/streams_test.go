package server

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"deskwire/db/dbtest"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// streaming is a server with one account and a token for it.
type streaming struct {
	*httptest.Server
	handler *Handler
	client  *http.Client
	token   string
}

func newStreaming(t *testing.T, connections int, change ...func(*Config)) *streaming {
	t.Helper()
	store := dbtest.New(t)
	in := write.CreateAccount{Slug: "acme", Name: "Acme", Plan: desk.PlanStarter, AdminEmail: "ada@acme.test", AdminName: "Ada"}
	if _, err := store.CreateAccount(t.Context(), write.Write{Mutation: "test"}, in, nil); err != nil {
		t.Fatal(err)
	}
	ada, err := store.ActorByEmail(t.Context(), "acme", "ada@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	out, err := store.Write(t.Context(), write.Write{By: read.Authenticated(ada), Mutation: "test"}, func(ctx context.Context, tx *write.Tx) error {
		return tx.CreateToken(ctx, nil, "test", nil, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	auth, err := NewAuthenticator(store, Identity{}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Store: store, Auth: auth, Log: quiet, Connections: connections}
	for _, f := range change {
		f(&cfg)
	}
	h := NewHandler(cfg)
	s := &streaming{Server: httptest.NewServer(h), handler: h, client: &http.Client{Transport: &http.Transport{}}, token: *out.Secret}
	t.Cleanup(func() {
		h.Close() // first: it ends the streams that the server would wait for
		s.Close()
		s.client.CloseIdleConnections()
	})
	return s
}

// follow opens a stream as a browser does.
func (s *streaming) follow(ctx context.Context, accept string) (*http.Response, error) {
	q := url.Values{"query": {"subscription { viewerLive { viewer { id } } }"}, "access_token": {s.token}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/graphql?"+q.Encode(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", accept)
	return s.client.Do(req)
}

// readUntil reads until a text has come, or the end.
func readUntil(r io.Reader, text string) (got string, err error) {
	b := make([]byte, 4<<10)
	for !strings.Contains(got, text) && err == nil {
		var n int
		n, err = r.Read(b)
		got += string(b[:n])
	}
	return got, err
}

// mustFollow opens a stream and reads its first payload.
func (s *streaming) mustFollow(t *testing.T, accept string) *http.Response {
	t.Helper()
	resp, err := s.follow(t.Context(), accept)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	if got, err := readUntil(resp.Body, `"viewerLive"`); err != nil {
		t.Fatalf("%d %v %s", resp.StatusCode, err, got)
	}
	return resp
}

func TestStreamsCountAsConnections(t *testing.T) {
	s := newStreaming(t, 2)
	first := s.mustFollow(t, ofEventSource)
	s.mustFollow(t, ofApollo)
	ask := func(accept string) (*http.Response, string) {
		resp, err := s.follow(t.Context(), accept)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		got, _ := io.ReadAll(resp.Body)
		return resp, string(got)
	}
	if later, got := ask(ofEventSource); later.StatusCode != http.StatusOK || got != "retry: 30000\n\n" {
		t.Errorf("a browser, one too many: %d %q", later.StatusCode, got)
	}
	refused, got := ask(ofApollo)
	if refused.StatusCode != http.StatusTooManyRequests || refused.Header.Get("Retry-After") != "30" || !strings.Contains(got, codeManyConnections) {
		t.Errorf("one too many: %d %s", refused.StatusCode, got)
	}
	_ = first.Body.Close()
	await(t, "the place is free again", func() bool {
		resp, err := s.follow(t.Context(), ofEventSource)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = resp.Body.Close() })
		got, _ := readUntil(resp.Body, `"viewerLive"`)
		return strings.Contains(got, `"viewerLive"`)
	})
}

// Streams end when the server does, in a way that makes clients come back: SSE without "complete",
// multipart with an error.
func TestStreamsAreDrained(t *testing.T) {
	s := newStreaming(t, 0)
	var wanted []string
	var open []*http.Response
	for range 10 {
		open = append(open, s.mustFollow(t, ofEventSource), s.mustFollow(t, ofApollo))
		wanted = append(wanted, "", codeRestart)
	}
	began := time.Now()
	s.handler.Drain(t.Context(), time.Hour)
	if took := time.Since(began); took < 19*drainPause {
		t.Errorf("all went at once, in %v", took)
	}
	for i, resp := range open {
		if got, err := io.ReadAll(resp.Body); err != nil || strings.Contains(string(got), "complete") || !strings.Contains(string(got), wanted[i]) {
			t.Errorf("ended with %q, %v", got, err)
		}
	}
	late, err := s.follow(t.Context(), ofEventSource) // a browser would not come back after an HTTP error
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = late.Body.Close() }()
	if got, err := io.ReadAll(late.Body); err != nil || late.StatusCode != http.StatusOK || !strings.HasPrefix(string(got), "retry: ") || strings.Contains(string(got), "event") {
		t.Errorf("who comes late gets %d %q %v", late.StatusCode, got, err)
	}
}

func TestDrainDoesNotOutlastItsPatience(t *testing.T) {
	s := newStreaming(t, 0)
	resp := s.mustFollow(t, ofEventSource)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.handler.Drain(ctx, time.Hour)
	if got, err := io.ReadAll(resp.Body); err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// 1,000 streams come and go, half of them without seeing anything, and leave nothing.
func TestStreamsLeaveNothing(t *testing.T) {
	s := newStreaming(t, 0)
	_ = s.mustFollow(t, ofEventSource).Body.Close()
	s.client.CloseIdleConnections()
	hub := s.handler.hub
	await(t, "the first one has gone", func() bool { return hub.Stats().Sessions == 0 })
	before := goleak.IgnoreCurrent()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			for j := range 50 {
				resp, err := s.follow(t.Context(), []string{ofEventSource, ofApollo}[i%2])
				if err != nil {
					t.Error(err)
					return
				}
				if j%2 == 0 {
					if got, err := readUntil(resp.Body, `"viewerLive"`); err != nil {
						t.Errorf("%q, %v", got, err)
					}
				}
				_ = resp.Body.Close()
			}
		})
	}
	all.Wait()
	s.client.CloseIdleConnections()
	await(t, "all have gone", func() bool { st := hub.Stats(); return st.Sessions == 0 && st.Groups == 0 })
	goleak.VerifyNone(t, before, dbtest.Pooled())
}
