package graph

import (
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/db"
)

// maxRows is how many rows an operation may ask for, by the sizes of its pages, one within the other.
// Three levels of 100 were 1,000,000 rows and 2 GB; the largest screens ask for some thousand.
const maxRows = 50_000

// defaultPage is the size of a page that says none.
const defaultPage = 25

// rowBudget refuses what asks for too many rows before anything is read. Fragments are counted once, so
// its own cost is that of reading the document.
type rowBudget struct{}

func (rowBudget) ExtensionName() string                   { return "RowBudget" }
func (rowBudget) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext runs when the document is checked and its variables are known.
func (rowBudget) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	c := rowCount{variables: op.Variables, fragments: map[string]int{}}
	if n := c.of(op.Operation.SelectionSet); n > maxRows {
		return coded(codeTooExpensive, "This asks for more than 50,000 rows, by the sizes of its pages, one within the other: ask for smaller pages.")
	}
	return nil
}

// maxBytes is what the reads of one answer may bring from the database, and what the answer may have
// itself, each. A page of 100 mails of the usual sizes has some 2 MB; the largest ones allowed would be 75 MB.
const maxBytes = 32 << 20

// perField is what a field of an answer costs beside its name and its text, in bytes: what is kept of it until
// the answer is written.
const perField = 32

// byteBudget stops an operation before it takes more memory than an answer may cost: a list can be asked for
// many times, and its texts may have 500 kB each.
type byteBudget struct{ read, answer *db.Budget }

type byteBudgetKey struct{}

func byteBudgetOf(ctx context.Context) *byteBudget {
	b, _ := ctx.Value(byteBudgetKey{}).(*byteBudget)
	return b
}

func (b *byteBudget) spent() bool { return b.read.Spent() || b.answer.Spent() }

// withinBytes gives each operation, which has one answer here, a budget. What has been read of one that is too large is not
// sent in part.
func withinBytes(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	b := &byteBudget{db.NewBudget(maxBytes), db.NewBudget(maxBytes)}
	respond := next(context.WithValue(db.WithBudget(ctx, b.read), byteBudgetKey{}, b))
	return func(ctx context.Context) *graphql.Response {
		resp := respond(ctx)
		if resp == nil || !b.spent() {
			return resp
		}
		return tooMuch(ctx)
	}
}

func tooMuch(ctx context.Context) *graphql.Response {
	message := "This asks for more than 32 MB of texts: ask for smaller pages, or for fewer fields."
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation {
		message = "The answer would have more than 32 MB. The mutation may have happened: send it again with the same idempotencyKey, and ask for less."
	}
	return refusal{code: codeTooExpensive, message: message}.response(ctx)
}

// chargeField counts what a field adds to the answer, and runs none when the budget is spent.
func chargeField(ctx context.Context, next graphql.Resolver) (any, error) {
	b := byteBudgetOf(ctx)
	if b == nil {
		return next(ctx)
	}
	if b.spent() {
		return nil, db.ErrBudgetSpent
	}
	v, err := next(ctx)
	if !b.answer.Take(perField + len(graphql.GetFieldContext(ctx).Field.Alias) + textBytes(v)) {
		return nil, db.ErrBudgetSpent
	}
	return v, err
}

// chargeObject is chargeField for all fields of an object at once.
func chargeObject(ctx context.Context, bytes int) bool {
	b := byteBudgetOf(ctx)
	return b == nil || !b.read.Spent() && b.answer.Take(bytes)
}

// textBytes is how much text a value has; what is none costs no more than its field.
func textBytes(v any) (n int) {
	switch v := v.(type) {
	case string:
		return len(v)
	case *string:
		if v != nil {
			return len(*v)
		}
	case []string:
		for _, s := range v {
			n += len(s)
		}
	}
	return n
}

type rowCount struct {
	variables map[string]any
	fragments map[string]int
}

func (c *rowCount) of(set ast.SelectionSet) (n int) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			n += c.ofField(s)
		case *ast.InlineFragment:
			n += c.of(s.SelectionSet)
		case *ast.FragmentSpread:
			known, ok := c.fragments[s.Name]
			if !ok {
				known = c.of(s.Definition.SelectionSet)
				c.fragments[s.Name] = known
			}
			n += known
		}
		n = min(n, maxRows+1)
	}
	return n
}

func (c *rowCount) ofField(f *ast.Field) int {
	below := c.of(f.SelectionSet)
	if f.Definition == nil || f.Definition.Arguments.ForName("first") == nil {
		return below
	}
	return min(c.page(f)*(1+below), maxRows+1)
}

func (c *rowCount) page(f *ast.Field) int {
	for _, name := range []string{"first", "last"} {
		a := f.Arguments.ForName(name)
		if a == nil {
			continue
		}
		v, err := a.Value.Value(c.variables)
		if n, ok := wholeNumber(v); err == nil && ok {
			return min(max(n, 0), maxRows) // what is out of range is refused by its list
		}
	}
	return defaultPage
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
