package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"deskwire/desk"
)

// The program and the database fold names in the same way.
func TestFoldInDatabase(t *testing.T) {
	t.Parallel()
	conn := start(t).sqlConn(t)
	signs := []rune("aAkK\u212aåÅ\u212biIİıſsSßẞéÉeE\u0301\u0308\u0307oOøØσςΣμΩ\u2126ǅǄﬁＡ１ \t\n\u00a0\u2003\u3000\u0085\u200b\u200d\u00ad\ufeff\ufe0f\u202e\u3164\u034f-ñ각爸👍👨ᾳᾼΐǰ\u030cЖж")
	rapid.Check(t, func(r *rapid.T) {
		var texts []string
		for range 50 {
			texts = append(texts, rapid.StringOfN(rapid.SampledFrom(signs), 0, 8, -1).Draw(r, "text"))
		}
		var got []string
		if err := conn.QueryRow(t.Context(), "SELECT array_agg(seen_as(s) ORDER BY n) FROM unnest($1::text[]) WITH ORDINALITY x(s, n)", texts).Scan(&got); err != nil {
			r.Fatal(err)
		}
		for i, s := range texts {
			if want := desk.Fold(s); got[i] != want {
				r.Fatalf("%q is %q to the program and %q to the database", s, want, got[i])
			}
		}
	})
}

// What looks the same is the same: contacts, labels, teams and inboxes.
func TestKeysAsPeopleSeeThem(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, s.now())
	upsert := func(c vars) string { return a.admin.must(t, "contactUpsert", "contact { id }", c).str("contact.id") }
	for _, same := range [][]vars{
		{{"email": "ivy@x.test"}, {"email": "iv\u200by@x.test"}, {"email": "\ufeffivy@x.test"}, {"email": "\u202aivy@x.test\u202c"}, {"email": "i\u00advy@X.test\u200e"}, {"email": " IVY@x.test\u00a0"}},
		{{"email": "info@bücher.example"}, {"email": "info@xn--bcher-kva.example"}, {"email": "INFO@BU\u0308CHER.example"}, {"email": "info@bücher。example"}},
		{{"phone": "+15550104477"}, {"phone": "+1 (555) 010-4477"}, {"phone": "001 555 010 4477"}, {"phone": "＋１ ５５５ ０１０ ４４７７"}, {"phone": "\u202a+1\u00a0555‑010–4477\u202c"}, {"phone": "tel:+1-555-010-4477"}},
		{{"email": "zoë@x.test"}, {"email": "zoe\u0308@x.test"}, {"email": "ZOË@x.test"}},
	} {
		first := upsert(same[0])
		for _, c := range same[1:] {
			if got := upsert(c); got != first {
				t.Errorf("%q is another contact than %q", c, same[0])
			}
		}
	}
	seen := map[string]vars{}
	for _, c := range []vars{
		{"email": "kate@bank.test"}, {"email": "\u212aate@bank.test"}, {"email": "isa@bank.test"}, {"email": "\u0130sa@bank.test"}, {"email": "ısa@bank.test"},
		{"email": "аda@bank.test"}, {"email": "ada@bank.test"}, {"phone": "0155501044"}, {"phone": "+155501044"},
	} {
		id := upsert(c)
		if other, ok := seen[id]; ok {
			t.Errorf("%q and %q are one contact", c, other)
		}
		seen[id] = c
	}
	for mutation, fields := range map[string]func(name string) vars{
		"labelCreate": func(name string) vars { return vars{"name": name} },
		"teamCreate":  func(name string) vars { return vars{"name": name} },
		"inboxCreate": func(name string) vars { return vars{"name": name} },
	} {
		a.admin.must(t, mutation, "errors { code }", fields("Über VIP"))
		for _, name := range []string{"Über VIP ", "über vip", "U\u0308ber VIP", "Über\u00a0VIP", "Ü\u200bber VIP\ufeff", "ÜBER  VIP", "Über V\u00adIP"} {
			a.admin.refused(t, mutation, fields(name), "ALREADY_EXISTS")
		}
		for _, name := range []string{"\u200b", " \u00a0", "\u3164", "a\nb", "a\u202eb", "a\x1bb", "a\u2028b"} {
			a.admin.refused(t, mutation, fields(name), "INVALID_INPUT")
		}
		a.admin.must(t, mutation, "errors { code }", fields("Uber VIP"))
	}
	for _, name := range []string{"Ada\r\nBcc: all@x.test", "\u202eAda", "Ada\a", "\u200b"} {
		a.admin.refused(t, "contactUpsert", vars{"email": "line@x.test", "name": name}, "INVALID_INPUT")
	}
}

