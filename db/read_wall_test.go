package db_test

import (
	"context"
	"slices"
	"testing"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// getByID tries ids with every method that takes some, and gives what was found.
func (w *world) getByID(by *desk.Actor, ids []desk.ID) map[string][]string {
	found := map[string][]string{}
	add := func(name string, refs []string) {
		slices.Sort(refs)
		found[name] = refs
	}
	conversations, err := w.store.ReaderFor(by).Conversations(ctx, ids)
	must(w.t, err)
	add("conversations", keys(conversations))
	tickets, err := w.store.ReaderFor(by).Tickets(ctx, ids)
	must(w.t, err)
	add("tickets", keys(tickets))
	messages, err := w.store.ReaderFor(by).Messages(ctx, ids)
	must(w.t, err)
	add("messages", keys(messages))
	contacts, err := w.store.ReaderFor(by).Contacts(ctx, ids)
	must(w.t, err)
	add("contacts", keys(contacts))
	groups, err := w.store.ReaderFor(by).TrashGroups(ctx, ids)
	must(w.t, err)
	add("groups", keys(groups))
	tokens, err := w.store.ReaderFor(by).Tokens(ctx, ids)
	must(w.t, err)
	add("tokens", keys(tokens))
	events, err := w.store.ReaderFor(by).Events(ctx, ids)
	must(w.t, err)
	add("events", keys(events))
	return found
}

func keys[T desk.Node](m map[desk.ID]T) []string {
	out := []string{}
	for _, n := range m {
		out = append(out, n.Ref().String())
	}
	return out
}

func (w *world) allIDs() []desk.ID {
	var ids []desk.ID
	for _, table := range []string{"conversations", "tickets", "messages", "contacts", "trash_groups", "tokens", "events", "agents", "teams", "inboxes", "channels", "pipelines"} {
		for _, r := range w.rows("SELECT id FROM " + table + " WHERE account_id = $1") {
			ids = append(ids, r[0])
		}
	}
	return ids
}

func TestWall_byID(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(10, 15, 20)
	for _, c := range w.conversations {
		w.addMessages(c, 2)
	}
	for _, by := range w.agents() {
		if _, err := w.store.Write(ctx, write.Write{By: read.Authenticated(by), Mutation: "test"}, func(ctx context.Context, t *write.Tx) error {
			return t.CreateToken(ctx, nil, "T", nil, nil)
		}); err != nil {
			t.Fatal(err)
		}
	}
	ids := w.allIDs()
	for _, by := range w.agents() {
		found := w.getByID(by, ids)
		want := map[string][]string{"contacts": refs(w.contacts), "conversations": refs(w.visible(by, func(*desk.Conversation) bool { return true }))}
		for _, tk := range w.tickets {
			if w.seesTicket(by, tk) {
				want["tickets"] = append(want["tickets"], tk.Ref().String())
			}
		}
		groups := map[string]bool{}
		for _, c := range w.visible(by, (*desk.Conversation).InTrash) {
			groups[desk.Ref{Kind: desk.KindTrashGroup, ID: *c.TrashGroupID}.String()] = true
		}
		for g := range groups {
			want["groups"] = append(want["groups"], g)
		}
		for _, m := range w.messages {
			if len(w.visible(by, func(c *desk.Conversation) bool { return c.ID == m.ConversationID })) > 0 {
				want["messages"] = append(want["messages"], m.Ref().String())
			}
		}
		for name, refs := range want {
			slices.Sort(refs)
			if !slices.Equal(found[name], refs) {
				t.Errorf("%s finds %d of %s, not %d", by.Agent.Name, len(found[name]), name, len(refs))
			}
		}
		if n := len(found["tokens"]); by == w.admin && n != 5 || by != w.admin && n != 1 {
			t.Errorf("%s finds %d tokens", by.Agent.Name, n)
		}
		of, err := w.store.ReaderFor(by).TokensOf(ctx, []desk.ID{w.admin.Agent.ID, by.Agent.ID})
		must(t, err)
		if n := len(of[w.admin.Agent.ID]); by == w.admin && n != 1 || by != w.admin && n != 0 {
			t.Errorf("%s finds %d tokens of the admin", by.Agent.Name, n)
		}
	}
}

// Nothing of another account is found, whoever asks for it.
func TestWall_betweenAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(5, 5, 5)
	for _, c := range w.conversations {
		w.addMessages(c, 1)
	}
	w.write(w.admin, func(ctx context.Context, t *write.Tx) error { return t.CreateToken(ctx, nil, "T", nil, nil) })
	ids, contacts, conversations, tickets := w.allIDs(), w.contacts, w.conversations, w.tickets
	w.newAccount("other")
	w.populate(1, 1, 1)
	by := w.admin
	for name, found := range w.getByID(by, ids) {
		if len(found) > 0 {
			t.Errorf("%d foreign %s", len(found), name)
		}
	}
	parents := []desk.ID{contacts[0].ID, conversations[0].ID, tickets[0].ID}
	for _, kind := range []desk.Kind{desk.KindContact, desk.KindTicket, desk.KindConversation} {
		c, err := w.store.ReaderFor(by).ConversationPages(ctx, read.Parents{Kind: kind, IDs: parents}, nil, nil, read.Paging{})
		must(t, err)
		tl, err := w.store.ReaderFor(by).TimelinePages(ctx, read.Parents{Kind: kind, IDs: parents}, read.Paging{})
		must(t, err)
		m, err := w.store.ReaderFor(by).MessagePages(ctx, parents, read.Paging{})
		must(t, err)
		n, err := w.store.ReaderFor(by).MessageCounts(ctx, parents)
		must(t, err)
		for _, id := range parents {
			if kind != desk.KindConversation && len(c[id].Nodes) > 0 || len(tl[id].Nodes) > 0 || len(m[id].Nodes) > 0 || n[id].N > 0 {
				t.Errorf("something hangs off a foreign %s", kind)
			}
		}
	}
	impacts, err := w.store.ReaderFor(by).TrashImpacts(ctx, parents)
	must(t, err)
	for _, i := range impacts {
		if len(i.Conversations)+i.Hidden > 0 {
			t.Error("a foreign ticket has an impact")
		}
	}
}

