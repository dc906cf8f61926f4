package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/desk"
	deskgraph "deskwire/graph"
	"deskwire/graph/plan"
	graphserver "deskwire/graph/server"
)

// validateOnlyExecutor answers every request that is valid, without running it.
type validateOnlyExecutor struct{ graphql.ExecutableSchema }

func (validateOnlyExecutor) Exec(context.Context) graphql.ResponseHandler {
	return graphql.OneShot(&graphql.Response{Data: []byte(`{"ran":true}`)})
}

// generatedRequest is a request as requestGenerator makes it.
type generatedRequest struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables,omitempty"`
}

// TestValidation_agreesWithGraphQLJS has graphql-js and us judge generated requests, most of them
// with something wrong: what the one would run, the other runs, too. What is only our own (limits,
// null in filters) is not generated.
func TestValidation_agreesWithGraphQLJS(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	log := slog.New(slog.DiscardHandler)
	auth, err := graphserver.NewAuthenticator(s.store, graphserver.Identity{}, log)
	if err != nil {
		t.Fatal(err)
	}
	h := graphserver.NewHandler(graphserver.Config{
		Store: s.store, Auth: auth, Log: log, Rates: &graphserver.Rates{},
		Around: func(p *plan.Executor) graphql.ExecutableSchema { return validateOnlyExecutor{p} },
	})
	t.Cleanup(h.Close)
	seed := rand.Uint64()
	t.Log("seed", seed)
	g := &requestGenerator{schema: deskgraph.Schema(), Rand: rand.New(rand.NewPCG(seed, 0))}
	requests, lines := make([]generatedRequest, 4000), bytes.Buffer{}
	for i := range requests {
		requests[i] = g.request()
		text, err := json.Marshal(requests[i])
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(text, '\n'))
	}
	dir := t.TempDir()
	sdl := httptest.NewRecorder()
	h.ServeHTTP(sdl, httptest.NewRequest(http.MethodGet, "/schema.graphqls", nil))
	for name, text := range map[string][]byte{"schema.graphqls": sdl.Body.Bytes(), "requests": lines.Bytes()} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	judgements, wrong := 0, 0
	for line := range runClient(t, installClients(t), "oracle.mjs", filepath.Join(dir, "schema.graphqls"), filepath.Join(dir, "requests")) {
		r := requests[judgements]
		judgements++
		body, _ := json.Marshal(r)
		req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+a.admin.token)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		// A subscription that is good is told to use another way.
		ours := !strings.Contains(w.Body.String(), `"ran":true`) && !strings.Contains(w.Body.String(), "stays open")
		theirs := line.str("wrong") != ""
		if theirs {
			wrong++
		}
		if slices.ContainsFunc([]string{"DOCUMENT_TOO", "QUERY_TOO_EXPENSIVE", "must be 0 to 100", "compared with null", "null is not a condition"}, func(c string) bool { return strings.Contains(w.Body.String(), c) }) {
			continue // these are our own
		}
		if ours != theirs {
			t.Errorf("%s\n  graphql-js: %q\n  we: %s", body, line.str("wrong"), w.Body)
		}
	}
	if judgements != len(requests) || wrong < judgements/4 || wrong > judgements*9/10 {
		t.Errorf("%d judgements, %d of them that something is wrong", judgements, wrong)
	}
}

// requestGenerator makes random requests that are valid except for the mistakes that it makes now
// and then.
type requestGenerator struct {
	*rand.Rand
	schema *ast.Schema

	variables map[string]any
	declared  []string
	fragments []string
	errorRate int // one mistake in so many places
}

func (g *requestGenerator) request() generatedRequest {
	g.variables, g.declared, g.fragments = map[string]any{}, nil, nil
	g.errorRate = []int{1 << 30, 300, 100, 40}[g.IntN(4)]
	root, kind := g.schema.Query, "query"
	switch g.IntN(8) {
	case 0, 1:
		root, kind = g.schema.Mutation, "mutation"
	case 2:
		root, kind = g.schema.Subscription, "subscription"
	}
	n := 1 + g.IntN(2)
	if kind == "subscription" && !g.shouldCorrupt() {
		n = 1
	}
	body := g.selection(root, 3, n)
	head := kind + " Q"
	if g.shouldCorrupt() {
		g.declare("Int", 1)
	}
	if len(g.declared) > 0 {
		head += "(" + strings.Join(g.declared, ", ") + ")"
	}
	if g.shouldCorrupt() {
		head += " @include(if: true)"
	}
	if g.shouldCorrupt() {
		body += " query Q { __typename }"
	}
	if g.shouldCorrupt() {
		body += " fragment Unused on Query { __typename }"
	}
	return generatedRequest{head + " " + body + strings.Join(g.fragments, " "), g.variables}
}

