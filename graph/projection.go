package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/db/read"
	"deskwire/desk"
)

// plainRoots bound the projection of columns: the fields of Query below which records are only
// looked at by the fields of the schema. Others do more with them, such as filling a snippet.
var plainRoots = []string{
	"conversation", "conversations", "ticket", "tickets", "contact", "contacts", "inboxView", "inboxViews", "viewer", "account", "agents", "teams", "inboxes",
	"labels", "pipelines", "propertyDefinitions", "rateLimit", "eventCursor", "__typename",
}

// Project has an operation read what it shows, and no whole records. Payloads that are pushed share
// what they read with others that show something else. Nil: it reads whole records.
func Project(op *graphql.OperationContext) func(context.Context) {
	shown, plain := map[string]map[string]bool{}, op.Operation.Operation == ast.Query
	Selects(op.Operation.SelectionSet, map[string]bool{}, func(f *ast.Field) bool {
		if f.ObjectDefinition == nil {
			plain = false
			return true
		}
		for _, typ := range graphTypes(f.ObjectDefinition) {
			if shown[typ] == nil {
				shown[typ] = map[string]bool{}
			}
			shown[typ][f.Name] = true
			plain = plain && (typ != "Query" || slices.Contains(plainRoots, f.Name))
		}
		return false
	})
	if !plain {
		return nil
	}
	projection := &read.Projection{Fields: read.NewFields(shown)}
	return func(ctx context.Context) {
		x := ExecutionOf(ctx)
		x.Reader = x.Reader.With(projection)
	}
}

// graphTypes are the object types that something of this type can be.
func graphTypes(d *ast.Definition) []string {
	if !d.IsAbstractType() {
		return []string{d.Name}
	}
	var names []string
	for _, t := range Schema().GetPossibleTypes(d) {
		names = append(names, t.Name)
	}
	return names
}

// readerWithJoins is the reader for a list or record of the resolver's field: the contacts and
// tickets that it refers to come with it, where they are asked for.
func (l *loaders) readerWithJoins(ctx context.Context) *read.Reader {
	shown := l.reader.Projection()
	if shown == nil {
		return l.reader
	}
	with := read.Projection{Fields: shown.Fields}
	for name := range selectedNames(graphql.GetFieldContext(ctx).Field.Selections) {
		switch name {
		case "contact":
			with.Contacts = func(c []*desk.Contact) { l.contacts.unify(contactID, c) }
		case "ticket":
			with.Tickets = func(t []*desk.Ticket) { l.tickets.unify(ticketID, t) }
		}
	}
	return l.reader.With(&with)
}

// Selects walks a selection set and says whether there is such a field, however deep. Fragments are
// looked at once.
func Selects(set ast.SelectionSet, seen map[string]bool, is func(*ast.Field) bool) bool {
	return slices.ContainsFunc(set, func(s ast.Selection) bool {
		switch s := s.(type) {
		case *ast.Field:
			return is(s) || Selects(s.SelectionSet, seen, is)
		case *ast.InlineFragment:
			return Selects(s.SelectionSet, seen, is)
		case *ast.FragmentSpread:
			if seen[s.Name] {
				return false
			}
			seen[s.Name] = true
			return Selects(s.Definition.SelectionSet, seen, is)
		}
		return true
	})
}

// selectedNames gives the names of the fields that are asked of the records of a field, which may
// be a connection.
func selectedNames(set ast.SelectionSet) func(yield func(string) bool) {
	return func(yield func(string) bool) { walkNames(set, yield) }
}

func walkNames(set ast.SelectionSet, yield func(string) bool) bool {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if leadsOn := s.Name == "nodes" || s.Name == "edges" || s.Name == "node"; leadsOn && !walkNames(s.SelectionSet, yield) || !yield(s.Name) {
				return false
			}
		case *ast.InlineFragment:
			if !walkNames(s.SelectionSet, yield) {
				return false
			}
		case *ast.FragmentSpread:
			if !walkNames(s.Definition.SelectionSet, yield) {
				return false
			}
		}
	}
	return true
}
