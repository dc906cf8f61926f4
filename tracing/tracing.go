// Package tracing tells OpenTelemetry what an operation did: one span for it, one for each root field, one for each statement to the
// database. It is off, and costs nothing, unless OTEL_EXPORTER_OTLP_ENDPOINT is set.
package tracing

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Tracing makes spans and sends them. Nil is off.
type Tracing struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// Open begins, as the standard variables OTEL_… say; nil where they name no place to send spans to.
func Open(ctx context.Context, log *slog.Logger) (*Tracing, error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" ||
		strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") || os.Getenv("OTEL_TRACES_EXPORTER") == "none" {
		return nil, nil
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"} {
		if p := os.Getenv(name); p != "" && p != "http/protobuf" {
			return nil, errors.New(name + " must be http/protobuf, or not be set: traces are sent in no other way")
		}
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	about, err := resource.Merge(resource.NewSchemaless(attribute.String("service.name", "deskwire")), resource.Environment())
	if err != nil {
		return nil, err
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces could not be sent", "err", err) }))
	p := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))
	return &Tracing{p, p.Tracer("deskwire")}, nil
}

// Close sends what has not been sent yet.
func (t *Tracing) Close(ctx context.Context) {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // what can't be sent is told to the log
}

// End ends a span; with an error, if something failed.
type End = func(failure string)

func ended(string) {}

func (t *Tracing) start(ctx context.Context, name string, o ...trace.SpanStartOption) (context.Context, End) {
	ctx, span := t.tracer.Start(ctx, name, o...)
	return ctx, func(failure string) {
		if failure != "" {
			span.SetStatus(codes.Error, failure)
		}
		span.End()
	}
}

type requestKey struct{}

// Request begins the span of an HTTP request, below that of its client if it names one (traceparent).
func (t *Tracing) Request(ctx context.Context, r *http.Request) (context.Context, End) {
	if t == nil {
		return ctx, ended
	}
	ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
	ctx, end := t.start(ctx, r.Method+" "+r.Pattern, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(attribute.String("http.request.method", r.Method)))
	return context.WithValue(ctx, requestKey{}, true), end
}

// Operation names the span of the request after its operation, or begins one where none is under way: of an operation over a
// connection that stays open, whose extensions may have a traceparent, and of a payload of a subscription.
func (t *Tracing) Operation(ctx context.Context, kind, name string, extensions map[string]any) (context.Context, End) {
	if t == nil {
		return ctx, ended
	}
	about := []attribute.KeyValue{attribute.String("graphql.operation.type", kind), attribute.String("graphql.operation.name", name)}
	title := strings.TrimSpace(kind + " " + name)
	if of, _ := ctx.Value(requestKey{}).(bool); of {
		span := trace.SpanFromContext(ctx)
		span.SetName(title)
		span.SetAttributes(about...)
		return ctx, func(failure string) {
			if failure != "" {
				span.SetStatus(codes.Error, failure)
			}
		}
	}
	if parent, ok := extensions["traceparent"].(string); ok {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": parent})
	}
	return t.start(ctx, title, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(about...))
}

// Field begins the span of a root field.
func (t *Tracing) Field(ctx context.Context, name string) (context.Context, End) {
	if t == nil {
		return ctx, ended
	}
	return t.start(ctx, name, trace.WithAttributes(attribute.String("graphql.field.name", name)))
}

// Statement begins the span of a statement, where something is under way that is traced: what the server does by itself is not.
func (t *Tracing) Statement(ctx context.Context, sql string) (context.Context, End) {
	if t == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return ctx, ended
	}
	word, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	return t.start(ctx, strings.ToUpper(word), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.system.name", "postgresql"), attribute.String("db.query.text", withoutValues(sql))))
}

// maxStatement is how much of a statement is told, in bytes.
const maxStatement = 2000

// withoutValues puts ? where a value stands: what people have written is no business of who reads traces.
func withoutValues(sql string) string {
	var b strings.Builder
	for i := 0; i < len(sql) && b.Len() < maxStatement; i++ {
		c := sql[i]
		switch {
		case c == '\'':
			for i++; i < len(sql); i++ {
				if sql[i] == '\'' && (i+1 == len(sql) || sql[i+1] != '\'') {
					break
				} else if sql[i] == '\'' {
					i++
				}
			}
			b.WriteByte('?')
		case c >= '0' && c <= '9' && (i == 0 || !partOfName(sql[i-1])):
			for i+1 < len(sql) && (sql[i+1] >= '0' && sql[i+1] <= '9' || sql[i+1] == '.') {
				i++
			}
			b.WriteByte('?')
		default:
			b.WriteByte(c)
		}
	}
	return strings.ToValidUTF8(b.String(), "")
}

func partOfName(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// Logs puts the trace into the lines that are written while something is traced.
func (t *Tracing) Logs(h slog.Handler) slog.Handler {
	if t == nil {
		return h
	}
	return traced{h}
}

type traced struct{ slog.Handler }

func (h traced) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r = r.Clone()
		r.AddAttrs(slog.String("trace", span.TraceID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{h.Handler.WithAttrs(attrs)} }
func (h traced) WithGroup(name string) slog.Handler       { return traced{h.Handler.WithGroup(name)} }
