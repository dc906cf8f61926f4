package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/desk"
	"deskwire/graph/guard"
	"deskwire/graph/model"
)

// coercion is input coercion: it checks every variable and every argument of an operation before
// any of it runs. The generated code would find a wrong value only on reaching its field, when the
// mutations before it have happened; and gqlgen and the validator are laxer than the specification.
//
// Each variable is walked once, and each literal once, so the work grows with the request only.
type coercion struct {
	schema *ast.Schema
	op     *graphql.OperationContext
	limits guard.Limits
	seen   map[string]bool // fragments
}

type coerceExtension struct {
	schema *ast.Schema
	limits Limits
}

func (coerceExtension) ExtensionName() string                   { return "Coercion" }
func (coerceExtension) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext runs after validation and before execution.
func (e coerceExtension) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	c := coercion{e.schema, op, e.limits.forCaller(ctx), map[string]bool{}}
	if err := c.checkVariables(); err != nil {
		return err
	}
	return c.checkSelections(op.Operation.SelectionSet)
}

func (c coercion) checkVariables() *gqlerror.Error {
	for _, def := range c.op.Operation.VariableDefinitions {
		v, given := c.op.Variables[def.Variable]
		if !given {
			continue // the validator has refused those that must be there
		}
		if bad := c.checkValue(def.Type, v); bad != nil {
			at := append(ast.Path{ast.PathName(def.Variable)}, bad.outsideIn()...)
			err := codedError(bad.code, "Variable $%s: %s.", at.String(), strings.TrimSuffix(bad.why, "."))
			err.Extensions["argumentPath"] = at
			return err
		}
	}
	return nil
}

