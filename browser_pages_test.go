package main

import (
	"net/http/httptest"
	"testing"
)

// The token of the demo is for a browser on the same machine, whatever else reaches the server.
func TestSameMachine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, host, header string
		want               bool
	}{
		{"127.0.0.1:5000", "127.0.0.1:8080", "", true},
		{"127.0.0.1:5000", "localhost", "", true},
		{"[::1]:5000", "[::1]:8080", "", true},
		{"[::1]:5000", "LOCALHOST:8080", "", true},
		{"127.0.0.1:5000", "desk.example", "", false},
		{"127.0.0.1:5000", "localhost.attacker.example:8080", "", false},
		{"192.168.1.4:5000", "127.0.0.1:8080", "", false},
		{"127.0.0.1:5000", "127.0.0.1:8080", "X-Forwarded-For", false},
		{"127.0.0.1:5000", "127.0.0.1:8080", "Forwarded", false},
		{"nonsense", "127.0.0.1:8080", "", false},
	} {
		r := httptest.NewRequest("GET", "/graphiql", nil)
		r.RemoteAddr, r.Host = c.from, c.host
		if c.header != "" {
			r.Header.Set(c.header, "192.0.2.1")
		}
		if got := sameMachine(r); got != c.want {
			t.Errorf("from %s to %s %s: %v", c.from, c.host, c.header, got)
		}
	}
}

func TestExplorerIsOffInProduction(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		setting, database string
		want              bool
	}{{"auto", "", true}, {"auto", "postgres://db/deskwire", false}, {"on", "postgres://db/deskwire", true}, {"off", "", false}} {
		s := Settings{GraphiQL: c.setting, DatabaseURL: c.database}
		if got := s.explorer(); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