// An external id is the strongest key: A and B are two, though they write from one address.
func TestContactsByStrongestKey(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, s.now())
	_, channel := a.createInbox(t, "Support", nil)
	n := 0
	receive := func(c vars) string {
		n++
		return a.admin.must(t, "messageReceive", "conversation { contact { id } }", vars{
			"channelId": channel, "externalId": strings.Repeat("m", n), "contact": c, "text": "hello",
		}).str("conversation.contact.id")
	}
	first := receive(vars{"externalId": "A", "email": "m@x.test", "phone": "+1555123"})
	for _, c := range []vars{{"externalId": "B", "email": "m@x.test"}, {"externalId": "B"}, {"externalId": "B", "email": "M@x.test", "phone": "+1555123"}} {
		if got := receive(c); got == first {
			t.Errorf("%v went to A", c)
		} else if again := receive(vars{"externalId": "B"}); again != got {
			t.Errorf("%v is not B", c)
		}
	}
	for _, c := range []vars{{"externalId": "A"}, {"email": "m@x.test"}, {"phone": "+1 555 123"}, {"externalId": "A", "email": "other@x.test"}} {
		if got := receive(c); got != first {
			t.Errorf("%v is not A", c)
		}
	}
	known := receive(vars{"email": "later@x.test"})
	if got := receive(vars{"externalId": "C", "email": "later@x.test"}); got != known {
		t.Error("who had no external id does not get one")
	}
	a.admin.refused(t, "contactUpsert", vars{"externalId": "D", "email": "m@x.test"}, "ALREADY_EXISTS")
	mended := a.admin.must(t, "messageReceive", "conversation { subject contact { name } }", vars{
		"channelId": channel, "externalId": "mended", "contact": vars{"externalId": "M", "name": "Ada\r\nBcc: all@x.test\u202e"}, "subject": "one\ntwo\x07", "text": "hello",
	})
	if name, subject := mended.str("conversation.contact.name"), mended.str("conversation.subject"); name != "Ada Bcc: all@x.test" || subject != "one two" {
		t.Errorf("mended to %q and %q", name, subject)
	}
}

// Lists by name are as a dictionary has them, page by page, also where names are equal to it.
func TestOrderAndLikenessOfNames(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, s.now())
	want := []string{"adam", "Adam", "Ádám", "A\u0301da\u0301m", "émile", "Eva", "Eva", "Ödön", "Ørsted", "Otto", "Zoe", "爸爸"}
	for i, name := range []string{"Eva", "Otto", "Zoe", "adam", "Ödön", "Ørsted", "émile", "Adam", "Ádám", "A\u0301da\u0301m", "Eva", "爸爸"} {
		a.admin.must(t, "contactUpsert", "contact { id }", vars{"externalId": strings.Repeat("c", i+1), "name": name})
	}
	names := func(direction string, size int) (all []string) {
		v := vars{"d": direction, "n": size}
		for {
			page := a.admin.do(t, `query($d: OrderDirection!, $n: Int!, $after: String) { contacts(first: $n, after: $after, orderBy: {field: NAME, direction: $d}) { nodes { name } pageInfo { hasNextPage endCursor } } }`, v).at("contacts")
			for _, n := range page.list("nodes") {
				all = append(all, n.str("name"))
			}
			if !page.boolean("pageInfo.hasNextPage") {
				return all
			}
			v["after"] = page.str("pageInfo.endCursor")
		}
	}
	sameTies := func(all []string) []string { // what differs in its bytes only may stand in either order
		return slices.Compact(strings.Split(strings.ReplaceAll(strings.Join(all, "|"), "A\u0301da\u0301m", "Ádám"), "|"))
	}
	for _, size := range []int{1, 2, 3, 100} {
		up, down := names("ASC", size), names("DESC", size)
		if !slices.Equal(sameTies(up), sameTies(want)) || len(up) != len(want) {
			t.Errorf("by %d: %q, want %q", size, up, want)
		}
		slices.Reverse(down)
		if !slices.Equal(up, down) {
			t.Errorf("by %d: down it is %q, up %q", size, down, up)
		}
	}
	_, channel := a.createInbox(t, "Support", nil)
	a.createPipeline(t, "Support", "New", "!Closed")
	a.admin.must(t, "propertyDefinitionCreate", "", vars{"key": "shop", "label": "Shop", "type": "TEXT"})
	for i, subject := range []string{"Caf\u00e9 bill", "Cafe\u0301 bill", "CAFE\u00a0BILL", "ca\u00adfe\u200b bill", "Coffee bill"} {
		key := strings.Repeat("k", i+1)
		received := a.admin.must(t, "messageReceive", "conversation { id }", vars{"channelId": channel, "externalId": key, "threadKey": key, "contact": vars{"externalId": "x" + key}, "subject": subject, "text": "x"})
		a.admin.must(t, "ticketCreate", "", vars{"conversationId": received.str("conversation.id"), "name": key, "properties": []vars{{"key": "shop", "value": vars{"string": subject}}}})
	}
	for _, where := range []vars{
		{"contains": "Café"}, {"contains": "cafe bill"}, {"contains": "CAFE\u0301\u00a0b"}, {"startsWith": "cafe\u2003b"}, {"eq": "cafe bill"}, {"eq": "Caf\u00e9\u202fbill"}, {"in": []string{"café bill", "none"}},
	} {
		if n := a.admin.do(t, "query($w: ConversationWhere) { conversations(where: $w) { totalCount } }", vars{"w": vars{"subject": where}}).at("conversations").num("totalCount"); n != 4 {
			t.Errorf("%v finds %d, want 4", where, n)
		}
		ofProperty := vars{"key": "shop"}
		maps.Copy(ofProperty, where)
		if n := a.admin.do(t, "query($w: TicketWhere) { tickets(where: $w) { totalCount } }", vars{"w": vars{"properties": []vars{ofProperty}}}).at("tickets").num("totalCount"); n != 4 {
			t.Errorf("of a property %v finds %d, want 4", where, n)
		}
	}
}

// refused checks that a mutation is refused with a code.
func (c *client) refused(t testing.TB, name string, input vars, code string) {
	t.Helper()
	all := c.mutate(t, name, "errors { code }", input).list("errors")
	if len(all) != 1 || all[0].str("code") != code {
		t.Errorf("%s %q: %v, want %s", name, input, all, code)
	}
}
