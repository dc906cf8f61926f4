package server

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// An upgrade is answered past the writer: the log has to know of it all the same, and a panic after
// it must not write an answer into the other protocol.
func TestAnUpgradeIsLogged(t *testing.T) {
	log := &logBook{}
	logged := make(chan struct{})
	handler := observeRequests(slog.New(slog.NewJSONHandler(log, nil)), "", newMetrics(), nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprint(conn, "another protocol")
		panic("after it")
	}))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(logged)
		handler.ServeHTTP(w, r)
	}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: test\r\n\r\n")
	answer := make([]byte, 100)
	n, _ := conn.Read(answer)
	<-logged
	if got := string(answer[:n]); got != "another protocol" {
		t.Errorf("answered %q", got)
	}
	if !strings.Contains(log.String(), `"status":101`) || !strings.Contains(log.String(), "after it") {
		t.Errorf("logged %s", log)
	}
}
