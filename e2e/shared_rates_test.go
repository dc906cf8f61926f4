//go:build unix

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"deskwire/db/dbtest"
	"deskwire/desk"
	graphserver "deskwire/graph/server"
	"deskwire/live"
)

// spender asks servers in turn, as fast as they answer.
type spender struct {
	t       *testing.T
	servers []*client
	headers []string
}

// spendAll asks until every server refuses, and gives what all answers cost together.
func (s *spender) spendAll(query string) (points float64) {
	s.t.Helper()
	refused := map[int]bool{}
	for n := 0; len(refused) < len(s.servers); n++ {
		at := n % len(s.servers)
		got := s.servers[at].request(s.t, "application/json", query, nil, nil, s.headers...)
		var a answer
		err := json.NewDecoder(got.resp.Body).Decode(&a)
		got.cancel()
		if err != nil {
			s.t.Fatal(err)
		}
		if got.resp.StatusCode == http.StatusTooManyRequests {
			refused[at] = true
			continue
		}
		cost, _ := a.Extensions["cost"].(map[string]any)
		actual, ok := cost["actual"].(float64)
		if !ok || actual == 0 || len(a.Errors) > 0 {
			s.t.Fatalf("%d %+v", got.resp.StatusCode, a)
		}
		points += actual
	}
	return points
}

// TestSharedRates: two servers of one database have one limit, whichever of them is asked, and
// whatever joins them. Where nothing does, each has its own.
func TestSharedRates(t *testing.T) {
	t.Parallel()
	const limit = 3000
	query := "{"
	for n := range 20 {
		query += fmt.Sprintf(" a%d: viewer { agent { id } }", n)
	}
	query += " }"
	for name, c := range map[string]struct {
		rates      graphserver.Rates
		nats, away bool
	}{
		"of an agent":         {rates: graphserver.Rates{Actor: limit}},
		"of an account":       {rates: graphserver.Rates{Account: limit}},
		"of an address":       {rates: graphserver.Rates{Address: limit}},
		"over NATS":           {rates: graphserver.Rates{Actor: limit}, nats: true},
		"when NATS has ended": {rates: graphserver.Rates{Actor: limit}, nats: true, away: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var broker *ownNATS
			if c.nats {
				broker = newNATS(t)
			}
			dsn := dbtest.DSN(t)
			one := startSharing(t, dsn, c.rates, broker)
			other := startSharing(t, dsn, c.rates, broker)
			a := one.newAccount(t, desk.PlanStarter, time.Now())
			s := &spender{t: t, servers: []*client{{url: one.URL, token: a.admin.token}, {url: other.URL, token: a.admin.token}}}
			for _, at := range []*server{one, other} {
				eventually(t, "the servers know of each other", func() bool {
					_, text := at.request(t, "GET", "http://desk.test/metrics", nil)
					return strings.Contains(text, "\ndeskwire_rates_shared 1\n")
				})
			}
			limits := 1.0
			if c.away {
				broker.stop()
				limits = 2
			}
			began := time.Now()
			got := s.spendAll(query)
			want, most := 0.9*limits*limit, limits*limit*(1.35+time.Since(began).Minutes())
			if got < want || got > most {
				t.Errorf("%v points were spent, want %v to %v", got, want, most)
			}
		})
	}
}

// startSharing starts one of several servers of a database.
func startSharing(t *testing.T, dsn string, rates graphserver.Rates, broker *ownNATS) *server {
	t.Helper()
	return startWith(t, dsn, serverOptions{configure: func(cfg *graphserver.Config) {
		cfg.Rates = &rates
		if broker == nil {
			return
		}
		nats, err := live.OpenNATS(broker.url(), "shared", cfg.Log)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(nats.Close)
		cfg.NATS = nats
	}})
}
