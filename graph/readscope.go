package graph

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/desk"
	"deskwire/graph/model"
)

// WithoutReadScope is the field middleware of mutations whose token has not the scope READ: it
// shows what came of the call, the records that the call itself has made, and of all others what
// tells nothing of what people wrote. A record is what it is only to who may read, so a change that
// changes nothing is no way to look at one.
func WithoutReadScope(next graphql.FieldMiddleware) graphql.FieldMiddleware {
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		if !shownWithoutRead(graphql.GetFieldContext(ctx)) {
			return nil, refuseToRead()
		}
		return next(ctx, resolve)
	}
}

func refuseToRead() error {
	return desk.Refuse(desk.CodeForbidden, "This token may only read what its mutation has made. Use one with the scope READ for more.")
}

// factsOfRecords are the fields that are shown of every record.
var factsOfRecords = []string{"__typename", "id", "number", "version", "createdAt"}

// resultTypes are what a mutation tells of itself: refusals, and what rules have changed, which are
// states and owners. They hold records, and no texts of them.
var resultTypes = []string{
	"InputError", "VersionConflictError", "ConversationHasTicketError", "CascadeNotConfirmedError",
	"Effect", "FieldChange",
}

func shownWithoutRead(f *graphql.FieldContext) bool {
	switch {
	case f.Object == "Mutation" || strings.HasSuffix(f.Object, "Payload") || slices.Contains(resultTypes, f.Object):
		return true
	case slices.Contains(factsOfRecords, f.Field.Name):
		return true
	}
	return !f.IsResolver && madeByCall(f)
}

// madeByCall says whether the mutation has made the record that the field is of.
func madeByCall(f *graphql.FieldContext) bool {
	payload, record := payloadAbove(f), recordOf(f.Parent)
	return payload != nil && record != nil && payload.Made[record.Ref()]
}

// payloadAbove is the payload of the mutation that the field is in.
func payloadAbove(f *graphql.FieldContext) *model.Payload {
	for ; f != nil; f = f.Parent {
		if p, ok := f.Result.(*model.Payload); ok {
			return p
		}
	}
	return nil
}

// recordOf is the record that a field has given. The executor keeps it as a pointer to what the
// field has, where that is in a list.
func recordOf(f *graphql.FieldContext) desk.Node {
	if f == nil || f.Result == nil {
		return nil
	}
	v := reflect.ValueOf(f.Result)
	for {
		if n, ok := v.Interface().(desk.Node); ok {
			return n
		}
		if v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface || v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
}
