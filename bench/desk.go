//go:build linux

package main

import (
	"context"
	"log/slog"
	"os"
	"sync/atomic"

	"deskwire/db"
	graphserver "deskwire/graph/server"
	"deskwire/heap"
)

// whole is the program as it is: handler, hub, log and database.
type whole struct {
	*graphserver.Handler
	store      *db.Store
	statements atomic.Int64
}

func newDesk(f serveFlags) (server, error) {
	heap.Headroom(heap.Usual) // as the program does
	w := &whole{}
	o := db.Options{}
	if f.hook {
		o.Saw = func(context.Context, string) { w.statements.Add(1) }
	}
	var err error
	if w.store, err = db.Open(context.Background(), f.dsn, o); err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	auth, err := graphserver.NewAuthenticator(w.store, graphserver.Identity{}, log)
	if err != nil {
		return nil, err
	}
	w.Handler = graphserver.NewHandler(graphserver.Config{Store: w.store, Auth: auth, BaseURL: "http://desk.test", Rates: &graphserver.Rates{}, Log: log})
	return w, nil
}

func (w *whole) publish(int, stamp) {} // what happens here is written into the database

func (w *whole) count(st *stats) { st.Statements = w.statements.Load() }

func (w *whole) close() {
	w.Handler.Close()
	_ = w.store.Close() // the process ends
}
