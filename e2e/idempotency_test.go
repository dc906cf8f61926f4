package e2e

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/desk"
	"deskwire/graph"
)

// TestIdempotency repeats calls with idempotency keys.
func TestIdempotency(t *testing.T) {
	s := start(t)
	r := &idempotencyTest{accountFixture: populate(t, s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)), "repeats"), conn: s.sqlConn(t)}
	r.sue = r.clients["sue"]
	t.Run("the first answer, whatever happened since", r.firstAnswer)
	t.Run("other arguments", r.otherArguments)
	t.Run("the same arguments in another spelling", r.otherSpelling)
	t.Run("while the first call runs", r.inProgress)
	t.Run("the client goes away", r.clientGone)
	t.Run("the same key at once", r.atOnce)
	t.Run("one key for each actor and mutation", r.scope)
	t.Run("a refusal keeps nothing", r.refusal)
	t.Run("a dry run keeps nothing", r.dryRun)
	t.Run("expectedVersion", r.expectedVersion)
	t.Run("keys that are none", r.badKeys)
	t.Run("after seven days", r.sevenDays) // last: it moves the clock
}

type idempotencyTest struct {
	*accountFixture
	sue  *client
	conn sqlConn
}

// countEvents counts all that is in the log.
func (r *idempotencyTest) countEvents(t testing.TB) int {
	return r.conn.queryInt(t, "SELECT count(*) FROM events")
}

func (r *idempotencyTest) countKeys(t testing.TB, key string) int {
	return r.conn.queryInt(t, "SELECT count(*) FROM idempotency_keys WHERE key = $1", key)
}

// repeatCall sends the same call once more: the same answer to the letter, and no event.
func (r *idempotencyTest) repeatCall(t testing.TB, c *client, first node, name, selection string, input vars) {
	t.Helper()
	before := r.countEvents(t)
	if second := c.mutate(t, name, selection, input); !reflect.DeepEqual(first.v, second.v) {
		t.Errorf("%s again answered\n%v\nand at first\n%v", name, second.v, first.v)
	}
	if after := r.countEvents(t); after != before {
		t.Errorf("%s again: %d more events", name, after-before)
	}
}

const (
	conversationState = "conversation { id version status unreadCount preview lastActivityAt closedAt trashedAt owner { id } } "
	ticketState       = "ticket { id version name number priority closedAt trashedAt lastActivityAt status { id } owner { id } } "
)

