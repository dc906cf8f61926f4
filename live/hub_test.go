package live

import (
	"context"
	"fmt"
	"testing"
	"time"

	"deskwire/desk"
)

// follow opens a session of one subscription. Whoever asks anew who it is finds nothing changed.
func (w *world) follow(a *Query, s *sink, after *desk.Cursor) *sink {
	var live *Session
	ready := make(chan struct{})
	live = w.hub.OpenSession(tenant, func() { <-ready; live.Resume(func(a *Query) *Query { return a }) })
	close(ready)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sub = live.Subscribe(func() *Query { return a }, s, after)
	return s
}

// where says where a subscription is.
func (s *sink) where() subscriptionPhase {
	s.sub.session.hub.mu.Lock()
	defer s.sub.session.hub.mu.Unlock()
	return s.sub.phase
}

func (s *sink) settled() {
	s.t.Helper()
	waitFor(s.t, "a place in the group", func() bool { return s.where() == phaseLive })
}

// TestHub_once: what many follow is made once for each change, and all get it.
func TestHub_once(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{Writers: 3})
	sinks := make([]*sink, 60)
	for i := range sinks {
		sinks[i] = w.follow(w.ask(1, 0), newSink(t), nil)
	}
	for n := range 5 {
		for _, s := range sinks {
			s.payloads(n + 1)
			s.settled()
		}
		w.change(1)
		w.tell()
	}
	for _, s := range sinks {
		if b := s.payloads(6); b.Value != 5 || len(b.Events) != 1 {
			t.Fatalf("the last payload is %+v", b)
		}
	}
	for request, n := range w.made {
		if n > 1 {
			t.Errorf("%q was made %d times", request, n)
		}
	}
}

// TestHub_endIsTheEnd: what is in the line already does not come any more.
func TestHub_endIsTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{Writers: 1})
	first, second := w.follow(w.ask(1, 0), newSink(t), nil), w.follow(w.ask(1, 0), newSink(t), nil)
	for _, s := range []*sink{first, second} {
		s.payloads(1)
		s.settled()
	}
	first.mu.Lock()
	first.hold = make(chan struct{})
	first.mu.Unlock()
	w.change(1)
	w.tell()
	waitFor(t, "the first to be written to", first.held.Load)
	second.end()
	close(first.hold)
	first.payloads(2)
	w.change(1)
	w.tell()
	first.payloads(3)
	if second.late > 0 {
		t.Errorf("%d payloads came after the end", second.late)
	}
}

// TestHub_owedStaysOwed: what a full sink does not take comes when it has room, also when no event
// tells of it.
func TestHub_owedStaysOwed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	class := 0
	var session *Session
	ready := make(chan struct{})
	session = w.hub.OpenSession(tenant, func() { <-ready; session.Resume(func(*Query) *Query { return w.ask(1, class) }) })
	s := newSink(t)
	s.mu.Lock()
	s.sub = session.Subscribe(func() *Query { return w.ask(1, 0) }, s, nil)
	s.mu.Unlock()
	s.payloads(1)
	full := func(what string, happens func()) body {
		s.settled()
		_, n := s.last()
		s.empty(0)
		happens()
		waitFor(t, what, func() bool { return s.where() == phaseBehind })
		s.empty(-1)
		return s.payloads(n + 1)
	}
	full("the touch to be refused", func() { w.hub.Invalidate(tenant, Dependency{Kind: desk.KindConversation, ID: id(1)}) })
	b := full("other rights to be refused", func() {
		class = 1
		close(ready)
		session.Reauthenticate()
	})
	if b.Class != 1 {
		t.Errorf("after other rights came %+v", b)
	}
	if b := full("the new log to be refused", func() { w.restore("one") }); b.Reason != Resync {
		t.Errorf("after the log was put back came %+v", b)
	}
}

// TestHub_newDependency: what a payload for one newcomer shows is followed from then on.
func TestHub_newDependency(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	s := w.follow(w.ask(1, 0), newSink(t), nil)
	s.payloads(1)
	s.settled()
	s.empty(0)
	w.change(1)
	w.tell()
	waitFor(t, "the change to be refused", func() bool { return s.where() == phaseBehind })
	w.commit(w.begin(), desk.KindConversation, id(1), id(100))
	w.tell()
	s.empty(-1)
	s.payloads(2)
	w.commit(w.begin(), desk.KindTicket, id(100), desk.ID{})
	w.tell()
	if b := s.payloads(3); b.Other != 1 {
		t.Errorf("shown %+v", b)
	}
}

// TestHub_anew: after the log was put back, with another epoch or with the same, everybody gets a
// RESYNC and is told what happens then.
func TestHub_anew(t *testing.T) {
	for _, epoch := range []string{"two", "one"} {
		t.Run(epoch, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Options{})
			state, log := w.follow(w.ask(1, 0), newSink(t), nil), w.follow(w.askLog(0, 3), newSink(t), nil)
			state.settled()
			log.settled()
			for range 5 {
				w.change(1)
			}
			w.tell()
			for _, s := range []*sink{state, log} {
				waitFor(t, "the changes", func() bool { b, _ := s.last(); return len(b.Events) > 0 })
				s.settled()
			}
			w.restore(epoch)
			for _, s := range []*sink{state, log} {
				waitFor(t, "a RESYNC", func() bool { b, _ := s.last(); return b.Reason == Resync })
				s.settled()
			}
			w.change(1)
			w.tell()
			for _, s := range []*sink{state, log} {
				waitFor(t, "what happens then", func() bool { b, _ := s.last(); return b.Reason == Change && len(b.Events) == 1 })
			}
		})
	}
}

