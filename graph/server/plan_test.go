package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/desk"
	"deskwire/graph"
	"deskwire/graph/generated"
	"deskwire/graph/plan"
)

// unplanned are the fields that reads can come to and plans do not know, as Type.field: gqlgen
// answers what has one of them.
var unplanned = []string{}

func TestPlan_knowsTheSchema(t *testing.T) {
	types, missing := generated.Types(&graph.Resolver{}), []string{}
	for name, typ := range types {
		for _, f := range graph.Schema().Types[name].Fields {
			if typ.Fields[f.Name] == nil && !strings.HasPrefix(f.Name, "__") {
				missing = append(missing, name+"."+f.Name)
			}
		}
	}
	slices.Sort(missing)
	if !slices.Equal(missing, unplanned) {
		t.Errorf("plans do not know %v; of these it is said that they do not: %v", missing, unplanned)
	}
	if len(types) < 30 || types["Conversation"] == nil {
		t.Errorf("only %d types were looked at", len(types))
	}
}

// pair asks the same of plans and of gqlgen's executor alone.
type pair struct {
	*office
	declined atomic.Int64 // what the plans have left to gqlgen
}

// behind counts what comes to gqlgen's executor.
type behind struct {
	graphql.ExecutableSchema
	n *atomic.Int64
}

func (b behind) Exec(ctx context.Context) graphql.ResponseHandler {
	b.n.Add(1)
	return b.ExecutableSchema.Exec(ctx)
}

func newPair(t *testing.T, o *office) *pair {
	t.Helper()
	p := &pair{office: o}
	all := generated.NewExecutableSchema(generated.Config{Resolvers: o.resolver})
	p.engine = newEngine(plan.New(behind{all, &p.declined}, generated.Types(o.resolver), perField, chargeObject, graph.Project), o.hooks)
	return p
}

func (p *pair) answer(e *engine, by *desk.Actor, body []byte) string {
	req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	e.ServeHTTP(w, req.WithContext(graph.WithActor(p.t.Context(), by)))
	return fmt.Sprint(w.Code, " ", w.Body)
}

// compare fails where the answers differ, by a byte.
func (p *pair) compare(by *desk.Actor, query string, v vars) string {
	p.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": v})
	if err != nil {
		p.t.Fatal(err)
	}
	var planned, plain string
	minute := func() int64 { return time.Now().Unix() / 60 } // cursors name it
	for before := int64(-1); before != minute(); {
		before = minute()
		planned, plain = p.answer(p.engine, by, body), p.answer(p.plain, by, body)
	}
	if planned != plain && sorted(planned) != sorted(plain) {
		p.t.Errorf("as %s: %s %v\nby the plan: %s\nby gqlgen:   %s", by.Agent.Name, query, v, planned, plain)
	}
	return plain
}

// sorted is an answer with its errors in an order: gqlgen runs fields beside each other, and gives
// them as they come.
func sorted(answer string) string {
	_, body, _ := strings.Cut(answer, " ")
	var a struct {
		Errors     []json.RawMessage
		Data       json.RawMessage
		Extensions json.RawMessage
	}
	if json.Unmarshal([]byte(body), &a) != nil || len(a.Errors) < 2 {
		return answer
	}
	if len(a.Errors) >= maxErrors {
		a.Errors = nil // which ones are told is chance
	}
	slices.SortFunc(a.Errors, func(x, y json.RawMessage) int { return bytes.Compare(x, y) })
	return fmt.Sprintf("%s %s %s", a.Errors, a.Data, a.Extensions)
}

