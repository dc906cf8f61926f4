package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"deskwire/desk"
	"deskwire/seed"
)

const searchConversations = `query($q: String!, $where: ConversationWhere, $first: Int, $after: String, $last: Int, $before: String) { search(query: $q) {
	id conversations(where: $where, first: $first, after: $after, last: $last, before: $before) { totalCount totalCountIsCapped
		nodes { conversation { id number subject } message { id text } subject { text isHit } excerpt { text isHit } }
		pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`

// numbersFound are the numbers of the conversations that a search finds, page by page.
func numbersFound(t testing.TB, c *client, q string, where any, size int) (all []int) {
	t.Helper()
	v := vars{"q": q, "where": where, "first": size}
	for {
		page := c.do(t, searchConversations, v).at("search.conversations")
		for _, n := range page.list("nodes") {
			all = append(all, n.num("conversation.number"))
		}
		if total := page.num("totalCount"); !page.boolean("pageInfo.hasNextPage") {
			if total != len(all) {
				t.Errorf("%q: totalCount says %d, and %d are found", q, total, len(all))
			}
			return all
		}
		v["after"] = page.str("pageInfo.endCursor")
	}
}

// referenceSearch looks at every message, without an index: slow and simple. What is searched for
// is a tsquery.
const referenceSearch = `SELECT number FROM (
	SELECT c.number, c.id, max((ts_rank(d.w, q, 1) * 1000000)::int) AS score
	FROM conversations c JOIN messages m ON m.conversation_id = c.id
	CROSS JOIN LATERAL (SELECT setweight(search_vector('search_english', c.subject), 'A') || setweight(search_vector('search_english', m.text), 'B') AS w) d,
		LATERAL (SELECT %s AS q) s
	WHERE d.w @@ q AND c.trash_group_id IS NULL AND (%s) GROUP BY c.number, c.id) x ORDER BY number / 1024 DESC, score DESC, id DESC`

// wholeWord and begunWord are tsqueries of SQL: for a word in all its forms, and for one that may
// go on.
func wholeWord(w string) string { return "to_tsquery('search_english', '" + w + "')" }

func begunWord(w string) string {
	return "(" + wholeWord(w) + " || (quote_literal(lower(unaccent('" + w + "'))) || ':*')::tsquery)"
}

func TestSearchAgainstReference(t *testing.T) {
	t.Parallel()
	s := start(t)
	if _, err := seed.FillAccount(t.Context(), s.store, seedOptions("made", 2_600, 3)); err != nil {
		t.Fatal(err)
	}
	ada := (&account{server: s, slug: "made"}).clientOf(t, "ada@made.test")
	conn := s.sqlConn(t)
	rare := conn.queryText(t, `SELECT word FROM ts_stat('SELECT words FROM search_docs WHERE kind = ''cnv''') WHERE ndoc = 2 ORDER BY word LIMIT 1`)
	open := vars{"status": []string{"OPEN"}}
	for _, tc := range []struct {
		q       string
		tsquery string
		where   vars
		sql     string
	}{
		{"invoice", begunWord("invoice"), open, "c.status = 'OPEN'"}, {"tent boots ", wholeWord("tent & boots"), nil, ""},
		{"tents -boots lam", wholeWord("tents & !boots") + "&&" + begunWord("lam"), nil, ""}, {`"order invoice"`, wholeWord("order <-> invoice"), nil, ""},
		{"garcon or strasse", wholeWord("garcon") + "||" + begunWord("strasse"), open, "c.status = 'OPEN'"}, {rare, begunWord(rare), nil, ""},
		{"müller refund (carrier)", wholeWord("müller & refund") + "&&" + begunWord("carrier"), nil, ""},
		{"vouch* parc", begunWord("vouch") + "&&" + begunWord("parc"), vars{"number": vars{"gt": 100}}, "c.number > 100"},
		{`broken or "torn boots" -monday`, wholeWord("broken | ((torn <-> boots) & !monday)"), nil, ""},
		{"the", "", nil, ""}, {"-the", "", nil, ""}, {"-tent", "", nil, ""}, {"", "", nil, ""}, {"a or -tent", "", nil, ""}, {`'\' & ! | <-> :*`, "", nil, ""},
	} {
		if tc.sql == "" {
			tc.sql = "TRUE"
		}
		var want []int
		if tc.tsquery != "" {
			want = conn.queryInts(t, fmt.Sprintf(referenceSearch, tc.tsquery, tc.sql))
		}
		if got := numbersFound(t, ada, tc.q, tc.where, 37); !slices.Equal(got, want) {
			t.Errorf("%q finds %d conversations, want %d:\n%.300v\n%.300v", tc.q, len(got), len(want), got, want)
		}
	}
	// Backwards from the end is the same list.
	forward := numbersFound(t, ada, "tent boots", nil, 50)
	v, back := vars{"q": "tent boots", "last": 11}, []int{}
	for {
		page := ada.do(t, searchConversations, v).at("search.conversations")
		var part []int
		for _, n := range page.list("nodes") {
			part = append(part, n.num("conversation.number"))
		}
		back = append(part, back...)
		if !page.boolean("pageInfo.hasPreviousPage") {
			break
		}
		v["before"] = page.str("pageInfo.startCursor")
	}
	if !slices.Equal(forward, back) {
		t.Errorf("forwards %v, backwards %v", forward, back)
	}
	contactsAgainstReference(t, ada, conn)
}

