package graph

import (
	"testing"
	"time"

	"deskwire/desk"
)

// A view of "today" is another one from the viewer's midnight on, and not at every minute.
func TestIsAnotherDay(t *testing.T) {
	t.Parallel()
	at := func(text string) int64 {
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return desk.MinuteOf(moment)
	}
	for _, c := range []struct {
		zone, a, b string
		want       bool
	}{
		{"UTC", "2026-03-01T12:00:00Z", "2026-03-01T12:01:00Z", false}, {"UTC", "2026-03-01T23:59:00Z", "2026-03-02T00:00:00Z", true},
		{"Asia/Tokyo", "2026-03-01T23:59:00Z", "2026-03-02T00:00:00Z", false}, {"Asia/Tokyo", "2026-03-01T14:59:00Z", "2026-03-01T15:00:00Z", true},
		{"Asia/Kathmandu", "2026-03-01T18:14:00Z", "2026-03-01T18:15:00Z", true}, {"America/New_York", "2026-03-01T05:00:00Z", "2026-03-02T04:59:00Z", false},
	} {
		l := &loaders{by: &desk.Actor{Agent: &desk.Agent{TimeZone: &c.zone}}}
		if got := l.isAnotherDay(at(c.a), at(c.b)); got != c.want {
			t.Errorf("%s and %s in %s are two days: %v", c.a, c.b, c.zone, got)
		}
	}
}
