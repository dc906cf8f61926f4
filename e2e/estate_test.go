package e2e

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"deskwire/desk"
)

// estate is a server with furnished accounts, and what their people reach: two of ours, and one whose texts have
// theirWord in them.
type estate struct {
	*ledger
	ours, others, theirs *house
	reached              map[*house]*found // by the admin
	bySal                *found            // by the agent of Sales of ours
}

// theirWord stands in every text of the account that must stay unseen.
const theirWord = "zqxsecret"

// mould is an estate in a database that is copied for each test: furnishing takes longer than most of them.
var mould struct {
	once sync.Once
	dsn  string
	estate
}

var casts atomic.Int64

// newEstate gives a test an estate of its own.
func newEstate(t *testing.T) *estate {
	t.Helper()
	mould.once.Do(func() { pour(t) })
	if mould.dsn == "" {
		t.Fatal("the first test could not furnish the accounts: see there")
	}
	dsn, name := another(mould.dsn, fmt.Sprintf("cast_%d", casts.Add(1)))
	raise(t, "CREATE DATABASE "+name+" TEMPLATE mould")
	t.Cleanup(func() { raise(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	e := &estate{ledger: ledgerOf(t, startOn(t, dsn)), reached: map[*house]*found{}, bySal: mould.bySal}
	for to, from := range map[**house]*house{&e.ours: mould.ours, &e.others: mould.others, &e.theirs: mould.theirs} {
		*to = from.in(e.server)
		e.reached[*to] = mould.reached[from]
	}
	return e
}

// pour furnishes the mould.
func pour(t *testing.T) {
	s := start(t)
	e := estate{reached: map[*house]*found{}}
	for to, word := range map[**house]string{&e.ours: "", &e.others: "ours", &e.theirs: theirWord} {
		*to = furnish(t, s.newAccount(t, desk.PlanStarter, time.Now()), word)
		e.reached[*to] = (*to).reached(t, "")
	}
	e.bySal = e.ours.reached(t, "sal")
	s.Close()
	s.stop()
	_ = s.store.Close() // what is in use can't be copied
	dsn, name := another(s.dsn, "mould")
	mould.dsn, mould.estate = s.dsn, e
	raise(t, "CREATE DATABASE "+name+" TEMPLATE "+databaseName.FindStringSubmatch(s.dsn)[1])
	mould.dsn = dsn
}

var databaseName = regexp.MustCompile(`/(\w+)\?`)

// another is the address of another database of the same Postgres.
func another(dsn, name string) (string, string) {
	return databaseName.ReplaceAllString(dsn, "/"+name+"?"), name
}

var building sync.Mutex // a database is copied by one at a time

func raise(t testing.TB, sql string) {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	dsn, _ := another(mould.dsn, "deskwire")
	if _, err := connect(t, dsn).Exec(context.Background(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// in is the same house in a copy of its database.
func (h *house) in(s *server) *house {
	c := *h
	c.account = &account{server: s, slug: h.slug, admin: &client{url: s.URL, token: h.admin.token}}
	c.clients = maps.Clone(h.clients)
	for name, p := range c.clients {
		c.clients[name] = &client{url: s.URL, token: p.token}
	}
	return &c
}
