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

// reachable is all that somebody reaches by reading: the ids by type, cursors, and the raw answers.
type reachable struct {
	ids        map[string][]string
	cursors    []string
	rawAnswers []string // the answers themselves

	seen map[string]bool
}

func (r *reachable) addID(typ, id string) {
	if !r.seen[id] {
		r.seen[id] = true
		r.ids[typ] = append(r.ids[typ], id)
	}
}

// allIDs are the ids of all types, the types by name.
func (r *reachable) allIDs() []string {
	var out []string
	for _, t := range slices.Sorted(maps.Keys(r.ids)) {
		out = append(out, r.ids[t]...)
	}
	return out
}

// crawlReachable reads every list of the schema, then every node that it finds, until there is
// nothing new.
func crawlReachable(t testing.TB, c *client) *reachable {
	t.Helper()
	s := selectionBuilder{schema: graph.Schema(), first: 100}
	r := &reachable{ids: map[string][]string{}, seen: map[string]bool{}}
	for _, field := range s.schema.Query.Fields {
		if sel := s.selectField(field, field.Name, 0); sel != "" {
			r.addAnswer(c.do(t, "{ "+sel+" }", nil))
		}
		if field.Arguments.ForName("after") != nil {
			r.readPages(t, c, field.Name)
		}
	}
	r.addAnswer(c.do(t, `{ search(query: "about") { __typename id } }`, nil)) // which can't be asked for without words
	read := map[string]int{}                                                  // how many of each type have been read
	for more := true; more; {
		more = false
		for _, typ := range slices.Sorted(maps.Keys(r.ids)) {
			ids := r.ids[typ][read[typ]:]
			if len(ids) == 0 {
				continue
			}
			more = true
			ids = ids[:min(len(ids), 50)]
			read[typ] += len(ids)
			q := fmt.Sprintf("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on %s { %s } } }", typ, s.allFields(typ, 0))
			a := c.do(t, q, vars{"ids": ids})
			for i, n := range a.at(".").list("nodes") {
				if n.v == nil {
					t.Errorf("%s %s is shown somewhere, and node does not find it", typ, ids[i])
				}
			}
			r.addAnswer(a)
		}
	}
	return r
}

func (r *reachable) addAnswer(a *answer) {
	r.rawAnswers = append(r.rawAnswers, a.Raw)
	r.collect(a.Data)
}

// readPages reads a list to its end.
func (r *reachable) readPages(t testing.TB, c *client, field string) {
	t.Helper()
	q := fmt.Sprintf("query($after: String) { %s(first: 100, after: $after) { nodes { __typename id } pageInfo { hasNextPage endCursor } } }", field)
	for v, more := (vars{}), true; more; {
		a := c.do(t, q, v)
		r.addAnswer(a)
		more = a.at(field).boolean("pageInfo.hasNextPage")
		v = vars{"after": a.at(field).str("pageInfo.endCursor")}
	}
}

// collect gathers what an answer has.
func (r *reachable) collect(v any) {
	switch v := v.(type) {
	case map[string]any:
		typ, _ := v["__typename"].(string)
		if id, ok := v["id"].(string); ok && typ != "" {
			r.addID(typ, id)
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if s, ok := v[k].(string); ok && strings.HasSuffix(strings.ToLower(k), "cursor") && !slices.Contains(r.cursors, s) {
				r.cursors = append(r.cursors, s)
			}
			r.collect(v[k])
		}
	case []any:
		for _, x := range v {
			r.collect(x)
		}
	}
}

// minus leaves out what the other one has too.
func (r *reachable) minus(o *reachable) *reachable {
	rest := &reachable{ids: map[string][]string{}, seen: map[string]bool{}}
	for typ, ids := range r.ids {
		for _, id := range ids {
			if !o.seen[id] {
				rest.addID(typ, id)
			}
		}
	}
	return rest
}

var (
	publicID = regexp.MustCompile(`[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}`)
	uuidText = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

// secrets are the keys of records that somebody must not see a sign of, and words that stand in
// them.
type secrets struct {
	keys  map[string]bool // as public ids, and as the database has them
	words []string
}

func newSecrets(t testing.TB, r *reachable, words ...string) secrets {
	s := secrets{map[string]bool{}, words}
	for _, id := range r.allIDs() {
		ref, err := desk.ParseRef(id)
		if err != nil {
			t.Fatalf("%q: %v", id, err)
		}
		s.keys[id[:30]] = true
		if !slices.Contains(sharedKeyKinds, ref.Kind) && ref.Part == "" {
			s.keys[ref.ID.String()] = true
		}
	}
	return s
}

// sharedKeyKinds are the kinds of id that carry another record's key, which may be no secret.
var sharedKeyKinds = []desk.Kind{desk.KindViewer, desk.KindPropertyLayout, desk.KindPropertyValue}

// leakedIn lists the signs of secrets in an answer, whatever their spelling.
func (s secrets) leakedIn(raw string) []string {
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