// firstAnswer does something, undoes it or goes on, and asks again.
func (r *idempotencyTest) firstAnswer(t *testing.T) {
	conversation, ticket := r.ticketed[0], r.tickets[0]
	for _, c := range []struct {
		name, selection string
		input           vars
		meanwhile       string
		then            vars
	}{
		{"conversationClose", conversationState, vars{"conversationId": r.open[2]}, "conversationReopen", vars{"conversationId": r.open[2]}},
		{"conversationAssign", conversationState + ticketState, vars{"conversationId": conversation, "ownerId": nil}, "conversationAssign", vars{"conversationId": conversation, "ownerId": r.agents["sue"]}},
		{"ticketStatusSet", ticketState + "conversations { id status version }", vars{"ticketId": ticket, "statusId": r.status[r.mark("Closed")]}, "ticketStatusSet", vars{"ticketId": ticket, "statusId": r.status[r.mark("New")]}},
		{"ticketUpdate", ticketState, vars{"ticketId": ticket, "name": "Named first", "priority": "HIGH"}, "ticketUpdate", vars{"ticketId": ticket, "name": "Named later", "priority": nil}},
		{"conversationTrash", conversationState + ticketState + "trashGroup { id } conversations { id trashedAt }", vars{"conversationId": conversation, "confirmCascade": true}, "ticketRestore", vars{"ticketId": ticket}},
		{"messageSend", conversationState + "message { id text delivery { state } }", vars{"conversationId": r.open[3], "text": "Once"}, "messageSend", vars{"conversationId": r.open[3], "text": "Another"}},
		{"commentCreate", conversationState + "comment { id text }", vars{"conversationId": r.open[3], "text": "Once"}, "conversationClose", vars{"conversationId": r.open[3]}},
		{"messageReceive", conversationState + "duplicate message { id } contact { id version }", vars{
			"channelId": r.channels["Support"], "externalId": "once", "contact": vars{"email": "once@contact.test"}, "text": "Once", "threadKey": "once",
		}, "contactUpsert", vars{"email": "once@contact.test", "name": "Later"}},
		{"ticketCreate", conversationState + ticketState, vars{"conversationId": r.open[4], "name": "Once"}, "conversationTrash", vars{"conversationId": r.open[4]}},
		{"teamCreate", "team { id name version }", vars{"name": "Once"}, "teamCreate", vars{"name": "Another"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			input := withValue(c.input, "idempotencyKey", "first answer")
			first := r.admin.must(t, c.name, c.selection, input)
			r.repeatCall(t, r.admin, first, c.name, c.selection, input)
			r.admin.must(t, c.meanwhile, "", c.then)
			r.repeatCall(t, r.admin, first, c.name, c.selection, input)
		})
	}
	for _, f := range graph.Schema().Mutation.Fields {
		takes := graph.Schema().Types[f.Arguments.ForName("input").Type.Name()].Fields.ForName("idempotencyKey") != nil
		if shows := f.Name == "apiTokenCreate"; takes == shows { // it shows a secret once, which nothing keeps
			t.Errorf("%s takes an idempotencyKey: %t", f.Name, takes)
		}
	}
}

// withValue is the input with another value in it.
func withValue(in vars, key string, value any) vars {
	out := maps.Clone(in)
	out[key] = value
	return out
}

func (r *idempotencyTest) otherArguments(t *testing.T) {
	for i, c := range []struct {
		name          string
		first, second vars
	}{
		{"ticketUpdate", vars{"name": "One"}, vars{"name": "Two"}},
		{"ticketUpdate", vars{"name": "One"}, vars{"name": "One", "priority": nil}}, // absent is not null
		{"ticketUpdate", vars{"name": "One", "priority": nil}, vars{"name": "One"}},
		{"ticketUpdate", vars{"name": "One"}, vars{"name": "One", "dryRun": false}},
		{"ticketUpdate", vars{"properties": []vars{{"key": "myTEXT", "value": vars{"string": "1"}}}}, vars{"properties": []vars{{"key": "myTEXT", "value": vars{"string": "2"}}}}},
		{"ticketAssign", vars{}, vars{"ownerId": nil}},
		{"ticketAssign", vars{"ownerId": r.agents["sue"]}, vars{"ownerId": r.agents["sal"]}},
	} {
		first, second := withValue(c.first, "ticketId", r.tickets[1]), withValue(c.second, "ticketId", r.tickets[1])
		first["idempotencyKey"], second["idempotencyKey"] = fmt.Sprint("other ", i), fmt.Sprint("other ", i)
		answer := r.admin.must(t, c.name, ticketState, first)
		before := r.countEvents(t)
		if p := r.admin.mutate(t, c.name, ticketState, second); errorCode(p) != "IDEMPOTENCY_KEY_REUSED" || !p.isNull("ticket") || p.str("errors.0.path.0") != "idempotencyKey" {
			t.Errorf("%s %v after %v answered %v", c.name, second, first, p.v)
		}
		if r.countEvents(t) != before {
			t.Errorf("%s %v happened", c.name, second)
		}
		r.repeatCall(t, r.admin, answer, c.name, ticketState, first)
	}
}

