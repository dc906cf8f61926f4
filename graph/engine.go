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
	"deskwire/graph/cost"
	"deskwire/graph/generated"
	"deskwire/graph/plan"
)

// engine runs operations for whatever transport brings them. By itself it takes those of plain requests.
type engine struct {
	exec *door
	overHTTP
}

// hooks are what the engine asks of the rest of the program.
type hooks struct {
	begin   func(context.Context) (context.Context, string, error) // where the log stands, and a context to read from there
	loaders func(context.Context) context.Context                  // fresh ones for one response
	log     *slog.Logger
	timeout time.Duration
	limits  Limits
	rates   *rateLimiter
	gate    *gate
	trusted Trusted
	metrics *metrics
	slow    time.Duration // from which operations are logged; zero: none is
}

// executable answers reads by their plans, and has gqlgen's executor for the rest. Schema nil is all of it.
func executable(schema *ast.Schema, r *Resolver) *plan.Executor {
	return plan.New(generated.NewExecutableSchema(generated.Config{Schema: schema, Resolvers: r}), generated.Types(r), perField, chargeObject, looksAt)
}

func newEngine(schema graphql.ExecutableSchema, h hooks) *engine {
	h.limits = h.limits.orDefault()
	if h.rates == nil {
		h.rates = newRateLimiter(DefaultRates(), time.Now)
	}
	if h.gate == nil {
		h.gate = newGate(DefaultRunning)
	}
	if h.metrics == nil {
		h.metrics = newMetrics()
	}
	p := presenter{h.log}
	exec := executor.New(schema)
	documents := newDocumentCache(cacheBytes)
	exec.SetQueryCache(documents)
	exec.SetErrorPresenter(p.present)
	exec.SetRecoverFunc(p.recovered)
	exec.SetDisableSuggestion(true)
	exec.SetDefaultRulesFn(plainRules)
	exec.Use(introspection{})
	exec.Use(coerceExtension{schema.Schema(), h.limits})
	pricing := pricing{cost.New(schema.Schema()), h.limits, h.rates}
	exec.Use(pricing)
	exec.AroundOperations(mayRead)
	exec.AroundOperations(cursorFirst(p, h.begin))
	exec.AroundOperations(withinBytes)
	exec.AroundResponses(h.metrics.operation(h.log, h.slow))
	exec.AroundResponses(pricing.settle)
	exec.AroundResponses(withCursor)
	exec.AroundFields(chargeField)
	exec.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		return next(h.loaders(ctx))
	})
	d := &door{Executor: exec, schema: schema.Schema(), documents: documents, limits: h.limits, persisted: &persisted{h.trusted, newByteCache[string](persistedBytes)}}
	return &engine{d, overHTTP{exec: d, timeout: h.timeout, log: h.log, limits: h.limits, gate: h.gate}}
}

type introspection struct{}

func (introspection) ExtensionName() string                   { return "Introspection" }
func (introspection) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext lets the executor answer: who may not look at the schema does not come this far.
func (introspection) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = false
	return nil
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
