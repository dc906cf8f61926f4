package server

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"deskwire/graph/guard"
	"deskwire/heap"
)

// documentChecker is query validation: it lets documents through to the executor, whatever
// transport brings them: those within the limits of who sends them, and persisted ones by their
// names.
type documentChecker struct {
	*executor.Executor
	schema    *ast.Schema
	cache     documentCache
	persisted *persistedDocuments
	limits    Limits
	memory    *heap.Budget
}

// CreateOperationContext checks a request before anything is done that could cost more than the
// check.
func (d *documentChecker) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	limits := d.limits.forCaller(ctx)
	hash, err := d.persisted.resolveTrusted(params)
	if err == nil {
		err = d.checkDocument(ctx, params.Query, limits)
	}
	if err != nil {
		return &graphql.OperationContext{}, gqlerror.List{err}
	}
	op, errs := d.Executor.CreateOperationContext(ctx, params)
	if len(errs) > 0 && limits.Suggestions > 0 && op.Doc == nil && errorCode(errs[0]) == codeValidation {
		errs = d.withSuggestions(params.Query, limits, errs)
	}
	if hash != "" && len(errs) == 0 {
		d.persisted.sent.remember(hash, params.Query, len(params.Query))
	}
	return op, errs
}

// checkDocument measures the document between the parser and the validator. Those that are known
// were valid when they came first, and are kept for others too; what is made of another one is held
// for the request.
func (d *documentChecker) checkDocument(ctx context.Context, source string, limits guard.Limits) *gqlerror.Error {
	if len(source) <= limits.Document && hasLoneSurrogate(source) {
		return codedError(codeParse, `The document holds half of a character: a \ud800 to \udfff without its other half.`)
	}
	known, ok := d.cache.lookup(source)
	if !ok {
		_, shape, err := guard.ParseWithin(source, limits)
		if err != nil {
			return refusedDocument(err)
		}
		known = &measuredDocument{shape: shape}
		if size := chargeable(documentSize(source, shape)); size > 0 && !requestOf(ctx).holdBody(d.memory).Grow(size) {
			return codedError(codeOverloaded, noRoom)
		}
	} else if excess := limits.Check(known.shape); excess != nil {
		return refusedDocument(excess)
	}
	if known.shape.Introspects && limits.Introspection == 0 {
		return codedError(codeNoIntrospection, "Your role may not introspect the schema. Ask the operator for the schema, or for a role that may.")
	}
	return nil
}

func refusedDocument(err error) *gqlerror.Error {
	var excess *guard.Excess
	var syntax *gqlerror.Error
	switch {
	case errors.As(err, &excess):
		code := codeTooComplex
		if excess.Limit == "document" || excess.Limit == "tokens" {
			code = codeTooLarge
		}
		out := codedError(code, "%s", excess)
		out.Extensions["limit"], out.Extensions["maximum"] = excess.Limit, excess.Maximum
		return out
	case errors.As(err, &syntax):
		syntax.Extensions = map[string]any{"code": codeParse}
		return syntax
	}
	return codedError(codeValidation, "A fragment is spread within itself.")
}

// withSuggestions says again what is wrong with a document, with what may have been meant.
func (d *documentChecker) withSuggestions(source string, limits guard.Limits, errs gqlerror.List) gqlerror.List {
	doc, _, err := guard.ParseWithin(source, limits)
	if err != nil {
		return errs
	}
	again := validator.ValidateWithRules(d.schema, doc, rules.NewDefaultRules())
	if len(again) == 0 {
		return errs
	}
	for _, e := range again {
		e.Extensions = map[string]any{"code": codeValidation}
	}
	return again
}