func (o *office) hostile(c string) []string {
	return []string{
		`{ conversations(first: 1000) { nodes { id } } }`,
		`{ conversations(after: "x") { nodes { id } } account { id } }`,
		`{ a: conversations(first: 2) { nodes { id messages(first: 2, last: 2) { nodes { id } } } } account { name } }`,
		`{ nodes(ids: ["` + c + `", "nonsense"]) { id __typename } node(id: "nope") { id } x: __typename }`,
		`{ __schema { queryType { name } } account { name } }`,
		`{ __type(name: "Ticket") { name } }`,
		`{ account { __typename ...A ...A } } fragment A on Account { name ... on Node { id } ... on Account { name n: name } }`,
		`query($y: Boolean!, $n: Boolean!) { account { id @skip(if: $y) name @include(if: $n) ... @skip(if: $n) { plan } ... on Account @include(if: $y) { slug } } }`,
		`query($y: Boolean!) { account { id @skip(if: true) ... @include(if: false) { name } } viewer @skip(if: $y) { id } }`,
		`query($first: Int) { conversations(first: $first) { totalCount nodes { id } } }`,
		`query($id: ID = "` + c + `") { conversation(id: $id) { id ticket { properties(keys: ["color", "nope"]) { key value } } } }`,
		`{ conversation(id: "` + c + `") { messages { nodes { __typename ... on IncomingMessage { contact { name } } ... on Message { id } text } edges { cursor node { id } } } } }`,
	}
}

func TestPlan_answersAsGqlgenDoes(t *testing.T) {
	o, quiet, busy := filled(t)
	ann := o.agent("Ann", desk.RoleAgent, o.inboxes[0])
	o.do(o.admin, `mutation($c: ID!) { conversationTrash(input: {conversationId: $c}) { errors { message } } }`, vars{"c": o.receive(1, "t@x.test", "trash")})
	p := newPair(t, o)
	for _, by := range []*desk.Actor{o.admin, ann, {Account: o.admin.Account, Agent: o.admin.Agent, Scopes: []desk.Scope{desk.ScopeWrite}}} {
		p.compare(by, sidebar, vars{"id": quiet})
		p.compare(by, sidebar, vars{"id": busy})
		p.compare(by, plainSidebar, vars{"id": busy})
		for _, n := range []int{0, 1, 25} {
			p.compare(by, listPage, vars{"n": n})
			p.compare(by, plainList, vars{"n": n})
		}
		p.compare(by, everything, nil)
		for _, q := range o.hostile(busy) {
			for _, yes := range []bool{true, false} {
				p.compare(by, q, vars{"y": yes, "n": !yes})
			}
		}
	}
}

// Documents at random over the whole schema, with arguments at random.
func TestPlan_answersAnythingAsGqlgenDoes(t *testing.T) {
	o, _, _ := filled(t)
	actors := []*desk.Actor{o.admin, o.agent("Ann", desk.RoleAgent, o.inboxes[0]), o.agent("Rae", desk.RoleReadOnly, o.inboxes[1])}
	o.do(o.admin, `mutation($c: ID!) { conversationTrash(input: {conversationId: $c}) { errors { message } } }`, vars{"c": o.receive(1, "t@x.test", "trash")})
	ids := map[string]bool{}
	idsIn(o.do(o.admin, everything, nil), ids)
	p := newPair(t, o)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	g := &documents{rnd: rand.New(rand.NewPCG(seed, 0)), schema: graph.Schema(), cursors: []string{"x"}}
	for id := range ids {
		g.ids = append(g.ids, id)
	}
	slices.Sort(g.ids)
	const rounds = 300
	clean := 0
	for i := range rounds {
		query := g.document()
		got := p.compare(actors[i%len(actors)], query, vars{"yes": i%2 == 0, "no": i%3 == 0})
		if !strings.Contains(got, `{"errors"`) {
			clean++
		}
		g.learn(got)
	}
	t.Logf("%d clean, %d declined", clean, p.declined.Load())
	if clean < rounds/3 {
		t.Errorf("only %d of %d documents had an answer without errors", clean, rounds)
	}
	if planned := rounds - int(p.declined.Load()); planned < clean {
		t.Errorf("%d documents had clean answers, and %d of all were answered by plans", clean, planned)
	}
}

// documents makes queries.
type documents struct {
	rnd          *rand.Rand
	schema       *ast.Schema
	ids, cursors []string
	b            strings.Builder
	n            int
}

func (g *documents) document() string {
	g.b.Reset()
	g.n = 0
	g.b.WriteString("query($yes: Boolean!, $no: Boolean!) ")
	g.selections(g.schema.Query, 0)
	return g.b.String() + " fragment u on Query { q: __typename @include(if: $yes) w: __typename @skip(if: $no) }"
}

