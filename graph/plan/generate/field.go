package main

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

// fieldOf is the line of a field; empty for one that package plan can't read.
func fieldOf(f *codegen.Field) string {
	if f.IsReserved() {
		return "" // introspection
	}
	write := writer(f.TypeReference)
	if write == "" || f.IsBatch() || f.HasDirectives() || f.IsMap() || f.VOkFunc {
		return ""
	}
	if f.Object.Stream {
		write = "plan.First(" + write + ")"
	}
	return fmt.Sprintf("%q: %s", f.Name, getter(f, write))
}

// getter is how the value comes out of its object, in the words of gqlgen's own code.
func getter(f *codegen.Field, write string) string {
	if f.Object.Root {
		resolver := fmt.Sprintf("r.%s().%s", f.Object.Name, f.GoFieldName)
		if len(f.Args) == 0 {
			return fmt.Sprintf("plan.Root(%s, %s)", resolver, write)
		}
		return fmt.Sprintf("plan.RootWith(ec.%s, func(ctx context.Context, args map[string]any) (%s, error) { return %s(ctx, %s) }, %s)",
			f.ArgsFunc(), result(f), resolver, args(f), write)
	}
	object := goType(f.Object.Reference())
	switch {
	case f.IsResolver && len(f.Args) == 0:
		return fmt.Sprintf("plan.Resolve(r.%s().%s, %s)", upperFirst(f.Object.Name), f.GoFieldName, write)
	case f.IsResolver:
		return fmt.Sprintf("plan.ResolveWith(ec.%s, func(ctx context.Context, o %s, args map[string]any) (%s, error) { return r.%s().%s(ctx, o, %s) }, %s)",
			f.ArgsFunc(), object, result(f), upperFirst(f.Object.Name), f.GoFieldName, args(f), write)
	case f.IsMethod() && f.NoErr:
		return fmt.Sprintf("plan.Get((%s).%s, %s)", object, f.GoFieldName, write)
	case f.IsMethod():
		return fmt.Sprintf("plan.Resolve(func(ctx context.Context, o %s) (%s, error) { return o.%s(%s) }, %s)",
			object, result(f), f.GoFieldName, map[bool]string{true: "ctx"}[f.MethodHasContext], write)
	}
	return fmt.Sprintf("plan.Get(func(o %s) %s { return o.%s }, %s)", object, result(f), f.GoFieldName, write)
}

func result(f *codegen.Field) string {
	if f.Object.Stream {
		return "<-chan " + goType(f.TypeReference.GO)
	}
	return goType(f.TypeReference.GO)
}

func args(f *codegen.Field) string {
	all := make([]string, len(f.Args))
	for i, a := range f.Args {
		all[i] = fmt.Sprintf("args[%q].(%s)", a.Name, goType(a.TypeReference.GO))
	}
	return strings.Join(all, ", ")
}

// writer is how a value of a type is written; empty when package plan does not know.
func writer(ref *config.TypeReference) string {
	switch def := ref.Definition; {
	case ref.IsSlice():
		element := ref.Elem()
		if def.Kind == ast.Object && !element.IsPtr() {
			return fmt.Sprintf("plan.Structs[%s](types[%q], %t)", goType(element.GO), def.Name, !ref.GQL.NonNull)
		}
		return around("plan.List(%s, %t)", writer(element), ref)
	case def.Kind == ast.Object && ref.IsPtr():
		return fmt.Sprintf("plan.Object[%s](types[%q], %t)", goType(ref.Elem().GO), def.Name, !ref.GQL.NonNull)
	case def.Kind == ast.Interface || def.Kind == ast.Union:
		return fmt.Sprintf("plan.Abstract(%s, %t)", templates.ToGoPrivate(def.Name), !ref.GQL.NonNull)
	case ref.IsPtr():
		return around("plan.Pointer(%s, %t)", writer(ref.Elem()), ref)
	}
	return leaf(ref)
}

func around(form, write string, ref *config.TypeReference) string {
	if write == "" {
		return ""
	}
	return fmt.Sprintf(form, write, !ref.GQL.NonNull)
}

// leaf is how a scalar or an enum is written. What the product marshals by MarshalX is written by
// its AppendX.
func leaf(ref *config.TypeReference) string {
	basic, _ := ref.GO.Underlying().(*types.Basic)
	switch {
	case ref.GO.String() == "string":
		return "plan.String"
	case basic != nil && basic.Kind() == types.String:
		return fmt.Sprintf("plan.Text[%s]", goType(ref.GO))
	case basic != nil && basic.Kind() == types.Int:
		return fmt.Sprintf("plan.Int[%s]", goType(ref.GO))
	case ref.GO.String() == "bool":
		return "plan.Bool"
	case ref.Marshaler != nil && strings.HasPrefix(ref.Marshaler.Pkg().Path(), "deskwire/"):
		name := "Append" + strings.TrimPrefix(ref.Marshaler.Name(), "Marshal")
		return fmt.Sprintf("plan.Append(%s.%s)", templates.CurrentImports.Lookup(ref.Marshaler.Pkg().Path()), name)
	}
	return ""
}

func goType(t types.Type) string { return templates.CurrentImports.LookupType(t) }

// upperFirst makes the name of a type that of its resolvers, as gqlgen does.
func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
