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

// fixtures is a server with three populated accounts and the records that their people can reach:
// two accounts are ours, and the texts of the third have foreignMarker in them.
type fixtures struct {
	*rowInspector
	ours, others, theirs *accountFixture
	reachable            map[*accountFixture]*reachable // by the admin
	reachableBySal       *reachable                     // by the agent of Sales of ours
}

// foreignMarker stands in every text of the account that must stay unseen.
const foreignMarker = "zqxsecret"

// templateDatabase is a database with the fixtures in it, from which each test's own is created:
// populating the accounts takes longer than most tests.
var templateDatabase struct {
	once sync.Once
	dsn  string
	fixtures
}

var databaseCopies atomic.Int64

// newFixtures gives a test fixtures of its own, in a copy of the template database.
func newFixtures(t *testing.T) *fixtures {
	t.Helper()
	templateDatabase.once.Do(func() { createTemplate(t) })
	if templateDatabase.dsn == "" {
		t.Fatal("the first test could not populate the accounts: see there")
	}
	dsn, name := otherDatabase(templateDatabase.dsn, fmt.Sprintf("fixtures_%d", databaseCopies.Add(1)))
	execDDL(t, "CREATE DATABASE "+name+" TEMPLATE fixtures")
	t.Cleanup(func() { execDDL(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	fx := &fixtures{rowInspector: newRowInspector(t, startOn(t, dsn)), reachable: map[*accountFixture]*reachable{}, reachableBySal: templateDatabase.reachableBySal}
	for to, from := range map[**accountFixture]*accountFixture{&fx.ours: templateDatabase.ours, &fx.others: templateDatabase.others, &fx.theirs: templateDatabase.theirs} {
		*to = from.onServer(fx.server)
		fx.reachable[*to] = templateDatabase.reachable[from]
	}
	return fx
}

// createTemplate populates the template database.
func createTemplate(t *testing.T) {
	s := start(t)
	fx := fixtures{reachable: map[*accountFixture]*reachable{}}
	for to, word := range map[**accountFixture]string{&fx.ours: "", &fx.others: "ours", &fx.theirs: foreignMarker} {
		*to = populate(t, s.newAccount(t, desk.PlanStarter, time.Now()), word)
		fx.reachable[*to] = (*to).crawlAs(t, "")
	}
	fx.reachableBySal = fx.ours.crawlAs(t, "sal")
	s.Close()
	s.stop()
	_ = s.store.Close() // what is in use can't be copied
	dsn, name := otherDatabase(s.dsn, "fixtures")
	templateDatabase.dsn, templateDatabase.fixtures = s.dsn, fx
	execDDL(t, "CREATE DATABASE "+name+" TEMPLATE "+databaseName.FindStringSubmatch(s.dsn)[1])
	templateDatabase.dsn = dsn
}

var databaseName = regexp.MustCompile(`/(\w+)\?`)

// otherDatabase is the address of another database of the same Postgres.
func otherDatabase(dsn, name string) (string, string) {
	return databaseName.ReplaceAllString(dsn, "/"+name+"?"), name
}

var createDatabaseMutex sync.Mutex // Postgres copies a template for one session at a time

// execDDL runs a statement on the maintenance database, which nothing copies.
func execDDL(t testing.TB, sql string) {
	t.Helper()
	createDatabaseMutex.Lock()
	defer createDatabaseMutex.Unlock()
	dsn, _ := otherDatabase(templateDatabase.dsn, "deskwire")
	if _, err := connectSQL(t, dsn).Exec(context.Background(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// onServer is the same account in a copy of its database, behind another server.
func (acc *accountFixture) onServer(s *server) *accountFixture {
	c := *acc
	c.account = &account{server: s, slug: acc.slug, admin: &client{url: s.URL, token: acc.admin.token}}
	c.clients = maps.Clone(acc.clients)
	for name, p := range c.clients {
		c.clients[name] = &client{url: s.URL, token: p.token}
	}
	return &c
}
