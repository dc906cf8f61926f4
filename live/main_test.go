package live

import (
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"deskwire/db/dbtest"
)

func TestMain(m *testing.M) {
	// Who waits for Postgres ends with it, a moment after Stop.
	goleak.VerifyTestMain(stopping{m}, goleak.IgnoreAnyFunction("deskwire/db/embedded.startProcess.func1"))
}

// stopping ends the tests' Postgres before goroutines are counted.
type stopping struct{ *testing.M }

func (s stopping) Run() int {
	defer dbtest.Stop()
	return s.M.Run()
}

var quiet = slog.New(slog.DiscardHandler)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits for what it wants to see.
func eventually(t testing.TB, what string, wrong func() string) {
	t.Helper()
	end := time.Now().Add(30 * time.Second)
	last := wrong()
	for ; last != ""; last = wrong() {
		if time.Now().After(end) {
			t.Fatalf("%s: %s", what, last)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
