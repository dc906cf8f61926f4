package e2e

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"
)

// inputBuilder builds arguments that the server takes, from the types alone.
type inputBuilder struct {
	schema       *ast.Schema
	own          map[string][]string // ids to choose from, by type
	key          string              // of the property, where the slot is in one
	fillOptional bool                // fill optional texts too: some inputs want one of several
	dryRun       bool                // say dryRun where it can be said
	afterCursor  string              // a cursor that subscriptions go on from; "": they begin

	enum      int        // which value enums take
	choice    []int      // which candidate each id that is not the slot's takes
	neededIDs [][]string // the candidates of each, found on the way
}

var sampleCounter atomic.Int64

// arguments are valid arguments for a slot's field, with a value in the slot.
func (b *inputBuilder) arguments(s inputSlot, value any) vars {
	b.neededIDs = nil
	out := vars{}
	for _, a := range s.field.Arguments {
		switch {
		case len(s.path) > 0 && a.Name == s.path[0].name:
			out[a.Name] = b.valueAt(s.path, 0, value)
		case a.Name == "after" && s.parent.Name == "Subscription" && b.afterCursor != "":
			out[a.Name] = b.afterCursor
		case a.Type.NonNull && a.DefaultValue == nil:
			out[a.Name] = b.sampleValue([]pathStep{{a.Name, a.Type, a.Description, ""}})
		}
	}
	return out
}

// valueAt builds the value of the i-th step of a path, down to the slot.
func (b *inputBuilder) valueAt(path []pathStep, i int, value any) any {
	if i == len(path)-1 {
		return value
	}
	in := b.inputObject(path[:i+1], path[i+1].name)
	in[path[i+1].name] = b.valueAt(path, i+1, value)
	if path[i].typ.Elem != nil {
		return append([]any{in}, b.onePerEnumValue(path[:i+1], 1)...)
	}
	return in
}

// onePerEnumValue is one of an input for each value of the enum in it, from the n-th on: some lists
// want one of each.
func (b *inputBuilder) onePerEnumValue(path []pathStep, n int) []any {
	d := b.schema.Types[path[len(path)-1].typ.Name()]
	for _, f := range d.Fields {
		if e := b.schema.Types[f.Type.Name()]; e.Kind == ast.Enum && f.Type.NonNull {
			all := []any{}
			for _, v := range e.EnumValues[n:] {
				in := b.inputObject(path, "")
				in[f.Name] = v.Name
				all = append(all, in)
			}
			return all
		}
	}
	return nil
}

// wrapInLists puts a value into as many lists as the type has.
func wrapInLists(t *ast.Type, v any) any {
	for ; t.Elem != nil; t = t.Elem {
		v = []any{v}
	}
	return v
}

// inputObject builds an input without one of its fields.
func (b *inputBuilder) inputObject(path []pathStep, except string) vars {
	d := b.schema.Types[path[len(path)-1].typ.Name()]
	in := vars{}
	for _, f := range d.Fields {
		// The keys of a layout may be null, and must be there.
		required := f.Type.NonNull && f.DefaultValue == nil || f.Name == "propertyKeys"
		switch {
		case f.Name == except || d.Directives.ForName("oneOf") != nil && except != "":
		case d.Name == "PropertyWhere" && except == "key" && f.Name == "isNull": // it wants a comparison
			in[f.Name] = false
		case f.Name == "dryRun" && b.dryRun:
			in[f.Name] = true
		case required || b.fillOptional && b.fillsOptional(f):
			in[f.Name] = b.sampleValue(append(path[:len(path):len(path)], pathStep{f.Name, f.Type, f.Description, d.Name}))
		}
	}
	return in
}