// otherSpelling asks by literals for what was asked for by variables, and the other way round.
func (r *idempotencyTest) otherSpelling(t *testing.T) {
	id := r.open[5]
	literal := fmt.Sprintf(`mutation { conversationMarkUnread(input: {idempotencyKey: "spelling", conversationId: %q}) { eventCursor errors { code } } }`, id)
	parts := `mutation($c: ID!, $k: String) { other: conversationMarkUnread(input: {conversationId: $c, idempotencyKey: $k}) { eventCursor errors { code } } }`
	first := r.admin.must(t, "conversationMarkUnread", "", vars{"conversationId": id, "idempotencyKey": "spelling"}).str("eventCursor")
	if got := r.admin.do(t, literal, nil).at("conversationMarkUnread").str("eventCursor"); got != first {
		t.Errorf("as literals: %q", got)
	}
	if got := r.admin.do(t, parts, vars{"c": id, "k": "spelling"}).at("other").str("eventCursor"); got != first {
		t.Errorf("as variables: %q", got)
	}
}

// lockTicket keeps a ticket locked, so that calls on it hang, until the function is called.
func (r *idempotencyTest) lockTicket(t testing.TB, ticket string) (release func()) {
	t.Helper()
	ctx := context.Background()
	tx, err := r.conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, "SELECT FROM tickets WHERE id = $1 FOR UPDATE", databaseKey(t, ticket)); err != nil {
		t.Fatal(err)
	}
	release = sync.OnceFunc(func() {
		if err := tx.Rollback(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(release)
	return release
}

// waitForLocks waits until so many calls wait for a lock.
func waitForLocks(t testing.TB, conn sqlConn, n int) {
	t.Helper()
	eventually(t, "calls that wait for a lock", func() bool {
		return conn.queryInt(t, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == n
	})
}

func (r *idempotencyTest) inProgress(t *testing.T) {
	look := r.sqlConn(t)
	ticket := r.tickets[2]
	release := r.lockTicket(t, ticket)
	input := vars{"ticketId": ticket, "name": "Running", "idempotencyKey": "running"}
	first := make(chan node)
	go func() { first <- r.sue.mutate(t, "ticketUpdate", ticketState, input) }()
	waitForLocks(t, look, 1)
	for _, in := range []vars{input, withValue(input, "name", "Other")} {
		if p := r.sue.mutate(t, "ticketUpdate", ticketState, in); errorCode(p) != "IDEMPOTENCY_IN_PROGRESS" || p.str("errors.0.path.0") != "idempotencyKey" {
			t.Errorf("%v meanwhile answered %v", in, p.v)
		}
	}
	if p := r.sue.mutate(t, "ticketUpdate", "", vars{"ticketId": r.tickets[1], "name": "Beside", "idempotencyKey": "another"}); errorCode(p) != "" {
		t.Errorf("another key: %v", p.v)
	}
	if p := r.sue.mutate(t, "ticketAssign", "", vars{"ticketId": r.tickets[1], "idempotencyKey": "running"}); errorCode(p) != "" {
		t.Errorf("the same key for another mutation: %v", p.v)
	}
	release()
	p := <-first
	if errorCode(p) != "" || p.str("ticket.name") != "Running" {
		t.Fatalf("the first call answered %v", p.v)
	}
	r.repeatCall(t, r.sue, p, "ticketUpdate", ticketState, input)
}

// clientGone hangs up in the middle of a call: it happened wholly or not at all, and asking again
// gives one result.
func (r *idempotencyTest) clientGone(t *testing.T) {
	look := r.sqlConn(t)
	release := r.lockTicket(t, r.tickets[0])
	input := vars{"conversationId": r.ticketed[0], "text": "Sent by who went away", "idempotencyKey": "gone"}
	ctx, hangUp := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() {
		body := `{"query": "mutation($i: MessageSendInput!) { messageSend(input: $i) { eventCursor } }", "variables": {"i": {"conversationId": %q, "text": %q, "idempotencyKey": "gone"}}}`
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL+"/graphql", strings.NewReader(fmt.Sprintf(body, input["conversationId"], input["text"])))
		if err == nil {
			req.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + r.sue.token}}
			_, err = http.DefaultClient.Do(req)
		}
		ended <- err
	}()
	waitForLocks(t, look, 1)
	hangUp()
	if err := <-ended; err == nil {
		t.Fatal("it was answered")
	}
	release()
	var p node
	eventually(t, "the first call to be over", func() bool {
		p = r.sue.mutate(t, "messageSend", "message { id }", input)
		return errorCode(p) != "IDEMPOTENCY_IN_PROGRESS"
	})
	if errorCode(p) != "" {
		t.Errorf("asked again: %v", p.v)
	}
	if n := r.conn.queryInt(t, "SELECT count(*) FROM messages WHERE text = $1", input["text"]); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// atOnce sends the same call many times in one moment: each is answered like the first or told to
// wait.
func (r *idempotencyTest) atOnce(t *testing.T) {
	input := vars{"conversationId": r.open[6], "text": "Sent at once", "idempotencyKey": "at once"}
	answers := callAtOnce(t, racers, func(int) (string, *client, string, vars) { return "messageSend", r.sue, "message { id }", input })
	codes, ids := countDistinct(answers, "errors.0.code"), countDistinct(answers, "message.id")
	delete(ids, "<nil>")
	if len(ids) != 1 || codes["<nil>"]+codes["IDEMPOTENCY_IN_PROGRESS"] != racers || codes["<nil>"] == 0 {
		t.Errorf("messages %v, answered %v", ids, codes)
	}
	if n := r.conn.queryInt(t, "SELECT count(*) FROM messages WHERE text = $1", input["text"]); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func (r *idempotencyTest) scope(t *testing.T) {
	input := vars{"conversationId": r.open[7], "text": "Mine", "idempotencyKey": "scope"}
	first := r.sue.must(t, "messageSend", "message { id }", input)
	other := r.clientOf(t, "sue"+r.marker+"@"+r.slug+".test")
	r.repeatCall(t, other, first, "messageSend", "message { id }", input) // another token of the same person
	if p := r.admin.must(t, "messageSend", "message { id }", input); p.str("message.id") == first.str("message.id") {
		t.Error("another person got my answer")
	}
	if p := r.sue.must(t, "commentCreate", "comment { id }", input); p.str("comment.id") == "" {
		t.Errorf("another mutation with the same key: %v", p.v)
	}
	b := r.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))
	for _, c := range []*client{r.admin, b.admin} {
		c.must(t, "teamCreate", "", vars{"name": "Scope", "idempotencyKey": "scope"})
	}
	if n := r.countKeys(t, "scope"); n != 5 {
		t.Errorf("%d keys are kept", n)
	}
}

