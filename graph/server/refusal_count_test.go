package server

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// TestRefusalsAreCounted: what is refused before it is an operation counts like any other error, by
// its code; alerts go by that.
func TestRefusalsAreCounted(t *testing.T) {
	m := newMetrics()
	r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
	r = r.WithContext(withRequest(r.Context(), &request{metrics: m}))
	for _, code := range []string{codeOverloaded, codeUnavailable, codeOverloaded} {
		to, ok := negotiateReply(httptest.NewRecorder(), r, slog.New(slog.DiscardHandler))
		if !ok {
			t.Fatal("nothing can be answered")
		}
		to.sendRefusal(r.Context(), refusal{http.StatusServiceUnavailable, code, "No."})
	}
	requestOf(r.Context()).noteCodes(gqlerror.List{codedError(codeManyOperations, "No.")})

	scraped := httptest.NewRecorder()
	m.scrapeHandler().ServeHTTP(scraped, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, line := range []string{`deskwire_errors_total{code="OVERLOADED"} 2`, `deskwire_errors_total{code="UNAVAILABLE"} 1`, `deskwire_errors_total{code="TOO_MANY_OPERATIONS"} 1`} {
		if !strings.Contains(scraped.Body.String(), line) {
			t.Errorf("/metrics lacks %s", line)
		}
	}
}
