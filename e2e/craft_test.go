package e2e

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"
)

// crafter builds arguments that the server takes, from the types alone.
type crafter struct {
	schema *ast.Schema
	own    map[string][]string // ids to choose from, by type
	key    string              // of the property, where the slot is in one
	rich   bool                // fill optional texts too: some inputs want one of several
	dryRun bool                // say dryRun where it can be said
	since  string              // a cursor that subscriptions go on from; "": they begin

	enum   int        // which value enums take
	choice []int      // which candidate each id that is not the slot's takes
	holes  [][]string // the candidates of each, found on the way
}

var serial atomic.Int64

// args are valid arguments for a slot's field, with a value in the slot.
func (c *crafter) args(s slot, value any) vars {
	c.holes = nil
	out := vars{}
	for _, a := range s.field.Arguments {
		switch {
		case len(s.path) > 0 && a.Name == s.path[0].name:
			out[a.Name] = c.along(s.path, 0, value)
		case a.Name == "after" && s.parent.Name == "Subscription" && c.since != "":
			out[a.Name] = c.since
		case a.Type.NonNull && a.DefaultValue == nil:
			out[a.Name] = c.sample([]step{{a.Name, a.Type, a.Description, ""}})
		}
	}
	return out
}

// along builds the value of the i-th step of a path, down to the slot.
func (c *crafter) along(path []step, i int, value any) any {
	if i == len(path)-1 {
		return value
	}
	in := c.object(path[:i+1], path[i+1].name)
	in[path[i+1].name] = c.along(path, i+1, value)
	if path[i].typ.Elem != nil {
		return append([]any{in}, c.variety(path[:i+1], 1)...)
	}
	return in
}

// variety is one of an input for each value of the enum in it, from the n-th on: some lists want one of each.
func (c *crafter) variety(path []step, n int) []any {
	d := c.schema.Types[path[len(path)-1].typ.Name()]
	for _, f := range d.Fields {
		if e := c.schema.Types[f.Type.Name()]; e.Kind == ast.Enum && f.Type.NonNull {
			all := []any{}
			for _, v := range e.EnumValues[n:] {
				in := c.object(path, "")
				in[f.Name] = v.Name
				all = append(all, in)
			}
			return all
		}
	}
	return nil
}

// wrap puts a value into as many lists as the type has.
func wrap(t *ast.Type, v any) any {
	for ; t.Elem != nil; t = t.Elem {
		v = []any{v}
	}
	return v
}

// object builds an input without one of its fields.
func (c *crafter) object(path []step, except string) vars {
	d := c.schema.Types[path[len(path)-1].typ.Name()]
	in := vars{}
	for _, f := range d.Fields {
		// The keys of a layout may be null, and must be there.
		required := f.Type.NonNull && f.DefaultValue == nil || f.Name == "propertyKeys"
		switch {
		case f.Name == except || d.Directives.ForName("oneOf") != nil && except != "":
		case d.Name == "PropertyWhere" && except == "key" && f.Name == "isNull": // it wants a comparison
			in[f.Name] = false
		case f.Name == "dryRun" && c.dryRun:
			in[f.Name] = true
		case required || c.rich && c.fills(f):
			in[f.Name] = c.sample(append(path[:len(path):len(path)], step{f.Name, f.Type, f.Description, d.Name}))
		}
	}
	return in
}

// fills says whether an optional field is filled in a rich input: texts, times, and inputs of those.
func (c *crafter) fills(f *ast.FieldDefinition) bool {
	d := c.schema.Types[f.Type.Name()]
	switch {
	case f.Name == "idempotencyKey" || f.Type.Elem != nil || strings.HasSuffix(d.Name, "Comparator") || strings.HasSuffix(d.Name, "Where"):
		return false
	case d.Kind == ast.InputObject:
		return d.Fields.ForName("and") == nil
	}
	return d.Name == "String" || d.Name == "DateTime"
}

