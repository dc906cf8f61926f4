package e2e

import (
	"testing"
	"time"

	"deskwire/desk"
)

// TestInboxViews_liveClock: who follows a view that looks at the time is told to read it anew once
// a minute at most, and never at once after they have done so.
func TestInboxViews_liveClock(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	_, channel := a.createInbox(t, "Support", nil)
	a.receiveMessage(t, channel, "one", "pia@contact.test", "Hello")
	for name, where := range map[string]vars{
		"newerThan": {"lastActivityAt": vars{"newerThan": "1d"}},
		"olderThan": {"not": vars{"lastActivityAt": vars{"olderThan": "2h"}}},
		"nested":    {"or": []vars{{"createdAt": vars{"newerThan": "3w"}}, {"ticket": vars{"createdAt": vars{"olderThan": "10m"}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			view := a.admin.must(t, "inboxViewCreate", "view { id }", vars{"name": name, "scope": "PERSONAL", "where": where}).str("view.id")
			read := func() string {
				cursor, _ := a.admin.do(t, "query($id: ID!) { inboxView(id: $id) { conversations { nodes { id } } } }", vars{"id": view}).Extensions["eventCursor"].(string)
				return cursor
			}
			// Nothing that the minute brings is expected, so a run in which it changed says
			// nothing.
			eventually(t, "a run within one minute", func() bool {
				minute := desk.MinuteOf(time.Now())
				after := read()
				f := a.admin.dial(t).subscribe("subscription($id: ID!, $after: String) { inboxViewLive(viewId: $id, after: $after) { reason cursor entered { id } } }", vars{"id": view, "after": after})
				entered := a.receiveMessage(t, channel, name+after, "kim@contact.test", "Good morning")
				told := f.next().at("inboxViewLive")
				if desk.MinuteOf(time.Now()) != minute {
					return false
				}
				if told.str("reason") != "CHANGE" || len(told.list("entered")) != 1 || told.list("entered")[0].str("id") != entered {
					t.Errorf("%s, and not the conversation that came: %v", told.str("reason"), told.v)
				}
				return true
			})

			eventually(t, "a run within one minute", func() bool {
				minute := desk.MinuteOf(time.Now())
				before, ok := desk.ParseCursor(read())
				if before.Minute--; !ok {
					t.Fatal("there is no cursor")
				}
				told := func(after string) (reason, cursor string) {
					f := a.admin.dial(t).subscribe("subscription($id: ID!, $after: String) { inboxViewLive(viewId: $id, after: $after) { reason cursor } }", vars{"id": view, "after": after})
					defer f.complete()
					a.receiveMessage(t, channel, name+after, "kim@contact.test", "Good evening")
					p := f.next().at("inboxViewLive")
					return p.str("reason"), p.str("cursor")
				}
				first, cursor := told(before.String())
				second, _ := told(cursor)
				third, _ := told(read())
				if desk.MinuteOf(time.Now()) != minute {
					return false
				}
				if first != "RESYNC" || second != "CHANGE" || third != "CHANGE" {
					t.Errorf("after a minute: %s, then %s and %s", first, second, third)
				}
				return true
			})
		})
	}
}
