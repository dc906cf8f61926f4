package graph

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/db"
	"deskwire/desk"
)

// loaders is what one response has read, so that each record is read once and looks the same
// wherever it is shown.
type loaders struct {
	store *db.Store
	by    *desk.Actor
	root  *place

	conversations *loader[desk.ID, *desk.Conversation]
	tickets       *loader[desk.ID, *desk.Ticket]
	contacts      *loader[desk.ID, *desk.Contact]
	messages      *loader[desk.ID, *desk.Message]
	events        *loader[desk.ID, *desk.Event]
	trashGroups   *loader[desk.ID, *desk.TrashGroup]
	tokens        *loader[desk.ID, *desk.Token]
	attachments   *loader[desk.ID, *desk.Attachment]
	snippets      *loader[desk.ID, *desk.Snippet]
	nodes         *loader[desk.Ref, desk.Node]

	// Small lists that almost every query needs something of.
	agents      *whole[*desk.Agent]
	teams       *whole[*desk.Team]
	inboxes     *whole[*desk.Inbox]
	channels    *whole[*desk.Channel]
	pipelines   *whole[*desk.Pipeline]
	definitions *whole[*desk.PropertyDefinition]
	layouts     *whole[*desk.PropertyLayout]
	labels      *whole[*desk.Label]
	saved       *whole[*desk.InboxView] // views

	viewsMu    sync.Mutex
	viewsByKey map[desk.ID]*desk.InboxView // see viewKey
	viewCounts *loader[desk.ID, db.ViewCount]

	following *following // what a live payload hangs on; nil for other answers
	safe      sync.Map   // the safe HTML of messages, by their ids

	trashed map[desk.ID][]desk.Node // what the mutation of this response has moved to the trash, by group
}

func newLoaders(s *db.Store, by *desk.Actor, f *following) *loaders {
	l := &loaders{
		store: s, by: by, root: &place{}, following: f,
		conversations: rows(f, desk.KindConversation, by, s.Conversations),
		tickets:       rows(f, desk.KindTicket, by, s.Tickets),
		contacts:      rows(f, desk.KindContact, by, s.Contacts),
		messages:      rows(f, desk.KindMessage, by, s.Messages),
		events:        rows(f, desk.KindEvent, by, s.Events),
		trashGroups:   rows(f, desk.KindTrashGroup, by, s.TrashGroups),
		tokens:        rows(f, desk.KindToken, by, s.Tokens),
		attachments:   rows(f, desk.KindAttachment, by, s.Attachments),

		snippets: rows(f, desk.KindSnippet, by, s.Snippets),

		saved:       lists(f, desk.KindInboxView, by, func(v *desk.InboxView) desk.ID { return v.ID }, s.InboxViews),
		labels:      lists(f, desk.KindLabel, by, func(l *desk.Label) desk.ID { return l.ID }, s.Labels),
		agents:      lists(f, desk.KindAgent, by, func(a *desk.Agent) desk.ID { return a.ID }, s.Agents),
		teams:       lists(f, desk.KindTeam, by, func(t *desk.Team) desk.ID { return t.ID }, s.Teams),
		inboxes:     lists(f, desk.KindInbox, by, func(i *desk.Inbox) desk.ID { return i.ID }, s.Inboxes),
		channels:    lists(f, desk.KindChannel, by, func(c *desk.Channel) desk.ID { return c.ID }, s.Channels),
		pipelines:   lists(f, desk.KindPipeline, by, func(p *desk.Pipeline) desk.ID { return p.ID }, s.Pipelines),
		definitions: lists(f, desk.KindProperty, by, func(d *desk.PropertyDefinition) desk.ID { return d.ID }, s.PropertyDefinitions),
		layouts:     lists(f, desk.KindPropertyLayout, by, func(l *desk.PropertyLayout) desk.ID { return l.OwnerID }, s.Layouts),
	}
	l.nodes, l.viewCounts = newLoader(by, l.resolve), newLoader(by, l.countViews)
	whole := l.conversations.fetch
	l.conversations.fetch = func(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Conversation, error) {
		return whole(l.withKin(ctx), ids)
	}
	return l
}

// as hands the actor to a method of the store.
func as[V any](by *desk.Actor, get func(context.Context, *desk.Actor, []desk.ID) (map[desk.ID]V, error)) func(context.Context, []desk.ID) (map[desk.ID]V, error) {
	return func(ctx context.Context, ids []desk.ID) (map[desk.ID]V, error) { return get(ctx, by, ids) }
}

