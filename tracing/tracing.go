// Package tracing tells OpenTelemetry what an operation did: one span for it, one for each root
// field, one for each statement to the database. It is off, and costs nothing, unless
// OTEL_EXPORTER_OTLP_ENDPOINT is set.
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

// OpenFromEnvironment opens an exporter as the standard variables OTEL_… say; nil where they name
// no endpoint.
func OpenFromEnvironment(ctx context.Context, log *slog.Logger) (*Tracing, error) {
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
	_ = t.provider.Shutdown(ctx) // what can't be sent is logged
}

// EndSpan ends a span; with an error, if something failed.
type EndSpan = func(failure string)

func endNothing(string) {}

func (t *Tracing) startSpan(ctx context.Context, name string, o ...trace.SpanStartOption) (context.Context, EndSpan) {
	ctx, span := t.tracer.Start(ctx, name, o...)
	return ctx, func(failure string) {
		if failure != "" {
			span.SetStatus(codes.Error, failure)
		}
		span.End()
	}
}

type requestKey struct{}

// Request begins the span of an HTTP request, below that of its client if it names one
// (traceparent).
func (t *Tracing) Request(ctx context.Context, r *http.Request) (context.Context, EndSpan) {
	if t == nil {
		return ctx, endNothing
	}
	ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
	ctx, end := t.startSpan(ctx, r.Method+" "+r.Pattern, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(attribute.String("http.request.method", r.Method)))
	return context.WithValue(ctx, requestKey{}, true), end
}

// Operation names the span of the request after its operation, or begins one where none is under
// way: of an operation over a connection that stays open, whose extensions may have a traceparent,
// and of a payload of a subscription.
func (t *Tracing) Operation(ctx context.Context, kind, name string, extensions map[string]any) (context.Context, EndSpan) {
	if t == nil {
		return ctx, endNothing
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
	return t.startSpan(ctx, title, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(about...))
}

// RootField begins the span of a root field.
func (t *Tracing) RootField(ctx context.Context, name string) (context.Context, EndSpan) {
	if t == nil {
		return ctx, endNothing
	}
	return t.startSpan(ctx, name, trace.WithAttributes(attribute.String("graphql.field.name", name)))
}

// Statement begins the span of a statement within a traced operation; what the server does by
// itself is not traced.
func (t *Tracing) Statement(ctx context.Context, sql string) (context.Context, EndSpan) {
	if t == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return ctx, endNothing
	}
	word, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	return t.startSpan(ctx, strings.ToUpper(word), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.system.name", "postgresql"), attribute.String("db.query.text", withoutValues(sql))))
}

// maxStatement is how much of a statement a span holds, in bytes.
const maxStatement = 2000

// withoutValues puts ? in place of each literal: what people have written must not be in traces.
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

// LogHandler adds the trace id to the log lines of what is traced.
func (t *Tracing) LogHandler(h slog.Handler) slog.Handler {
	if t == nil {
		return h
	}
	return traceHandler{h}
}

type traceHandler struct{ slog.Handler }

func (h traceHandler) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r = r.Clone()
		r.AddAttrs(slog.String("trace", span.TraceID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h traceHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return traceHandler{h.Handler.WithAttrs(attrs)}
}
func (h traceHandler) WithGroup(name string) slog.Handler {
	return traceHandler{h.Handler.WithGroup(name)}
}