// Contacts are those that have each term somewhere, whatever accents; what is short begins a word.
func contactsAgainstReference(t *testing.T, ada *client, conn sqlConn) {
	t.Helper()
	for _, q := range []string{"ba", "ment ing", "a", "example", "49000", "C-100", "zuvo", "x'; --", "%", "_"} {
		cond := []string{}
		for _, term := range strings.Fields(strings.ToLower(strings.ReplaceAll(q, "-", " "))) {
			switch {
			case strings.Trim(term, "%_;'") == "":
			case len(term) < 3:
				cond = append(cond, `f ~ '\m`+term[:1]+strings.Trim(term[1:], ";'")+`'`)
			default:
				cond = append(cond, `f LIKE '%`+term+`%'`)
			}
		}
		want := 0
		if len(cond) > 0 && !strings.Contains(q, "'") {
			sql := "SELECT count(*) FROM (SELECT lower(unaccent(concat_ws(' ', name, email, phone, external_id))) AS f FROM contacts) x WHERE " + strings.Join(cond, " AND ")
			want = conn.queryInt(t, sql)
		}
		got := ada.do(t, `query($q: String!) { search(query: $q) { contacts(first: 100) { totalCount nodes { contact { id } } } } }`, vars{"q": q})
		if n := got.at("search.contacts").num("totalCount"); n != min(want, 1000) {
			t.Errorf("%q finds %d contacts, want %d", q, n, want)
		}
	}
}

