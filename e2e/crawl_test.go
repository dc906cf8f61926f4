package e2e

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"deskwire/desk"
	"deskwire/graph"
)

// found is all that somebody reaches by reading: the ids by type, cursors, and the raw answers.
type found struct {
	ids     map[string][]string
	cursors []string
	raws    []string // the answers themselves

	known map[string]bool
}

func (f *found) add(typ, id string) {
	if !f.known[id] {
		f.known[id] = true
		f.ids[typ] = append(f.ids[typ], id)
	}
}

// all are the ids of all types, the types by name.
func (f *found) all() []string {
	var out []string
	for _, t := range slices.Sorted(maps.Keys(f.ids)) {
		out = append(out, f.ids[t]...)
	}
	return out
}

// crawl reads every list of the schema, then every node that it finds, until there is nothing new.
func crawl(t testing.TB, c *client) *found {
	t.Helper()
	s := shape{schema: graph.Schema(), first: 100}
	f := &found{ids: map[string][]string{}, known: map[string]bool{}}
	for _, field := range s.schema.Query.Fields {
		if sel := s.field(field, field.Name, 0); sel != "" {
			f.read(c.do(t, "{ "+sel+" }", nil))
		}
		if field.Arguments.ForName("after") != nil {
			f.page(t, c, field.Name)
		}
	}
	f.read(c.do(t, `{ search(query: "about") { __typename id } }`, nil)) // which can't be asked for without words
	read := map[string]int{}                                             // how many of each type have been read
	for more := true; more; {
		more = false
		for _, typ := range slices.Sorted(maps.Keys(f.ids)) {
			ids := f.ids[typ][read[typ]:]
			if len(ids) == 0 {
				continue
			}
			more = true
			ids = ids[:min(len(ids), 50)]
			read[typ] += len(ids)
			q := fmt.Sprintf("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on %s { %s } } }", typ, s.all(typ, 0))
			a := c.do(t, q, vars{"ids": ids})
			for i, n := range a.at(".").list("nodes") {
				if n.v == nil {
					t.Errorf("%s %s is shown somewhere, and node does not find it", typ, ids[i])
				}
			}
			f.read(a)
		}
	}
	return f
}

func (f *found) read(a *answer) {
	f.raws = append(f.raws, a.Raw)
	f.take(a.Data)
}

// page reads a list to its end.
func (f *found) page(t testing.TB, c *client, field string) {
	t.Helper()
	q := fmt.Sprintf("query($after: String) { %s(first: 100, after: $after) { nodes { __typename id } pageInfo { hasNextPage endCursor } } }", field)
	for v, more := (vars{}), true; more; {
		a := c.do(t, q, v)
		f.read(a)
		more = a.at(field).truth("pageInfo.hasNextPage")
		v = vars{"after": a.at(field).str("pageInfo.endCursor")}
	}
}

// take gathers what an answer has.
func (f *found) take(v any) {
	switch v := v.(type) {
	case map[string]any:
		typ, _ := v["__typename"].(string)
		if id, ok := v["id"].(string); ok && typ != "" {
			f.add(typ, id)
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if s, ok := v[k].(string); ok && strings.HasSuffix(strings.ToLower(k), "cursor") && !slices.Contains(f.cursors, s) {
				f.cursors = append(f.cursors, s)
			}
			f.take(v[k])
		}
	case []any:
		for _, x := range v {
			f.take(x)
		}
	}
}

// without leaves out what the other one has too.
func (f *found) without(o *found) *found {
	rest := &found{ids: map[string][]string{}, known: map[string]bool{}}
	for typ, ids := range f.ids {
		for _, id := range ids {
			if !o.known[id] {
				rest.add(typ, id)
			}
		}
	}
	return rest
}

var (
	publicID = regexp.MustCompile(`[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}`)
	uuidText = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

// secrets are the keys of records that somebody must not see a sign of, and words that stand in them.
type secrets struct {
	keys  map[string]bool // as public ids, and as the database has them
	words []string
}

func secretsOf(t testing.TB, f *found, words ...string) secrets {
	s := secrets{map[string]bool{}, words}
	for _, id := range f.all() {
		ref, err := desk.ParseRef(id)
		if err != nil {
			t.Fatalf("%q: %v", id, err)
		}
		s.keys[id[:30]] = true
		if !slices.Contains(borrowed, ref.Kind) && ref.Part == "" {
			s.keys[ref.ID.String()] = true
		}
	}
	return s
}

// borrowed are the kinds of id that carry another record's key, which may be no secret.
var borrowed = []desk.Kind{desk.KindViewer, desk.KindPropertyLayout, desk.KindPropertyValue}

// in lists the signs of secrets in an answer, whatever their spelling.
func (s secrets) in(raw string) []string {
	var signs []string
	for _, id := range append(publicID.FindAllString(raw, -1), uuidText.FindAllString(raw, -1)...) {
		if s.keys[id] {
			signs = append(signs, id)
		}
	}
	for _, w := range s.words {
		if strings.Contains(raw, w) {
			signs = append(signs, w)
		}
	}
	sort.Strings(signs)
	return slices.Compact(signs)
}
