package seed

import (
	"context"
	"fmt"
	"strings"
	"time"

	"deskwire/db"
	"deskwire/db/write"
	"deskwire/desk"
)

// ensureAccount makes the account with agents, teams, inboxes, channels, pipelines and properties,
// through the rules, when there is none.
func ensureAccount(ctx context.Context, store *db.Store, o Options) (*desk.Account, error) {
	account, err := store.AccountBySlug(ctx, o.Slug)
	if account != nil || err != nil {
		return account, err
	}
	began := o.Until.Add(-o.Span).Add(-24 * time.Hour)
	out, err := store.CreateAccount(ctx, write.Write{Mutation: "seed", At: began}, write.CreateAccount{
		Slug: o.Slug, Name: "Pinewood Outdoor", Plan: desk.PlanStarter, AdminEmail: "ada@" + o.Slug + ".test", AdminName: "Ada Byrne",
	}, func(ctx context.Context, t *write.Tx) error {
		made := *t.Outcome()
		f := &setupWriter{Tx: t, ctx: ctx, at: began, admin: &desk.Actor{Account: made.Account, Agent: made.Agent}}
		f.writeSetup(o)
		*t.Outcome() = made
		return f.err
	})
	if err != nil {
		return nil, err
	}
	return out.Account, nil
}

// setupWriter sets an account up. Once a step has failed the others do nothing.
type setupWriter struct {
	*write.Tx
	ctx   context.Context // of the one transaction
	err   error
	at    time.Time
	admin *desk.Actor
}

// adminStep is a mutation of the admin, a second after the one before.
func (f *setupWriter) adminStep(do func() error) *write.Outcome {
	f.at = f.at.Add(time.Second)
	if f.err == nil {
		f.err = f.Then(f.ctx, f.admin, f.at)
	}
	if f.err == nil {
		f.err = do()
	}
	return f.Outcome()
}

// writeSetup makes more of everything for more conversations, as accounts that grow do.
func (f *setupWriter) writeSetup(o Options) {
	v := newVocabulary(newRandom(o.Random, "people"))
	agents, teams := f.createAgents(v, o), []desk.ID{}
	for i := range min(2+o.Conversations/100_000, 10) {
		var members []desk.ID
		for k := i; k < len(agents); k += min(2+o.Conversations/100_000, 10) {
			members = append(members, agents[k])
		}
		if out := f.adminStep(func() error { return f.CreateTeam(f.ctx, fmt.Sprintf("Team %d", i+1), members) }); f.err == nil {
			teams = append(teams, out.Team.ID)
		}
	}
	for i, name := range inboxNames[:min(3+o.Conversations/50_000, len(inboxNames))] {
		f.createInbox(name, i, teams)
	}
	for _, name := range []string{"Support", "Returns"} {
		f.adminStep(func() error {
			return f.CreatePipeline(f.ctx, name, []desk.StatusInput{
				{Name: "New", State: desk.StateOpen}, {Name: "Waiting on contact", State: desk.StateOpen},
				{Name: "Waiting on us", State: desk.StateOpen}, {Name: "Closed", State: desk.StateClosed},
			})
		})
	}
	for _, p := range properties {
		f.adminStep(func() error { return f.CreateProperty(f.ctx, p.Key, p.Label, p.Description, p.Type, p.Options) })
	}
}

func (f *setupWriter) createAgents(v *vocabulary, o Options) (ids []desk.ID) {
	for i := range min(5+o.Conversations/5_000, 200) {
		name := v.personName()
		email := fmt.Sprintf("agent%d@%s.test", i+1, o.Slug)
		if out := f.adminStep(func() error { return f.CreateAgent(f.ctx, email, name, desk.RoleAgent) }); f.err == nil {
			ids = append(ids, out.Agent.ID)
		}
	}
	return ids
}

// Every fourth inbox is of the help desk. The first has all kinds of channels, and most of the
// conversations.
var inboxNames = []string{"Support", "Sales", "Returns", "Warranty", "Billing", "Wholesale", "Shipping", "Repairs", "Press", "Partners", "Events", "Feedback"}

func (f *setupWriter) createInbox(name string, i int, teams []desk.ID) {
	if f.err != nil {
		return
	}
	workspace, open := desk.WorkspaceInbox, []desk.ID{teams[i%len(teams)]}
	if i%4 == 3 {
		workspace = desk.WorkspaceHelpDesk
	}
	made := f.adminStep(func() error { return f.CreateInbox(f.ctx, name, workspace, write.InboxSettings{TeamIDs: &open}) })
	if f.err != nil {
		return
	}
	id := made.Inbox.ID
	kinds := []desk.ChannelKind{desk.ChannelEmail, desk.ChannelChat, desk.ChannelForm, desk.ChannelAPI}
	if i > 0 {
		kinds = kinds[i%3 : i%3+1]
	}
	for _, k := range kinds {
		f.adminStep(func() error {
			return f.CreateChannel(f.ctx, id, k, name+" "+strings.ToLower(string(k)), nil)
		})
	}
}

// properties has one of each type, and some that lists are filtered by.
var properties = []desk.PropertyDefinition{
	{Key: "orderNumber", Label: "Order number", Description: "As the web shop prints it.", Type: desk.TypeText},
	{Key: "product", Label: "Product", Description: "What it is about.", Type: desk.TypeOption, Options: optionsOf("TENTS BOOTS LAMPS PACKS STOVES MATS KNIVES ROPES BOTTLES OTHER")},
	{Key: "region", Label: "Region", Description: "Where the contact lives.", Type: desk.TypeOption, Options: optionsOf("EMEA AMER APAC LATAM")},
	{Key: "severity", Label: "Severity", Description: "How bad it is.", Type: desk.TypeOption, Options: optionsOf("MINOR MAJOR CRITICAL")},
	{Key: "causes", Label: "Causes", Description: "Why it happened.", Type: desk.TypeOptions, Options: optionsOf("CARRIER DEFECT PAYMENT WEBSITE ADVICE")},
	{Key: "amount", Label: "Amount", Description: "In euros.", Type: desk.TypeNumber},
	{Key: "satisfaction", Label: "Satisfaction", Description: "1 to 5, as the contact says.", Type: desk.TypeNumber},
	{Key: "boughtOn", Label: "Bought on", Description: "The warranty runs from here.", Type: desk.TypeDate},
	{Key: "dueAt", Label: "Due", Description: "What was promised.", Type: desk.TypeDateTime},
	{Key: "underWarranty", Label: "Under warranty", Description: "Two years for gear, five for boots.", Type: desk.TypeBoolean},
	{Key: "escalatedTo", Label: "Escalated to", Description: "Who decides when we can't.", Type: desk.TypeAgent},
}

func optionsOf(words string) (out []desk.PropertyOption) {
	for _, w := range strings.Fields(words) {
		out = append(out, desk.PropertyOption{Value: w, Label: w[:1] + strings.ToLower(w[1:])})
	}
	return out
}