// What may not be seen is not found: other accounts, other inboxes, the trash;
// and nothing that is found can be taken for HTML.
func TestSearchShows(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, s.now())
	team := a.createTeam(t, "Sales")
	_, mine := a.createInbox(t, "Sales", vars{"teamIds": []string{team}})
	_, other := a.createInbox(t, "Support", nil)
	_, ben := a.createAgent(t, "ben", desk.RoleAgent, team)
	a.receiveMessage(t, mine, "one", "Zoë.Wiśniewski@mail.example", "The <b>flysheet</b> & tent of order PW-20388 is torn: https://shop.example/tents/ridge\x01x\x02")
	second := a.receiveMessage(t, other, "two", "zoe@other.example", "My flysheet is torn, too")
	a.admin.must(t, "commentCreate", "comment { id }", vars{"conversationId": second, "text": "Goodwill for Xanthippe"})
	trashed := a.receiveMessage(t, mine, "three", "spam@mail.example", "Buy flysheets")
	a.admin.must(t, "conversationTrash", "conversation { id }", vars{"conversationId": trashed})
	a.receiveMessage(t, mine, "angles", "third@third.test", "<script>alert()</script> quokka <style>p {}</style> wombat <numbat>")
	b := s.newAccount(t, desk.PlanStarter, s.now())
	_, theirs := b.createInbox(t, "Other", nil)
	b.receiveMessage(t, theirs, "four", "zoe@mail.example", "Another flysheet")
	status := a.createPipeline(t, "Support", "New", "!Closed")
	a.admin.must(t, "ticketCreate", "ticket { id number }", vars{"conversationId": second, "name": "Torn flysheets, Jérôme", "statusId": status["New"]})

	count := func(c *client, kind, q string) int {
		return c.do(t, "query($q: String!) { search(query: $q) { "+kind+" { totalCount } } }", vars{"q": q}).at("search." + kind).num("totalCount")
	}
	for _, tc := range []struct {
		who     *client
		kind, q string
		want    int
	}{
		{a.admin, "conversations", "flysheet", 2}, {ben, "conversations", "flysheet", 1}, {b.admin, "conversations", "flysheets", 1},
		{a.admin, "conversations", "20388", 1}, {a.admin, "conversations", "PW-20388", 1}, {a.admin, "conversations", "ridge", 1}, {a.admin, "conversations", "shop.example", 1},
		{a.admin, "conversations", "quokka", 1}, {a.admin, "conversations", "wombat", 1}, {a.admin, "conversations", "numbat", 1},
		{a.admin, "conversations", "about tears", 0}, {ben, "conversations", "#1", 1}, {ben, "conversations", "2", 0}, {a.admin, "conversations", "2", 1}, {a.admin, "conversations", "3", 0},
		{a.admin, "tickets", "flysheet", 1}, {ben, "tickets", "flysheet", 0}, {a.admin, "tickets", "jerome", 1}, {a.admin, "tickets", "#1", 1}, {b.admin, "tickets", "flysheet", 0},
		{a.admin, "contacts", "wisniew", 1}, {a.admin, "contacts", "zo", 2}, {a.admin, "contacts", "zoe mail", 1}, {a.admin, "contacts", "oe", 0}, {a.admin, "contacts", "mail.example", 2},
	} {
		if got := count(tc.who, tc.kind, tc.q); got != tc.want {
			t.Errorf("%s of %q: %d, want %d", tc.kind, tc.q, got, tc.want)
		}
	}
	alikePageByPage(t, a.admin)
	hit := a.admin.do(t, searchConversations, vars{"q": "flysheet 20388 ridge"}).at("search.conversations.nodes.0")
	parts, whole := "", ""
	for _, p := range hit.list("excerpt") {
		whole += p.str("text")
		if p.boolean("isHit") {
			parts += p.str("text") + "|"
		}
	}
	if !strings.Contains(parts, "flysheet|") || !strings.Contains(whole, "<b>flysheet</b> & tent of order") || strings.ContainsAny(whole, "\x01\x02") {
		t.Errorf("the excerpt is %q, of it found %q", whole, parts)
	}
	twoAtOnce(t, a.admin)
	changesAreFound(t, a, second)
}

// A page behind the last one is empty: it does not begin with what is similar.
func alikePageByPage(t *testing.T, c *client) {
	t.Helper()
	const doc = `query($q: String!, $after: String) { search(query: $q) { contacts(first: 5, after: $after) { nodes { email { text } } pageInfo { endCursor } } } }`
	for q, want := range map[string]int{"wisniewski": 1, "wisnewski": 1} {
		first := c.do(t, doc, vars{"q": q}).at("search.contacts")
		second := c.do(t, doc, vars{"q": q, "after": first.str("pageInfo.endCursor")}).at("search.contacts")
		if n, m := len(first.list("nodes")), len(second.list("nodes")); n != want || m != 0 {
			t.Errorf("%q: pages of %d and %d, want %d and 0", q, n, m, want)
		}
	}
}

// Searches side by side, by alias, by fragment and by id, are not taken for one another.
func twoAtOnce(t *testing.T, c *client) {
	t.Helper()
	q := `{ a: search(query: "xanthippe") { ...F } b: search(query: "flysheet") { ...F } } fragment F on Search { id query conversations { totalCount nodes { message { __typename } } } }`
	got := c.do(t, q, nil)
	if n, m := got.at("a.conversations").num("totalCount"), got.at("b.conversations").num("totalCount"); n != 1 || m != 2 {
		t.Errorf("found %d and %d, want 1 and 2: %s", n, m, got.Raw)
	}
	if typ := got.at("a.conversations.nodes.0.message").str("__typename"); typ != "InternalComment" {
		t.Errorf("found in %q", typ)
	}
	again := c.do(t, "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Search { query conversations { totalCount } } } }", vars{"ids": []string{got.at("b").str("id"), got.at("a").str("id")}})
	if n, m := again.at("nodes.0.conversations").num("totalCount"), again.at("nodes.1.conversations").num("totalCount"); n != 2 || m != 1 {
		t.Errorf("by id %d and %d, want 2 and 1: %s", n, m, again.Raw)
	}
}

