package plan

import (
	"context"
	"strconv"
)

// What generated code says of a field: how to get its value from an object, and how to write that.

// Write writes a value.
type Write[V any] func(r *planRun, at *planNode, v V)

// arguments reads those of a field.
type arguments func(context.Context, map[string]any) (map[string]any, error)

// Get is a field that is part of its object.
func Get[P, V any](get func(P) V, write Write[V]) Field {
	return func(r *planRun, at *planNode, obj any) { write(r, at, get(obj.(P))) }
}

// Resolve is a field that a resolver answers.
func Resolve[P, V any](get func(context.Context, P) (V, error), write Write[V]) Field {
	return func(r *planRun, at *planNode, obj any) {
		v, err := get(r.scopeOf(at, nil).ctx, obj.(P))
		if err != nil {
			r.decline()
			return
		}
		write(r, at, v)
	}
}

// ResolveWith is a field that a resolver answers, with arguments.
func ResolveWith[P, V any](args arguments, get func(context.Context, P, map[string]any) (V, error), write Write[V]) Field {
	return func(r *planRun, at *planNode, obj any) {
		s := r.scopeOf(at, args)
		if r.declined {
			return
		}
		v, err := get(s.ctx, obj.(P), s.args)
		if err != nil {
			r.decline()
			return
		}
		write(r, at, v)
	}
}

// Root is a field of the whole, without arguments.
func Root[V any](get func(context.Context) (V, error), write Write[V]) Field {
	return RootWith(nil, func(ctx context.Context, _ map[string]any) (V, error) { return get(ctx) }, write)
}

// RootWith is a field of the whole.
func RootWith[V any](args arguments, get func(context.Context, map[string]any) (V, error), write Write[V]) Field {
	return func(r *planRun, at *planNode, _ any) {
		s := r.scopeOf(at, args)
		if r.declined {
			return
		}
		v, err := get(s.ctx, s.args)
		if err != nil {
			r.decline()
			return
		}
		write(r, at, v)
	}
}

// First is what a stream has to say first.
func First[V any](write Write[V]) Write[<-chan V] {
	return func(r *planRun, at *planNode, from <-chan V) {
		select {
		case v, ok := <-from:
			if ok {
				write(r, at, v)
				return
			}
		case <-r.ctx.Done():
		}
		r.decline()
	}
}

// Object is an object; nil is null, where that is allowed.
func Object[T any](t *Type, nullable bool) Write[*T] {
	return func(r *planRun, at *planNode, v *T) {
		if v == nil {
			r.writeNull(nullable)
			return
		}
		r.writeObject(t, at, v)
	}
}

// Abstract is an object of one of several types, which its Go type tells.
func Abstract[I comparable](typeOf func(I) *Type, nullable bool) Write[I] {
	return func(r *planRun, at *planNode, v I) {
		var none I
		if v == none {
			r.writeNull(nullable)
			return
		}
		t := typeOf(v)
		if t == nil {
			r.decline()
			return
		}
		r.writeObject(t, at, v)
	}
}

// List is a list; nil is null where that is allowed, and empty where it is not.
func List[V any](write Write[V], nullable bool) Write[[]V] {
	return func(r *planRun, at *planNode, list []V) {
		if list == nil && nullable {
			r.writeNull(true)
			return
		}
		r.out = append(r.out, '[')
		for i, v := range list {
			if i > 0 {
				r.out = append(r.out, ',')
			}
			if write(r, at, v); r.declined {
				return
			}
		}
		r.out = append(r.out, ']')
	}
}

// Structs is a list of objects that are not kept by pointers.
func Structs[T any](t *Type, nullable bool) Write[[]T] {
	return func(r *planRun, at *planNode, list []T) {
		if list == nil && nullable {
			r.writeNull(true)
			return
		}
		r.out = append(r.out, '[')
		for i := range list {
			if i > 0 {
				r.out = append(r.out, ',')
			}
			if r.writeObject(t, at, &list[i]); r.declined {
				return
			}
		}
		r.out = append(r.out, ']')
	}
}

// Pointer is a value that may be missing.
func Pointer[V any](write Write[V], nullable bool) Write[*V] {
	return func(r *planRun, at *planNode, v *V) {
		if v == nil {
			r.writeNull(nullable)
			return
		}
		write(r, at, *v)
	}
}

// Append is a value of a scalar type of the product.
func Append[V any](to func([]byte, V) []byte) Write[V] {
	return func(r *planRun, _ *planNode, v V) { r.out = to(r.out, v) }
}

// String is a text, which the budget of the answer counts.
func String(r *planRun, _ *planNode, v string) {
	r.out = AppendString(r.out, v)
	r.texts += len(v)
}

// Text is a text of a type of its own, such as an enum.
func Text[S ~string](r *planRun, _ *planNode, v S) { r.out = AppendString(r.out, string(v)) }

// Int is a whole number.
func Int[N ~int | ~int32 | ~int64](r *planRun, _ *planNode, v N) {
	r.out = strconv.AppendInt(r.out, int64(v), 10)
}

// Bool is yes or no.
func Bool(r *planRun, _ *planNode, v bool) { r.out = strconv.AppendBool(r.out, v) }

const hexDigits = "0123456789ABCDEF"

// AppendString writes a text as gqlgen does.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '\\' && c != '"' {
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '\t':
			b = append(b, `\t`...)
		case '\r':
			b = append(b, `\r`...)
		case '\n':
			b = append(b, `\n`...)
		case '\\', '"':
			b = append(b, '\\', c)
		default:
			b = append(b, `\u00`...)
			b = append(b, hexDigits[c>>4], hexDigits[c&0xf])
		}
		start = i + 1
	}
	return append(append(b, s[start:]...), '"')
}
