package main

import (
	"context"
	"net"
	"net/http"
	"testing"

	"log/slog"
)

func TestProfilesArePrivate(t *testing.T) {
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	if _, err := servePprof(t.Context(), addr, slog.New(slog.DiscardHandler)); err == nil {
		t.Fatal("a taken address is no error")
	}
	free.Close()
	stop, err := servePprof(t.Context(), addr, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ask := func() (int, error) {
		req, _ := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, "http://"+addr+"/debug/pprof/goroutine?debug=1", nil)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, err
		}
		resp.Body.Close()
		return resp.StatusCode, nil
	}
	if status, err := ask(); status != 200 {
		t.Errorf("%d, %v", status, err)
	}
	stop()
	if status, err := ask(); err == nil {
		t.Errorf("it goes on: %d", status)
	}
}