func (c coercion) checkSelections(set ast.SelectionSet) *gqlerror.Error {
	for _, sel := range set {
		var err *gqlerror.Error
		switch sel := sel.(type) {
		case *ast.Field:
			err = c.checkField(sel)
		case *ast.InlineFragment:
			err = c.checkFragment(sel.Directives, sel.SelectionSet)
		case *ast.FragmentSpread:
			if err = c.checkDirectives(sel.Directives); err == nil && !c.seen[sel.Name] {
				c.seen[sel.Name] = true
				err = c.checkFragment(sel.Definition.Directives, sel.Definition.SelectionSet)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c coercion) checkFragment(directives ast.DirectiveList, set ast.SelectionSet) *gqlerror.Error {
	if err := c.checkDirectives(directives); err != nil {
		return err
	}
	return c.checkSelections(set)
}

func (c coercion) checkField(f *ast.Field) *gqlerror.Error {
	if err := c.checkArguments(f.Name, f.Definition.Arguments, f.Arguments); err != nil {
		return err
	}
	if err := c.checkPageSize(f); err != nil {
		return err
	}
	return c.checkFragment(f.Directives, f.SelectionSet)
}

// checkPageSize refuses sizes that no page may have.
func (c coercion) checkPageSize(f *ast.Field) *gqlerror.Error {
	if !strings.HasSuffix(f.Definition.Type.Name(), "Connection") {
		return nil
	}
	for _, name := range []string{"first", "last"} {
		arg := f.Arguments.ForName(name)
		if arg == nil {
			continue
		}
		v, err := arg.Value.Value(c.op.Variables)
		if n, ok := wholeNumber(v); err == nil && ok && (n < 0 || n > c.limits.Page) {
			out := codedError(string(desk.CodeInvalidInput), "%s must be 0 to %d.", name, c.limits.Page)
			out.Extensions["argumentPath"] = ast.Path{ast.PathName(name)}
			return out
		}
	}
	return nil
}

func (c coercion) checkDirectives(list ast.DirectiveList) *gqlerror.Error {
	for _, d := range list {
		if err := c.checkArguments("@"+d.Name, d.Definition.Arguments, d.Arguments); err != nil {
			return err
		}
	}
	return nil
}

func (c coercion) checkArguments(of string, defs ast.ArgumentDefinitionList, args ast.ArgumentList) *gqlerror.Error {
	for _, arg := range args {
		if bad := c.checkLiteral(defs.ForName(arg.Name).Type, arg.Value); bad != nil {
			at := append(ast.Path{ast.PathName(arg.Name)}, bad.outsideIn()...)
			err := codedError(bad.code, "Argument %s of %s: %s.", at.String(), of, strings.TrimSuffix(bad.why, "."))
			err.Extensions["argumentPath"] = at
			if p := arg.Position; p != nil {
				err.Locations = []gqlerror.Location{{Line: p.Line, Column: p.Column}}
			}
			return err
		}
	}
	return nil
}

// checkLiteral checks a value of the document. What the validator has checked already (names of
// fields and enums, @oneOf) is left to it; the variables inside were checked by their own types.
func (c coercion) checkLiteral(t *ast.Type, v *ast.Value) *mismatch {
	switch {
	case v.Kind == ast.Variable:
		given, ok := c.op.Variables[v.Raw]
		if ok && given == nil && t.NonNull {
			return newMismatch("must not be null")
		}
		return nil
	case v.Kind == ast.NullValue:
		return c.checkValue(t, nil)
	case t.Elem != nil && v.Kind == ast.ListValue:
		return c.checkEach(len(v.Children), func(i int) *mismatch { return c.checkLiteral(t.Elem, v.Children[i].Value) })
	case t.Elem != nil:
		return c.checkLiteral(t.Elem, v)
	}
	def := c.schema.Types[t.NamedType]
	if def.Kind == ast.InputObject && v.Kind == ast.ObjectValue {
		for _, child := range v.Children {
			f := def.Fields.ForName(child.Name)
			if c.isNull(child.Value) && isFilter(def) {
				return nullInFilter(def, f)
			}
			if bad := c.checkLiteral(f.Type, child.Value); bad != nil {
				return bad.inside(ast.PathName(child.Name))
			}
		}
		return nil
	}
	plain, err := v.Value(c.op.Variables)
	if err != nil {
		return newMismatch("the number is out of range")
	}
	return c.checkNamed(def, plain)
}

// checkValue checks what came as JSON, as the specification says.
func (c coercion) checkValue(t *ast.Type, v any) *mismatch {
	switch {
	case v == nil && t.NonNull:
		return newMismatch("must not be null")
	case v == nil:
		return nil
	case t.Elem != nil:
		list := graphql.CoerceList(v) // a single value counts as a list of one
		return c.checkEach(len(list), func(i int) *mismatch { return c.checkValue(t.Elem, list[i]) })
	}
	return c.checkNamed(c.schema.Types[t.NamedType], v)
}

func (c coercion) checkNamed(def *ast.Definition, v any) *mismatch {
	switch def.Kind {
	case ast.InputObject:
		return c.checkObject(def, v)
	case ast.Enum:
		if s, ok := v.(string); !ok || def.EnumValues.ForName(s) == nil {
			return newMismatch("must be a value of the enum " + def.Name)
		}
		return nil
	}
	if err := checkScalar(def.Name, v); err != nil {
		return newMismatch(err.Error())
	}
	return nil
}

func (c coercion) checkObject(def *ast.Definition, v any) *mismatch {
	fields, ok := v.(map[string]any)
	if !ok {
		return newMismatch("must be an object of type " + def.Name)
	}
	if def.Directives.ForName("oneOf") != nil {
		if bad := exactlyOne(def, fields); bad != nil {
			return bad
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if def.Fields.ForName(name) == nil {
			return newMismatch("there is no such field in " + def.Name).inside(ast.PathName(truncateText(name, 50)))
		}
	}
	for _, f := range def.Fields {
		val, given := fields[f.Name]
		if given && val == nil && isFilter(def) {
			return nullInFilter(def, f)
		}
		if !given && (!f.Type.NonNull || f.DefaultValue != nil) {
			continue
		}
		if bad := c.checkValue(f.Type, val); bad != nil {
			return bad.inside(ast.PathName(f.Name))
		}
	}
	return nil
}

func (c coercion) isNull(v *ast.Value) bool {
	given, ok := c.op.Variables[v.Raw]
	return v.Kind == ast.NullValue || v.Kind == ast.Variable && ok && given == nil
}

// isFilter says whether an input is a filter, or a comparator in one. What is absent there is no
// condition, and null must not be taken for it: {contactId: {eq: null}} would find everybody.
func isFilter(def *ast.Definition) bool {
	return strings.HasSuffix(def.Name, "Where") || strings.HasSuffix(def.Name, "Comparator")
}

func nullInFilter(def *ast.Definition, f *ast.FieldDefinition) *mismatch {
	bad := newMismatch("null is not a condition; leave it out")
	if def.Fields.ForName("isNull") != nil && f.Name != "isNull" {
		bad = newMismatch("nothing can be compared with null; use isNull: true to match records without a value, or leave it out")
	}
	bad.code = string(desk.CodeInvalidInput)
	return bad.inside(ast.PathName(f.Name))
}

// exactlyOne enforces @oneOf, which neither the validator nor the generated code do for variables.
func exactlyOne(def *ast.Definition, fields map[string]any) *mismatch {
	for _, v := range fields {
		if len(fields) == 1 && v != nil {
			return nil
		}
	}
	return newMismatch("exactly one field of " + def.Name + " must be given, and not null")
}

var (
	errNotBoolean = errors.New("Boolean cannot represent this value") //nolint:staticcheck // "Boolean" is the type's name
	errNotID      = errors.New("ID cannot represent this value")
)

// checkScalar asks what the generated code will ask later, and is strict where that is lax.
func checkScalar(name string, v any) (err error) {
	switch name {
	case "Int":
		_, err = model.UnmarshalInt(v)
	case "String":
		_, err = model.UnmarshalString(v)
	case "DateTime":
		_, err = model.UnmarshalDateTime(v)
	case "ID":
		if n, ok := v.(json.Number); ok {
			if f, err := n.Float64(); err != nil || f != math.Trunc(f) {
				return errNotID
			}
		}
		_, err = model.UnmarshalID(v)
	case "Boolean":
		if _, ok := v.(bool); !ok {
			err = errNotBoolean
		}
	default: // a scalar that was added to the schema and not here
		err = fmt.Errorf("values of type %s can't be checked", name)
	}
	return err
}

// mismatch is a value that does not fit its type; at is the way to it, innermost first.
type mismatch struct {
	code string
	why  string
	at   ast.Path
}

func newMismatch(why string) *mismatch { return &mismatch{code: codeBadInput, why: why} }

func (m *mismatch) inside(p ast.PathElement) *mismatch {
	m.at = append(m.at, p)
	return m
}

func (m *mismatch) outsideIn() ast.Path {
	slices.Reverse(m.at)
	return m.at
}

func (c coercion) checkEach(n int, check func(int) *mismatch) *mismatch {
	if n > c.limits.List {
		return newMismatch(fmt.Sprintf("a list can have at most %d values", c.limits.List))
	}
	for i := range n {
		if bad := check(i); bad != nil {
			return bad.inside(ast.PathIndex(i))
		}
	}
	return nil
}

func wholeNumber(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case int64:
		return int(v), true
	case json.Number:
		n, err := v.Int64()
		return int(n), err == nil
	}
	return 0, false
}
