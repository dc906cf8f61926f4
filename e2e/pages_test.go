package e2e

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// connections are all fields that are read in pages.
func connections(s *ast.Schema) []inputSlot {
	var all []inputSlot
	for _, x := range inputSlots(s, hasTypeName("Int")) {
		if x.lastStep().name == "first" {
			all = append(all, x)
		}
	}
	return all
}

// pageCall asks for a part of a connection.
func (w *textWriter) pageCall(s inputSlot, args vars) fieldCall {
	return fieldCall{s, w.firstNode(s), args}
}

// TestPages: what can't be a page is refused with a code, in every connection.
func TestPages(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	all := connections(w.schema)
	for _, s := range all {
		for _, args := range []vars{
			{"first": -1}, {"last": -1}, {"first": 101}, {"last": 101}, {"first": math.MaxInt32}, {"last": math.MinInt32},
			{"first": 1, "last": 1}, {"first": 0, "last": 0}, {"first": 101, "last": 101},
		} {
			if o := w.sendBatch(t, []fieldCall{w.pageCall(s, args)})[0]; o.code() != "INVALID_INPUT" {
				t.Errorf("%s with %v answered %s", s, args, o.comparable())
			}
		}
		for _, args := range []vars{{"first": 0}, {"last": 0}, {"first": 100}, {"last": 100}, {"first": nil, "last": nil, "after": nil, "before": nil}, {"last": 1, "first": nil}, {"after": ""}} {
			if o := w.sendBatch(t, []fieldCall{w.pageCall(s, args)})[0]; o.code() != "" {
				t.Errorf("%s with %v answered %s", s, args, o.comparable())
			}
		}
	}
	if len(all) < 10 {
		t.Errorf("only %d connections", len(all))
	}
}

// badCursors are no places in any list.
func badCursors() []string {
	id := "01a2033d-9b6b-7c7e-8a51-0a0a0a0a0a0a"
	enc := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	bad := []string{
		"x", "💥", "\x00", " ", "null", "0", "=", strings.Repeat("A", 10_000), strings.Repeat("A", 900_000), enc(""), enc("null"), enc("[]"), enc("{}"),
		enc(`["evt"]`), enc("[[[["), enc(strings.Repeat("[", 5000)), enc("\xff\xfe"), enc(`[1,2,3]`), enc("0 1:1:"), enc(id + " 1:1:"), enc(id + " 9:1:"), enc(id + " x"),
		enc(id + " 99999999999999999999:99999999999999999999:"),
	}
	for _, code := range []string{"cnv.activity-", "cnv.number", "tkt.name", "con.time-", "con.name", "msg.time", "tln", "trg-", "evt", "nope"} {
		for _, key := range []string{"", "x", "99999999999999999999", "-99999999999999999999", "1e9", "\\u0000", strings.Repeat("9", 400)} {
			bad = append(bad, enc(fmt.Sprintf(`[%q,"%s",%q]`, code, key, id)))
		}
		bad = append(bad, enc(fmt.Sprintf(`[%q,"1","not-an-id"]`, code)), enc(fmt.Sprintf(`[%q,"1",%q,"more"]`, code, id)))
	}
	return bad
}

// TestCursors: what is no cursor of a list, or one of another list, is refused with a code. A
// cursor that could be of this list is taken: it is a place, whether or not a row stands there.
func TestCursors(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	places, refused, taken := 0, 0, 0
	for _, s := range w.queryTextSlots() {
		if !isCursor(s) {
			continue
		}
		places++
		if s.parent.Name == "Subscription" {
			w.requireResync(t, s)
			continue
		}
		var calls []fieldCall
		for _, c := range append(badCursors(), firstAndLast(w.own.cursors, 40)...) {
			calls = append(calls, w.pageCall(s, vars{s.lastStep().name: c}))
		}
		for i, o := range w.sendEach(t, calls) {
			switch o.code() {
			case "":
				taken++
			case "INVALID_INPUT":
				refused++
			default:
				t.Errorf("%s with %.80q answered %s", s, calls[i].args[s.lastStep().name], o.comparable())
			}
		}
	}
	t.Logf("%d places, %d cursors refused, %d taken", places, refused, taken)
	if places < 20 || refused < 2000 || taken < 50 {
		t.Error("too few were tried")
	}
}

