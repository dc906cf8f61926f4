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
func connections(s *ast.Schema) []slot {
	var all []slot
	for _, x := range slots(s, scalar("Int")) {
		if x.leaf().name == "first" {
			all = append(all, x)
		}
	}
	return all
}

// page asks for a part of a connection.
func (w *scribe) page(s slot, args vars) call {
	return call{s, w.spot(s), args}
}

// TestPages: what can't be a page is refused with a code, in every connection.
func TestPages(t *testing.T) {
	t.Parallel()
	w := newScribe(t)
	all := connections(w.schema)
	for _, s := range all {
		for _, args := range []vars{
			{"first": -1}, {"last": -1}, {"first": 101}, {"last": 101}, {"first": math.MaxInt32}, {"last": math.MinInt32},
			{"first": 1, "last": 1}, {"first": 0, "last": 0}, {"first": 101, "last": 101},
		} {
			if a := w.send(t, []call{w.page(s, args)})[0]; a.code() != "INVALID_INPUT" {
				t.Errorf("%s with %v answered %s", s, args, a.plain())
			}
		}
		for _, args := range []vars{{"first": 0}, {"last": 0}, {"first": 100}, {"last": 100}, {"first": nil, "last": nil, "after": nil, "before": nil}, {"last": 1, "first": nil}, {"after": ""}} {
			if a := w.send(t, []call{w.page(s, args)})[0]; a.code() != "" {
				t.Errorf("%s with %v answered %s", s, args, a.plain())
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

// TestCursors: what is no cursor of a list, or one of another list, is refused with a code. A cursor that could be of this list
// is taken: it is a place, whether or not a row stands there.
func TestCursors(t *testing.T) {
	t.Parallel()
	w := newScribe(t)
	places, refused, taken := 0, 0, 0
	for _, s := range w.queryTexts() {
		if !isCursor(s) {
			continue
		}
		places++
		if s.parent.Name == "Subscription" {
			w.resyncs(t, s)
			continue
		}
		var calls []call
		for _, c := range append(badCursors(), few(w.own.cursors, 40)...) {
			calls = append(calls, w.page(s, vars{s.leaf().name: c}))
		}
		for i, a := range w.each(t, calls) {
			switch a.code() {
			case "":
				taken++
			case "INVALID_INPUT":
				refused++
			default:
				t.Errorf("%s with %.80q answered %s", s, calls[i].args[s.leaf().name], a.plain())
			}
		}
	}
	t.Logf("%d places, %d cursors refused, %d taken", places, refused, taken)
	if places < 20 || refused < 2000 || taken < 50 {
		t.Error("too few were tried")
	}
}

// resyncs: a subscription that can't go on from a cursor says so, and begins anew.
func (w *scribe) resyncs(t *testing.T, s slot) {
	t.Helper()
	b := w.snapshot(t, s)
	if b == nil {
		t.Errorf("%s: no call could be built that shows something; teach crafter.go how", s)
		return
	}
	var calls []call
	for _, c := range append(badCursors(), "") {
		calls = append(calls, b.with(s, c))
	}
	for i, a := range w.sendAll(t, calls) {
		if got := (node{a.value}).str("reason"); got != "RESYNC" || a.code() != "" {
			t.Errorf("%s with %.80q answered %s", s, calls[i].args[s.leaf().name], a.plain())
		}
	}
	for i, a := range w.sendAll(t, []call{b.with(s, w.beginning(t)), b.with(s, nil)}) {
		if got, want := (node{a.value}).str("reason"), []string{"CHANGE", "SNAPSHOT"}[i]; got != want || a.code() != "" {
			t.Errorf("%s answered %s, not %s", s, a.plain(), want)
		}
	}
}

// snapshot finds a call of a subscription that has something to show.
func (w *scribe) snapshot(t *testing.T, s slot) *base {
	t.Helper()
	b := &base{crafter: crafter{schema: w.schema, own: w.own.ids}}
	b.args(s, nil)
	var sizes []int
	for _, h := range b.holes {
		sizes = append(sizes, len(h))
	}
	for _, b.choice = range choices(sizes, 250) {
		if (node{w.send(t, []call{b.with(s, nil)})[0].value}).str("reason") == "SNAPSHOT" {
			return b
		}
	}
	return nil
}

// each sends calls one by one: a refusal would take the other answers along.
func (w *scribe) each(t *testing.T, calls []call) []told {
	t.Helper()
	var out []told
	for _, c := range calls {
		out = append(out, w.send(t, []call{c})[0])
	}
	return out
}

// TestDeepFilters: filters nest three deep, in every list that takes one.
func TestDeepFilters(t *testing.T) {
	t.Parallel()
	w := newScribe(t)
	tried := 0
	for _, s := range slots(w.schema, func(d *ast.Definition) bool { return d.Fields.ForName("and") != nil && d.Kind == ast.InputObject }) {
		if len(s.path) > 1 {
			continue
		}
		tried++
		for _, group := range []string{"and", "or", "not"} {
			for depth, want := range map[int]string{3: "", 4: "INVALID_INPUT", 15: "INVALID_INPUT", 30: "?"} {
				a := w.send(t, []call{w.page(s, vars{"where": nested(group, depth)})})[0]
				if got := a.code(); got != want && !(want == "?" && w.typed(a)) {
					t.Errorf("%s with %s %d deep answered %q, not %q", s, group, depth, got, want)
				}
			}
		}
		wide := make([]any, 100)
		for i := range wide {
			wide[i] = vars{"or": slices.Repeat([]any{vars{}}, 100)}
		}
		if a := w.send(t, []call{w.page(s, vars{"where": vars{"and": wide}})})[0]; a.code() != "INVALID_INPUT" {
			t.Errorf("%s with 10,000 groups answered %s", s, a.plain())
		}
		for where, some := range map[string]bool{"and": true, "or": false} {
			a := w.send(t, []call{w.page(s, vars{"where": vars{where: []any{}}})})[0]
			if got := len(node{a.value}.list("edges")) > 0; s.parent.Name == "Query" && got != some {
				t.Errorf("%s with an empty %s finds something: %v", s, where, got)
			}
		}
	}
	if tried < 5 {
		t.Errorf("only %d filters", tried)
	}
}

func nested(group string, depth int) vars {
	if depth == 0 {
		return vars{}
	}
	var below any = nested(group, depth-1)
	if group != "not" {
		below = []any{below}
	}
	return vars{group: below}
}
