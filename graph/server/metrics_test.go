package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/heap"
)

func (m *metrics) text(t *testing.T) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.scrapeHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

func TestMetrics(t *testing.T) {
	r := newRig()
	r.do(t, operation(`query Sidebar { conversations(first: 2) { nodes { id } } }`, nil))
	r.do(t, operation(`{ viewer { id } }`, nil))
	r.do(t, operation(`{ nonsense }`, nil))
	r.metrics.countBatch(desk.Batch{Events: []*desk.Event{{At: time.Now().Add(-time.Second)}, {At: time.Now()}}})
	text := r.metrics.text(t)
	for _, want := range []string{
		`deskwire_http_requests_total{path="/graphql",status="200"} 3`,
		`deskwire_operation_seconds_count{operation="Sidebar"} 1`, `deskwire_operation_seconds_count{operation="anonymous"} 1`,
		`deskwire_cost_points_total{kind="requested"} 4`, `deskwire_errors_total{code="GRAPHQL_VALIDATION_FAILED"} 1`,
		`deskwire_events_total 2`, `deskwire_log_lag_seconds_count 1`, `go_goroutines `,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// TestNamesAreBounded: clients can't fill the memory, here or in Prometheus, with names of
// operations.
func TestNamesAreBounded(t *testing.T) {
	var n operationNames
	for i := range 10_000 {
		n.labelFor(fmt.Sprint("Op", i))
	}
	if len(n.known) != maxOperationNames || n.labelFor("Op0") != "Op0" || n.labelFor("Op9999") != "other" || n.labelFor("") != "anonymous" {
		t.Errorf("%d names", len(n.known))
	}
}

func TestSlowOperationsAreLogged(t *testing.T) {
	r := newRig(func(r *rig) { r.slow = 1 })
	r.do(t, operation(`query Slow { viewer { id } }`, nil))
	if !strings.Contains(r.log.String(), `"slow operation","request":`) || !strings.Contains(r.log.String(), `"operation":"Slow"`) {
		t.Error(r.log.String())
	}
	r = newRig()
	r.do(t, operation(`query Quick { viewer { id } }`, nil))
	if strings.Contains(r.log.String(), "slow operation") {
		t.Error(r.log.String())
	}
}

// TestTheDashboardShowsWhatThereIs: each metric that docs/grafana.json asks for is one of the
// server's, and each of the server's own is asked for.
func TestTheDashboardShowsWhatThereIs(t *testing.T) {
	text, err := os.ReadFile("../../docs/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	r := newRig()
	none := func() int { return 0 }
	r.metrics.registerGauges(gaugeSources{connections: none, guests: none, transfers: none, memory: heap.NewBudget(1), waiting: none, running: none, pool: func() db.PoolStats { return db.PoolStats{} }, replica: func() (read.ReplicaStats, bool) { return read.ReplicaStats{}, true }})
	r.do(t, operation(`{ viewer { id } }`, nil))
	r.do(t, operation(`{ nonsense }`, nil))
	families, err := r.metrics.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	metric, unseen := map[string]string{}, map[string]bool{} // by the names of series
	for _, f := range families {
		name := f.GetName()
		metric[name] = name
		if f.GetMetric()[0].GetHistogram() != nil {
			metric[name+"_bucket"], metric[name+"_count"], metric[name+"_sum"] = name, name, name
		}
		if strings.HasPrefix(name, "deskwire_") {
			unseen[name] = true
		}
	}
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			for _, name := range regexp.MustCompile(`(deskwire|go|process)_[a-z_]+`).FindAllString(target.Expr, -1) {
				if metric[name] == "" {
					t.Errorf("there is no %s", name)
				}
				delete(unseen, metric[name])
			}
		}
	}
	for name := range unseen {
		t.Errorf("the dashboard does not show %s", name)
	}
}