func (r *idempotencyTest) refusal(t *testing.T) {
	c := r.receiveIn(t, "Support", "refusal")
	r.admin.must(t, "conversationTrash", "", vars{"conversationId": c})
	input := vars{"conversationId": c, "text": "Refused", "idempotencyKey": "refusal"}
	if got := errorCode(r.sue.mutate(t, "messageSend", "", input)); got != "RECORD_IN_TRASH" {
		t.Fatalf("answered %q", got)
	}
	if n := r.countKeys(t, "refusal"); n != 0 {
		t.Errorf("%d keys are kept", n)
	}
	r.admin.must(t, "conversationRestore", "", vars{"conversationId": c})
	r.sue.must(t, "messageSend", "", withValue(input, "text", "Accepted, with other arguments"))
}

func (r *idempotencyTest) dryRun(t *testing.T) {
	input := vars{"ticketId": r.tickets[3], "name": "Rehearsed", "idempotencyKey": "dry run"}
	before := r.countEvents(t)
	rehearsed := r.sue.must(t, "ticketUpdate", ticketState, withValue(input, "dryRun", true))
	if rehearsed.str("ticket.name") != "Rehearsed" || r.countEvents(t) != before || r.countKeys(t, "dry run") != 0 {
		t.Errorf("a dry run left %d events and %d keys: %v", r.countEvents(t)-before, r.countKeys(t, "dry run"), rehearsed.v)
	}
	first := r.sue.must(t, "ticketUpdate", ticketState, input)
	if v := first.num("ticket.version"); v != rehearsed.num("ticket.version") || r.countEvents(t) != before+1 {
		t.Errorf("after the dry run it is at version %d, with %d events", v, r.countEvents(t)-before)
	}
	// And a rehearsal with a key that was used is a rehearsal.
	p := r.sue.must(t, "ticketUpdate", ticketState, withValue(withValue(input, "dryRun", true), "name", "Rehearsed again"))
	if p.str("ticket.name") != "Rehearsed again" || r.countEvents(t) != before+1 {
		t.Errorf("a dry run with a used key: %v", p.v)
	}
}