func TestSetUp_asTheActorSeesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	for _, by := range w.agents() {
		inboxes, err := w.store.ReaderFor(by).Inboxes(ctx)
		must(t, err)
		want := map[*desk.Actor]int{w.admin: 2, w.bot: 2, w.ann: 1, w.ben: 1, w.idle: 0}[by]
		if len(inboxes) != want {
			t.Errorf("%s sees %d inboxes", by.Agent.Name, len(inboxes))
		}
		for _, i := range inboxes {
			if len(i.TeamIDs) != 1 {
				t.Errorf("%s is open to %d teams", i.Name, len(i.TeamIDs))
			}
		}
		agents, err := w.store.ReaderFor(by).Agents(ctx)
		must(t, err)
		teams, err := w.store.ReaderFor(by).Teams(ctx)
		must(t, err)
		pipelines, err := w.store.ReaderFor(by).Pipelines(ctx)
		must(t, err)
		if len(agents) != 5 || len(teams) != 5 || len(teams[0].MemberIDs) != 1 || len(pipelines) != 1 || len(pipelines[0].Statuses) != 2 {
			t.Errorf("%s: %d agents, %d teams, %d pipelines", by.Agent.Name, len(agents), len(teams), len(pipelines))
		}
	}
}

func TestTrash_groupsAndWhatIsInThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(10, 15, 30)
	for _, by := range w.agents() {
		want := map[desk.ID][]string{}
		for _, tk := range w.tickets {
			if tk.InTrash() && w.seesTicket(by, tk) {
				want[*tk.TrashGroupID] = append(want[*tk.TrashGroupID], tk.Ref().String())
			}
		}
		for _, c := range w.visible(by, (*desk.Conversation).InTrash) {
			want[*c.TrashGroupID] = append(want[*c.TrashGroupID], c.Ref().String())
		}
		groups := walk(t, 2, false, func(p read.Paging) (*read.Page[*desk.TrashGroup], error) {
			m, err := w.store.ReaderFor(by).TrashPages(ctx, read.WholeAccount(by), p)
			return m[w.account.ID], err
		})
		if len(groups) != len(want) {
			t.Errorf("%s sees %d groups, not %d", by.Agent.Name, len(groups), len(want))
		}
		if !slices.IsSortedFunc(groups, func(a, b *desk.TrashGroup) int { return b.TrashedAt.Compare(a.TrashedAt) }) {
			t.Error("the latest is not the first")
		}
		ids := []desk.ID{}
		for _, g := range groups {
			ids = append(ids, g.ID)
		}
		records, err := w.store.ReaderFor(by).TrashRecords(ctx, ids)
		must(t, err)
		for id, rs := range records {
			if !slices.Equal(refs(rs), want[id]) {
				t.Errorf("%s sees %v in a group, not %v", by.Agent.Name, refs(rs), want[id])
			}
		}
	}
	// What came back is found by who sees what had been trashed, and is in no list.
	w.exec("UPDATE conversations SET trash_group_id = NULL, trashed_at = NULL")
	w.exec("UPDATE trash_groups SET restored_at = now()")
	ids := w.allIDs()
	for _, by := range w.agents() {
		page, err := w.store.ReaderFor(by).TrashPages(ctx, read.WholeAccount(by), read.Paging{})
		must(t, err)
		found, err := w.store.ReaderFor(by).TrashGroups(ctx, ids)
		must(t, err)
		if n := len(page[w.account.ID].Nodes); n > 0 || len(found) == 0 && by != w.idle || by == w.idle && len(found) > 0 {
			t.Errorf("%s sees %d in the trash, and %d groups that came back", by.Agent.Name, n, len(found))
		}
	}
}

func TestTrashImpact_countsWhatIsNotSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(10, 20, 0)
	for _, by := range w.agents() {
		for _, tk := range w.tickets {
			got, err := w.store.ReaderFor(by).TrashImpacts(ctx, []desk.ID{tk.ID})
			must(t, err)
			all := w.visible(w.admin, func(c *desk.Conversation) bool { return *c.TicketID == tk.ID && !c.InTrash() })
			seen := w.visible(by, func(c *desk.Conversation) bool { return *c.TicketID == tk.ID && !c.InTrash() })
			i := got[tk.ID]
			if !slices.Equal(refs(i.Conversations), refs(seen)) || i.Hidden != len(all)-len(seen) || i.MustConfirm != (len(all) > 1) {
				t.Errorf("%s: %d seen and %d hidden of %d", by.Agent.Name, len(i.Conversations), i.Hidden, len(all))
			}
		}
	}
}
