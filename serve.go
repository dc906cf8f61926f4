package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"deskwire/graph/server"
	"deskwire/heap"
	"deskwire/live"
	"deskwire/tracing"
	"deskwire/version"
)

type serveCommand struct{}

// Run serves until a signal, or until something below it breaks.
func (serveCommand) Run(ctx context.Context, s *Settings, c console) error {
	if err := s.validate(); err != nil {
		return err
	}
	traces, err := tracing.OpenFromEnvironment(ctx, s.newLogger(c.err))
	if err != nil {
		return err
	}
	defer traces.Close(ctx)
	log := slog.New(traces.LogHandler(s.newLogger(c.err).Handler()))
	// The port comes first: finding it taken should not cost the start of a database.
	listener, err := listenOn(ctx, s.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	d, err := openServed(ctx, s, log, traces)
	if err != nil {
		return err
	}
	err = errors.Join(serveUntilStopped(ctx, s, c, d, listener, log, traces), d.closeDatabase())
	if err == nil {
		log.InfoContext(ctx, "stopped; every acknowledged change is saved")
	}
	return err
}

func listenOn(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("the address %s is in use by another program: stop that one, or set ADDR to another address", addr)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("this user may not listen on %s: set ADDR to a port above 1023", addr)
	}
	return nil, fmt.Errorf("ADDR cannot be used; write it as host:port: %w", err)
}

func serveUntilStopped(ctx context.Context, s *Settings, c console, d *database, listener net.Listener, log *slog.Logger, traces *tracing.Tracing) error {
	defer heap.KeepHeadroom(heap.ServerHeadroom)()
	auth, err := server.NewAuthenticator(d.Store, s.identity(), log) //nolint:contextcheck // keys are fetched for as long as the program runs
	if err != nil {
		return err
	}
	nats, err := openNATS(ctx, s, d, log)
	if err != nil {
		return err
	}
	if nats != nil {
		defer nats.Close()
	}
	limits, err := s.requestLimits()
	if err != nil {
		return err
	}
	trusted, err := s.trustedDocuments()
	if err != nil {
		return err
	}
	base := s.baseURL(listener.Addr())
	handler := server.NewHandler(server.Config{ //nolint:contextcheck // connections outlive the signal: they are drained
		Store: d.Store, Auth: auth, BaseURL: base, Origins: s.CORSOrigins, Timeout: s.RequestTimeout, Limits: limits, Log: log, Page: browserPages(s, d),
		Rates: &server.Rates{Actor: s.RateActor, Account: s.RateAccount, Address: s.RateAddress}, SignIns: &s.SignIns, ProxyHeader: s.ProxyHeader, Running: s.MaxRunning, Trusted: trusted, TrustedOnly: s.TrustedOnly, Slow: s.SlowOperation,
		Tracing: traces, NATS: nats, Retention: s.EventRetention, Connections: s.MaxConnections, Memory: heap.NewBudget(int64(s.MemoryBudget)),
	})
	defer handler.Close()
	server := newServer(s, log, handler)
	stopPprof, err := servePprof(ctx, s.PrivateAddr, log)
	if err != nil {
		return err
	}
	defer stopPprof()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	log.InfoContext(ctx, "serving", "version", version.Current())
	stopJobs := startJobs(ctx, d, s, log)
	defer stopJobs()
	if err := printWelcome(ctx, c, s, d, base); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case <-ctx.Done():
		sendClientsElsewhere(ctx, handler.StopBeingReady, s.ShutdownDelay, log)
		return shutDown(ctx, server, handler.Drain, s.ShutdownTimeout, log)
	case <-d.postgresDied():
		return errors.Join(errors.New("the private Postgres stopped unexpectedly: see postgres.log in its data folder, then start the server again; every acknowledged change is saved"), server.Close())
	case err := <-failed:
		return err
	}
}

// openNATS connects to the NATS that joins the servers; nil where Postgres does.
func openNATS(ctx context.Context, s *Settings, d *database, log *slog.Logger) (*live.NATS, error) {
	if s.NATSURL == "" {
		return nil, nil
	}
	id, err := d.Identity(ctx)
	if err != nil {
		return nil, err
	}
	return live.OpenNATS(s.NATSURL, id, log)
}

// newServer bounds what a client may do to a connection before a request is understood.
func newServer(s *Settings, log *slog.Logger, h http.Handler) *http.Server {
	bounded := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      s.RequestTimeout + 30*time.Second, // for who reads the answer slowly
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	server.NewHTTPConns(s.ProxyHeader != "").Bound(bounded)
	return bounded
}

// sendClientsElsewhere tells load balancers that the server stops, and goes on working until they
// have noticed: what they send until then is answered.
func sendClientsElsewhere(ctx context.Context, stopBeingReady func(), delay time.Duration, log *slog.Logger) {
	stopBeingReady()
	if delay > 0 {
		log.InfoContext(ctx, "stopping soon; /readyz answers 503 from now on", "in", delay)
		time.Sleep(delay) // a second signal ends the program at once
	}
}

// shutDown takes no more requests, lets those that run finish, and sends subscribers to other
// servers, spread over half of the patience. That the context has ended is why it is called.
func shutDown(ctx context.Context, server *http.Server, drain func(context.Context, time.Duration), patience time.Duration, log *slog.Logger) error {
	log.InfoContext(ctx, "stopping")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	var drained sync.WaitGroup
	drained.Go(func() { drain(ctx, patience/2) })
	defer drained.Wait()
	if err := server.Shutdown(ctx); err != nil {
		log.WarnContext(ctx, "some requests did not finish in time and were cut off", "after", patience)
		return server.Close()
	}
	return nil
}

// startJobs runs what has to be done from time to time; the function that it gives ends that and
// waits.
func startJobs(ctx context.Context, d *database, s *Settings, log *slog.Logger) func() {
	ctx, cancel := context.WithCancel(ctx)
	var jobs sync.WaitGroup
	jobs.Go(func() {
		d.Maintain(ctx, s.TrashPurgeInterval, s.EventKeep, func(err error) { log.Error("maintenance failed; it will be retried", "err", err) })
	})
	jobs.Go(func() {
		d.KeepHandedOn(ctx, func(err error) { log.Error("some records were not handed on; this will be retried", "err", err) })
	})
	jobs.Go(func() {
		d.KeepRefolded(ctx, func(err error) {
			log.Error("some addresses were not brought into one form; this will be retried", "err", err)
		})
	})
	jobs.Go(func() {
		d.KeepSearch(ctx, func(err error) {
			log.Error("some records could not be indexed for search; this will be retried", "err", err)
		})
	})
	jobs.Go(func() {
		d.KeepAnalyzed(ctx, func(err error) {
			log.Error("the tables could not be analyzed, so queries may be slow; this will be retried", "err", err)
		})
	})
	return func() {
		cancel()
		jobs.Wait()
	}
}
