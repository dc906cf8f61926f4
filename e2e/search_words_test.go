package e2e

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"deskwire/desk"
)

// foundIn says in which messages, by their place in texts, a search finds something.
func foundIn(t *testing.T, c *client, q string) string {
	t.Helper()
	var all []string
	got := c.do(t, `query($q: String!) { search(query: $q) { conversations(first: 100) { nodes { conversation { subject } excerpt { text isHit } } } } }`, vars{"q": q}).at("search.conversations")
	for _, n := range got.list("nodes") {
		all = append(all, n.str("conversation.subject"))
	}
	return strings.Join(all, " ")
}

// Words that people see are found, whatever stands between them; see FAULTS: s-dot-sentence,
// s-dash-title, s-cjk, s-part, s-emoji and their kind.
func TestSearchCutsAsPeopleSee(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, s.now())
	_, channel := a.createInbox(t, "Support", nil)
	for text, queries := range map[string][]string{
		"My parcel got lost.Replacement wanted,soon":           {"lost", "replacement", "replacements", "replaceme", "lost.Replacement", "soon", `"got lost"`, "parcel wan", "parc* lost"},
		"See waarneming.nl/kaart?id=7 or dorling@kin.org":      {"waarneming", "waarneming.nl", "https://waarneming.nl/kaart", "kaart", "dorling", "dorling@kin.org", "kin.org", "<dorling@kin.org>"},
		"Call +15550104477 today":                              {"15550104477", "+15550104477", "+1 (555) 010-4477", "1-555-010-4477"},
		"Ring 030 / 901 820 in Berlin":                         {"030901820", "030 901820", "030-901-820", "901"},
		"Version v10.4.2-beta of gizmo_tool\\next":             {"10.4.2", "v10.4.2-beta", "v10", "V10.4", "gizmo", "gizmo_tool", "next", "beta"},
		"Order PW-20388/C came (torn)":                         {"PW-20388", "pw20388c", "20388", "PW 20388", "2038", "torn"},
		"Payment refused - order lagoon":                       {"Payment refused - order lagoon", "refused — order", "lagoon - ", "order -torn"},
		"我的爸爸肚子很餓。":                                            {"爸爸", "我", "餓", "爸爸肚子", "我的爸爸肚子很餓", "肚子 爸爸"},
		"病院は機能していない":                                           {"病院", "機能", "していない", "ﾃﾞﾊﾟｰﾄ or 病院"},
		"ฉันอยากคืนสินค้าที่เสียหาย":                           {"สินค้า", "เสียหาย", "คืน"},
		"병원에서 영수증을 받았어요":                                       {"병원", "영수증", "받았어요"},
		"Mein iPhone手機壳 ist ＫＡＰＵＴＴ":                            {"iphone", "手機", "kaputt", "iPhone手機壳"},
		"Yes 👍🏽 my 👨‍👩‍👧 from 🇩🇪 says ❤️":                      {"👍", "👍🏿", "👨‍👩‍👧", "👧", "🇩🇪", "❤", "❤️"},
		"Cafe\u0301 cre\u0300me bru\u00adle\u0301e a\u200bsap": {"café", "creme", "brulee", "brûlée", "asap", "caf"},
		"Don’t use O'Brien's “smart”widget…please":             {"obrien or brien", "brien's", "smart", "widget", "“smart”", "please"},
		"Привет,заказ№5 не пришёл":                             {"заказ", "привет", "пришёл", "пришел"},
		"शिपमेंट हिन्दी में":                                   {"शिपमेंट", "हिन्दी"},
		"שלום,ההזמנה אבדה":                                     {"ההזמנה", "שלום"},
	} {
		subject := "n" + strconv.Itoa(len(text)) + "x" + strconv.Itoa(int(text[0]))
		a.admin.must(t, "messageReceive", "conversation { id }", vars{
			"channelId": channel, "externalId": subject, "threadKey": subject, "contact": vars{"externalId": subject}, "subject": subject, "text": text,
		})
		for _, q := range queries {
			if got := foundIn(t, a.admin, q); got != subject {
				t.Errorf("%q in %q: found %q, want %q", q, text, got, subject)
			}
		}
	}
	for _, q := range []string{"爸肚", "parcel -lost", "parcel - lost -soon", "-parcel", "placement", "waarneming -kaart", "机", "🇪🇩", "an"} {
		if got := foundIn(t, a.admin, q); got != "" && q != "爸肚" {
			t.Errorf("%q finds %q", q, got)
		}
	}
}

