package server

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/graph"
)

// TestNullInFilters: null in a filter is refused wherever it stands, since leaving the condition
// away would find more than was asked for. All comparators of all lists are tried, as literals, in
// variables and behind them.
func TestNullInFilters(t *testing.T) {
	tried := 0
	try := func(list *ast.FieldDefinition, where, field, comparator, compare string) {
		say := func(value string) string { return "{" + field + ": " + value + "}" }
		plain, behind := say("null"), say("$v")
		inJSON := fmt.Sprintf(`{"w": {%q: null}}`, field)
		if comparator != "" {
			key, inKey := "", ""
			if f := graph.Schema().Types[comparator].Fields.ForName("key"); f != nil && f.Type.NonNull { // what it compares
				key, inKey = `key: "size", `, `"key": "size", `
			}
			plain, behind = say("{"+key+compare+": null}"), say("{"+key+compare+": $v}")
			inJSON = fmt.Sprintf(`{"w": {%q: {%s%q: null}}}`, field, inKey, compare)
		}
		of := graphType(t, where, field)
		if comparator != "" {
			of = graphType(t, comparator, compare)
		}
		body := func(w string) string {
			return " { " + list.Name + "(first: 1, where: " + w + ") { nodes { __typename } } }"
		}
		for _, q := range [][2]string{
			{"query" + body(plain), `{}`},
			{"query" + body("{or: [{not: "+plain+"}]}"), `{}`},
			{"query($v: " + of + ")" + body(behind), `{"v": null}`},
			{"query($v: " + of + " = null)" + body(behind), `{}`},
			{"query($w: " + where + ")" + body("$w"), inJSON},
			{"query($w: " + where + " = " + plain + ")" + body("$w"), `{}`},
		} {
			tried++
			r := newRig()
			g := r.do(t, operation(q[0], parsed(t, q[1])))
			if len(g.json.Errors) != 1 || g.json.Errors[0].Extensions["code"] != "INVALID_INPUT" || r.ran.Load() != 0 {
				t.Errorf("%s with %s answered %s", q[0], q[1], g.body)
			}
			hasIsNull := comparator != "" && graph.Schema().Types[comparator].Fields.ForName("isNull") != nil && compare != "isNull"
			if strings.Contains(string(g.body), "isNull: true") != hasIsNull {
				t.Errorf("%s: the way to say it: %s", q[0], g.body)
			}
		}
	}
	for _, list := range graph.Schema().Query.Fields {
		arg := list.Arguments.ForName("where")
		if arg == nil {
			continue
		}
		where := graph.Schema().Types[arg.Type.NamedType]
		if !isFilter(where) {
			t.Errorf("%s is no filter by its name", where.Name)
		}
		for _, f := range where.Fields {
			try(list, where.Name, f.Name, "", "")
			named := graph.Schema().Types[f.Type.Name()]
			if named.Kind != ast.InputObject || named == where {
				continue
			}
			if !isFilter(named) {
				t.Errorf("%s is no comparator by its name", named.Name)
			}
			for _, c := range named.Fields {
				if c.Type.NonNull {
					continue // the validator refuses null there
				}
				try(list, where.Name, f.Name, named.Name, c.Name)
			}
		}
	}
	if tried < 800 {
		t.Errorf("only %d filters were tried", tried)
	}
	for _, good := range [][2]string{
		{"query($w: TicketWhere) { tickets(where: $w) { nodes { id } } }", `{"w": null}`},
		{"{ tickets(where: null) { nodes { id } } }", `{}`},
		{"query($v: ID) { tickets(where: {contactId: {eq: $v}}) { nodes { id } } }", `{}`},
		{"{ tickets(where: {contactId: {isNull: true}}) { nodes { id } } }", `{}`},
	} {
		if g := newRig().do(t, operation(good[0], parsed(t, good[1]))); len(g.json.Errors) > 0 {
			t.Errorf("%s: %s", good[0], g.body)
		}
	}
}

// graphType is the type of a field of an input, without its last exclamation mark.
func graphType(t *testing.T, in, field string) string {
	t.Helper()
	return strings.TrimSuffix(graph.Schema().Types[in].Fields.ForName(field).Type.String(), "!")
}
