package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/db/write"
	"deskwire/desk"
	"deskwire/graph"
	"deskwire/graph/generated"
	"deskwire/live"
)

// statements collects what one request sends to the database.
type statements struct {
	mu  sync.Mutex
	all []string
}

type statementsKey struct{}

// note gives each statement to the request it belongs to.
func note(ctx context.Context, sql string) {
	if s, ok := ctx.Value(statementsKey{}).(*statements); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.all = append(s.all, sql)
	}
}

// office is an account behind the real API, but for the door: the test says who asks.
type office struct {
	t     testing.TB
	store *db.Store
	log   *logBook
	admin *desk.Actor
	api   http.Handler

	resolver *graph.Resolver
	engine   *engine
	plain    *engine // answers by gqlgen's executor alone
	hooks    engineConfig

	inboxes, channels []string // public ids
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{t: t, store: dbtest.Open(t, db.Options{Saw: note}), log: &logBook{}}
	out, err := o.store.CreateAccount(t.Context(), write.Write{Mutation: "test"}, write.CreateAccount{
		Slug: "office", Name: "Office", Plan: desk.PlanStarter, AdminEmail: "ada@x.test", AdminName: "Ada",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o.admin = &desk.Actor{Account: out.Account, Agent: out.Agent}
	r := &graph.Resolver{Store: o.store, BaseURL: "http://desk.test/", Presences: live.NewPresences(func([]byte) {})}
	log := slog.New(slog.NewTextHandler(o.log, &slog.HandlerOptions{Level: slog.LevelError}))
	wide, err := NewLimits("cost=100000", nil) // some of these ask for more than any screen
	if err != nil {
		t.Fatal(err)
	}
	o.hooks = engineConfig{begin: beginning(o.store), log: log, timeout: 1e12, limits: wide, rates: newRateLimiter(Rates{}, func() time.Time { return time.Unix(0, 0) })}
	o.resolver, o.engine = r, newEngine(newExecutable(nil, r), o.hooks)
	o.plain = newEngine(generated.NewExecutableSchema(generated.Config{Resolvers: r}), o.hooks)
	o.api = observeRequests(log, "", newMetrics(), nil, o.engine)
	o.setUp()
	t.Cleanup(func() {
		if s := o.log.String(); s != "" {
			t.Errorf("faults were logged: %.2000s", s)
		}
	})
	return o
}

func (o *office) setUp() {
	o.do(o.admin, `mutation { pipelineCreate(input: {name: "Support", statuses: [{name: "New", state: OPEN}, {name: "Done", state: CLOSED}]}) { errors { message } } }`, nil)
	for _, key := range []string{"color", "size"} {
		o.do(o.admin, `mutation($key: String!) { propertyDefinitionCreate(input: {key: $key, label: $key, type: TEXT}) { errors { message } } }`, vars{"key": key})
	}
	for _, name := range []string{"Support", "Sales"} {
		p := o.do(o.admin, `mutation($name: String!) { inboxCreate(input: {name: $name}) { inbox { id } } }`, vars{"name": name})
		inbox := str(p, "inboxCreate", "inbox", "id")
		p = o.do(o.admin, `mutation($inbox: ID!) { channelCreate(input: {inboxId: $inbox, kind: API, name: "API", threading: ALWAYS_NEW}) { channel { id } } }`, vars{"inbox": inbox})
		o.inboxes, o.channels = append(o.inboxes, inbox), append(o.channels, str(p, "channelCreate", "channel", "id"))
	}
}

type vars map[string]any

// agent adds somebody who sees these inboxes.
func (o *office) agent(name string, role desk.Role, inboxes ...string) *desk.Actor {
	p := o.do(o.admin, `mutation($email: String!, $name: String!, $role: AgentRole!) {
		agentCreate(input: {email: $email, name: $name, role: $role}) { agent { id } } }`, vars{"email": name + "@x.test", "name": name, "role": role})
	id := str(p, "agentCreate", "agent", "id")
	p = o.do(o.admin, `mutation($name: String!, $who: [ID!]) { teamCreate(input: {name: $name, memberIds: $who}) { team { id } } }`, vars{"name": "Team " + name, "who": []string{id}})
	for _, inbox := range inboxes {
		o.do(o.admin, `mutation($inbox: ID!, $teams: [ID!]) { inboxUpdate(input: {inboxId: $inbox, teamIds: $teams}) { errors { message } } }`,
			vars{"inbox": inbox, "teams": []string{str(p, "teamCreate", "team", "id")}})
	}
	by, err := o.store.ActorByEmail(o.t.Context(), "office", name+"@x.test")
	if err != nil || by == nil {
		o.t.Fatal(err)
	}
	return by
}

// receive brings a message in and gives the conversation.
func (o *office) receive(channel int, contact, external string) string {
	p := o.do(o.admin, `mutation($in: MessageReceiveInput!) { messageReceive(input: $in) { conversation { id } errors { message } } }`, vars{"in": vars{
		"channelId": o.channels[channel], "externalId": external, "contact": vars{"email": contact, "name": contact}, "subject": "Subject " + external, "text": "Hello " + external,
	}})
	return str(p, "messageReceive", "conversation", "id")
}

func (o *office) ticket(conversation, name string) string {
	p := o.do(o.admin, `mutation($in: TicketCreateInput!) { ticketCreate(input: $in) { ticket { id } errors { message } } }`,
		vars{"in": vars{"conversationId": conversation, "name": name, "properties": []vars{{"key": "color", "value": vars{"string": "red"}}}}})
	return str(p, "ticketCreate", "ticket", "id")
}

func (o *office) join(ticket, conversation string) {
	o.do(o.admin, `mutation($t: ID!, $c: ID!) { ticketAddConversation(input: {ticketId: $t, conversationId: $c}) { errors { message } } }`, vars{"t": ticket, "c": conversation})
}

// do asks what must be answered without errors.
func (o *office) do(by *desk.Actor, query string, v vars) map[string]any {
	o.t.Helper()
	data, errs, _ := o.ask(by, query, v)
	if len(errs) > 0 {
		o.t.Fatalf("%s %v\nanswered %v", query, v, errs)
	}
	return data
}

type topError struct {
	Message    string
	Path       []any
	Extensions map[string]any
}

// ask gives the answer and the statements that it took.
func (o *office) ask(by *desk.Actor, query string, v vars) (map[string]any, []topError, []string) {
	o.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": v})
	if err != nil {
		o.t.Fatal(err)
	}
	seen := &statements{}
	req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req = req.WithContext(graph.WithActor(context.WithValue(o.t.Context(), statementsKey{}, seen), by))
	w := httptest.NewRecorder()
	o.api.ServeHTTP(w, req)
	raw, _ := io.ReadAll(w.Result().Body)
	var a struct {
		Data   map[string]any
		Errors []topError
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		o.t.Fatalf("%v: %s", err, raw)
	}
	return a.Data, a.Errors, seen.all
}

// dig follows names and numbers into an answer.
func dig(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

func str(v any, path ...any) string {
	s, _ := dig(v, path...).(string)
	return s
}

func length(v any, path ...any) int {
	l, _ := dig(v, path...).([]any)
	return len(l)
}

const sidebar = `query($id: ID!) { conversation(id: $id) {
	id number subject status unreadCount viewerCanReply viewerCanCreateTicket inbox { name } channel { name kind inbox { name } } owner { name }
	contact { id name email conversations(first: 10) { totalCount totalCountIsCapped nodes { id subject status inbox { name } owner { name } ticket { name status { name } } } } }
	ticket { id name recordUrl status { name state pipeline { name statuses { name } } } owner { name } contact { name } viewerCanUpdate
		cardProperties { id key value agent { name } definition { label options { value } } viewerCanUpdate }
		detailProperties { id key value list }
		trashImpact { mustConfirmCascade hiddenCount conversations { id contact { name } } }
		conversations(first: 10) { totalCount nodes { id contact { name } channel { name } } } }
	messages(last: 50) { totalCount pageInfo { hasPreviousPage } nodes { id text conversation { id }
		... on IncomingMessage { contact { name } safeHtml } ... on OutgoingMessage { agent { name } delivery { state } } ... on InternalComment { agent { name } } } }
	timeline(last: 20) { nodes { ... on Event { kind actor { name } entity { id ... on Ticket { name owner { name } } } } ... on Message { conversation { subject } } } }
} }`

// The sidebar and the list page that the product is measured by.
const (
	plainSidebar = `query($id: ID!) { conversation(id: $id) { subject status owner { name }
	ticket { name status { name } owner { name } detailProperties { key value } conversations { nodes { subject status } } }
	contact { name email conversations(first: 10) { nodes { subject status lastActivityAt } } }
	messages(last: 50) { nodes { text ... on IncomingMessage { contact { name } } ... on OutgoingMessage { agent { name } } ... on InternalComment { agent { name } } } } } }`
	plainList = `query($n: Int!) { conversations(first: $n) { pageInfo { hasNextPage endCursor } nodes {
	subject preview status unreadCount lastActivityAt inbox { name } contact { name } owner { name } ticket { name status { name } } } } }`
)

const listPage = `query($n: Int!) { conversations(first: $n) { totalCount pageInfo { hasNextPage endCursor }
	nodes { ...row } edges { cursor node { ...row } } } }
fragment row on Conversation { id number preview lastActivityAt inbox { name teams { name members { name } } } channel { name } owner { name } viewerCanClose
	contact { name conversations(first: 3) { totalCount nodes { id owner { name } ticket { name } } } tickets(first: 3) { nodes { id status { name } contact { name } } } }
	ticket { name status { name } owner { name } cardProperties { key value } detailProperties { key value } conversations(first: 3) { nodes { id contact { name } messages(last: 1) { nodes { text } } } } }
	messages(last: 1) { totalCount nodes { text ... on IncomingMessage { contact { name } } } }
	timeline(last: 3) { nodes { ... on Event { actor { name } entity { id ... on Conversation { contact { name } } } } ... on Message { text } } } }`

// filled is an office with one quiet conversation and many busy ones.
func filled(t testing.TB) (o *office, quiet, busy string) {
	o = newOffice(t)
	quiet = o.receive(0, "quiet@x.test", "quiet")
	o.ticket(quiet, "Quiet")
	for i := range 28 {
		c := o.receive(i%2, fmt.Sprintf("c%d@x.test", i%6), fmt.Sprint("busy", i))
		if i%7 == 0 {
			busy = c
			ticket := o.ticket(c, fmt.Sprint("Ticket ", i))
			for n := range 6 {
				o.do(o.admin, `mutation($c: ID!) { messageSend(input: {conversationId: $c, text: "Answer"}) { errors { message } } commentCreate(input: {conversationId: $c, text: "Note"}) { errors { message } } }`, vars{"c": c})
				o.join(ticket, o.receive(n%2, fmt.Sprintf("c%d@x.test", n), fmt.Sprint("busy", i, "-", n)))
			}
		}
	}
	return o, quiet, busy
}

// No query per row: what a query costs follows from its shape alone. Asked many times at once, so
// that it does not depend on who comes first.
func TestStatements_areAsManyWhateverTheRows(t *testing.T) {
	o, quiet, busy := filled(t)
	try := func(name, query string, most int, sizes ...vars) {
		var wg sync.WaitGroup
		for _, v := range sizes {
			for range 8 {
				wg.Go(func() {
					_, errs, sent := o.ask(o.admin, query, v)
					t.Logf("%s %v: %d statements", name, v, len(sent))
					if len(errs) > 0 || len(sent) > most {
						t.Errorf("%s %v: %d statements, at most %d are fine; errors %v\n%s", name, v, len(sent), most, errs, heads(sent))
					}
				})
			}
		}
		wg.Wait()
	}
	try("plain sidebar", plainSidebar, 12, vars{"id": quiet}, vars{"id": busy})
	try("plain list", plainList, 8, vars{"n": 1}, vars{"n": 25}, vars{"n": 100})
	try("sidebar", sidebar, 22, vars{"id": quiet}, vars{"id": busy})
	try("list page", listPage, 22, vars{"n": 1}, vars{"n": 5}, vars{"n": 25}, vars{"n": 50})
	try("tickets", `query($n: Int!) { tickets(first: $n) { nodes { name timeline(last: 5) { nodes { __typename } } conversations { totalCount edges { node { contact { tickets { totalCount } } } } } } } }`,
		9, vars{"n": 1}, vars{"n": 5})
	try("events", `query($n: Int!) { events(last: $n) { nodes { kind actor { name } entity { id ... on Conversation { contact { name } } ... on Message { conversation { id } } ... on Ticket { contact { name } } } } } }`,
		10, vars{"n": 40}, vars{"n": 90})
}

// What is read most takes no more round trips than it must: one finds out who asks and where the
// log stands, one brings a list with what its rows refer to.
func TestStatements_ofWhatIsReadMost(t *testing.T) {
	o, _, busy := filled(t)
	auth, err := NewAuthenticator(o.store, Identity{}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	h := NewHandler(Config{Store: o.store, Auth: auth, Log: quiet})
	t.Cleanup(h.Close)
	token := str(o.do(o.admin, `mutation { apiTokenCreate(input: {name: "T"}) { secret } }`, nil), "apiTokenCreate", "secret")
	for _, c := range []struct {
		name, query string
		v           vars
		want        int
	}{
		{"nothing of the database", "{ rateLimit { limit } }", nil, 1},
		{"inbox page", plainList, vars{"n": 25}, 2},
		{"thread", thread, vars{"id": busy}, 3},
		{"sidebar", `query($id: ID!) { conversation(id: $id) { subject owner { name } contact { name conversations(first: 10) { nodes { subject } } }
			ticket { name status { name } properties { value } conversations { nodes { subject } } } } }`, vars{"id": busy}, 4},
	} {
		body, err := json.Marshal(map[string]any{"query": c.query, "variables": c.v})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 { // the first time reads the configuration, too
			seen, w := &statements{}, httptest.NewRecorder()
			req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Authorization", "Bearer "+token)
			h.ServeHTTP(w, req.WithContext(context.WithValue(t.Context(), statementsKey{}, seen)))
			if i > 0 && (len(seen.all) != c.want || strings.Contains(w.Body.String(), `"errors"`)) {
				t.Errorf("%s took %d statements, want %d\n%s\n%s", c.name, len(seen.all), c.want, heads(seen.all), w.Body)
			}
		}
	}
}

func heads(sent []string) string {
	var b strings.Builder
	for _, s := range sent {
		fmt.Fprintf(&b, "  %.150s\n", strings.Join(strings.Fields(s), " "))
	}
	return b.String()
}
