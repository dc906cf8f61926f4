package graph

import (
	"context"
	"sync"

	"deskwire/db"
	"deskwire/desk"
)

// loaders is what one response has read, so that each record is read once and looks the same
// wherever it is shown.
type loaders struct {
	reader *db.Reader
	by     *desk.Actor // of the reader
	root   *place

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

	dependencies *dependencies // what a live payload hangs on; nil for other answers
	safe         sync.Map      // the safe HTML of messages, by their ids

	trashed map[desk.ID][]desk.Node // what the mutation of this response has moved to the trash, by group
}

func newLoaders(r *db.Reader, d *dependencies) *loaders {
	l := &loaders{
		reader: r, by: r.Actor(), root: &place{}, dependencies: d,
		conversations: rows(d, desk.KindConversation, r, (*db.Reader).Conversations),
		tickets:       rows(d, desk.KindTicket, r, (*db.Reader).Tickets),
		contacts:      rows(d, desk.KindContact, r, (*db.Reader).Contacts),
		messages:      rows(d, desk.KindMessage, r, (*db.Reader).Messages),
		events:        rows(d, desk.KindEvent, r, (*db.Reader).Events),
		trashGroups:   rows(d, desk.KindTrashGroup, r, (*db.Reader).TrashGroups),
		tokens:        rows(d, desk.KindToken, r, (*db.Reader).Tokens),
		attachments:   rows(d, desk.KindAttachment, r, (*db.Reader).Attachments),

		snippets: rows(d, desk.KindSnippet, r, (*db.Reader).Snippets),

		saved:       lists(d, desk.KindInboxView, r, func(v *desk.InboxView) desk.ID { return v.ID }, (*db.Reader).InboxViews),
		labels:      lists(d, desk.KindLabel, r, func(l *desk.Label) desk.ID { return l.ID }, (*db.Reader).Labels),
		agents:      lists(d, desk.KindAgent, r, func(a *desk.Agent) desk.ID { return a.ID }, (*db.Reader).Agents),
		teams:       lists(d, desk.KindTeam, r, func(t *desk.Team) desk.ID { return t.ID }, (*db.Reader).Teams),
		inboxes:     lists(d, desk.KindInbox, r, func(i *desk.Inbox) desk.ID { return i.ID }, (*db.Reader).Inboxes),
		channels:    lists(d, desk.KindChannel, r, func(c *desk.Channel) desk.ID { return c.ID }, (*db.Reader).Channels),
		pipelines:   lists(d, desk.KindPipeline, r, func(p *desk.Pipeline) desk.ID { return p.ID }, (*db.Reader).Pipelines),
		definitions: lists(d, desk.KindProperty, r, func(d *desk.PropertyDefinition) desk.ID { return d.ID }, (*db.Reader).PropertyDefinitions),
		layouts:     lists(d, desk.KindPropertyLayout, r, func(l *desk.PropertyLayout) desk.ID { return l.OwnerID }, (*db.Reader).Layouts),
	}
	l.nodes, l.viewCounts = newLoader(l.by, l.resolve), newLoader(l.by, l.countViews)
	if d == nil {
		l.conversations.fetch = func(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Conversation, error) {
			return l.joining(ctx).Conversations(ctx, ids)
		}
	}
	return l
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