// sample is a value that is probably good.
func (c *crafter) sample(path []step) any {
	last := path[len(path)-1]
	d := c.schema.Types[last.typ.Name()]
	switch {
	case d.Kind == ast.InputObject:
		if all := c.variety(path, 0); len(all) > 0 && last.typ.Elem != nil {
			return all
		}
		return wrap(last.typ, c.object(path, ""))
	case d.Kind == ast.Enum:
		return wrap(last.typ, d.EnumValues[c.enum%len(d.EnumValues)].Name)
	case d.Name == "ID":
		return wrap(last.typ, c.hole(path))
	}
	return wrap(last.typ, map[string]any{
		"String": c.text(last), "Int": 1, "Boolean": true, "DateTime": "2026-01-02T03:04:05.000Z",
	}[d.Name])
}

// text is a fresh text of the kind that a field of that name takes.
func (c *crafter) text(s step) string {
	n := serial.Add(1)
	switch {
	case (isProperty(c.schema, s.in) || s.in == "PropertyWhere") && s.name == "key":
		return c.key
	case s.in == "PropertyWhere" && c.key == "myOPTIONS":
		return "a"
	case s.in == "PropertyWhere" && c.key == "myNUMBER":
		return strconv.Itoa(int(n))
	case s.name == "email":
		return fmt.Sprintf("p%d@contact.test", n)
	case s.name == "phone":
		return fmt.Sprintf("+49 %09d", n)
	case s.name == "key":
		return fmt.Sprintf("key%d", n)
	case s.name == "propertyKeys":
		return "name"
	case s.name == "list" && c.key != "":
		return "a"
	case s.name == "contentType":
		return "text/plain"
	case s.name == "color":
		return "#1f9d55"
	case s.name == "olderThan", s.name == "newerThan":
		return fmt.Sprintf("%dh", 1+n%1000)
	case s.name == "shortcut":
		return fmt.Sprintf("s%d", n)
	}
	return fmt.Sprintf("Text %d", n)
}

// isProperty says whether an input is a value by the key of its property.
func isProperty(s *ast.Schema, input string) bool {
	d := s.Types[input]
	return d != nil && d.Kind == ast.InputObject && d.Fields.ForName("key") != nil && d.Fields.ForName("value") != nil
}

// hole is an id that the call needs beside the slot's.
func (c *crafter) hole(path []step) string {
	from := c.candidates(path)
	c.holes = append(c.holes, from)
	if i := len(c.holes) - 1; i < len(c.choice) && c.choice[i] < len(from) {
		return from[c.choice[i]]
	}
	if len(from) == 0 {
		return ""
	}
	return from[0]
}

// candidates are ids that may fit: of the type that the names tell, or else some of every type.
func (c *crafter) candidates(path []step) []string {
	kind := guess(c.schema, path)
	if ids := c.own[kind]; len(ids) > 0 {
		return few(ids, 14)
	}
	var ids []string
	for _, d := range c.schema.PossibleTypes[kind] {
		ids = append(ids, few(c.own[d.Name], 7)...)
	}
	if len(ids) > 0 {
		return ids
	}
	return c.everything()
}

func (c *crafter) everything() []string {
	var all []string
	for _, t := range nodeTypes(c.schema) {
		all = append(all, few(c.own[t], 4)...)
	}
	return all
}

// few are the first and the last of a list.
func few(ids []string, n int) []string {
	if len(ids) <= n {
		return ids
	}
	return append(slices.Clone(ids[:n-n/2]), ids[len(ids)-n/2:]...)
}

// choices are all ways to choose one of each, those near the start of every list first.
func choices(sizes []int, most int) [][]int {
	all := [][]int{{}}
	for _, n := range sizes {
		var next [][]int
		for _, c := range all {
			for i := range n {
				next = append(next, append(slices.Clone(c), i))
			}
		}
		all = next
	}
	slices.SortStableFunc(all, func(a, b []int) int { return slices.Max(append(a, 0)) - slices.Max(append(b, 0)) })
	return all[:min(len(all), most)]
}
