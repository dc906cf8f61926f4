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

// program is Deskwire as it runs in production: handler, hub, log and database.
type program struct {
	*graphserver.Handler
	store      *db.Store
	statements atomic.Int64
}

func newProgram(f serveFlags) (server, error) {
	heap.KeepHeadroom(heap.ServerHeadroom) // as the program does
	p := &program{}
	o := db.Options{}
	if f.hook {
		o.Saw = func(context.Context, string) { p.statements.Add(1) }
	}
	var err error
	if p.store, err = db.Open(context.Background(), f.dsn, o); err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	auth, err := graphserver.NewAuthenticator(p.store, graphserver.Identity{}, log)
	if err != nil {
		return nil, err
	}
	p.Handler = graphserver.NewHandler(graphserver.Config{Store: p.store, Auth: auth, BaseURL: "http://desk.test", Rates: &graphserver.Rates{}, Log: log})
	return p, nil
}

func (p *program) publish(int, stamp) {} // what happens here is written into the database

func (p *program) count(st *stats) { st.Statements = p.statements.Load() }

func (p *program) close() {
	p.Handler.Close()
	_ = p.store.Close() // the process ends
}