// staleCalls are all mutations that take expectedVersion, with what else they need.
func (r *idempotencyTest) staleCalls(t testing.TB) map[string]vars {
	c, tk := r.open[8], r.tickets[1]
	a := r.admin.do(t, `{ pipelines { id } propertyDefinitions { id key builtIn } contacts(first: 1) { nodes { id } } }`, nil)
	property := ""
	for _, d := range a.at("propertyDefinitions").list(".") {
		if !d.boolean("builtIn") {
			property = d.str("id")
		}
	}
	return map[string]vars{
		"conversationAssign": {"conversationId": c}, "conversationClose": {"conversationId": c}, "conversationReopen": {"conversationId": c},
		"conversationMove": {"conversationId": c, "inboxId": r.inboxes["Sales"]}, "conversationTrash": {"conversationId": c}, "conversationRestore": {"conversationId": r.trashed[0]},
		"ticketAddConversation": {"ticketId": tk, "conversationId": c}, "ticketUpdate": {"ticketId": tk, "name": "Stale"}, "ticketAssign": {"ticketId": tk},
		"ticketStatusSet": {"ticketId": tk, "statusId": r.status[r.mark("Closed")]}, "ticketTrash": {"ticketId": tk}, "ticketRestore": {"ticketId": r.tickets[4]},
		"contactUpdate": {"contactId": a.at("contacts").str("nodes.0.id"), "name": "Stale"}, "accountUpdate": {"name": "Stale"},
		"agentUpdate": {"agentId": r.agents["sal"], "name": "Stale"}, "teamUpdate": {"teamId": r.sales, "name": "Stale"},
		"inboxUpdate": {"inboxId": r.inboxes["Sales"], "name": "Stale"}, "channelUpdate": {"channelId": r.channels["Sales"], "name": "Stale"},
		"pipelineUpdate": {"pipelineId": a.at("pipelines").str("0.id"), "name": "Stale"}, "pipelineArchive": {"pipelineId": a.at("pipelines").str("0.id")},
		"ticketStatusUpdate": {"statusId": r.status[r.mark("New")], "name": "Stale"}, "ticketStatusArchive": {"statusId": r.status[r.mark("New")]},
		"propertyDefinitionUpdate": {"propertyDefinitionId": property, "label": "Stale"}, "propertyDefinitionArchive": {"propertyDefinitionId": property},
		"ticketDetailLayoutSet": {"propertyKeys": []string{"name"}},
		"labelUpdate":           {"labelId": r.labels[0], "color": "#000000"}, "labelArchive": {"labelId": r.labels[0]},
		"conversationLabelsSet": {"conversationId": c, "labelIds": r.labels[:1]}, "conversationLabelsAdd": {"conversationId": c, "labelIds": r.labels[:1]},
		"conversationLabelsRemove": {"conversationId": c, "labelIds": r.labels[:1]},
		"inboxViewUpdate":          {"viewId": r.views[0], "name": "Stale"}, "inboxViewDelete": {"viewId": r.views[0]},
		"snippetUpdate": {"snippetId": r.snippets[0], "text": "Stale"}, "snippetDelete": {"snippetId": r.snippets[0]},
	}
}