type loadersKey struct{}

// response has the loaders of a response: of a mutation, fresh ones for each field, since one field
// changes what another one has read.
type response struct {
	fresh  func() *loaders
	mu     sync.Mutex
	fields map[*ast.Field]*loaders // nil is all fields of a query
}

// WithFreshLoaders is WithLoaders for all but live payloads, which begin to read before the response does.
func (r *Resolver) WithFreshLoaders(ctx context.Context) context.Context {
	if followingOf(ctx) != nil {
		return ctx
	}
	return r.WithLoaders(ctx)
}

// WithLoaders gives the context loaders of its own. Each response needs some: they keep what they have read.
func (r *Resolver) WithLoaders(ctx context.Context) context.Context {
	by, f := ActorOf(ctx), followingOf(ctx)
	return context.WithValue(ctx, loadersKey{}, &response{
		fresh:  func() *loaders { return newLoaders(r.Store, by, f) },
		fields: map[*ast.Field]*loaders{},
	})
}

func loadersOf(ctx context.Context) *loaders {
	r := ctx.Value(loadersKey{}).(*response)
	var field *ast.Field
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation {
		field = graphql.GetRootFieldContext(ctx).Field.Field
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fields[field] == nil {
		r.fields[field] = r.fresh()
	}
	return r.fields[field]
}

// prime shows the records of a mutation's outcome as they are there, also where they are reached again
// below it, as a dry run needs it; and reads what hangs off them together.
func prime(ctx context.Context, out *db.Outcome) {
	l := loadersOf(ctx)
	_, own := l.here(ctx)
	own.once.Do(func() {
		show(own, l.conversations, conversationID, append([]*desk.Conversation{out.Conversation}, out.Conversations...)...)
		show(own, l.tickets, ticketID, out.Ticket)
		show(own, l.messages, messageID, out.Message)
		show(own, l.contacts, contactID, out.Contact)
		show(own, l.trashGroups, trashGroupID, out.TrashGroup)
		show(own, l.tokens, func(t *desk.Token) desk.ID { return t.ID }, out.APIToken)
		show(own, l.snippets, func(s *desk.Snippet) desk.ID { return s.ID }, out.Snippet)
		for i := range out.Effects {
			own.stand(&out.Effects[i])
		}
		l.primeSetUp(out)
		l.primeTrash(out)
	})
}

// show makes records what the response knows, and puts them at a place.
func show[V any](at *place, in *loader[desk.ID, *V], id func(*V) desk.ID, records ...*V) {
	for _, r := range records {
		if r != nil {
			in.set(id(r), r)
			at.stand(r)
		}
	}
}

// primeTrash keeps what a trashing took along, for the group of the outcome.
func (l *loaders) primeTrash(out *db.Outcome) {
	g := out.TrashGroup
	if g == nil {
		return
	}
	l.trashed = map[desk.ID][]desk.Node{}
	if t := out.Ticket; t != nil && t.InTrash() && *t.TrashGroupID == g.ID {
		l.trashed[g.ID] = append(l.trashed[g.ID], t)
	}
	for _, c := range append([]*desk.Conversation{out.Conversation}, out.Conversations...) {
		if c != nil && c.InTrash() && *c.TrashGroupID == g.ID {
			l.trashed[g.ID] = append(l.trashed[g.ID], c)
		}
	}
}

func (l *loaders) primeSetUp(out *db.Outcome) {
	override(l.agents, out.Agent)
	override(l.teams, out.Team)
	override(l.inboxes, out.Inbox)
	override(l.channels, out.Channel)
	override(l.pipelines, out.Pipeline)
	override(l.definitions, out.PropertyDefinition)
	override(l.layouts, out.Layout)
	override(l.labels, out.Label)
	override(l.saved, out.View)
}

// override makes a record of the outcome the one that the list shows.
func override[V any](w *whole[*V], v *V) {
	if v != nil {
		w.own = append(w.own, v)
	}
}

// primeRefusal does for the records of a refusal what prime does for those of an outcome.
func primeRefusal(ctx context.Context, refused *desk.Error) {
	_, own := loadersOf(ctx).here(ctx)
	own.once.Do(func() {
		for _, r := range append(refused.WouldTrash, refused.Current) {
			if r != nil {
				own.stand(r)
			}
		}
	})
}