// learn keeps cursors that the answers show.
func (g *documents) learn(answer string) {
	for _, part := range strings.Split(answer, `"`) {
		if len(part) > 60 && len(part) < 400 && len(g.cursors) < 200 && !strings.ContainsAny(part, " .:/") {
			g.cursors = append(g.cursors, part)
		}
	}
}

func (g *documents) one(in int) bool { return g.rnd.IntN(in) == 0 }

func (g *documents) selections(of *ast.Definition, depth int) {
	g.b.WriteString("{ __typename ")
	if depth == 0 {
		g.b.WriteString("...u ")
	}
	fields := slices.DeleteFunc(slices.Clone(of.Fields), func(f *ast.FieldDefinition) bool {
		return strings.HasPrefix(f.Name, "__") || f.Name == "url" || depth > 4 && g.schema.Types[f.Type.Name()].IsCompositeType()
	})
	g.rnd.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	for _, f := range fields[:min(len(fields), 1+g.rnd.IntN(max(1, 6-depth)))] {
		g.field(f, depth)
		if g.one(12) {
			g.field(f, depth)
		}
	}
	if of.IsAbstractType() {
		for _, possible := range g.schema.GetPossibleTypes(of) {
			if g.one(2) {
				fmt.Fprintf(&g.b, "... on %s ", possible.Name)
				g.selections(possible, depth+1)
			}
		}
	} else if g.one(8) {
		fmt.Fprintf(&g.b, "... on %s ", of.Name)
		g.selections(of, depth+1)
	}
	g.b.WriteString("} ")
}

func (g *documents) field(f *ast.FieldDefinition, depth int) {
	g.n++
	fmt.Fprintf(&g.b, "f%d: %s", g.n, f.Name)
	args := []string{}
	for _, a := range f.Arguments {
		if v := g.argument(a); v != "" && (a.Type.NonNull || !g.one(3)) {
			args = append(args, a.Name+": "+v)
		}
	}
	if len(args) > 0 {
		fmt.Fprintf(&g.b, "(%s)", strings.Join(args, ", "))
	}
	g.b.WriteString([]string{" ", " ", " ", " ", " @skip(if: $no) ", " @include(if: $yes) "}[g.rnd.IntN(6)])
	if t := g.schema.Types[f.Type.Name()]; t.IsCompositeType() {
		g.selections(t, depth+1)
	}
}

func (g *documents) argument(a *ast.ArgumentDefinition) string {
	switch a.Name {
	case "first":
		return []string{"0", "1", "2", "3", "3", "-1"}[g.rnd.IntN(6)]
	case "last", "before":
		if !g.one(20) {
			return "" // seldom: it clashes with first
		}
	case "after", "since":
		if !g.one(6) {
			return ""
		}
	}
	return g.value(a.Type, 0)
}

func (g *documents) value(t *ast.Type, depth int) string {
	if t.Elem != nil {
		values := make([]string, g.rnd.IntN(3))
		for i := range values {
			values[i] = g.value(t.Elem, depth)
		}
		return "[" + strings.Join(values, ", ") + "]"
	}
	switch t.Name() {
	case "ID":
		return `"` + g.ids[g.rnd.IntN(len(g.ids))] + `"`
	case "Int":
		return fmt.Sprint(g.rnd.IntN(4))
	case "Boolean":
		return fmt.Sprint(g.one(2))
	case "DateTime":
		return `"2026-03-31T15:04:05.000Z"`
	case "String":
		return `"` + append([]string{"color", "Ticket", "c1@x.test", ""}, g.cursors...)[g.rnd.IntN(4+len(g.cursors))] + `"`
	}
	def := g.schema.Types[t.Name()]
	if def.Kind == ast.Enum {
		return def.EnumValues[g.rnd.IntN(len(def.EnumValues))].Name
	}
	members := []string{}
	for _, f := range def.Fields {
		if f.Type.NonNull || g.one(8+20*depth) {
			members = append(members, f.Name+": "+g.value(f.Type, depth+1))
		}
	}
	return "{" + strings.Join(members, ", ") + "}"
}
