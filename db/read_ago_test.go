package db_test

import (
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/read"
)

// TestWhere_ago: relative times count from the last full minute, for columns and for properties.
func TestWhere_ago(t *testing.T) {
	t.Parallel()
	now := epoch.Add(30 * time.Second)
	w := newWorld(t, db.Options{Now: func() time.Time { return now }})
	w.populate(1, 1, 0)
	w.exec("UPDATE ticket_activity SET last_activity_at = $2 WHERE account_id = $1", w.account.ID, epoch.Add(-72*time.Hour))
	w.exec("UPDATE tickets SET properties = jsonb_build_object('datetrue', '2026-02-26', 'datetimefalse', '2026-02-26T12:00:00.000Z') WHERE account_id = $1", w.account.ID)
	property := func(p read.PropertyWhere) read.TicketWhere {
		return read.TicketWhere{Properties: []*read.PropertyWhere{&p}}
	}
	activity := func(c read.TimeComparator) read.TicketWhere { return read.TicketWhere{LastActivityAt: &c} }
	for name, c := range map[string]struct {
		where  read.TicketWhere
		at     time.Time
		before bool // what it finds at that moment,
		after  bool // and a minute later
	}{
		"days":           {activity(read.TimeComparator{OlderThan: new("3d")}), epoch.Add(59 * time.Second), false, true},
		"hours":          {activity(read.TimeComparator{NewerThan: new("72h")}), epoch.Add(59 * time.Second), true, false},
		"minutes":        {activity(read.TimeComparator{OlderThan: new("4321m")}), epoch.Add(time.Minute), false, true},
		"weeks":          {activity(read.TimeComparator{NewerThan: new("1w")}), epoch, true, true},
		"a day":          {property(read.PropertyWhere{Key: "datetrue", OlderThan: new("3d")}), time.Date(2026, 3, 1, 23, 59, 59, 0, time.UTC), false, true},
		"a moment":       {property(read.PropertyWhere{Key: "datetimefalse", NewerThan: new("3d")}), epoch.Add(59 * time.Second), true, false},
		"a day, not yet": {property(read.PropertyWhere{Key: "datetrue", NewerThan: new("1d")}), epoch, false, false},
	} {
		for i, want := range []bool{c.before, c.after} {
			now = c.at.Add(time.Duration(i) * time.Minute)
			m, err := w.store.ReaderFor(w.admin).TicketPages(ctx, read.WholeAccount(w.admin), &c.where, nil, read.Paging{})
			must(t, err)
			if got := len(m[w.account.ID].Nodes) > 0; got != want {
				t.Errorf("%s at %s finds %v", name, now, got)
			}
			asOf, err := w.store.ReaderFor(w.admin).AsOf(c.at.Add(time.Minute)).TicketCounts(ctx, read.WholeAccount(w.admin), &c.where)
			must(t, err)
			if got := asOf[w.account.ID].N > 0; got != c.after {
				t.Errorf("%s as of a minute later counts %v", name, got)
			}
		}
	}
}
