package tracing

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

func TestOpen_isOffUnlessAsked(t *testing.T) {
	for _, env := range []map[string]string{
		{},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"},
	} {
		t.Run("", func(t *testing.T) {
			for name, value := range env {
				t.Setenv(name, value)
			}
			if got, err := OpenFromEnvironment(t.Context(), slog.Default()); got != nil || err != nil {
				t.Errorf("%v gives %v, %v", env, got, err)
			}
		})
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
	if _, err := OpenFromEnvironment(t.Context(), slog.Default()); err == nil {
		t.Error("a way that traces are not sent in is taken")
	}
}

func TestTracing_offCostsNothing(t *testing.T) {
	var off *Tracing
	ctx, r := context.Background(), httptest.NewRequest("POST", "/graphql", nil)
	if n := testing.AllocsPerRun(100, func() {
		_, request := off.Request(ctx, r)
		in, operation := off.Operation(ctx, "query", "Sidebar", nil)
		in, field := off.RootField(in, "conversation")
		_, statement := off.Statement(in, "SELECT 1")
		statement("")
		field("")
		operation("")
		request("")
	}); n != 0 {
		t.Errorf("tracing that is off allocates %v times an operation", n)
	}
	if h := slog.Default().Handler(); off.LogHandler(h) != h {
		t.Error("the log has a handler more")
	}
	off.Close(ctx)
}

func TestLogs_haveTheTrace(t *testing.T) {
	p := sdk.NewTracerProvider()
	on := &Tracing{p, p.Tracer("test")}
	var b bytes.Buffer
	log := slog.New(on.LogHandler(slog.NewTextHandler(&b, nil))).With("account", "acme")
	ctx, end := on.RootField(t.Context(), "conversation")
	defer end("")
	log.InfoContext(ctx, "within")
	log.InfoContext(t.Context(), "outside")
	within, outside, _ := strings.Cut(b.String(), "\n")
	if !strings.Contains(within, " trace=") || strings.Contains(outside, "trace=") || !strings.Contains(within, "account=acme") {
		t.Errorf("the log says %s", b.String())
	}
}

func TestWithoutValues(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT * FROM a1 WHERE x = 'it''s' AND y = $1 LIMIT 25": "SELECT * FROM a1 WHERE x = ? AND y = $1 LIMIT ?",
		"INSERT INTO m VALUES ('a', 1.5, 'unfinished":            "INSERT INTO m VALUES (?, ?, ?",
	} {
		if got := withoutValues(sql); got != want {
			t.Errorf("%s", got)
		}
	}
}
