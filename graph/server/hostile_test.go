package server

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile are requests that hurt a server that believes them. Each must be refused with a code
// before anything runs.
func hostile() map[string]func() *http.Request {
	x := strings.Repeat
	doc := func(query string) func() *http.Request { return func() *http.Request { return operation(query, nil) } }
	with := func(query string, v map[string]any) func() *http.Request {
		return func() *http.Request { return operation(query, v) }
	}
	body := func(b string) func() *http.Request { return func() *http.Request { return post(b) } }
	each := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.NewReplacer("%d", fmt.Sprint(i), "%n", fmt.Sprint(i+1)).Replace(format))
		}
		return b.String()
	}
	nest := func(n int, open, inside, shut string) string { return x(open, n) + inside + x(shut, n) }
	ids := func(n int) []string { return strings.Split(x("x ", n-1)+"x", " ") }
	many := map[string]any{}
	for i := range 20_000 {
		many[fmt.Sprint("v", i)] = i
	}
	return map[string]func() *http.Request{
		"a megabyte of brackets": body(x("[", 1<<20)),
		"more than a megabyte":   body(`{"query":"` + x("x", 2<<20)),
		"a batch":                body("[" + x(`{"query":"{ viewer { id } }"},`, 1000) + `{"query":"{ viewer { id } }"}]`),
		"a form": func() *http.Request {
			return post("query={viewer{id}}", "Content-Type", "multipart/form-data; boundary=x")
		},
		"deep JSON":                           body(`{"query":"{ viewer { id } }","variables":{"x":` + nest(10_000, "[", "", "]") + `}}`),
		"deep variables":                      with(`query($w: ConversationWhere) { conversations(where: $w) { nodes { id } } }`, deepWhere(70)),
		"JSON that ends early":                body(`{"query":"{ viewer { id } }","variables":{"x":"` + x("y", 500_000)),
		"half a character":                    body(`{"query":"{ viewer { id } }","variables":{"x":"` + x(`\ud800`, 100_000) + `"}}`),
		"no UTF-8":                            body(`{"query":"{ viewer { id } } #` + x("\xff", 500_000) + `"}`),
		"brackets in the document":            doc(x("[", 60_000)),
		"braces in the document":              doc(x("{a", 30_000)),
		"a list in a list in an argument":     doc("{ nodes(ids: " + nest(1900, "[", `"x"`, "]") + ") { id } }"),
		"an object in an object":              doc("{ conversations(where: " + nest(990, "{not:", "{}", "}") + ") { nodes { id } } }"),
		"a type of lists":                     doc("query($v: " + nest(1900, "[", "Int", "]") + ") { viewer { id } }"),
		"a default of lists":                  doc("query($v: [Int] = " + nest(1900, "[", "1", "]") + ") { viewer { id } }"),
		"an endless name":                     doc("{ " + x("a", 60_000) + " }"),
		"endless comments":                    doc(x("#\n", 32_000) + "{ x }"),
		"a text without an end":               doc(`{ node(id: """` + x(`\"""`, 15_000)),
		"escapes":                             doc(`{ node(id: "` + x(`\u0000`, 10_000) + `x) { id } }`),
		"a number of 60,000 digits":           doc("{ conversations(first: " + x("9", 60_000) + ") { nodes { id } } }"),
		"a float of 60,000 digits":            doc("{ conversations(first: 1" + x("0", 60_000) + "e9) { nodes { id } } }"),
		"a huge page":                         doc("{ conversations(first: 2147483647) { nodes { id } } }"),
		"a negative page":                     doc("{ conversations(first: -1) { nodes { id } } }"),
		"a huge page by a variable":           with("query($n: Int) { conversations(last: $n) { nodes { id } } }", map[string]any{"n": 2147483647}),
		"deep fields":                         doc("{ viewer { agent " + nest(600, "{ contact { conversations { nodes ", "{ id }", "} } }") + "} }"),
		"deep inline fragments":               doc(nest(1300, "{ ... ", "{ viewer { id } }", "}")),
		"the same field 3,900 times":          doc("{ viewer { id } " + x("viewer ", 3900) + "}"),
		"the same leaf 3,900 times":           doc("{ viewer { " + x("id ", 3900) + "} }"),
		"the same leaf 48 kB times":           doc("{ viewer { " + x("id ", 16_000) + "} }"),
		"the same fields in the same fields":  doc("{ " + x("viewer { "+x("agent { id } ", 15)+"} ", 50) + "}"),
		"the same below one another":          doc("{ a: conversation(id: 1) " + nest(3, "{ ticket { conversations { nodes ", "{ id "+x("id ", 900)+"}", "} } }") + "}"),
		"fields repeated in a fragment":       doc("{ ...f } fragment f on Query { viewer { " + x("id ", 3900) + "} }"),
		"fields repeated in an unused one":    doc("{ viewer { id } } fragment f on Viewer { " + x("id ", 3900) + "}"),
		"fields repeated in a namesake":       doc("{ ...f } fragment f on Query { viewer { " + x("id ", 3800) + "} } fragment f on Query { viewer { id } }"),
		"fields repeated across fragments":    doc("{ viewer { " + each(90, "...f%d ") + "} } " + each(90, "fragment f%d on Viewer { id id id id id id id id id id } ")),
		"conflicts across fragments":          doc("{ viewer { " + each(60, "...f%d ") + "} } " + each(60, "fragment f%d on Viewer { a: id b: id c: id d: id e: id } ")),
		"spreads of nothing, exponential":     doc("{ ...f0 } " + each(40, "fragment f%d on Query { ...f%n ...f%n ...f%n } ")),
		"fragments, exponential":              doc("{ ...f0 } " + each(40, "fragment f%d on Query { ...f%n ...f%n } ") + "fragment f40 on Query { viewer { id } }"),
		"fragments, exponential and deep":     doc("{ conversation(id: 1) { ...f0 } } " + each(13, "fragment f%d on Conversation { contact { conversations { nodes { ...f%n a%d: subject ...f%n } } } } ") + "fragment f13 on Conversation { id }"),
		"a fragment in itself":                doc("{ ...f } fragment f on Query { viewer { id } ...f }"),
		"a fragment below itself":             doc("{ conversation(id: 1) { ...f } } fragment f on Conversation { contact { conversations { nodes { ...f " + x("id ", 3000) + "} } } }"),
		"fragments in a circle":               doc("{ ...f0 } " + each(90, "fragment f%d on Query { ...f%n } ") + "fragment f90 on Query { ...f0 }"),
		"unused fragments in a circle":        doc("{ viewer { id } } fragment a on Query { viewer { agent { ...b } } } fragment b on Agent { ...a }"),
		"many aliases":                        doc("{ " + each(600, "a%d: viewer { id } ") + "}"),
		"many root fields":                    doc("{ " + each(40, "a%d: viewer { id } ") + "}"),
		"many mutations":                      doc("mutation { " + each(11, `a%d: conversationClose(input: {conversationId: "x"}) { eventCursor } `) + "}"),
		"many mutations by a fragment":        doc("mutation { ...f ...f ...f ...f ...f ...f ...f ...f ...f ...f ...f } fragment f on Mutation { " + `conversationClose(input: {conversationId: "x"}) { eventCursor } }`),
		"many directives":                     doc("{ viewer { id " + x("@include(if: true) ", 700) + "} }"),
		"many directives at a variable":       doc("query($a: Int " + x("@a ", 1500) + ") { viewer { id } }"),
		"many unknown directives":             doc("query " + each(1900, "@a%d ") + "{ viewer { id } }"),
		"many operations":                     doc(each(500, "query a%d { viewer { id } } ")),
		"many fragments":                      doc("{ viewer { id } } " + each(500, "fragment f%d on Viewer { id } ")),
		"many variables":                      doc("query(" + each(900, "$v%d: Int ") + ") { viewer { id } }"),
		"many arguments":                      doc("{ node(" + each(1300, "a%d: 1 ") + ") { id } }"),
		"the same argument often":             doc("{ node(" + x("id: 1 ", 1300) + ") { id } }"),
		"many fields of an input":             doc("{ conversations(where: {" + each(1300, "a%d: 1 ") + "}) { nodes { id } } }"),
		"the same field of an input often":    doc("{ conversations(where: {" + x("unread: true ", 1300) + "}) { nodes { id } } }"),
		"many unknown fields":                 doc("{ " + each(1900, "a%d ") + "}"),
		"many unknown variables":              doc("{ " + each(600, "a%d: node(id: $v%d) { id } ") + "}"),
		"many variables that nobody declared": doc("{ nodes(ids: [" + each(1900, "$v%d ") + "]) { id } }"),
		"a long list":                         doc("{ nodes(ids: [" + x(`"x" `, 3900) + "]) { id } }"),
		"a long list by a variable":           with("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", map[string]any{"ids": ids(100_000)}),
		"a wide filter":                       with("query($w: ConversationWhere) { conversations(where: $w) { nodes { id } } }", map[string]any{"w": map[string]any{"and": make([]any, 50_000)}}),
		"variables that nobody asked for":     with("query($v: ConversationWhere) { conversations(where: $v) { nodes { id } } }", map[string]any{"v": many}),
		"pages in pages in fragments":         doc("{ " + each(25, "a%d: conversations(first: 100) { ...f } ") + "} fragment f on ConversationConnection { nodes { id contact { id } owner { id } ticket { id } messages { nodes { id } } } }"),
		"the schema, in circles":              doc("{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }"),
		"types of types":                      doc("{ __schema { types { possibleTypes { interfaces { possibleTypes { name } } } } } }"),
		"lists in lists of pages":             doc("{ conversations(first: 100) { nodes { messages(first: 100) { nodes { id } } contact { conversations(first: 100) { nodes { id } } } } } }"),
		"the schema, many times":              doc("{ " + each(25, "a%d: __schema { types { name fields { name args { name type { name } } type { name ofType { name } } } } } ") + "}"),
		"@defer":                              doc("{ viewer { " + x("... @defer { id } ", 40) + "} }"),
		"several subscriptions in one":        doc("subscription { viewerLive { reason } events { reason } }"),
		"a subscription of many":              doc("subscription { " + each(30, "a%d: viewerLive { reason } ") + "}"),
		"a mutation by GET": func() *http.Request {
			return get("query", `mutation { conversationClose(input: {conversationId: "x"}) { eventCursor } }`)
		},
		"a query by GET that is too long": func() *http.Request { return get("query", "{ viewer { id } } #"+x("x", 100_000)) },
		"variables by GET that are too deep": func() *http.Request {
			return get("query", "{ viewer { id } }", "variables", `{"x":`+nest(1000, "[", "", "]")+"}")
		},
		"a number that no machine can hold":    body(`{"query":"query($n: Int) { conversations(first: $n) { nodes { id } } }","variables":{"n":1` + x("0", 400) + `}}`),
		"an exponent that no machine can hold": body(`{"query":"query($n: Int) { conversations(first: $n) { nodes { id } } }","variables":{"n":1e999999999}}`),
		"an operation that is not there":       body(`{"query":"{ viewer { id } }","operationName":"` + x("x", 500_000) + `"}`),
		"nothing but a fragment":               doc("fragment f on Query { viewer { id } }"),
	}
}

