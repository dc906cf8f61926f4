package graph

import (
	"context"
	"log/slog"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"deskwire/desk"
	"deskwire/graph/generated"
	"deskwire/graph/plan"
)

// Bounds of a document. The parser recurses, and they keep it from the end of its stack. The
// worst that fits in them (3,900 times the same field) takes the validator 0.8 s.
const (
	maxDocument = 64 << 10
	maxTokens   = 4000
)

// engine runs operations for whatever transport brings them. By itself it takes those of plain requests.
type engine struct {
	exec *executor.Executor
	overHTTP
}

// hooks are what the engine asks of the rest of the program.
type hooks struct {
	cursor  func(context.Context) (string, error) // where the log stands
	loaders func(context.Context) context.Context // fresh ones for one response
	log     *slog.Logger
	timeout time.Duration
}

// executable answers reads by their plans, and has gqlgen's executor for the rest. Schema nil is all of it.
func executable(schema *ast.Schema, r *Resolver) *plan.Executor {
	return plan.New(generated.NewExecutableSchema(generated.Config{Schema: schema, Resolvers: r}), generated.Types(r), perField, chargeObject)
}

func newEngine(schema graphql.ExecutableSchema, h hooks) *engine {
	p := presenter{h.log}
	exec := executor.New(schema)
	exec.SetQueryCache(newDocumentCache(cacheBytes))
	exec.SetErrorPresenter(p.present)
	exec.SetRecoverFunc(p.recovered)
	exec.SetParserTokenLimit(maxTokens)
	exec.SetDisableSuggestion(true)
	exec.SetDefaultRulesFn(plainRules)
	exec.Use(documentLimits{})
	exec.Use(introspection{})
	exec.Use(coerceExtension{schema.Schema()})
	exec.Use(rowBudget{})
	exec.AroundOperations(mayRead)
	exec.AroundOperations(cursorFirst(p, h.cursor))
	exec.AroundOperations(withinBytes)
	exec.AroundResponses(withCursor)
	exec.AroundFields(chargeField)
	exec.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		return next(h.loaders(ctx))
	})
	return &engine{exec, overHTTP{exec: exec, timeout: h.timeout, log: h.log}}
}

// plainRules are the rules of the specification without "did you mean", which costs time and
// repeats what was sent.
func plainRules() *rules.Rules {
	r := rules.NewDefaultRules()
	r.ReplaceRule(rules.KnownArgumentNamesRule.Name, rules.KnownArgumentNamesRuleWithoutSuggestions.RuleFunc)
	r.ReplaceRule(rules.KnownTypeNamesRule.Name, rules.KnownTypeNamesRuleWithoutSuggestions.RuleFunc)
	r.ReplaceRule(rules.ValuesOfCorrectTypeRule.Name, rules.ValuesOfCorrectTypeRuleWithoutSuggestions.RuleFunc)
	return r
}

type documentLimits struct{}

func (documentLimits) ExtensionName() string                   { return "DocumentLimits" }
func (documentLimits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters runs before the parser.
func (documentLimits) MutateOperationParameters(_ context.Context, p *graphql.RawParams) *gqlerror.Error {
	if len(p.Query) > maxDocument {
		return coded(codeTooLarge, "The document is larger than 64 KiB: put values into variables.")
	}
	if loneSurrogate(p.Query) {
		return coded(codeParse, `The document holds half of a character: a \ud800 to \udfff without its other half.`)
	}
	return nil
}

type introspection struct{}

func (introspection) ExtensionName() string                   { return "Introspection" }
func (introspection) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext lets every client look at the schema: it is no secret.
func (introspection) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = false
	return nil
}

// mayRead keeps queries from tokens without the scope READ. What mutations may do, desk decides.
func mayRead(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	by := ActorOf(ctx)
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation || by == nil || by.MayRead() {
		return next(ctx)
	}
	return graphql.OneShot(refusal{
		code: string(desk.CodeForbidden), message: "This token may not read: it needs the scope READ.",
	}.response(ctx))
}
