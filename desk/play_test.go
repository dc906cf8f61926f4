package desk

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// play is one test of a rule: a case, who does what, and what has happened then. Its
// name begins with the rule's id.
type play struct {
	name    string
	ticket  string // as put reads it
	convs   string
	by      string                                          // "ben" unless said
	in      func(w *world)                                  // what else is so before
	do      func(*world, *Act) error                        // the one thing that is done
	after   string                                          // as state tells it; "" is not looked at
	told    string                                          // the log, a line an event; "" means that nothing happened
	effects string                                          // what the caller hears, where that is not every "+" of the log
	refused ErrorCode                                       // then nothing has changed and nothing is told
	path    string                                          // of the refusal, joined by slashes
	check   func(t *testing.T, w *world, a *Act, err error) // what else is so after
}

func run(t *testing.T, plays []play) {
	t.Helper()
	for _, p := range plays {
		t.Run(p.name, func(t *testing.T) { p.run(t) })
	}
}

func (p play) run(t *testing.T) {
	w := newWorld()
	w.put(p.ticket, p.convs)
	if p.in != nil {
		p.in(w)
	}
	if p.by == "" {
		p.by = "ben"
	}
	a, snapshot, facts := w.act(p.by), w.snapshot(), w.facts()
	err := p.do(w, a)
	switch {
	case p.refused != "":
		mustRefuse(t, err, p.refused, p.path)
		w.mustBeUntouched(t, a, snapshot)
	case err != nil:
		t.Fatalf("refused: %v", err)
	default:
		p.compare(t, w, a)
		w.mustReplay(t, a, facts)
		if p.told == "" {
			w.mustBeUntouched(t, a, snapshot)
		}
	}
	if p.check != nil {
		p.check(t, w, a, err)
	}
}

func (p play) compare(t *testing.T, w *world, a *Act) {
	t.Helper()
	if got := w.state(); p.after != "" && got != p.after {
		t.Errorf("state\n got %s\nwant %s", got, p.after)
	}
	want := unindent(p.told)
	if got := w.told(a); got != want {
		t.Errorf("told\n%s\nwant\n%s", got, want)
	}
	effects := unindent(p.effects)
	if p.effects == "" {
		effects = onlyEffects(want)
	}
	if got := w.effects(a); got != effects {
		t.Errorf("effects\n%s\nwant\n%s", got, effects)
	}
}

func onlyEffects(told string) string {
	lines := strings.Split(told, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(s string) bool { return !strings.HasPrefix(s, "+") }), "\n")
}

func unindent(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}

func mustRefuse(t *testing.T, err error, code ErrorCode, path string) {
	t.Helper()
	e := refusal(err)
	if e.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
	if got := strings.Join(e.Path, "/"); path != "" && got != path {
		t.Errorf("the refusal is at %q, want %q", got, path)
	}
	if !strings.HasSuffix(e.Message, ".") {
		t.Errorf("not a sentence: %q", e.Message)
	}
}

// refusal is the error for people, or one without a code.
func refusal(err error) *Error {
	e := &Error{}
	errors.As(err, &e)
	return e
}

func (w *world) mustBeUntouched(t *testing.T, a *Act, snapshot string) {
	t.Helper()
	if got := w.snapshot(); got != snapshot {
		t.Errorf("something changed\n got %s\nwant %s", got, snapshot)
	}
	if len(a.Events)+len(a.Touched())+len(a.Active()) != 0 {
		t.Errorf("told %q, touched %v, active %v", w.told(a), a.Touched(), a.Active())
	}
}

// facts are the fields of all records that tests look at, as events tell them.
func (w *world) facts() map[Ref]map[string]string {
	out := map[Ref]map[string]string{}
	for _, r := range w.records() {
		out[r.Ref()] = factsOf(r)
	}
	return out
}

func factsOf(r Record) map[string]string {
	out := map[string]string{}
	for _, f := range r.fields() {
		if f.value != nil {
			out[f.name] = *f.value
		}
	}
	if t, ok := r.(*Ticket); ok {
		for k := range t.Properties {
			out["properties."+k] = *valueText(t.Properties, k)
		}
	}
	return out
}

