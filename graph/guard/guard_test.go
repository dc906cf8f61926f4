package guard

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func each(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.NewReplacer("%d", fmt.Sprint(i), "%n", fmt.Sprint(i+1)).Replace(format))
	}
	return b.String()
}

// TestLimits: what is just within each limit passes, and one more is refused by that limit.
func TestLimits(t *testing.T) {
	x := strings.Repeat
	ours := Default()
	for limit, at := range map[string]func(n int) string{
		"document": func(n int) string { return "{ a } #" + x("x", n-7) },
		"tokens":   func(n int) string { return "{ a(b: [" + x("1 ", n-9) + "]) }" },
		"depth":    func(n int) string { return "{ " + x("a { ", n-1) + "a " + x("} ", n-1) + "}" },
		"fields": func(n int) string {
			return "{ ...f " + each(n-1250, "a%d ") + "} fragment f on T { " + each(1250, "b%d ") + "}"
		},
		"aliases":    func(n int) string { return "{ a { " + each(n, "a%d: b ") + "} }" },
		"queries":    func(n int) string { return "{ " + each(n, "a%d ") + "}" },
		"mutations":  func(n int) string { return "mutation { ...f " + each(n-1, "a%d ") + "} fragment f on M { x }" },
		"directives": func(n int) string { return "query($v: Int @a) @b { c " + x("@include(if: true) ", n-2) + "}" },
		"operations": func(n int) string { return each(n, "query a%d { b } ") },
		"fragments":  func(n int) string { return "{ a } " + each(n, "fragment f%d on T { b } ") },
		"variables":  func(n int) string { return "query(" + each(n, "$a%d: Int ") + ") { b }" },
		"json":       func(n int) string { return "{ a(b: " + x("[", n-1) + "1" + x("]", n-1) + ") }" },
		"repeats":    func(n int) string { return "{ a { " + each(n, "b b c { ") + "b " + x("} ", n) + "} }" },
	} {
		few, n := wide(), *ours.byName()[limit]
		if limit == "repeats" {
			n = 10
		}
		*few.byName()[limit] = n
		if _, s, err := ParseWithin(at(n), few); err != nil {
			t.Errorf("%s: %d is refused: %v, %+v", limit, n, err, s)
		}
		var excess *Excess
		if _, s, err := ParseWithin(at(n+1), few); !errors.As(err, &excess) || excess.Limit != limit || excess.Maximum != n {
			t.Errorf("%s: %d gives %v, %+v", limit, n+1, err, s)
		}
	}
}

// wide are limits that nothing in these tests reaches.
func wide() Limits {
	var l Limits
	for _, n := range l.byName() {
		*n = expandable
	}
	l.Document = 1 << 20
	return l
}

func TestShape(t *testing.T) {
	for source, want := range map[string]Shape{
		"{ a }": {Operations: 1, Depth: 1, Queries: 1, Fields: 1, Nodes: 2},
		"query($v: [Int] = [1]) { a: b(c: {d: [$v]}) { e } ... on Q @x(y: [1]) { f } }": {Operations: 1, Variables: 1, Aliases: 1, Directives: 1, Depth: 2, Queries: 2, Fields: 3, Values: 3, Nodes: 14},
		"{ ...f ...f } fragment f on Q { a { b } }":                                     {Operations: 1, Fragments: 1, Depth: 2, Queries: 2, Fields: 4, Repeats: 2, Nodes: 6},
		"{ a { b } a { b b } }":                       {Operations: 1, Depth: 2, Queries: 2, Fields: 5, Repeats: 4, Nodes: 6},
		"{ a } fragment f on Q { b { c } b { c } }":   {Operations: 1, Fragments: 1, Depth: 2, Queries: 1, Fields: 5, Repeats: 2, Nodes: 7},
		"subscription { a b }":                        {Operations: 1, Depth: 1, Mutations: 2, Fields: 2, Nodes: 3},
		"{ ...f } fragment f on Q { __schema { a } }": {Operations: 1, Fragments: 1, Depth: 2, Queries: 1, Fields: 2, Introspects: true, Nodes: 5},
		"{ ...nothing }":                              {Operations: 1, Nodes: 2},
	} {
		_, got, err := ParseWithin(source, Default())
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", source, got, err, want)
		}
	}
}

func TestCircles(t *testing.T) {
	for _, source := range []string{
		"{ ...f } fragment f on Q { ...f }",
		"{ ...f } fragment f on Q { a { ...g } } fragment g on Q { b { ...f } }",
		"{ a } fragment f on Q { a { ...g } } fragment g on Q { b { ...f } }",
	} {
		if _, _, err := ParseWithin(source, Default()); !errors.Is(err, ErrCircular) {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestWith(t *testing.T) {
	l, err := Default().With(" depth=3, cost=7 ,")
	if want := Default(); err != nil || l.Depth != 3 || l.Cost != 7 || l.Fields != want.Fields {
		t.Errorf("%+v, %v", l, err)
	}
	for _, bad := range []string{"depth", "depth=x", "depth=-1", "deep=3", "depth=101", "page=101", "introspection=2", "=1", "cost=99999999999999999999"} {
		if _, err := Default().With(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// FuzzRead: whatever a document is, measuring it ends, its numbers are sane, and what counts as
// repeated agrees with a plain count.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"{ a { b c: d(e: [1, {f: $g}]) @h(i: 1) ... on J { k } ...l } } fragment l on M { n }",
		"query A($b: [C!] = [1] @d) @e { f } mutation G { h } subscription { i }",
		"{ ...a } fragment a on Q { ...b ...b } fragment b on Q { ...c ...c } fragment c on Q { d d }",
		"{ ...a } fragment a on Q { b { ...a } }", "{ a a { a a { a } a } a }", `{ a(b: """c\"""d""") }`, "fragment a on B { c } fragment a on D { e e }",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		doc, shape, err := ParseWithin(source, Default())
		if err != nil {
			return
		}
		if shape.Depth > shape.Fields || shape.Queries > shape.Fields || shape.Mutations > shape.Fields || shape.Circular {
			t.Errorf("%+v of %q", shape, source)
		}
		if again := Measure(doc); again != shape {
			t.Errorf("measured %+v, then %+v", shape, again)
		}
		if len(doc.Fragments) == 0 && len(doc.Operations) == 1 {
			if n := plainly(doc.Operations[0].SelectionSet); n != shape.Fields {
				t.Errorf("%d fields in %q, and not %d", n, source, shape.Fields)
			}
		}
	})
}

// plainly counts fields where there are no fragments to expand.
func plainly(set ast.SelectionSet) (n int) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			n += 1 + plainly(sel.SelectionSet)
		case *ast.InlineFragment:
			n += plainly(sel.SelectionSet)
		}
	}
	return n
}

// TestExponentialIsNotExpanded measures documents that have more selections than the world has
// atoms.
func TestExponentialIsNotExpanded(t *testing.T) {
	for _, source := range []string{
		"{ ...f0 } " + each(99, "fragment f%d on Q { ...f%n ...f%n ...f%n } "),
		"{ ...f0 } " + each(98, "fragment f%d on Q { a { ...f%n } b { ...f%n } ...f%n } ") + "fragment f98 on Q { a }",
	} {
		doc, err := parser.ParseQuery(&ast.Source{Input: source})
		if err != nil {
			t.Fatal(err)
		}
		if s := Measure(doc); s.Repeats != tooMany || s.Circular {
			t.Errorf("%+v", s)
		}
	}
}
