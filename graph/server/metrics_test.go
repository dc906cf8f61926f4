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
	"deskwire/graph"
	"deskwire/heap"
	"deskwire/live"
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

// ownMetrics are the metrics of the server by the names of their series, and the names of those
// that are its own.
func ownMetrics(t *testing.T) (metric map[string]string, own map[string]bool) {
	t.Helper()
	r := newRig()
	none := func() int { return 0 }
	r.metrics.registerGauges(gaugeSources{
		connections: none, ratesShared: func() bool { return true }, nats: func() bool { return true }, guests: none, transfers: none, memory: heap.NewBudget(1), waiting: none, running: none, pool: func() db.PoolStats { return db.PoolStats{} }, replica: func() (read.ReplicaStats, bool) { return read.ReplicaStats{}, true },
		hub: func() live.Stats { return live.Stats{} }, cut: func() int64 { return 0 }, logAge: func() time.Duration { return 0 },
		backlog: func() db.Backlog { return db.Backlog{} }, failingJobs: func() []string { return nil },
	})
	r.do(t, operation(`{ viewer { id } }`, nil))
	r.do(t, operation(`{ nonsense }`, nil))
	families, err := r.metrics.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	metric, own = map[string]string{}, map[string]bool{}
	for _, f := range families {
		name := f.GetName()
		metric[name] = name
		if f.GetMetric()[0].GetHistogram() != nil {
			metric[name+"_bucket"], metric[name+"_count"], metric[name+"_sum"] = name, name, name
		}
		if strings.HasPrefix(name, "deskwire_") {
			own[name] = true
		}
	}
	return metric, own
}

// TestAlerts: the rules of docs/alerts.yml look at what there is, wait a moment, and say what to
// do.
func TestAlerts(t *testing.T) {
	text, err := os.ReadFile("../../docs/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	metric, _ := ownMetrics(t)
	rules := strings.Split(string(text), "- alert: ")[1:]
	if len(rules) < 8 {
		t.Errorf("there are %d rules", len(rules))
	}
	for _, rule := range rules {
		name, _, _ := strings.Cut(rule, "\n")
		if !regexp.MustCompile(`(?s)^\w+\n +expr: .+\n +for: \d+[smh]\n +labels: \{severity: (page|ticket)\}\n +annotations:\n +summary: ".+\."\n`).MatchString(rule) {
			t.Errorf("%s has no such form:\n%s", name, rule)
		}
		expr := regexp.MustCompile(`expr: (.+)`).FindStringSubmatch(rule)
		if expr == nil {
			continue
		}
		used := regexp.MustCompile(`deskwire_[a-z_]+`).FindAllString(expr[1], -1)
		for _, series := range used {
			if metric[series] == "" {
				t.Errorf("%s: there is no %s", name, series)
			}
		}
		if len(used) == 0 {
			t.Errorf("%s looks at nothing", name)
		}
		for _, code := range regexp.MustCompile(`code=~?"([A-Z_|]+)"`).FindAllStringSubmatch(expr[1], -1) {
			for _, one := range strings.Split(code[1], "|") {
				if graph.Schema().Types["RequestErrorCode"].EnumValues.ForName(one) == nil {
					t.Errorf("%s: there is no code %s", name, one)
				}
			}
		}
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
	metric, unseen := ownMetrics(t)
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