// mustReplay plays the events over what was before, and compares with what is. Every
// event must fit what it changes, name who did it, and belong where it happened.
func (w *world) mustReplay(t *testing.T, a *Act, facts map[Ref]map[string]string) {
	t.Helper()
	seen := map[ID]bool{}
	for _, e := range a.Events {
		w.mustBeWhole(t, a, e)
		if seen[e.ID] || e.ID.IsZero() {
			t.Errorf("the event %s has no id of its own", e.Kind)
		}
		seen[e.ID] = true
		replay(t, facts, e)
	}
	for _, r := range append(w.records(), a.Touched()...) {
		now, replayed := factsOf(r), facts[r.Ref()]
		for k := range now {
			if replayed[k] != now[k] && !isUnread(k, r) {
				t.Errorf("replay of %s: %s is %q, want %q", w.name(r.Ref().String()), k, replayed[k], now[k])
			}
		}
		for k, v := range replayed {
			if _, ok := now[k]; !ok && v != "" {
				t.Errorf("replay of %s: %s is %q, want nothing", w.name(r.Ref().String()), k, v)
			}
		}
		w.mustStandRight(t, r)
	}
}

// isUnread: the count of unread messages follows from the messages.
func isUnread(key string, r Record) bool {
	return key == "unreadCount" && r.Ref().Kind == KindConversation
}

func replay(t *testing.T, facts map[Ref]map[string]string, e *Event) {
	t.Helper()
	at := facts[e.EntityRef()]
	if at == nil {
		at = map[string]string{}
		facts[e.EntityRef()] = at
	}
	for _, c := range e.Changes {
		if c.Old != nil && at[c.Field] != *c.Old && c.Field != "unreadCount" || c.Old == nil && at[c.Field] != "" {
			t.Errorf("%s says that %s was %v, but it was %q", e.Kind, c.Field, c.Old, at[c.Field])
		}
		if sameValue(c.Old, c.New) {
			t.Errorf("%s says that %s changed, but it did not", e.Kind, c.Field)
		}
		if c.New == nil {
			delete(at, c.Field)
		} else {
			at[c.Field] = *c.New
		}
	}
}

func (w *world) mustBeWhole(t *testing.T, a *Act, e *Event) {
	t.Helper()
	if e.AccountID != w.account.ID || !e.At.Equal(w.now) || e.Mutation != "theMutation" || e.CascadeID != a.CascadeID {
		t.Errorf("not whole: %+v", e)
	}
	if (a.By.Agent == nil) != (e.ActorID == nil) || e.ActorID != nil && *e.ActorID != a.By.Agent.ID {
		t.Errorf("%s has the wrong actor", e.Kind)
	}
	switch e.EntityKind {
	case KindConversation:
		if e.ConversationID == nil || *e.ConversationID != e.EntityID || e.InboxID == nil {
			t.Errorf("%s does not say where it belongs", e.Kind)
		}
	case KindTicket:
		if e.TicketID == nil || *e.TicketID != e.EntityID || e.InboxID != nil {
			t.Errorf("%s does not say where it belongs", e.Kind)
		}
	case KindMessage:
		if e.ConversationID == nil || e.InboxID == nil {
			t.Errorf("%s does not say where it belongs", e.Kind)
		}
	}
}

// mustStandRight checks what every record must always be.
func (w *world) mustStandRight(t *testing.T, r Record) {
	t.Helper()
	switch r := r.(type) {
	case *Conversation:
		if (r.Status == ConversationStatusClosed) != (r.ClosedAt != nil) || (r.TrashGroupID == nil) != (r.TrashedAt == nil) {
			t.Errorf("a conversation is %s, closed at %v, in the trash since %v", r.Status, r.ClosedAt, r.TrashedAt)
		}
	case *Ticket:
		s := w.status[w.name(Ref{Kind: KindStatus, ID: r.StatusID}.String())]
		if (s.State == StateClosed) != (r.ClosedAt != nil) || r.PipelineID != s.PipelineID || (r.TrashGroupID == nil) != (r.TrashedAt == nil) {
			t.Errorf("a ticket is %s, closed at %v, in the trash since %v", s.State, r.ClosedAt, r.TrashedAt)
		}
	}
}