func deepWhere(n int) map[string]any {
	w := map[string]any{}
	for range n {
		w = map[string]any{"not": w}
	}
	return map[string]any{"w": w}
}

// Bounds of what a hostile request may cost until it is refused. The race detector makes everything
// some ten times as dear.
const (
	hostileCPU   = 50 * time.Millisecond
	hostileBytes = 8 << 20
)

// TestHostileRequests sends each to a server that has not seen it, and counts the time of its
// thread, not that of the clock.
func TestHostileRequests(t *testing.T) {
	for name, request := range hostile() {
		t.Run(name, func(t *testing.T) {
			r, req := newRig(), request()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			cpu := threadCPU()
			g := r.do(t, req)
			cpu = threadCPU() - cpu
			runtime.ReadMemStats(&after)
			if g.code() == "" || g.json.Data != nil || r.ran.Load() != 0 || g.status >= 500 {
				t.Errorf("it was not refused: %d %.300s", g.status, g.body)
			}
			if len(g.body) > 16<<10 || len(g.json.Errors) > maxErrors {
				t.Errorf("the refusal has %d bytes, %d errors", len(g.body), len(g.json.Errors))
			}
			bytes := after.TotalAlloc - before.TotalAlloc
			if cpu > hostileCPU*slowdown || bytes > hostileBytes {
				t.Errorf("%s cost %v of CPU and %d kB", g.code(), cpu, bytes>>10)
			}
			t.Logf("%s: %v, %d kB", g.code(), cpu, bytes>>10)
		})
	}
}
