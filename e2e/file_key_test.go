package e2e

import (
	"context"
	"testing"
	"time"

	"deskwire/desk"
)

// TestFileKeyIsReplaced: a new key signs the addresses of files while servers run. What was signed
// before opens for as long as it was said, on all servers, and no longer.
func TestFileKeyIsReplaced(t *testing.T) {
	t.Parallel()
	here := start(t)
	there := startOn(t, here.dsn)
	a := here.newAccount(t, desk.PlanStarter, time.Now())
	address := func() string {
		p := a.admin.must(t, "attachmentCreate", "uploadUrl", vars{"fileName": "a.txt", "contentType": "text/plain", "size": 3})
		return p.str("uploadUrl")
	}
	// A body of another size is refused by the file, and not by its address.
	opens := func(s *server, url string) bool {
		switch got := s.requestStatus(t, "PUT", url, []byte("four")); got {
		case 400:
			return true
		case 404:
			return false
		default:
			t.Fatalf("an address answered %d", got)
			return false
		}
	}
	rotate := func(keep time.Duration) {
		if err := here.store.RotateFileKey(context.Background(), keep); err != nil {
			t.Fatal(err)
		}
	}
	// until polls, and looks that addresses of now open on both servers meanwhile.
	until := func(what string, done func() bool, open bool) {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for deadline := time.Now().Add(20 * time.Second); !done(); <-tick.C {
			if now := address(); open && (!opens(here, now) || !opens(there, now)) {
				t.Fatal("an address is refused when it was just handed out")
			}
			if time.Now().After(deadline) {
				t.Fatal(what)
			}
		}
	}
	first := address()
	rotate(10 * time.Second)
	if !opens(here, first) || !opens(there, first) {
		t.Error("an address is refused at once, though it was to be kept")
	}
	until("an address opens for ever", func() bool { return !opens(here, first) && !opens(there, first) }, true)
	second := address()
	rotate(0)
	until("an address opens though its key was revoked", func() bool { return !opens(here, second) && !opens(there, second) }, false)
	if third := address(); !opens(here, third) || !opens(there, third) {
		t.Error("the newest address is refused")
	}
}