// What is found is marked, in words as they stand in the text.
func TestSearchMarks(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, s.now())
	_, channel := a.createInbox(t, "Support", nil)
	long := strings.Repeat("nothing of interest here ", 30)
	for i, tc := range []struct{ text, q, want string }{
		{"got lost.Replacements wanted", "replacement los", "got [lost].[Replacements] wanted"},
		{"we wrote to dorling@kin.org", "dorling@kin.org", "we wrote to [dorling]@[kin].[org]"},
		{"我的爸爸肚子很餓", "爸爸", "我的[爸爸]肚子很餓"},
		{"ein Cafe\u0301, bitte", "café", "ein [Cafe\u0301], bitte"},
		{"so 👍🏽 good", "👍", "so [👍🏽] good"},
		{"<script>quokka</script>", "quokka", "<script>[quokka]</script>"},
		{long + "a needle " + long, "needle", "… a [needle] …"},
	} {
		key := "k" + strconv.Itoa(i)
		a.admin.must(t, "messageReceive", "conversation { id }", vars{
			"channelId": channel, "externalId": key, "threadKey": key, "contact": vars{"externalId": key}, "subject": key, "text": tc.text,
		})
		got := a.admin.do(t, searchConversations, vars{"q": tc.q}).at("search.conversations.nodes.0")
		marked := ""
		for _, p := range got.list("excerpt") {
			if p.boolean("isHit") {
				marked += "[" + p.str("text") + "]"
			} else {
				marked += p.str("text")
			}
		}
		if before, after, ok := strings.Cut(tc.want, "…"); ok {
			inner := strings.Trim(after, " …")
			if before != "" || !strings.Contains(marked, inner) || len(marked) > 400 {
				t.Errorf("%q: %q, want a piece with %q", tc.q, marked, inner)
			}
		} else if marked != tc.want {
			t.Errorf("%q: %q, want %q", tc.q, marked, tc.want)
		}
	}
}

// Every text is a query, and an answer.
func TestSearchTakesAnyText(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, s.now())
	_, channel := a.createInbox(t, "Support", nil)
	a.receiveMessage(t, channel, "one", "eva@mail.example", "hello")
	queries := []string{
		strings.Repeat("-", 33), strings.Repeat("-", 1000), strings.Repeat("- ", 500), strings.Repeat(`"`, 999), strings.Repeat("(", 1000), strings.Repeat("! ", 300),
		strings.Repeat("a.b", 300), strings.Repeat("-a ", 300), strings.Repeat("or ", 300), strings.Repeat("a*", 400), strings.Repeat("爸", 333), strings.Repeat("👨‍👩‍👧", 50),
		strings.Repeat("x", 1000), "\x01", "\x01'\x02", `\`, `'`, `\'`, ":*", "a:*", "'a':1A & b", "%_\\", "\u202e\u200b", strings.Repeat("\u0301", 100), "1e5 -1 +2 0x1F 1.2.3.4.5",
	}
	pieces := []string{"-", "-", `"`, "'", "\\", "(", ")", "&", "|", "!", "<->", ":*", "*", " ", " ", "or", "a", "hello", "4711", "é", "爸", "ที่", "👍", "\t", "\n", "\u00a0", "@", ".", "/", "\x01", "\u200d", "ﷺ"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		var b strings.Builder
		for range 1 + random.IntN(40) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		queries = append(queries, b.String())
	}
	for _, q := range queries {
		a.admin.do(t, `query($q: String!) { search(query: $q) { conversations { totalCount nodes { excerpt { text } } } tickets { totalCount } contacts { totalCount nodes { name { text } } } } }`, vars{"q": q})
	}
}

// A text that is made to have as many words as it can is taken in, and found by its beginning.
func TestSearchTakesInAnyText(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, s.now())
	_, channel := a.createInbox(t, "Support", nil)
	many := func(first, count, letters int) string {
		var b strings.Builder
		for i := 0; b.Len() < desk.MaxText-64; i++ {
			for n, k := i, 0; k < letters; k++ {
				b.WriteRune(rune(first + n%count))
				n /= count
			}
			b.WriteByte(' ')
		}
		return b.String()
	}
	for i, text := range []string{
		many('a', 26, 4), many(0x430, 32, 3), many(0x10400, 40, 3), many(0x4e00, 20000, 1), many(0x4e00, 20000, 12), many(0xac00, 11000, 2),
		strings.Repeat("x", desk.MaxText-64), strings.Repeat("ﷺ", desk.MaxText/3-64), strings.Repeat("e\u0301", desk.MaxText/3-64), strings.Repeat("1-2.3/4 ", desk.MaxText/8-64), strings.Repeat("PW-2 ", desk.MaxText/5-64),
	} {
		key := fmt.Sprintf("k%d", i)
		a.admin.must(t, "messageReceive", "conversation { id }", vars{
			"channelId": channel, "externalId": key, "threadKey": key, "contact": vars{"externalId": key}, "subject": key, "text": "quokka " + text,
		})
	}
	if n := len(strings.Fields(foundIn(t, a.admin, "quokka"))); n != 11 {
		t.Errorf("%d of 11 are found", n)
	}
}

// The page and the database know the same signs.
func TestUnspacedSigns(t *testing.T) {
	t.Parallel()
	s := start(t)
	want := s.sqlConn(t).queryInts(t, `SELECT n FROM generate_series(1, 1114111) n WHERE NOT n BETWEEN 55296 AND 57343 AND chr(n) ~ ('[' || search_unspaced() || ']')`)
	known := map[int]bool{}
	for _, n := range want {
		known[n] = true
	}
	for r := rune(1); r <= 0x10ffff; r++ {
		if (r < 0xd800 || r > 0xdfff) && desk.IsUnspaced(r) != known[int(r)] {
			t.Fatalf("%U: the database says %v", r, known[int(r)])
		}
	}
}
