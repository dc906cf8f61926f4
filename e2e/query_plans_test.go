package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"deskwire/db/dbtest"
	"deskwire/seed"
)

// What a statement on a hot path may read: no plan node gives, sorts or throws away more rows than
// this, whatever the size of the account. A page has 100 rows at most, and its parts some hundred.
const maxPlanRows = 1_000

// maxSmallTableRows is how many rows of a table are read as fast as its index.
const maxSmallTableRows = 200

// queryPlan is a node of what auto_explain logs.
type queryPlan struct {
	NodeType    string  `json:"Node Type"`
	Relation    string  `json:"Relation Name"`
	Index       string  `json:"Index Name"`
	Rows        float64 `json:"Actual Rows"`
	Loops       float64 `json:"Actual Loops"`
	Filtered    float64 `json:"Rows Removed by Filter"`
	JoinRemoved float64 `json:"Rows Removed by Join Filter"`
	Rechecked   float64 `json:"Rows Removed by Index Recheck"`
	Plans       []queryPlan
}

// smallTables are the tables that stay so, whatever else grows.
var smallTables = regexp.MustCompile(`^(accounts|account_counters|agents|teams|team_members|inboxes|inbox_teams|channels|pipelines|ticket_statuses|property_definitions|property_layouts|log_epoch|tokens|labels|snippets|inbox_views)$`)

// problems says which nodes of the plan would grow with the account.
func (p *queryPlan) problems() (found []string) {
	loops := max(p.Loops, 1)
	if read := (p.Rows + p.Filtered + p.JoinRemoved + p.Rechecked) * loops; read > maxPlanRows && p.NodeType != "ModifyTable" {
		found = append(found, fmt.Sprintf("%s %s %s goes through %.0f rows", p.NodeType, p.Relation, p.Index, read))
	}
	if read := (p.Rows + p.Filtered) * loops; p.NodeType == "Seq Scan" && read > maxSmallTableRows && !smallTables.MatchString(p.Relation) {
		found = append(found, fmt.Sprintf("reads all %.0f rows of %s", read, p.Relation))
	}
	for i := range p.Plans {
		found = append(found, p.Plans[i].problems()...)
	}
	return found
}

// plannedStatement is a statement with the plan it was run by.
type plannedStatement struct {
	Query string `json:"Query Text"`
	Plan  queryPlan
}

var loggedPlan = regexp.MustCompile(`(?m)plan:\n((?:\t.*\n)+)`)

func plansIn(t testing.TB, log string) (all []plannedStatement) {
	t.Helper()
	for _, m := range loggedPlan.FindAllStringSubmatch(log, -1) {
		var p plannedStatement
		if err := json.Unmarshal([]byte(m[1]), &p); err != nil {
			t.Fatalf("%v in %s", err, m[1])
		}
		all = append(all, p)
	}
	return all
}

// withAutoExplain is the address of a database whose statements are all logged with their plans, by
// auto_explain.
func withAutoExplain(dsn string) string {
	options := []string{}
	for _, o := range []string{
		"session_preload_libraries=auto_explain", "auto_explain.log_min_duration=0", "auto_explain.log_analyze=on", "auto_explain.log_timing=off",
		"auto_explain.log_format=json", "auto_explain.log_nested_statements=on",
	} {
		options = append(options, "-c "+o)
	}
	return dsn + "&options=" + strings.ReplaceAll(url.QueryEscape(strings.Join(options, " ")), "+", "%20")
}

// hotDocuments are the documents that agents' pages ask all day, and what there is of each. Each is
// asked often enough for Postgres to settle on a plan for any values.
func hotDocuments(ids map[string][]string) map[string][]vars {
	conversations, inboxes := ids["Conversation"], ids["Inbox"]
	page := `nodes { id number subject preview unreadCount lastActivityAt contact { id name } owner { id } ticket { id name status { id name } } } pageInfo { endCursor }`
	docs := map[string][]vars{}
	each := func(doc, name string, values []string) {
		for _, v := range values {
			docs[doc] = append(docs[doc], vars{name: v})
		}
	}
	for _, field := range []string{"LAST_ACTIVITY_AT", "CREATED_AT", "NUMBER"} {
		for _, way := range []string{"ASC", "DESC"} {
			docs[fmt.Sprintf(`{ conversations(orderBy: {field: %s, direction: %s}) { %s } }`, field, way, page)] = make([]vars, 8)
			docs[fmt.Sprintf(`{ tickets(orderBy: {field: %s, direction: %s}) { nodes { id name } } }`, field, way)] = make([]vars, 8)
		}
	}
	for _, where := range []string{`status: [OPEN]`, `status: [CLOSED]`, `status: [OPEN], unread: true`, `status: [OPEN], ownerId: {isNull: true}`} {
		docs[`{ conversations(where: {`+where+`}) { `+page+` } }`] = make([]vars, 8)
		each(`query($id: ID!) { conversations(where: {`+where+`, inboxId: {eq: $id}}) { `+page+` } }`, "id", inboxes)
	}
	each(`query($id: ID!) { conversations(where: {status: [OPEN], ownerId: {eq: $id}}) { `+page+` } }`, "id", ids["Agent"])
	docs[`{ inboxViews { name conversations(first: 25) { `+page+` } } }`] = make([]vars, 8)
	docs[`{ inboxViews { count unreadCount } }`] = make([]vars, 8)
	each(`query($id: ID!) { inboxViews(inboxId: $id) { id count countIsCapped unreadCount unreadCountIsCapped } }`, "id", inboxes)
	each(`query($id: ID!) { conversation(id: $id) { id contact { name conversations(first: 10) { nodes { id } } tickets(first: 10) { nodes { id } } }
		ticket { id name cardProperties { value } detailProperties { value } conversations(first: 10) { nodes { id } } } } }`, "id", conversations)
	each(`query($id: ID!) { conversation(id: $id) { messages(last: 50) { nodes { id text } } timeline(last: 50) { nodes { __typename } } } }`, "id", conversations)
	docs[`{ contacts(first: 25) { nodes { id name } } }`] = make([]vars, 8)
	docs[`{ trash(first: 25) { nodes { id } } }`] = make([]vars, 8)
	return docs
}

