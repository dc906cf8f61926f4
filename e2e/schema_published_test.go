package e2e

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	graphserver "deskwire/graph/server"
)

// TestSchemaPublished: the schema is there for everybody where everybody may introspect it, and for
// nobody where only some roles may.
func TestSchemaPublished(t *testing.T) {
	t.Parallel()
	s := start(t)
	log := slog.New(slog.NewTextHandler(s.faults, nil))
	auth, err := graphserver.NewAuthenticator(s.store, graphserver.Identity{}, log)
	if err != nil {
		t.Fatal(err)
	}
	for changes, want := range map[string]int{"": 200, "introspection=1": 200, "introspection=0": 404, "introspection=0,depth=20": 404} {
		limits, err := graphserver.NewLimits(changes, nil)
		if err != nil {
			t.Fatal(err)
		}
		h := graphserver.NewHandler(graphserver.Config{Store: s.store, Auth: auth, Limits: limits, Log: slog.New(slog.DiscardHandler)})
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(method, "/schema.graphqls", nil))
			if w.Code != want || want == 404 && strings.Contains(w.Body.String(), "type ") {
				t.Errorf("%q: %s is answered %d %.100s", changes, method, w.Code, w.Body)
			}
		}
		h.Close()
	}
}