// What changes is found as it is now, at once.
func changesAreFound(t *testing.T, a *account, conversation string) {
	t.Helper()
	got := a.admin.do(t, `{ search(query: "flysheets") { tickets { nodes { ticket { id } name { text isHit } } } } }`, nil).at("search.tickets.nodes.0")
	if got.str("name.1.text") != "flysheets" || !got.boolean("name.1.isHit") {
		t.Errorf("found %v", got)
	}
	a.admin.must(t, "ticketUpdate", "ticket { id }", vars{"ticketId": got.str("ticket.id"), "name": "A chandelier"})
	a.admin.must(t, "conversationTrash", "conversation { id }", vars{"conversationId": conversation})
	a.admin.must(t, "conversationRestore", "conversation { id }", vars{"conversationId": conversation})
	for q, want := range map[string]int{"chandeliers": 1, "flysheets": 0} {
		if n := a.admin.do(t, "query($q: String!) { search(query: $q) { tickets { totalCount } } }", vars{"q": q}).at("search.tickets").num("totalCount"); n != want {
			t.Errorf("%q finds %d tickets, want %d", q, n, want)
		}
	}
	if _, err := a.store.Purge(context.Background()); err != nil {
		t.Error(err)
	}
}

// An account's language decides which words are taken for one another. What is there is taken in
// anew, the newest first.
func TestSearchSpeaksTheLanguage(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, s.now())
	_, channel := a.createInbox(t, "Vertrieb", nil)
	a.receiveMessage(t, channel, "one", "eva@mail.example", "Die Häuser und der Hund")
	found := func(q string) int {
		return a.admin.do(t, "query($q: String!) { search(query: $q) { conversations { totalCount } } }", vars{"q": q}).at("search.conversations").num("totalCount")
	}
	if n := found("Haus "); n != 0 {
		t.Errorf("in English Haus finds %d, want 0", n)
	}
	if got := a.admin.must(t, "accountUpdate", "account { language }", vars{"language": "GERMAN"}).str("account.language"); got != "GERMAN" {
		t.Errorf("the language is %s", got)
	}
	a.receiveMessage(t, channel, "two", "eva@mail.example", "Alle Häuser")
	if n := found("Haus "); n != 1 {
		t.Errorf("before it is taken in anew, Haus finds %d, want the new one", n)
	}
	if err := a.store.CatchUpSearch(t.Context(), func(int) {}); err != nil {
		t.Fatal(err)
	}
	if n, m := found("Haus "), found("und"); n != 2 || m != 0 {
		t.Errorf("in German Haus finds %d and und %d, want 2 and 0", n, m)
	}
}

// What was there before search was is taken in by the server, in parts, whatever comes and goes
// meanwhile.
func TestSearchTakesIn(t *testing.T) {
	t.Parallel()
	s := start(t)
	if _, err := seed.FillAccount(t.Context(), s.store, seedOptions("made", 2_100, 5)); err != nil {
		t.Fatal(err)
	}
	conn := s.sqlConn(t)
	account := conn.queryText(t, "SELECT id FROM accounts WHERE slug = 'made'")
	const docs = "SELECT md5(string_agg(concat(id, kind, record, place, words), '' ORDER BY id)) FROM search_docs"
	want := conn.queryText(t, docs)
	for _, sql := range []string{"DELETE FROM search_docs WHERE place % 7 > 2", "SELECT search_anew('" + account + "', '{cnv,tkt,con}')"} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if err := s.store.CatchUpSearch(t.Context(), func(int) {}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := conn.queryInt(t, "SELECT count(*) FROM search_behind"); n != 0 {
		t.Errorf("%d parts are left", n)
	}
	if got := conn.queryText(t, docs); got != want {
		t.Error("what can be found is not what it was before")
	}
}
