package main

import (
	"context"
	"time"

	"deskwire/db"
	"deskwire/desk"
)

const gatedAccount = "gated"

// demoAdded is when the second account was made: after the cutoff of R2, so that its tickets are in the help desk.
var demoAdded = time.Date(2025, time.January, 15, 9, 0, 0, 0, time.UTC)

// seedDemo fills in the accounts of the demo, each in one transaction: it is wholly there, or
// not at all and made by the next start. An account that is there stays as it is.
func seedDemo(ctx context.Context, store *db.Store) error {
	now := time.Now()
	err := seedAccount(ctx, store, now, now.AddDate(0, 0, -30), furnishDemo, db.CreateAccount{
		Slug: demoAccount, Name: "Pinewood Outdoor", Plan: desk.PlanStarter, AdminEmail: demoEmail, AdminName: "Ada Byrne",
	})
	if err != nil {
		return err
	}
	return seedAccount(ctx, store, now, demoAdded, furnishGated, db.CreateAccount{
		Slug: gatedAccount, Name: "Northgate Clinics", Plan: desk.PlanProfessional, AdminEmail: "gil@gated.test", AdminName: "Gil Navarro",
	})
}

func seedAccount(ctx context.Context, store *db.Store, now, created time.Time, furnish func(*demo), in db.CreateAccount) error {
	there, err := store.AccountBySlug(ctx, in.Slug)
	if there != nil || err != nil {
		return err
	}
	_, err = store.CreateAccount(ctx, db.Write{Mutation: "demo", At: created}, in, func(ctx context.Context, t *db.Tx) error {
		d := newDemo(ctx, t, now)
		furnish(d)
		return d.err
	})
	return err
}

// demo is an account that is being filled. Once a step has failed the others do nothing.
type demo struct {
	*db.Tx
	ctx context.Context // of the one transaction
	err error
	now time.Time // when the stories are told
	set time.Time // how far the set-up has come; it is older than the stories

	// What the stories name, by short names.
	people   map[string]*desk.Actor // "" for what channels bring in
	channels map[string]desk.ID
	statuses map[string]desk.ID
	tickets  map[string]desk.ID
}

func newDemo(ctx context.Context, t *db.Tx, now time.Time) *demo {
	account, admin := t.Outcome().Account, t.Outcome().Agent
	return &demo{
		Tx: t, ctx: ctx, now: now, set: account.CreatedAt,
		people:   map[string]*desk.Actor{"": desk.System(account), "admin": {Account: account, Agent: admin}},
		channels: map[string]desk.ID{}, statuses: map[string]desk.ID{}, tickets: map[string]desk.ID{},
	}
}

// as is the next step: somebody does something, at that time. It answers what came of it.
func (d *demo) as(who string, at time.Time, do func() error) *db.Outcome {
	if d.err == nil {
		d.err = d.Then(d.ctx, d.people[who], at)
	}
	if d.err == nil {
		d.err = do()
	}
	return d.Outcome()
}

// setUp is a step of the admin, a little after the one before.
func (d *demo) setUp(do func() error) *db.Outcome {
	d.set = d.set.Add(time.Minute)
	return d.as("admin", d.set, do)
}

func furnishDemo(d *demo) {
	support := d.department("ben", "Ben Okonkwo", "Support")
	sales := d.department("cleo", "Cleo Marchetti", "Sales")
	d.channel(support, "mail", desk.ChannelEmail, "help@pinewood.test")
	d.channel(support, "chat", desk.ChannelChat, "Shop chat")
	d.channel(support, "shop", desk.ChannelAPI, "Web shop")
	d.channel(sales, "sales", desk.ChannelEmail, "sales@pinewood.test")
	d.pipeline("Support", "New", "Waiting on contact", "Waiting on us", "Closed")
	d.properties()
	d.tell(demoStories)
}

func furnishGated(d *demo) {
	d.channel(d.inbox("Front desk"), "api", desk.ChannelAPI, "Booking system")
	d.pipeline("Front desk", "New", "Waiting on contact", "Closed")
	d.tell(gatedStories)
}

// department is a team with one agent, and an inbox of the same name that is open to it.
func (d *demo) department(who, name, team string) (inbox desk.ID) {
	agent := d.setUp(func() error { return d.CreateAgent(d.ctx, who+"@demo.test", name, desk.RoleAgent) }).Agent
	made := d.setUp(func() error { return d.CreateTeam(d.ctx, team, []desk.ID{agent.ID}) }).Team
	inbox = d.inbox(team, made)
	d.people[who] = &desk.Actor{Account: d.By().Account, Agent: agent, Inboxes: []desk.ID{inbox}}
	return inbox
}

func (d *demo) inbox(name string, teams ...*desk.Team) (id desk.ID) {
	d.setUp(func() error {
		open := make([]desk.ID, len(teams))
		for i, team := range teams {
			open[i] = team.ID
		}
		err := d.CreateInbox(d.ctx, name, desk.WorkspaceInbox, db.InboxSettings{TeamIDs: &open})
		if err == nil {
			id = d.Outcome().Inbox.ID
		}
		return err
	})
	return id
}

func (d *demo) channel(inbox desk.ID, short string, kind desk.ChannelKind, name string) {
	made := d.setUp(func() error { return d.CreateChannel(d.ctx, inbox, kind, name, nil) }).Channel
	if d.err == nil {
		d.channels[short] = made.ID
	}
}

// pipeline makes a pipeline, of which the last status is closed.
func (d *demo) pipeline(name string, statuses ...string) {
	in := make([]desk.StatusInput, len(statuses))
	for i, s := range statuses {
		in[i] = desk.StatusInput{Name: s, State: desk.StateOpen}
	}
	in[len(in)-1].State = desk.StateClosed
	made := d.setUp(func() error { return d.CreatePipeline(d.ctx, name, in) }).Pipeline
	if d.err != nil {
		return
	}
	for _, s := range made.Statuses {
		d.statuses[s.Name] = s.ID
	}
}

func (d *demo) properties() {
	for _, p := range demoProperties {
		d.setUp(func() error { return d.CreateProperty(d.ctx, p.Key, p.Label, p.Description, p.Type, p.Options) })
	}
	d.setUp(func() error {
		return d.SetLayout(d.ctx, desk.LayoutAccount, []string{"status", "priority", "owner", "contact", "orderNumber", "product", "refund", "createdAt"}, nil)
	})
}
