package desk

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	in, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestDays(t *testing.T) {
	for _, c := range []struct {
		days        Days
		zone, now   string
		first, last string // moments in UTC; the last is the one behind
	}{
		{Today, "UTC", "2026-03-01T12:00:00Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"},
		{Today, "America/Los_Angeles", "2026-03-01T07:59:00Z", "2026-02-28T08:00:00Z", "2026-03-01T08:00:00Z"},
		{Today, "America/Los_Angeles", "2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z", "2026-03-02T08:00:00Z"},
		{Today, "Asia/Kathmandu", "2026-03-01T18:15:00Z", "2026-03-01T18:15:00Z", "2026-03-02T18:15:00Z"},
		{Today, "Europe/Berlin", "2026-03-29T10:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"}, // 23 hours
		{Today, "Europe/Berlin", "2026-10-25T10:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"}, // 25 hours
		{Tomorrow, "Europe/Berlin", "2026-03-28T22:59:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{Yesterday, "Europe/Berlin", "2026-03-30T00:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{Today, "America/Havana", "2026-03-08T12:00:00Z", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"}, // no midnight
		{Today, "America/Havana", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"}, // one o'clock twice
		{ThisWeek, "Europe/Berlin", "2026-03-29T21:59:00Z", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z"},
		{ThisWeek, "Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-29T22:00:00Z", "2026-04-05T22:00:00Z"},
		{LastWeek, "UTC", "2026-01-01T00:00:00Z", "2025-12-22T00:00:00Z", "2025-12-29T00:00:00Z"},
		{NextWeek, "UTC", "2026-02-28T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"},
		{ThisMonth, "Pacific/Auckland", "2026-02-28T11:00:00Z", "2026-02-28T11:00:00Z", "2026-03-31T11:00:00Z"},
		{LastMonth, "UTC", "2026-01-31T00:00:00Z", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"},
		{NextMonth, "UTC", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		in := location(t, c.zone)
		first, behind := c.days.Bounds(now, in)
		from, to := DayBegins(first, in).UTC().Format(time.RFC3339), DayBegins(behind, in).UTC().Format(time.RFC3339)
		if from != c.first || to != c.last {
			t.Errorf("%s in %s at %s is %s to %s, want %s to %s", c.days, c.zone, c.now, from, to, c.first, c.last)
		}
	}
}

// Whatever the zone does, now is today, and days neither overlap nor leave a gap.
func TestDays_cover(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "America/Havana", "America/Sao_Paulo", "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Tehran", "America/St_Johns", "Pacific/Kiritimati"}
	rapid.Check(t, func(t *rapid.T) {
		in, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(60*rapid.Int64Range(0, 2_000_000_000/60).Draw(t, "minute"), 0)
		for _, d := range []Days{Today, ThisWeek, ThisMonth} {
			first, behind := d.Bounds(now, in)
			if from, to := DayBegins(first, in), DayBegins(behind, in); now.Before(from) || !now.Before(to) {
				t.Fatalf("%s of %s in %s is %s to %s", d, now.UTC(), in, from, to)
			}
		}
	})
}

func TestTimeZone(t *testing.T) {
	for name, ok := range map[string]bool{"Europe/Berlin": true, "UTC": true, "Asia/Kathmandu": true, "": false, "Local": false, "Berlin": false, "../etc/passwd": false, "+02:00": false} {
		if _, err := TimeZone(name, "timeZone"); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}
