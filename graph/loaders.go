package graph

import (
	"context"
	"sync"

	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// loaders is the request-scoped cache: what one response has read, so that each record is read once
// and looks the same wherever it is shown.
type loaders struct {
	reader *read.Reader
	by     *desk.Actor // of the reader
	root   *batchScope

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
	agents      *wholeList[*desk.Agent]
	teams       *wholeList[*desk.Team]
	inboxes     *wholeList[*desk.Inbox]
	channels    *wholeList[*desk.Channel]
	pipelines   *wholeList[*desk.Pipeline]
	definitions *wholeList[*desk.PropertyDefinition]
	layouts     *wholeList[*desk.PropertyLayout]
	labels      *wholeList[*desk.Label]
	saved       *wholeList[*desk.InboxView] // views

	viewsByRef sync.Map // of *desk.InboxView: see viewKey
	viewCounts *loader[desk.Ref, read.ViewCount]

	dependencies *dependencies // of a live payload; nil for other answers

	messageHTML *loader[desk.ID, *string]
	safe        sync.Map // the safe HTML of messages that none is kept of, by their ids

	ownTrash map[desk.ID][]desk.Node // what the mutation of this response has moved to the trash, by group
}

func newLoaders(r *read.Reader, d *dependencies) *loaders {
	l := &loaders{
		reader: r, by: r.Actor(), root: &batchScope{}, dependencies: d,
		conversations: recordLoader(d, desk.KindConversation, r, (*read.Reader).Conversations),
		tickets:       recordLoader(d, desk.KindTicket, r, (*read.Reader).Tickets),
		contacts:      recordLoader(d, desk.KindContact, r, (*read.Reader).Contacts),
		messages:      recordLoader(d, desk.KindMessage, r, (*read.Reader).Messages),
		events:        recordLoader(d, desk.KindEvent, r, (*read.Reader).Events),
		trashGroups:   recordLoader(d, desk.KindTrashGroup, r, (*read.Reader).TrashGroups),
		tokens:        recordLoader(d, desk.KindToken, r, (*read.Reader).Tokens),
		attachments:   recordLoader(d, desk.KindAttachment, r, (*read.Reader).Attachments),

		snippets: recordLoader(d, desk.KindSnippet, r, (*read.Reader).Snippets),

		saved:       recordList(d, desk.KindInboxView, r, func(v *desk.InboxView) desk.ID { return v.ID }, (*read.Reader).InboxViews),
		labels:      recordList(d, desk.KindLabel, r, func(l *desk.Label) desk.ID { return l.ID }, (*read.Reader).Labels),
		agents:      recordList(d, desk.KindAgent, r, func(a *desk.Agent) desk.ID { return a.ID }, (*read.Reader).Agents),
		teams:       recordList(d, desk.KindTeam, r, func(t *desk.Team) desk.ID { return t.ID }, (*read.Reader).Teams),
		inboxes:     recordList(d, desk.KindInbox, r, func(i *desk.Inbox) desk.ID { return i.ID }, (*read.Reader).Inboxes),
		channels:    recordList(d, desk.KindChannel, r, func(c *desk.Channel) desk.ID { return c.ID }, (*read.Reader).Channels),
		pipelines:   recordList(d, desk.KindPipeline, r, func(p *desk.Pipeline) desk.ID { return p.ID }, (*read.Reader).Pipelines),
		definitions: recordList(d, desk.KindProperty, r, func(d *desk.PropertyDefinition) desk.ID { return d.ID }, (*read.Reader).PropertyDefinitions),
		layouts:     recordList(d, desk.KindPropertyLayout, r, func(l *desk.PropertyLayout) desk.ID { return l.OwnerID }, (*read.Reader).Layouts),
	}
	l.nodes, l.viewCounts = newLoader(l.by, l.resolveRefs), newLoader(l.by, l.countViews)
	l.messageHTML = newLoader(l.by, r.MessageHTML)
	if d == nil {
		l.conversations.fetch = func(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Conversation, error) {
			return l.readerWithJoins(ctx).Conversations(ctx, ids)
		}
	}
	return l
}

// primeOutcome shows the records of a mutation's outcome as they are there, also where they are
// reached again below it, as a dry run needs it; and reads what hangs off them together.
func primeOutcome(ctx context.Context, out *write.Outcome) {
	l := loadersOf(ctx)
	_, own := l.scopesAt(ctx)
	own.once.Do(func() {
		showRecords(own, l.conversations, conversationID, append([]*desk.Conversation{out.Conversation}, out.Conversations...)...)
		showRecords(own, l.tickets, ticketID, out.Ticket)
		showRecords(own, l.messages, messageID, out.Message)
		showRecords(own, l.contacts, contactID, out.Contact)
		showRecords(own, l.trashGroups, trashGroupID, out.TrashGroup)
		showRecords(own, l.tokens, func(t *desk.Token) desk.ID { return t.ID }, out.APIToken)
		showRecords(own, l.snippets, func(s *desk.Snippet) desk.ID { return s.ID }, out.Snippet)
		for i := range out.Effects {
			own.addObject(&out.Effects[i])
		}
		l.primeConfig(out)
		l.primeTrash(out)
	})
}

// showRecords makes records what the response knows, and adds them to a scope.
func showRecords[V any](at *batchScope, in *loader[desk.ID, *V], id func(*V) desk.ID, records ...*V) {
	for _, r := range records {
		if r != nil {
			in.prime(id(r), r)
			at.addObject(r)
		}
	}
}

// primeTrash keeps what a trashing took along, for the group of the outcome.
func (l *loaders) primeTrash(out *write.Outcome) {
	g := out.TrashGroup
	if g == nil {
		return
	}
	l.ownTrash = map[desk.ID][]desk.Node{}
	if t := out.Ticket; t != nil && t.InTrash() && *t.TrashGroupID == g.ID {
		l.ownTrash[g.ID] = append(l.ownTrash[g.ID], t)
	}
	for _, c := range append([]*desk.Conversation{out.Conversation}, out.Conversations...) {
		if c != nil && c.InTrash() && *c.TrashGroupID == g.ID {
			l.ownTrash[g.ID] = append(l.ownTrash[g.ID], c)
		}
	}
}

func (l *loaders) primeConfig(out *write.Outcome) {
	overrideRow(l.agents, out.Agent)
	overrideRow(l.teams, out.Team)
	overrideRow(l.inboxes, out.Inbox)
	overrideRow(l.channels, out.Channel)
	overrideRow(l.pipelines, out.Pipeline)
	overrideRow(l.definitions, out.PropertyDefinition)
	overrideRow(l.layouts, out.Layout)
	overrideRow(l.labels, out.Label)
	overrideRow(l.saved, out.View)
}

// overrideRow makes a record of the outcome the one that the list shows.
func overrideRow[V any](w *wholeList[*V], v *V) {
	if v != nil {
		w.overrides = append(w.overrides, v)
	}
}

// primeRefusal does for the records of a refusal what primeOutcome does for those of an outcome.
func primeRefusal(ctx context.Context, refused *desk.Error) {
	_, own := loadersOf(ctx).scopesAt(ctx)
	own.once.Do(func() {
		for _, r := range append(refused.WouldTrash, refused.Current) {
			if r != nil {
				own.addObject(r)
			}
		}
	})
}