// expectedVersion: every mutation that takes it refuses a stale one and shows the record as it
// stands.
func (r *idempotencyTest) expectedVersion(t *testing.T) {
	stale := r.staleCalls(t)
	for _, f := range graph.Schema().Mutation.Fields {
		input := graph.Schema().Types[f.Arguments.ForName("input").Type.Name()]
		if input.Fields.ForName("expectedVersion") == nil {
			continue
		}
		args, ok := stale[f.Name]
		if !ok {
			t.Errorf("%s takes expectedVersion and is not tested here", f.Name)
			continue
		}
		before := r.countEvents(t)
		p := r.admin.mutate(t, f.Name, "errors { ... on VersionConflictError { current { id __typename } } }", withValue(args, "expectedVersion", 999))
		current := p.str("errors.0.current.id")
		if errorCode(p) != "VERSION_CONFLICT" || p.str("errors.0.path.0") != "expectedVersion" || !r.isChangedRecord(t, input, args, current) || r.countEvents(t) != before {
			t.Errorf("%s %v answered %v", f.Name, args, p.v)
		}
	}
	// A retry is not a conflict: the first call moved the version on.
	tk := r.sue.must(t, "ticketUpdate", ticketState, vars{"ticketId": r.tickets[1], "name": "At this version"})
	input := vars{"ticketId": r.tickets[1], "name": "At the next", "expectedVersion": tk.num("ticket.version"), "idempotencyKey": "versioned"}
	first := r.sue.must(t, "ticketUpdate", ticketState, input)
	r.repeatCall(t, r.sue, first, "ticketUpdate", ticketState, input)
	if got := errorCode(r.sue.mutate(t, "ticketUpdate", "", withValue(input, "idempotencyKey", "versioned anew"))); got != "VERSION_CONFLICT" {
		t.Errorf("with another key it answered %q", got)
	}
}

// isChangedRecord says whether that is the record which the call changes: its first id, or the
// account.
func (r *idempotencyTest) isChangedRecord(t testing.TB, input *ast.Definition, args vars, id string) bool {
	t.Helper()
	i := slices.IndexFunc(input.Fields, func(f *ast.FieldDefinition) bool { return f.Type.Name() == "ID" && f.Type.NonNull })
	if args["propertyKeys"] != nil {
		return id == r.admin.do(t, "{ viewer { ticketDetailLayout { id } } }", nil).at("viewer.ticketDetailLayout").str("id")
	}
	if i < 0 {
		return id == r.accountID(t)
	}
	return id == args[input.Fields[i].Name]
}

func (r *idempotencyTest) badKeys(t *testing.T) {
	for key, want := range map[string]string{
		strings.Repeat("k", 512): "", strings.Repeat("k", 513): "TEXT_TOO_LONG", "ключ 🗝": "", "two\nlines": "", "": "INVALID_INPUT", "a\x00b": "INVALID_TEXT",
	} {
		input := vars{"conversationId": r.open[0], "text": "With a key", "idempotencyKey": key}
		before := r.countEvents(t)
		if got := errorCode(r.sue.mutate(t, "messageSend", "", input)); got != want || want != "" && r.countEvents(t) != before {
			t.Errorf("a key of %d bytes: %q, want %q", len(key), got, want)
		}
	}
}

func (r *idempotencyTest) sevenDays(t *testing.T) {
	c := r.receiveIn(t, "Support", "sevendays")
	input := vars{"conversationId": c, "text": "First week", "idempotencyKey": "week"}
	first := r.sue.must(t, "messageSend", "message { id }", input)
	r.advanceClock(7*24*time.Hour - time.Minute)
	r.repeatCall(t, r.sue, first, "messageSend", "message { id }", input)
	r.advanceClock(2 * time.Minute)
	next := withValue(input, "text", "Second week") // other arguments, and it is no reuse
	second := r.sue.must(t, "messageSend", "message { id }", next)
	if second.str("message.id") == first.str("message.id") {
		t.Error("after seven days it gave the first answer")
	}
	r.repeatCall(t, r.sue, second, "messageSend", "message { id }", next)
	if n := r.countKeys(t, "week"); n != 1 {
		t.Errorf("%d keys are kept", n)
	}
}
