package db_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"deskwire/db"
	"deskwire/db/dbtest"
	"deskwire/desk"
)

// world is an account with rows at random, in the database and in memory, so that what the
// database answers can be compared with a slow search. Many rows share their times.
type world struct {
	t       testing.TB
	store   *db.Store
	sql     *pgx.Conn
	rnd     *rand.Rand
	account *desk.Account

	admin, ann, ben, idle, bot *desk.Actor // ann sees the first inbox, ben the second, idle none
	inboxes, channels          []desk.ID
	pipeline                   desk.ID
	open, closed               desk.ID
	labels                     []desk.ID
	teams                      map[desk.ID]desk.ID // of each agent
	defs                       []*desk.PropertyDefinition

	contacts      []*desk.Contact
	tickets       []*desk.Ticket
	conversations []*desk.Conversation
	messages      []*desk.Message
}

var (
	ctx   = context.Background()
	epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	words = []string{"", "Order", "order 7", "ORDER_7", "100%", "a\\b", "Ärger", "ärger?", "it's", "Ref: \"x\"", "naïve", "日本"}
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// NewID has the row's place in time in it, as real ids do, but in no order that a test could lean
// on.
func NewID() desk.ID { return desk.ID(uuid.New()) }

func newWorld(t testing.TB, o db.Options) *world {
	dsn := dbtest.DSN(t)
	conn, err := pgx.Connect(ctx, dsn)
	must(t, err)
	t.Cleanup(func() { _ = conn.Close(ctx) })
	s, err := db.Open(ctx, dsn, o)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	w := &world{t: t, store: s, sql: conn, rnd: rand.New(rand.NewPCG(1, 2))}
	w.newAccount("main")
	return w
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.sql.Exec(ctx, sql, args...)
	must(w.t, err)
}

// newAccount makes an account with its people, inboxes and pipeline; other accounts are left
// behind.
func (w *world) newAccount(slug string) {
	a := &desk.Account{ID: NewID(), Slug: slug, Name: slug, Plan: desk.PlanStarter, TrashKeepDays: 30, Version: 1, CreatedAt: epoch}
	w.teams = map[desk.ID]desk.ID{}
	w.account, w.inboxes, w.channels, w.contacts, w.tickets, w.conversations = a, nil, nil, nil, nil, nil
	w.exec("INSERT INTO accounts VALUES ($1, $2, $3, $4, 30, 1, $5)", a.ID, slug, slug, a.Plan, epoch)
	for i := range 2 {
		inbox, channel := NewID(), NewID()
		w.exec("INSERT INTO inboxes VALUES ($1, $2, $3, 'INBOX', 'KEEP_TICKET_CLOSED', NULL, 0, 1, $4)", a.ID, inbox, fmt.Sprint("Inbox ", i), epoch)
		w.exec("INSERT INTO channels VALUES ($1, $2, $3, 'API', $4, 'ALWAYS_NEW', 1, $5)", a.ID, channel, inbox, fmt.Sprint("Channel ", i), epoch)
		w.inboxes, w.channels = append(w.inboxes, inbox), append(w.channels, channel)
	}
	w.labels = []desk.ID{NewID(), NewID(), NewID()}
	for i, l := range w.labels {
		w.exec("INSERT INTO labels VALUES ($1, $2, $3, '#000000', '', NULL, 1, $4)", a.ID, l, fmt.Sprint("Label ", i), epoch)
	}
	w.addProperties()
	w.admin, w.bot = w.actor("Admin", desk.RoleAdmin), w.actor("Bot", desk.RoleIntegration)
	w.ann, w.ben = w.actor("Ann", desk.RoleAgent, w.inboxes[0]), w.actor("Ben", desk.RoleAgent, w.inboxes[1])
	w.idle = w.actor("Idle", desk.RoleAgent)
	w.pipeline, w.open, w.closed = NewID(), NewID(), NewID()
	w.exec("INSERT INTO pipelines VALUES ($1, $2, 'P', 0, NULL, 1, $3)", a.ID, w.pipeline, epoch)
	w.exec("INSERT INTO ticket_statuses VALUES ($1, $2, $3, 'New', 'OPEN', 0, NULL, 1, $4)", a.ID, w.open, w.pipeline, epoch)
	w.exec("INSERT INTO ticket_statuses VALUES ($1, $2, $3, 'Done', 'CLOSED', 1, NULL, 1, $4)", a.ID, w.closed, w.pipeline, epoch)
}

func (w *world) actor(name string, role desk.Role, inboxes ...desk.ID) *desk.Actor {
	g := &desk.Agent{AccountID: w.account.ID, ID: NewID(), Email: name + "@x.test", Name: name, Role: role, Version: 1, CreatedAt: epoch}
	w.exec("INSERT INTO agents VALUES ($1, $2, $3, $4, $5, NULL, 1, $6)", g.AccountID, g.ID, g.Email, g.Name, g.Role, epoch)
	team := NewID()
	w.exec("INSERT INTO teams VALUES ($1, $2, $3, 1, $4)", w.account.ID, team, "Team "+name, epoch)
	w.teams[g.ID] = team
	w.exec("INSERT INTO team_members VALUES ($1, $2, $3)", w.account.ID, team, g.ID)
	for _, i := range inboxes {
		w.exec("INSERT INTO inbox_teams VALUES ($1, $2, $3)", w.account.ID, i, team)
	}
	return &desk.Actor{Account: w.account, Agent: g, Inboxes: inboxes}
}

func (w *world) agents() []*desk.Actor { return []*desk.Actor{w.admin, w.bot, w.ann, w.ben, w.idle} }

// some gives one of them, or nil now and then.
func some[T any](w *world, of []T) *T {
	if i := w.rnd.IntN(len(of) + 1); i < len(of) {
		return &of[i]
	}
	return nil
}

func pick[T any](w *world, of []T) T { return of[w.rnd.IntN(len(of))] }

// moment is one of few, so that many are equal.
func (w *world) moment() time.Time { return epoch.Add(time.Duration(w.rnd.IntN(12)) * time.Second) }

func (w *world) addContacts(n int) {
	for i := range n {
		c := &desk.Contact{AccountID: w.account.ID, ID: NewID(), Name: pick(w, words), CreatedAt: w.moment(), Version: 1}
		if w.rnd.IntN(3) > 0 {
			c.Email = new(fmt.Sprintf("contact%d@%s.test", i, pick(w, []string{"one", "two"})))
		}
		if w.rnd.IntN(3) > 0 {
			c.Phone = new(fmt.Sprint("+4930", i))
		}
		c.ExternalID = new(fmt.Sprint("Ext_", i))
		w.exec("INSERT INTO contacts VALUES ($1, $2, $3, $4, $5, $6, 1, $7)", c.AccountID, c.ID, c.Email, c.Phone, c.ExternalID, c.Name, c.CreatedAt)
		w.contacts = append(w.contacts, c)
	}
}

// addTickets adds tickets with one conversation each at least, some of them in the trash.
func (w *world) addTickets(n int) {
	for i := range n {
		t := &desk.Ticket{
			AccountID: w.account.ID, ID: NewID(), Number: i + 1, Name: pick(w, words) + " ", PipelineID: w.pipeline, StatusID: w.open,
			Priority: some(w, desk.Priorities), OwnerID: w.owner(), ContactID: pick(w, w.contacts).ID, Workspace: desk.WorkspaceInbox,
			CreatedAt: w.moment(), LastActivityAt: w.moment(), Version: 1,
		}
		t.Properties = w.values()
		if w.rnd.IntN(2) == 0 {
			t.StatusID, t.ClosedAt = w.closed, new(w.moment())
		}
		if w.rnd.IntN(8) == 0 {
			t.TrashGroupID, t.TrashedAt = w.trashGroup(desk.KindTicket, t.ID)
		}
		w.exec("BEGIN")
		w.exec("INSERT INTO tickets VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $15, $11, $12, $13, 1, $14)", t.AccountID, t.ID, t.Number,
			t.Name, t.PipelineID, t.StatusID, t.Priority, t.OwnerID, t.ContactID, t.Workspace, t.ClosedAt, t.TrashGroupID, t.TrashedAt, t.CreatedAt, t.Properties)
		w.exec("INSERT INTO ticket_activity VALUES ($1, $2, $3)", t.AccountID, t.ID, t.LastActivityAt)
		for range 1 + w.rnd.IntN(3) {
			w.addConversation(t)
		}
		w.exec("COMMIT")
		w.tickets = append(w.tickets, t)
	}
}

func (w *world) owner() *desk.ID {
	if a := some(w, w.agents()); a != nil {
		return &(*a).Agent.ID
	}
	return nil
}

func (w *world) trashGroup(k desk.Kind, root desk.ID) (*desk.ID, *time.Time) {
	id, at := NewID(), w.moment()
	w.exec("INSERT INTO trash_groups VALUES ($1, $2, $3, $4, $5, $6, NULL)", w.account.ID, id, k, root, w.admin.Agent.ID, at)
	return &id, &at
}

// addConversation adds a conversation, of the ticket if there is one, with a few messages.
func (w *world) addConversation(t *desk.Ticket) *desk.Conversation {
	at := w.rnd.IntN(2)
	c := &desk.Conversation{
		AccountID: w.account.ID, ID: NewID(), Number: len(w.conversations) + 1, Subject: pick(w, words), Status: desk.ConversationStatusOpen,
		Workspace: desk.WorkspaceInbox, InboxID: w.inboxes[at], ChannelID: w.channels[at], ContactID: pick(w, w.contacts).ID, OwnerID: w.owner(),
		CreatedAt: w.moment(), LastActivityAt: w.moment(), UnreadCount: w.rnd.IntN(3), Preview: pick(w, words), Version: 1,
	}
	if w.rnd.IntN(2) == 0 {
		c.Status, c.ClosedAt = desk.ConversationStatusClosed, new(w.moment())
	}
	switch {
	case t != nil:
		c.TicketID, c.TrashGroupID, c.TrashedAt = &t.ID, t.TrashGroupID, t.TrashedAt
	case w.rnd.IntN(8) == 0:
		c.TrashGroupID, c.TrashedAt = w.trashGroup(desk.KindConversation, c.ID)
	}
	w.exec("INSERT INTO conversations VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, $12, $13, $14, 1, $15)", c.AccountID, c.ID, c.Number,
		c.Subject, c.Status, c.Workspace, c.InboxID, c.ChannelID, c.ContactID, c.OwnerID, c.TicketID, c.ClosedAt, c.TrashGroupID, c.TrashedAt, c.CreatedAt)
	w.exec("INSERT INTO conversation_activity VALUES ($1, $2, $3, $4, $5)", c.AccountID, c.ID, c.Preview, c.UnreadCount, c.LastActivityAt)
	for _, l := range w.labels {
		if w.rnd.IntN(3) == 0 {
			c.LabelIDs = append(c.LabelIDs, l)
			w.exec("INSERT INTO conversation_labels VALUES ($1, $2, $3)", c.AccountID, c.ID, l)
		}
	}
	w.conversations = append(w.conversations, c)
	return c
}

func (w *world) addMessages(c *desk.Conversation, n int) {
	for range n {
		m := &desk.Message{
			AccountID: c.AccountID, ID: NewID(), ConversationID: c.ID, ChannelID: c.ChannelID, Kind: desk.Incoming,
			ContactID: &c.ContactID, Text: pick(w, words), CreatedAt: w.moment(), Version: 1,
		}
		w.exec("INSERT INTO messages VALUES ($1, $2, $3, $4, $5, NULL, $6, $7, NULL, NULL, NULL, NULL, NULL, NULL, 1, $8)",
			m.AccountID, m.ID, m.ConversationID, m.ChannelID, m.Kind, m.ContactID, m.Text, m.CreatedAt)
		w.messages = append(w.messages, m)
	}
}

// populate fills the account.
func (w *world) populate(contacts, tickets, conversations int) {
	w.addContacts(contacts)
	w.addTickets(tickets)
	for range conversations {
		w.addConversation(nil)
	}
}

func (w *world) sees(by *desk.Actor, c *desk.Conversation) bool {
	return by.SeesAll() || slices.Contains(by.Inboxes, c.InboxID)
}

// visible are the conversations that the actor sees, of which keep holds.
func (w *world) visible(by *desk.Actor, keep func(*desk.Conversation) bool) []*desk.Conversation {
	var out []*desk.Conversation
	for _, c := range w.conversations {
		if w.sees(by, c) && keep(c) {
			out = append(out, c)
		}
	}
	return out
}

func (w *world) seesTicket(by *desk.Actor, t *desk.Ticket) bool {
	return len(w.visible(by, func(c *desk.Conversation) bool { return c.TicketID != nil && *c.TicketID == t.ID })) > 0
}

func outsideTrash(c *desk.Conversation) bool { return !c.InTrash() }
