package main

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestSlowClientsAreCut: who sends headers or a body bit by bit holds no connection for long.
func TestSlowClientsAreCut(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(&Settings{RequestTimeout: time.Second}, slog.New(slog.DiscardHandler), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusRequestTimeout)
		}
	}))
	go func() { _ = s.Serve(listener) }()
	t.Cleanup(func() { _ = s.Close() })
	for name, sent := range map[string]string{
		"headers":         "POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"a body":          "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{",
		"endless headers": "POST /graphql HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-More: "+strings.Repeat("x", 1000)+"\r\n", 64),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, sent) // it may be cut before all is sent
			_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
			answer, err := io.ReadAll(conn)
			if e, ok := err.(net.Error); ok && e.Timeout() || strings.Contains(string(answer), " 200 ") { //nolint:errorlint // of the connection itself
				t.Errorf("it is served: %q, %v", answer, err)
			}
		})
	}
}
