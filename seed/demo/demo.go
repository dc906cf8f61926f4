// Package demo fills in the made-up accounts that a private Postgres begins with, through the
// rules, so that there is something to look at and to try the API on.
package demo

import (
	"context"
	"time"

	"deskwire/db"
	"deskwire/db/write"
	"deskwire/desk"
)

// What the first account and its admin are known by, and the second account, which has the gate of
// R2.
const (
	Account      = "demo"
	AdminEmail   = "ada@demo.test"
	GatedAccount = "gated"
)

// gatedSince is when GatedAccount was made: after the cutoff of R2, so that its tickets are in the
// help desk.
var gatedSince = time.Date(2025, time.January, 15, 9, 0, 0, 0, time.UTC)

// Fill fills in the accounts of the demo, each in one transaction: it is wholly there, or
// not at all and made by the next start. An account that is there stays as it is.
func Fill(ctx context.Context, store *db.Store) error {
	now := time.Now()
	err := fillAccount(ctx, store, now, now.AddDate(0, 0, -30), buildPinewood, write.CreateAccount{
		Slug: Account, Name: "Pinewood Outdoor", Plan: desk.PlanStarter, AdminEmail: AdminEmail, AdminName: "Ada Byrne",
	})
	if err != nil {
		return err
	}
	return fillAccount(ctx, store, now, gatedSince, buildNorthgate, write.CreateAccount{
		Slug: GatedAccount, Name: "Northgate Clinics", Plan: desk.PlanProfessional, AdminEmail: "gil@gated.test", AdminName: "Gil Navarro",
	})
}

func fillAccount(ctx context.Context, store *db.Store, now, created time.Time, furnish func(*accountBuilder), in write.CreateAccount) error {
	there, err := store.AccountBySlug(ctx, in.Slug)
	if there != nil || err != nil {
		return err
	}
	_, err = store.CreateAccount(ctx, write.Write{Mutation: "demo", At: created}, in, func(ctx context.Context, t *write.Tx) error {
		d := newBuilder(ctx, t, now)
		furnish(d)
		return d.err
	})
	return err
}

// accountBuilder fills an account, in one transaction. Once a step has failed the others do
// nothing.
type accountBuilder struct {
	*write.Tx
	ctx context.Context // of the one transaction
	err error
	now time.Time // the present moment, at which the stories end
	set time.Time // the time of the last step of the set-up, which is older than the stories

	// What the stories refer to, by short names.
	people   map[string]*desk.Actor // "" for what channels bring in
	channels map[string]desk.ID
	statuses map[string]desk.ID
	tickets  map[string]desk.ID
}

func newBuilder(ctx context.Context, t *write.Tx, now time.Time) *accountBuilder {
	account, admin := t.Outcome().Account, t.Outcome().Agent
	return &accountBuilder{
		Tx: t, ctx: ctx, now: now, set: account.CreatedAt,
		people:   map[string]*desk.Actor{"": desk.System(account), "admin": {Account: account, Agent: admin}},
		channels: map[string]desk.ID{}, statuses: map[string]desk.ID{}, tickets: map[string]desk.ID{},
	}
}

// actAs is the next step: somebody does something, at that time. It answers the outcome.
func (d *accountBuilder) actAs(who string, at time.Time, do func() error) *write.Outcome {
	if d.err == nil {
		d.err = d.Then(d.ctx, d.people[who], at)
	}
	if d.err == nil {
		d.err = do()
	}
	return d.Outcome()
}

// setupStep is a step of the admin, a little after the one before.
func (d *accountBuilder) setupStep(do func() error) *write.Outcome {
	d.set = d.set.Add(time.Minute)
	return d.actAs("admin", d.set, do)
}

func buildPinewood(d *accountBuilder) {
	support := d.addDepartment("ben", "Ben Okonkwo", "Support")
	sales := d.addDepartment("cleo", "Cleo Marchetti", "Sales")
	d.addChannel(support, "mail", desk.ChannelEmail, "help@pinewood.test")
	d.addChannel(support, "chat", desk.ChannelChat, "Shop chat")
	d.addChannel(support, "shop", desk.ChannelAPI, "Web shop")
	d.addChannel(sales, "sales", desk.ChannelEmail, "sales@pinewood.test")
	d.addPipeline("Support", "New", "Waiting on contact", "Waiting on us", "Closed")
	d.addProperties()
	d.tellStories(pinewoodStories)
}

func buildNorthgate(d *accountBuilder) {
	d.addChannel(d.addInbox("Front desk"), "api", desk.ChannelAPI, "Booking system")
	d.addPipeline("Front desk", "New", "Waiting on contact", "Closed")
	d.tellStories(northgateStories)
}

// addDepartment makes a team with one agent, and an inbox of the same name that is open to it.
func (d *accountBuilder) addDepartment(who, name, team string) (inbox desk.ID) {
	agent := d.setupStep(func() error { return d.CreateAgent(d.ctx, who+"@demo.test", name, desk.RoleAgent) }).Agent
	made := d.setupStep(func() error { return d.CreateTeam(d.ctx, team, []desk.ID{agent.ID}) }).Team
	inbox = d.addInbox(team, made)
	d.people[who] = &desk.Actor{Account: d.By().Account, Agent: agent, Inboxes: []desk.ID{inbox}}
	return inbox
}

func (d *accountBuilder) addInbox(name string, teams ...*desk.Team) (id desk.ID) {
	d.setupStep(func() error {
		open := make([]desk.ID, len(teams))
		for i, team := range teams {
			open[i] = team.ID
		}
		err := d.CreateInbox(d.ctx, name, desk.WorkspaceInbox, write.InboxSettings{TeamIDs: &open})
		if err == nil {
			id = d.Outcome().Inbox.ID
		}
		return err
	})
	return id
}

func (d *accountBuilder) addChannel(inbox desk.ID, short string, kind desk.ChannelKind, name string) {
	made := d.setupStep(func() error { return d.CreateChannel(d.ctx, inbox, kind, name, nil) }).Channel
	if d.err == nil {
		d.channels[short] = made.ID
	}
}

// addPipeline makes a pipeline, of which the last status is closed.
func (d *accountBuilder) addPipeline(name string, statuses ...string) {
	in := make([]desk.StatusInput, len(statuses))
	for i, s := range statuses {
		in[i] = desk.StatusInput{Name: s, State: desk.StateOpen}
	}
	in[len(in)-1].State = desk.StateClosed
	made := d.setupStep(func() error { return d.CreatePipeline(d.ctx, name, in) }).Pipeline
	if d.err != nil {
		return
	}
	for _, s := range made.Statuses {
		d.statuses[s.Name] = s.ID
	}
}

func (d *accountBuilder) addProperties() {
	for _, p := range pinewoodProperties {
		d.setupStep(func() error { return d.CreateProperty(d.ctx, p.Key, p.Label, p.Description, p.Type, p.Options) })
	}
	d.setupStep(func() error {
		return d.SetLayout(d.ctx, desk.LayoutAccount, []string{"status", "priority", "owner", "contact", "orderNumber", "product", "refund", "createdAt"}, nil)
	})
}
