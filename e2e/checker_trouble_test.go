//go:build unix

package e2e

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

func (c *checker) startServer() *clusterServer {
	url := ""
	if c.bus != nil {
		url = c.bus.url()
	}
	return startClusterServer(c.t, c.pg.dsn(), url)
}

// causeTrouble causes one kind of failure after another.
func (c *checker) causeTrouble(until context.Context) {
	kinds := []func(){c.cutBackends, c.moveServer, c.restartPostgres, c.cutBackends, c.moveServer, c.killPostgres}
	if c.bus != nil {
		kinds = append(kinds, c.stopBus, c.stopBus)
	}
	for i := rand.IntN(len(kinds)); until.Err() == nil; i++ {
		time.Sleep(time.Duration(200+rand.IntN(500)) * time.Millisecond)
		c.troubles.Add(1)
		kinds[i%len(kinds)]()
	}
}

// cutBackends ends most connections to the database.
func (c *checker) cutBackends() {
	ctx := context.Background()
	hand, err := pgx.Connect(ctx, c.pg.dsn())
	if err == nil {
		_, err = hand.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.7")
		_ = hand.Close(ctx)
	}
	if err != nil {
		c.t.Error(err)
	}
}

// moveServer stops a server and starts it anew at another address.
func (c *checker) moveServer() {
	c.mu.Lock()
	i := rand.IntN(len(c.servers))
	old := c.servers[i]
	c.mu.Unlock()
	old.stop()
	fresh := c.startServer()
	c.mu.Lock()
	c.servers[i] = fresh
	c.mu.Unlock()
}

func (c *checker) restartPostgres() {
	c.pg.stop(c.t)
	time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
	c.pg.start(c.t)
}

func (c *checker) killPostgres() {
	c.pg.kill(c.t)
	c.pg.start(c.t)
}

// stopBus has the servers find each other by the database alone for a while.
func (c *checker) stopBus() {
	c.bus.stop()
	time.Sleep(time.Duration(rand.IntN(500)) * time.Millisecond)
	c.bus.start(c.t)
}

// signIn gives a token, now and then one that ends soon.
func (c *checker) signIn(trouble context.Context) (string, error) {
	if trouble.Err() == nil && rand.IntN(4) == 0 {
		return c.shortToken(time.Duration(300+rand.IntN(1000)) * time.Millisecond)
	}
	return c.account.admin.token, nil
}

// shortToken is one that ends by itself.
func (c *checker) shortToken(d time.Duration) (string, error) {
	ctx, until := context.Background(), time.Now().Add(d)
	by, err := c.account.store.ActorByEmail(ctx, c.account.slug, "ada@"+c.account.slug+".test")
	if err != nil || by == nil {
		return "", errors.Join(err, errors.New("nobody"))
	}
	out, err := c.account.store.Write(ctx, write.Write{By: read.Authenticated(by), Mutation: "test", Permission: (*desk.Actor).CheckMakeTokens}, func(ctx context.Context, tx *write.Tx) error {
		return tx.CreateToken(ctx, nil, "short", nil, &until)
	})
	if err != nil {
		return "", err
	}
	return *out.Secret, nil
}