// seededSize is the size of the account that plans are read in: large enough that reading it shows,
// and a million on request.
func seededSize(t testing.TB) int {
	n, err := strconv.Atoi(os.Getenv("PLANS"))
	if err != nil {
		n = 12_000
	}
	return n
}

// startSeeded is a server with the account that plans are read in, and a connection beside it.
func startSeeded(t *testing.T) (*server, sqlConn) {
	t.Helper()
	s := start(t)
	if _, err := seed.FillAccount(t.Context(), s.store, seedOptions("made", seededSize(t), 1)); err != nil {
		t.Fatal(err)
	}
	return s, s.sqlConn(t)
}

// fillKeys are the idempotency keys of a week.
const fillKeys = `INSERT INTO idempotency_keys (account_id, actor_id, mutation, key, arguments, answer, created_at)
	SELECT g.account_id, g.id, 'messageSend', 'kept-' || n, '', '{}', now() - n * interval '1 minute' FROM agents g, generate_series(1, 3000) n`

// No statement on a hot path reads or sorts what grows with the account.
func TestQueryPlans(t *testing.T) {
	t.Parallel()
	plain, conn := startSeeded(t)
	for _, sql := range []string{fillKeys, "ANALYZE idempotency_keys"} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	s := startOn(t, withAutoExplain(plain.dsn))
	ada := (&account{server: plain, slug: "made"}).clientOf(t, "ada@made.test")
	ada.url = s.URL
	ids := someIDs(t, ada)
	from := readPlans(t, ada, ids)
	for name, write := range hotWrites(ids) {
		for range 8 {
			write(t, ada)
		}
		var log string
		log, from = dbtest.Log(t, from)
		checkPlans(t, name, plansIn(t, log))
	}
}

// someIDs are those of a few records of each type.
func someIDs(t *testing.T, c *client) map[string][]string {
	t.Helper()
	q := `{ conversations(first: 12, where: {ticketId: {isNull: false}}) { nodes { id __typename } } agents { id __typename } inboxes { id __typename } }`
	r := &reachable{ids: map[string][]string{}, seen: map[string]bool{}}
	r.addAnswer(c.do(t, q, nil))
	return r.ids
}

// readPlans checks those of the hot documents, and gives where the log of Postgres stands then.
func readPlans(t *testing.T, c *client, ids map[string][]string) int64 {
	t.Helper()
	_, from := dbtest.Log(t, 0)
	for doc, asked := range hotDocuments(ids) {
		for i := range max(8, len(asked)) {
			c.do(t, doc, asked[i%len(asked)])
		}
		var log string
		log, from = dbtest.Log(t, from)
		checkPlans(t, doc, plansIn(t, log))
	}
	return from
}

func checkPlans(t testing.TB, what string, all []plannedStatement) {
	t.Helper()
	if len(all) == 0 {
		t.Fatalf("%s: no plan was logged", what)
	}
	var told []string
	for _, p := range all {
		if found := p.Plan.problems(); len(found) > 0 && !slices.Contains(told, p.Query) {
			told = append(told, p.Query)
			t.Errorf("%s\n  runs %.1500s\n  which %s", what, strings.Join(strings.Fields(p.Query), " "), strings.Join(found, "; "))
		}
	}
}

// hotWrites are what agents and channels do all day, and the look into the log and for an
// idempotency key with it.
func hotWrites(ids map[string][]string) map[string]func(testing.TB, *client) {
	id, n := ids["Conversation"][0], 0
	key := func() string { n++; return fmt.Sprint("plan-", n) }
	return map[string]func(testing.TB, *client){
		"a reply": func(t testing.TB, c *client) {
			before := c.do(t, "{ eventCursor }", nil).at(".").str("eventCursor")
			c.must(t, "messageSend", "message { id } conversation { ticket { id } }", vars{"conversationId": id, "text": "On its way.", "idempotencyKey": key()})
			c.do(t, "query($c: String) { events(since: $c, first: 50) { nodes { id } } }", vars{"c": before})
		},
		"closing and reopening": func(t testing.TB, c *client) {
			c.must(t, "conversationClose", "conversation { id }", vars{"conversationId": id})
			c.must(t, "conversationReopen", "conversation { id }", vars{"conversationId": id})
		},
		"an owner": func(t testing.TB, c *client) {
			c.must(t, "conversationAssign", "conversation { id }", vars{"conversationId": id, "ownerId": ids["Agent"][n%2], "idempotencyKey": key()})
		},
	}
}