// requireResync: a subscription that can't go on from a cursor says so, and begins anew.
func (w *textWriter) requireResync(t *testing.T, s inputSlot) {
	t.Helper()
	b := w.findSnapshotCall(t, s)
	if b == nil {
		t.Errorf("%s: no call could be built that shows something; teach inputBuilder (input_builder_test.go) how", s)
		return
	}
	patient := w.callSender // each of them has a payload, however late
	patient.client = &client{url: w.client.url, token: w.client.token, patience: liveTimeout}
	var calls []fieldCall
	for _, c := range append(badCursors(), "") {
		calls = append(calls, b.withValue(s, c))
	}
	for i, o := range patient.sendAll(t, calls) {
		if got := (node{o.value}).str("reason"); got != "RESYNC" || o.code() != "" {
			t.Errorf("%s with %.80q answered %s", s, calls[i].args[s.lastStep().name], o.comparable())
		}
	}
	for i, o := range patient.sendAll(t, []fieldCall{b.withValue(s, w.logStart(t)), b.withValue(s, nil)}) {
		if got, want := (node{o.value}).str("reason"), []string{"CHANGE", "SNAPSHOT"}[i]; got != want || o.code() != "" {
			t.Errorf("%s answered %s, not %s", s, o.comparable(), want)
		}
	}
}

// findSnapshotCall finds a call of a subscription that has something to show.
func (w *textWriter) findSnapshotCall(t *testing.T, s inputSlot) *baseCall {
	t.Helper()
	b := &baseCall{inputBuilder: inputBuilder{schema: w.schema, own: w.own.ids}}
	b.arguments(s, nil)
	var sizes []int
	for _, h := range b.neededIDs {
		sizes = append(sizes, len(h))
	}
	for _, b.choice = range combinations(sizes, 250) {
		if (node{w.sendBatch(t, []fieldCall{b.withValue(s, nil)})[0].value}).str("reason") == "SNAPSHOT" {
			return b
		}
	}
	return nil
}

// sendEach sends calls one by one: a refusal would take the other answers along.
func (w *textWriter) sendEach(t *testing.T, calls []fieldCall) []outcome {
	t.Helper()
	var out []outcome
	for _, c := range calls {
		out = append(out, w.sendBatch(t, []fieldCall{c})[0])
	}
	return out
}

// TestDeepFilters: filters nest three deep, in every list that takes one.
func TestDeepFilters(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	tried := 0
	for _, s := range inputSlots(w.schema, func(d *ast.Definition) bool { return d.Fields.ForName("and") != nil && d.Kind == ast.InputObject }) {
		if len(s.path) > 1 {
			continue
		}
		tried++
		for _, group := range []string{"and", "or", "not"} {
			for depth, want := range map[int]string{3: "", 4: "INVALID_INPUT", 15: "INVALID_INPUT", 30: "?"} {
				o := w.sendBatch(t, []fieldCall{w.pageCall(s, vars{"where": nestedFilter(group, depth)})})[0]
				if got := o.code(); got != want && !(want == "?" && w.hasKnownCode(o)) {
					t.Errorf("%s with %s %d deep answered %q, not %q", s, group, depth, got, want)
				}
			}
		}
		wide := make([]any, 100)
		for i := range wide {
			wide[i] = vars{"or": slices.Repeat([]any{vars{}}, 50)}
		}
		if o := w.sendBatch(t, []fieldCall{w.pageCall(s, vars{"where": vars{"and": wide}})})[0]; o.code() != "INVALID_INPUT" {
			t.Errorf("%s with 5,000 groups answered %s", s, o.comparable())
		}
		for where, some := range map[string]bool{"and": true, "or": false} {
			o := w.sendBatch(t, []fieldCall{w.pageCall(s, vars{"where": vars{where: []any{}}})})[0]
			if got := len(node{o.value}.list("edges")) > 0; s.parent.Name == "Query" && got != some {
				t.Errorf("%s with an empty %s finds something: %v", s, where, got)
			}
		}
	}
	if tried < 5 {
		t.Errorf("only %d filters", tried)
	}
}

func nestedFilter(group string, depth int) vars {
	if depth == 0 {
		return vars{}
	}
	var below any = nestedFilter(group, depth-1)
	if group != "not" {
		below = []any{below}
	}
	return vars{group: below}
}
