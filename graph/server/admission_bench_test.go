package server

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkSentAway is what it costs to send a request away, over a socket, both ends of it.
func BenchmarkSentAway(b *testing.B) {
	log := slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelWarn}))
	g := newLimiter(1)
	g.held = mostHeld
	for g.admit() != nil { // until there is no more room
	}
	server := httptest.NewServer(observeRequests(log, "", newMetrics(), nil, CrossOrigin(nil, g.admitOrShed(log, http.NotFoundHandler()))))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	ask := []byte("POST /graphql HTTP/1.1\r\nHost: desk.test\r\nContent-Type: application/json\r\nAccept: application/graphql-response+json\r\n" +
		"Authorization: Bearer nobody\r\nContent-Length: 13\r\n\r\n{\"query\":\"a\"}")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := conn.Write(ask); err != nil {
			b.Fatal(err)
		}
		resp, err := http.ReadResponse(in, nil)
		if err != nil || resp.StatusCode != http.StatusServiceUnavailable {
			b.Fatal(resp, err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			b.Fatal(err)
		}
	}
}
