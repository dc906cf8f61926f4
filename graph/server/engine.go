package server

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/graph"
	"deskwire/graph/cost"
	"deskwire/graph/generated"
	"deskwire/graph/plan"
	"deskwire/heap"
	"deskwire/tracing"
)

// engine is the GraphQL executor with all its middleware, for whatever transport brings an
// operation. By itself it takes those of plain requests.
type engine struct {
	exec *documentChecker
	httpTransport
}

// engineConfig are what the engine asks of the rest of the program.
type engineConfig struct {
	begin       func(context.Context) (*read.Reader, error) // looks where the log stands, and reads from there
	log         *slog.Logger
	timeout     time.Duration
	limits      Limits
	rates       *rateLimiter
	limiter     *limiter
	trusted     Trusted
	trustedOnly bool // no other documents are run
	metrics     *metrics
	slow        time.Duration // from which operations are logged; zero: none is
	tracing     *tracing.Tracing
	memory      *heap.Budget // nil: one of the default size
}

// newExecutable answers reads by their plans, and has gqlgen's executor for the rest. Schema nil is
// all of it.
func newExecutable(schema *ast.Schema, r *graph.Resolver) *plan.Executor {
	return plan.New(generated.NewExecutableSchema(generated.Config{Schema: schema, Resolvers: r}), generated.Types(r), perField, chargeObject, graph.Project)
}

func newEngine(schema graphql.ExecutableSchema, h engineConfig) *engine {
	h.limits = h.limits.orDefault()
	if h.rates == nil {
		h.rates = newRateLimiter(DefaultRates(), time.Now)
	}
	if h.limiter == nil {
		h.limiter = newLimiter(DefaultRunning)
	}
	if h.memory == nil {
		h.memory = heap.NewBudget(heap.DefaultBudget)
	}
	if h.metrics == nil {
		h.metrics = newMetrics()
	}
	p := presenter{h.log}
	exec := executor.New(schema)
	documents := newDocumentCache(cacheBytes, newFollowedDocuments(h.memory))
	exec.SetQueryCache(documents)
	exec.SetErrorPresenter(p.present)
	exec.SetRecoverFunc(p.logRecovered)
	exec.SetDisableSuggestion(true)
	exec.SetDefaultRulesFn(plainRules)
	exec.Use(introspection{})
	exec.Use(coerceExtension{schema.Schema(), h.limits})
	pricing := pricing{cost.NewAnalyser(schema.Schema()), h.limits, h.rates}
	exec.Use(pricing)
	if h.tracing != nil {
		exec.AroundOperations(traceOperation(h.tracing))
		exec.AroundRootFields(traceRootField(h.tracing))
	}
	exec.AroundOperations(requireReadScope)
	exec.AroundOperations(cursorFirst(p, h.begin))
	exec.AroundOperations(withinBytes(h.memory))
	exec.AroundResponses(h.metrics.observeOperations(h.log, h.slow))
	exec.AroundResponses(pricing.refund)
	exec.AroundResponses(withCursor(p))
	exec.AroundFields(chargeField)
	d := &documentChecker{Executor: exec, schema: schema.Schema(), cache: documents, limits: h.limits, memory: h.memory, persisted: newPersistedDocuments(h.trusted, h.trustedOnly)}
	return &engine{d, httpTransport{exec: d, timeout: h.timeout, log: h.log, limits: h.limits, limiter: h.limiter, memory: h.memory}}
}

type introspection struct{}

func (introspection) ExtensionName() string                   { return "Introspection" }
func (introspection) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext lets the executor answer: who may not look at the schema does not come
// this far.
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
	r.ReplaceRule(rules.SingleFieldSubscriptionsRule.Name, oneFieldSubscriptions)
	return r
}

// oneFieldSubscriptions lets a subscription follow one thing. The rule it stands for takes two
// fields of one name for one, whatever they are called in the answer.
func oneFieldSubscriptions(observers *core.Events, addError core.AddErrFunc) {
	rules.SingleFieldSubscriptionsRule.RuleFunc(observers, addError)
	observers.OnOperation(func(_ *core.Walker, op *ast.OperationDefinition) {
		if op.Operation != ast.Subscription {
			return
		}
		called := map[string]string{}
		selectsAtTop(op.SelectionSet, map[string]bool{}, func(f *ast.Field) bool {
			before, again := called[f.Name]
			called[f.Name] = f.Alias
			if !again || before == f.Alias {
				return false
			}
			addError(core.Message("A subscription must have exactly one root field: this one has %s and %s.", before, f.Alias), core.At(f.Position))
			return true
		})
	})
}

// selectsAtTop says whether there is such a field at the top of an operation. Fragments are looked
// at once.
func selectsAtTop(set ast.SelectionSet, seen map[string]bool, is func(*ast.Field) bool) bool {
	return slices.ContainsFunc(set, func(s ast.Selection) bool {
		switch s := s.(type) {
		case *ast.Field:
			return is(s)
		case *ast.InlineFragment:
			return selectsAtTop(s.SelectionSet, seen, is)
		case *ast.FragmentSpread:
			if s.Definition == nil || seen[s.Name] {
				return false
			}
			seen[s.Name] = true
			return selectsAtTop(s.Definition.SelectionSet, seen, is)
		}
		return false
	})
}

// requireReadScope keeps queries from tokens without the scope READ, and has mutations show them no
// more than what they have made.
func requireReadScope(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	by := graph.ActorOf(ctx)
	if by == nil || by.MayRead() {
		return next(ctx)
	}
	if op := graphql.GetOperationContext(ctx); op.Operation.Operation == ast.Mutation {
		op.ResolverMiddleware = graph.WithoutReadScope(op.ResolverMiddleware)
		return next(ctx)
	}
	return graphql.OneShot(refusal{
		code: string(desk.CodeForbidden), message: "This token may not read. Use one with the scope READ.",
	}.response(ctx))
}