// TestHub_nowhereToBeSeen: a cursor that the log never comes to gets a RESYNC, and holds nobody up
// meanwhile.
func TestHub_nowhereToBeSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{Writers: 1, Workers: 1})
	far := desk.Cursor{Epoch: "one", Max: 1 << 40}
	lost := []*sink{}
	for i := range 20 {
		lost = append(lost, w.follow(w.ask(i, 0), newSink(t), &far), w.follow(w.askLog(i, 3), newSink(t), &far))
	}
	began := time.Now()
	w.follow(w.ask(1, 0), newSink(t), nil).payloads(1)
	if took := time.Since(began); took >= logPatience {
		t.Errorf("a newcomer waited %v", took)
	}
	for _, s := range lost {
		if b := s.payloads(1); b.Reason != Resync {
			t.Fatalf("it got %+v", b)
		}
	}
}

// TestHub_logGoesOnInQuiet: who comes with a cursor that is a little later than the last event
// becomes a member at once.
func TestHub_logGoesOnInQuiet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.follow(w.askLog(0, 3), newSink(t), nil).settled()
	w.commit(w.begin(), "", desk.ID{}, desk.ID{})
	w.tell()
	c := w.here()
	w.follow(w.askLog(0, 3), newSink(t), &c).settled()
}

// TestHub_faultsOfOthers: payloads that can't be made, and those who wait for them, do not hold up
// the rest.
func TestHub_faultsOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{Writers: 1, Workers: 1})
	c := w.here()
	for i := range 20 {
		a := w.ask(1, i)
		a.Render = func(context.Context, RenderRequest) (Rendered, error) { panic("out of order") }
		w.follow(a, newSink(t), &c)
	}
	began := time.Now()
	w.follow(w.ask(2, 0), newSink(t), nil).payloads(1)
	if took := time.Since(began); took > maxFaultPause {
		t.Errorf("a newcomer waited %v", took)
	}
}

// TestHub_refused: where there will never be a payload, that is told, also to those who had some
// before.
func TestHub_refused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	a := w.ask(1, 0)
	fine, never := a.Render, false
	a.Render = func(ctx context.Context, request RenderRequest) (Rendered, error) {
		w.mu.Lock()
		no := never
		w.mu.Unlock()
		if no {
			return Rendered{}, Refusal{[]byte("never")}
		}
		return fine(ctx, request)
	}
	sinks := []*sink{w.follow(a, newSink(t), nil), w.follow(a, newSink(t), nil)}
	for _, s := range sinks {
		s.payloads(1)
		s.settled()
	}
	w.mu.Lock()
	never = true
	w.mu.Unlock()
	w.change(1)
	w.tell()
	for _, s := range append(sinks, w.follow(a, newSink(t), nil)) {
		waitFor(t, "the refusal", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.refused == "never" })
	}
	if n := w.hub.Stats().Subscriptions; n != 0 {
		t.Errorf("%d subscriptions are left", n)
	}
}

// TestHub_rightsOfNobody: a new agent or token takes nobody out of the line.
func TestHub_rightsOfNobody(t *testing.T) {
	for kind, want := range map[desk.EventKind]bool{
		desk.AgentCreated: false, desk.TokenCreated: false, desk.ConversationMoved: false,
		desk.AgentUpdated: true, desk.TokenRevoked: true, desk.TeamUpdated: true, desk.InboxUpdated: true, desk.InboxCreated: true, desk.AccountUpdated: true,
	} {
		entity := map[string]desk.Kind{"AGENT": desk.KindAgent, "API_T": desk.KindToken, "TEAM_": desk.KindTeam, "INBOX": desk.KindInbox, "ACCOU": desk.KindAccount, "CONVE": desk.KindConversation}
		e := &desk.Event{Kind: kind, EntityKind: entity[fmt.Sprintf("%.5s", kind)]}
		if got := changesRights(e); got != want {
			t.Errorf("%s changes rights: %v", kind, got)
		}
	}
}

// TestHub_close: the end of the hub is the end of all that it has started, whatever is going on.
// TestMain looks for the rest.
func TestHub_close(t *testing.T) {
	w := newWorld(t, Options{Writers: 2, Workers: 2})
	far := desk.Cursor{Epoch: "one", Max: 1 << 40}
	for i := range 30 {
		w.follow(w.ask(i%3, i%2), newSink(t), []*desk.Cursor{nil, &far}[i%2])
		w.change(i % 3)
		w.tell()
	}
	w.hub.Close()
	w.follow(w.ask(1, 0), newSink(t), nil).end()
}