// fillsOptional says whether an optional field is filled when fillOptional is set: texts, times,
// and inputs of those.
func (b *inputBuilder) fillsOptional(f *ast.FieldDefinition) bool {
	d := b.schema.Types[f.Type.Name()]
	switch {
	case f.Name == "idempotencyKey" || f.Type.Elem != nil || strings.HasSuffix(d.Name, "Comparator") || strings.HasSuffix(d.Name, "Where"):
		return false
	case d.Kind == ast.InputObject:
		return d.Fields.ForName("and") == nil
	}
	return d.Name == "String" || d.Name == "DateTime"
}

// sampleValue is a value that is probably good.
func (b *inputBuilder) sampleValue(path []pathStep) any {
	last := path[len(path)-1]
	d := b.schema.Types[last.typ.Name()]
	switch {
	case d.Kind == ast.InputObject:
		if all := b.onePerEnumValue(path, 0); len(all) > 0 && last.typ.Elem != nil {
			return all
		}
		return wrapInLists(last.typ, b.inputObject(path, ""))
	case d.Kind == ast.Enum:
		return wrapInLists(last.typ, d.EnumValues[b.enum%len(d.EnumValues)].Name)
	case d.Name == "ID":
		return wrapInLists(last.typ, b.neededID(path))
	}
	return wrapInLists(last.typ, map[string]any{
		"String": b.sampleText(last), "Int": 1, "Boolean": true, "DateTime": "2026-01-02T03:04:05.000Z",
	}[d.Name])
}

// sampleText is a fresh text of the kind that a field of that name takes.
func (b *inputBuilder) sampleText(s pathStep) string {
	n := sampleCounter.Add(1)
	switch {
	case (isProperty(b.schema, s.inputType) || s.inputType == "PropertyWhere") && s.name == "key":
		return b.key
	case s.inputType == "PropertyWhere" && b.key == "myOPTIONS":
		return "a"
	case s.inputType == "PropertyWhere" && b.key == "myNUMBER":
		return strconv.Itoa(int(n))
	case s.name == "email":
		return fmt.Sprintf("p%d@contact.test", n)
	case s.name == "phone":
		return fmt.Sprintf("+49 %09d", n)
	case s.name == "key":
		return fmt.Sprintf("key%d", n)
	case s.name == "propertyKeys":
		return "name"
	case s.name == "list" && b.key != "":
		return "a"
	case s.name == "timeZone":
		return []string{"Europe/Berlin", "Asia/Kathmandu", "UTC"}[n%3]
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

// neededID is an id that the call needs beside the slot's.
func (b *inputBuilder) neededID(path []pathStep) string {
	from := b.candidateIDs(path)
	b.neededIDs = append(b.neededIDs, from)
	if i := len(b.neededIDs) - 1; i < len(b.choice) && b.choice[i] < len(from) {
		return from[b.choice[i]]
	}
	if len(from) == 0 {
		return ""
	}
	return from[0]
}

// candidateIDs are ids that may fit: of the type that the names tell, or else some of every type.
func (b *inputBuilder) candidateIDs(path []pathStep) []string {
	kind := guessNodeType(b.schema, path)
	if ids := b.own[kind]; len(ids) > 0 {
		return firstAndLast(ids, 14)
	}
	var ids []string
	for _, d := range b.schema.PossibleTypes[kind] {
		ids = append(ids, firstAndLast(b.own[d.Name], 7)...)
	}
	if len(ids) > 0 {
		return ids
	}
	return b.someOfEveryType()
}

func (b *inputBuilder) someOfEveryType() []string {
	var all []string
	for _, t := range nodeTypes(b.schema) {
		all = append(all, firstAndLast(b.own[t], 4)...)
	}
	return all
}

// firstAndLast samples a list: its first and its last elements, n together.
func firstAndLast(ids []string, n int) []string {
	if len(ids) <= n {
		return ids
	}
	return append(slices.Clone(ids[:n-n/2]), ids[len(ids)-n/2:]...)
}

// combinations are all ways to choose one of each, those near the start of every list first.
func combinations(sizes []int, most int) [][]int {
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
