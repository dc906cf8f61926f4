package graph

import (
	"context"

	"deskwire/desk"
	"deskwire/graph/model"
)

// resolveRefs resolves global ids (Relay's Node): it finds records by them, those of a kind
// together. What is missing or not the actor's to see is left out.
func (l *loaders) resolveRefs(ctx context.Context, refs []desk.Ref) (map[desk.Ref]desk.Node, error) {
	byKind := map[desk.Kind][]desk.Ref{}
	for _, r := range refs {
		byKind[r.Kind] = append(byKind[r.Kind], r)
	}
	out := map[desk.Ref]desk.Node{}
	for kind, refs := range byKind {
		get := l.finderOf(kind)
		if get == nil {
			continue
		}
		if err := get(ctx, refs, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// nodeFinder puts those of the refs that it finds into the map.
type nodeFinder func(ctx context.Context, refs []desk.Ref, into map[desk.Ref]desk.Node) error

// finderOf says how records of a kind are found; nil when there is no such kind.
func (l *loaders) finderOf(k desk.Kind) nodeFinder {
	switch k {
	case desk.KindContact:
		return findByLoader(k, l.contacts)
	case desk.KindConversation:
		return findByLoader(k, l.conversations)
	case desk.KindMessage:
		return l.findMessages
	case desk.KindTicket:
		return findByLoader(k, l.tickets)
	case desk.KindTrashGroup:
		return findByLoader(k, l.trashGroups)
	case desk.KindEvent:
		return findByLoader(k, l.events)
	case desk.KindToken:
		return findByLoader(k, l.tokens)
	case desk.KindAttachment:
		return findByLoader(k, l.attachments)
	case desk.KindSnippet:
		return findByLoader(k, l.snippets)
	case desk.KindLabel:
		return findInList(k, l.labels)
	case desk.KindAgent:
		return findInList(k, l.agents)
	case desk.KindTeam:
		return findInList(k, l.teams)
	case desk.KindInbox:
		return findInList(k, l.inboxes)
	case desk.KindPipeline:
		return findInList(k, l.pipelines)
	}
	return l.specialFinder(k)
}

// specialFinder is finderOf for what is no row of its own, or has its own wall.
func (l *loaders) specialFinder(k desk.Kind) nodeFinder {
	switch k {
	case desk.KindAccount:
		return findOneByOne(l.findAccount)
	case desk.KindViewer:
		return findOneByOne(l.findViewer)
	case desk.KindChannel:
		return findOneByOne(l.findChannel)
	case desk.KindStatus:
		return findOneByOne(l.findStatus)
	case desk.KindProperty:
		return findOneByOne(l.findDefinition)
	case desk.KindPropertyLayout:
		return findOneByOne(l.findLayout)
	case desk.KindInboxView:
		return findOneByOne(l.findView)
	case desk.KindSearch:
		return findOneByOne(l.findSearch)
	case desk.KindPropertyValue:
		return l.findValues
	}
	return nil
}

// findByLoader finds records by a loader.
func findByLoader[V interface {
	comparable
	desk.Node
}](k desk.Kind, from *loader[desk.ID, V]) nodeFinder {
	return func(ctx context.Context, refs []desk.Ref, into map[desk.Ref]desk.Node) error {
		ids := make([]desk.ID, len(refs))
		for i, r := range refs {
			ids[i] = r.As(k)
		}
		for i, a := range from.loadAll(ctx, ids) {
			v, err := a.await(ctx)
			if err != nil {
				return err
			}
			if a.found {
				into[refs[i]] = v
			}
		}
		return nil
	}
}

// findInList finds records of a small list.
func findInList[V interface {
	comparable
	desk.Node
}](k desk.Kind, in *wholeList[V]) nodeFinder {
	return findOneByOne(func(ctx context.Context, r desk.Ref) (desk.Node, error) {
		var none V
		v, err := in.byKey(ctx, r.As(k))
		if err != nil || v == none {
			return nil, err
		}
		return v, nil
	})
}

// findOneByOne finds records one by one, without a statement for each.
func findOneByOne(find func(context.Context, desk.Ref) (desk.Node, error)) nodeFinder {
	return func(ctx context.Context, refs []desk.Ref, into map[desk.Ref]desk.Node) error {
		for _, r := range refs {
			n, err := find(ctx, r)
			if err != nil {
				return err
			}
			if n != nil {
				into[r] = n
			}
		}
		return nil
	}
}

func (l *loaders) findMessages(ctx context.Context, refs []desk.Ref, into map[desk.Ref]desk.Node) error {
	err := findByLoader(desk.KindMessage, l.messages)(ctx, refs, into)
	for _, r := range refs {
		if m, ok := into[r].(*desk.Message); ok {
			into[r] = model.NewMessage(m)
		}
	}
	return err
}

func (l *loaders) findAccount(_ context.Context, r desk.Ref) (desk.Node, error) {
	if r != l.by.Account.Ref() {
		return nil, nil
	}
	return l.by.Account, nil
}

func (l *loaders) findSearch(_ context.Context, r desk.Ref) (desk.Node, error) {
	if s := desk.SearchOf(l.by, r); s != nil {
		return s, nil
	}
	return nil, nil
}

func (l *loaders) findViewer(_ context.Context, r desk.Ref) (desk.Node, error) {
	v := &model.Viewer{Actor: l.by}
	if l.by.Agent == nil || r != v.Ref() {
		return nil, nil
	}
	return v, nil
}

func (l *loaders) findView(ctx context.Context, r desk.Ref) (desk.Node, error) {
	v, err := l.viewByRef(ctx, r)
	if err != nil || v == nil {
		return nil, err
	}
	return v, nil
}

func (l *loaders) findChannel(ctx context.Context, r desk.Ref) (desk.Node, error) {
	c, err := l.channels.byKey(ctx, r.As(desk.KindChannel))
	if err != nil || c == nil || !l.by.SeesInbox(c.InboxID) {
		return nil, err
	}
	return c, nil
}

func (l *loaders) findStatus(ctx context.Context, r desk.Ref) (desk.Node, error) {
	s, err := l.statusByID(ctx, r.As(desk.KindStatus))
	if err != nil || s == nil {
		return nil, err
	}
	return s, nil
}

// statusByID finds a status in whatever pipeline it is; nil when there is none.
func (l *loaders) statusByID(ctx context.Context, id desk.ID) (*desk.TicketStatus, error) {
	pipelines, err := l.pipelines.allRows(ctx)
	for _, p := range append(l.pipelines.overrides, pipelines...) {
		for _, s := range p.Statuses {
			if s.ID == id {
				return s, err
			}
		}
	}
	return nil, err
}

// findDefinition finds a property; built-in ones have the account's key and their own as the part.
func (l *loaders) findDefinition(ctx context.Context, r desk.Ref) (desk.Node, error) {
	all, err := l.definitions.allRows(ctx)
	for _, d := range append(l.definitions.overrides, all...) {
		if d.Ref() == r {
			return d, err
		}
	}
	return nil, err
}

func (l *loaders) findLayout(ctx context.Context, r desk.Ref) (desk.Node, error) {
	chosen, err := l.layouts.allRows(ctx)
	for _, c := range append(l.layouts.overrides, chosen...) {
		if c.Ref() == r {
			return c, err
		}
	}
	// The one that applies, also when nobody has chosen one.
	if d := desk.InForce(l.by, nil); d.Ref() == r {
		return d, err
	}
	return nil, err
}

// findValues finds values of properties, by their tickets.
func (l *loaders) findValues(ctx context.Context, refs []desk.Ref, into map[desk.Ref]desk.Node) error {
	ids := make([]desk.ID, len(refs))
	for i, r := range refs {
		ids[i] = r.ID
	}
	for i, a := range l.tickets.loadAll(ctx, ids) {
		t, err := a.await(ctx)
		if err != nil {
			return err
		}
		if !a.found {
			continue
		}
		values, err := l.propertyValues(ctx, t, []string{refs[i].Part})
		if err != nil {
			return err
		}
		if len(values) == 1 {
			into[refs[i]] = values[0]
		}
	}
	return nil
}

// maxNodes is how many ids nodes takes.
const maxNodes = 100

// nodesOf gives records in the order of their ids, nil for each that is not found.
func (l *loaders) nodesOf(ctx context.Context, refs []*desk.Ref) ([]desk.Node, error) {
	if len(refs) > maxNodes {
		return nil, desk.Refuse(desk.CodeInvalidInput, "A call can name at most %d ids.", maxNodes).At("ids")
	}
	keys := make([]desk.Ref, len(refs))
	for i, r := range refs {
		keys[i] = *r
	}
	_, own := l.scopesAt(ctx)
	nodes := make([]desk.Node, len(refs))
	for i, a := range l.nodes.loadAll(ctx, keys) {
		n, err := a.await(ctx)
		if err != nil {
			return nil, err
		}
		if nodes[i] = n; a.found {
			own.addObject(n)
		}
	}
	return nodes, nil
}

// keyOfKind makes a key of a public id, if it is of that kind.
func keyOfKind(k desk.Kind) func(desk.Ref) (desk.ID, bool) {
	return func(r desk.Ref) (desk.ID, bool) {
		id := r.As(k)
		return id, !id.IsZero()
	}
}

// optionalKey makes a key of a reference that may be missing.
func optionalKey(id *desk.ID) (desk.ID, bool) {
	if id == nil {
		return desk.ID{}, false
	}
	return *id, true
}

// agentOrNil finds an agent; nil for nobody.
func (l *loaders) agentOrNil(ctx context.Context, id *desk.ID) (*desk.Agent, error) {
	if id == nil {
		return nil, nil
	}
	return l.agents.byKey(ctx, *id)
}

func conversationOf(ctx context.Context, m *desk.Message) (*desk.Conversation, error) {
	return loadRelated(ctx, loadersOf(ctx).conversations, m, func(m *desk.Message) (desk.ID, bool) { return m.ConversationID, true })
}
