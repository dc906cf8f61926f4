package e2e

import (
	"maps"
	"slices"

	"pgregory.net/rapid"
)

// replay reads the log from its beginning and builds the state from nothing else: the log is
// complete.
func (m *model) replay(rt *rapid.T) {
	state, versions, counted := map[string]map[string]string{}, map[string]int{}, map[string]bool{}
	after := any(nil)
	for {
		page := m.account.admin.do(m.t, `query($after: String) { events(first: 100, after: $after) { nodes { entityId kind mutation cascadeId rule changes { field old new } }
			pageInfo { hasNextPage endCursor } } }`, vars{"after": after}).at("events")
		for _, e := range page.list("nodes") {
			m.apply(rt, state, e)
			id := e.str("entityId")
			read := slices.Contains([]string{"CONVERSATION_READ", "CONVERSATION_UNREAD"}, e.str("kind")) // kept beside the row
			if saving := id + e.str("cascadeId"); !read && !counted[saving] {
				counted[saving] = true
				versions[id]++
			}
		}
		if after = page.str("pageInfo.endCursor"); !page.boolean("pageInfo.hasNextPage") {
			break
		}
	}
	m.compareVersions(rt, versions)
	for id, c := range m.conversations {
		got := state[id]
		want := map[string]string{"status": c.status, "workspace": c.workspace, "inbox": c.inbox, "owner": c.owner, "ticket": c.ticket}
		for f, v := range want {
			if got[f] != v {
				rt.Fatalf("replayed, %s of %s is %q; it is %q", f, id, got[f], v)
			}
		}
		if (got["trashGroup"] != "") != (c.group != "") {
			rt.Fatalf("replayed, %s is in the trash: %q", id, got["trashGroup"])
		}
	}
	for id, t := range m.tickets {
		got := state[id]
		want := map[string]string{"name": t.name, "status": t.status, "workspace": t.workspace, "owner": t.owner, "priority": t.priority}
		for f, v := range want {
			if got[f] != v {
				rt.Fatalf("replayed, %s of %s is %q; it is %q", f, id, got[f], v)
			}
		}
	}
}

// compareVersions holds the versions of records against how many mutations the log tells to have
// changed them.
func (m *model) compareVersions(rt *rapid.T, told map[string]int) {
	ids := slices.Concat(slices.Collect(maps.Keys(m.conversations)), slices.Collect(maps.Keys(m.tickets)))
	for batch := range slices.Chunk(ids, 100) {
		a := m.account.admin.do(m.t, "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Conversation { version } ... on Ticket { version } } }", vars{"ids": batch})
		for _, n := range a.at("nodes").list(".") {
			if id := n.str("id"); n.num("version") != told[id] {
				rt.Fatalf("%s is at version %d, the log tells of %d changes", id, n.num("version"), told[id])
			}
		}
	}
}

// apply plays one event; what it says was there before must be what was there.
func (m *model) apply(rt *rapid.T, state map[string]map[string]string, e node) {
	id := e.str("entityId")
	if state[id] == nil {
		state[id] = map[string]string{}
	}
	for _, ch := range e.list("changes") {
		f := ch.str("field")
		if f != "unreadCount" && state[id][f] != ch.str("old") {
			rt.Fatalf("%s of %s was %q, the event of %s says %q", f, id, state[id][f], e.str("mutation"), ch.str("old"))
		}
		state[id][f] = ch.str("new")
	}
}