func (g *requestGenerator) shouldCorrupt() bool { return g.IntN(g.errorRate) == 0 }

func (g *requestGenerator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *requestGenerator) selection(of *ast.Definition, depth, n int) string {
	var parts []string
	fields := slices.DeleteFunc(slices.Clone(of.Fields), func(f *ast.FieldDefinition) bool {
		return strings.HasPrefix(f.Name, "__") || depth == 0 && g.isComposite(f.Type)
	})
	for range n {
		switch {
		case g.shouldCorrupt():
			parts = append(parts, g.pick("nonsense", "...Nowhere", "... on Nothing { id }", "... on Int { id }", "id @nope", "id @skip", "id @skip(if: true) @skip(if: true)", "id: __typename", "... on "+g.anyType()+" { __typename }"))
		case len(fields) == 0:
			parts = append(parts, "__typename")
		default:
			parts = append(parts, g.field(fields[g.IntN(len(fields))], depth, of != g.schema.Subscription))
		}
	}
	switch possible := g.schema.GetPossibleTypes(of); {
	case len(possible) > 1 && depth > 0:
		t := possible[g.IntN(len(possible))]
		parts = append(parts, "... on "+t.Name+" "+g.selection(t, depth-1, 1))
	case g.IntN(6) == 0 && of != g.schema.Subscription:
		name := "F" + g.pick("a", "b", "c", "d", "e") + of.Name
		if !strings.Contains(strings.Join(g.fragments, " "), " "+name+" ") {
			g.fragments = append(g.fragments, "") // its place, so that it can't spread itself
			g.fragments[len(g.fragments)-1] = " fragment " + name + " on " + of.Name + " { __typename }"
			if g.shouldCorrupt() {
				g.fragments = append(g.fragments, " fragment X"+name+" on "+of.Name+" { ..."+name+" ...X"+name+" }")
			}
			parts = append(parts, "..."+name)
		}
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

func (g *requestGenerator) anyType() string {
	names := []string{}
	for name := range g.schema.Types {
		names = append(names, name)
	}
	slices.Sort(names)
	return names[g.IntN(len(names))]
}

func (g *requestGenerator) isComposite(t *ast.Type) bool {
	return len(g.schema.GetPossibleTypes(g.schema.Types[t.Name()])) > 0
}

// field may be skipped, but for what a subscription is about: graphql-js collects that without the
// variables.
func (g *requestGenerator) field(f *ast.FieldDefinition, depth int, maybe bool) string {
	text := f.Name
	if g.IntN(3) == 0 || g.shouldCorrupt() {
		text = g.pick("a", "b", "c", "d", "e", "f", "g", "h") + g.pick("1", "2", "3", "4", "5") + ": " + f.Name
	}
	args := []string{}
	for _, a := range f.Arguments {
		required := a.Type.NonNull && a.DefaultValue == nil
		if required != g.shouldCorrupt() && required || !required && g.IntN(3) == 0 {
			args = append(args, a.Name+": "+g.literal(a.Type, 3, a.DefaultValue != nil))
		}
	}
	if g.shouldCorrupt() {
		args = append(args, g.pick("nonsense: 1", "id: 1", "first: 1, first: 2", "first: $undeclared"))
	}
	if len(args) > 0 {
		text += "(" + strings.Join(args, ", ") + ")"
	}
	if maybe && g.IntN(8) == 0 {
		text += " @" + g.pick("skip", "include") + "(if: " + g.literal(ast.NonNullNamedType("Boolean", nil), 0, false) + ")"
	}
	if g.isComposite(f.Type) != g.shouldCorrupt() && g.isComposite(f.Type) {
		text += " " + g.selection(g.schema.Types[f.Type.Name()], depth-1, 1+g.IntN(3))
	} else if g.shouldCorrupt() {
		text += " { id }"
	}
	return text
}

// literal is a value of a type, as a document has it: now and then a variable.
func (g *requestGenerator) literal(t *ast.Type, depth int, hasDefault bool) string {
	switch {
	case g.shouldCorrupt():
		return g.pick("1", "1.5", `"x"`, "true", "null", "SOME_NAME", "{}", "[]", "[1]", "[[1]]", "99999999999", "-1", "{a: 1}", "$undeclared", `"""x"""`)
	case g.IntN(4) == 0:
		return g.declare(t.String(), g.variableValue(t, depth))
	case g.shouldCorrupt():
		return g.declare(g.pick("Int", "String", "ID!", "[ID!]", "Boolean", "DateTime", "Nothing", "Query", "Conversation"), g.variableValue(t, depth))
	case t.Elem != nil && g.IntN(4) == 0:
		return g.literal(t.Elem, depth, false)
	case t.Elem != nil:
		return "[" + strings.Repeat(g.literal(t.Elem, depth, false)+" ", g.IntN(3)) + "]"
	}
	def := g.schema.Types[t.NamedType]
	if def.Kind != ast.InputObject {
		return g.scalar(def)
	}
	parts := []string{}
	for _, f := range g.inputFields(def, depth) {
		parts = append(parts, f.Name+": "+g.literal(f.Type, depth-1, f.DefaultValue != nil))
	}
	if g.shouldCorrupt() {
		parts = append(parts, g.pick("nonsense: 1", "id: 1", "text: \"x\", text: \"y\"", "dryRun: 1"))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// inputFields are the fields of an input that are given; of a @oneOf it is one.
func (g *requestGenerator) inputFields(def *ast.Definition, depth int) (given ast.FieldList) {
	if def.Directives.ForName("oneOf") != nil {
		given = append(given, def.Fields[g.IntN(len(def.Fields))])
		if g.shouldCorrupt() {
			given = append(given, def.Fields[g.IntN(len(def.Fields))])
		}
		return given
	}
	for _, f := range def.Fields {
		required := f.Type.NonNull && f.DefaultValue == nil
		deep := g.schema.Types[f.Type.Name()].Kind == ast.InputObject && depth <= 0
		if required && !g.shouldCorrupt() || !required && !deep && g.IntN(5) == 0 {
			given = append(given, f)
		}
	}
	return given
}

func (g *requestGenerator) scalar(def *ast.Definition) string {
	switch def.Name {
	case "Int":
		return g.pick("0", "1", "7", "100")
	case "Boolean":
		return g.pick("true", "false")
	case "ID":
		return g.pick(`"x"`, `"cnv_06h08tqkc5zdv7bptch93ssx5m"`, "5")
	case "DateTime":
		return g.pick(`"2026-03-31T15:04:05.000Z"`, `"2026-03-31T15:04:05+02:00"`)
	}
	if def.Kind == ast.Enum {
		return def.EnumValues[g.IntN(len(def.EnumValues))].Name
	}
	return g.pick(`"x"`, `""`, `"""a\nb"""`, `"\u00e9"`)
}

// declare makes a variable of a type with a value, and gives it.
func (g *requestGenerator) declare(t string, v any) string {
	name := "v" + string(rune('a'+len(g.declared)%26)) + string(rune('a'+len(g.declared)/26%26))
	d := "$" + name + ": " + t
	switch {
	case g.shouldCorrupt():
		d += " = " + g.pick("1", `"x"`, "null", "[]", "{}", "true")
	case g.shouldCorrupt(): // it is not given
	default:
		g.variables[name] = v
	}
	g.declared = append(g.declared, d)
	return "$" + name
}

// variableValue is a value of a type, as variables have it.
func (g *requestGenerator) variableValue(t *ast.Type, depth int) any {
	switch {
	case g.shouldCorrupt():
		return []any{1, 1.5, "x", true, nil, map[string]any{}, []any{}, []any{1}, 99999999999, -1, map[string]any{"a": 1}, "1", 2.0, 1e30}[g.IntN(14)]
	case t.Elem != nil && g.IntN(4) == 0:
		return g.variableValue(t.Elem, depth)
	case t.Elem != nil:
		list := []any{}
		for range g.IntN(3) {
			list = append(list, g.variableValue(t.Elem, depth))
		}
		return list
	}
	def := g.schema.Types[t.NamedType]
	if def == nil || def.Kind != ast.InputObject {
		var v any
		text := "1"
		if def != nil {
			text = strings.ReplaceAll(g.scalar(def), `"""`, `"`)
		}
		if json.Unmarshal([]byte(text), &v) != nil {
			v = strings.Trim(text, `"`)
		}
		return v
	}
	object := map[string]any{}
	for _, f := range g.inputFields(def, depth) {
		object[f.Name] = g.variableValue(f.Type, depth-1)
	}
	if g.shouldCorrupt() {
		object["nonsense"] = 1
	}
	return object
}
