package graph

import (
	"context"
	"errors"
	"slices"
	"time"

	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
	"deskwire/graph/model"
	"deskwire/live"
)

// singlePayload is a subscription of one payload: each is an execution of its own.
func singlePayload[P any](p *P) <-chan *P {
	c := make(chan *P, 1)
	c <- p
	close(c)
	return c
}

// payloadHeader is what all payloads say of how they came about.
func payloadHeader(ctx context.Context, visible bool) model.Live {
	t := renderStateOf(ctx)
	l := model.Live{Cursor: t.Cursor.String(), Reason: t.Reason}
	if !visible {
		t.Hidden = true
		l.Reason = live.Revoked
		return l
	}
	for _, e := range t.Events {
		if !privateKinds[e.EntityKind] { // what is one's own is no news of what one follows
			l.Happened = append(l.Happened, e)
		}
	}
	return l
}

// maxHappened is how many events a payload tells of.
const maxHappened = 100

// visibleEvents gives the events that the viewer may see.
func visibleEvents(ctx context.Context, all []*desk.Event) ([]*desk.Event, error) {
	l := loadersOf(ctx)
	all = all[max(0, len(all)-maxHappened):]
	ids := make([]desk.ID, len(all))
	for i, e := range all {
		ids[i] = e.ID
	}
	_, own := l.scopesAt(ctx)
	events := []*desk.Event{}
	for _, a := range l.events.loadAll(ctx, ids) {
		e, err := a.await(ctx)
		if err != nil {
			return nil, err
		}
		if a.found {
			own.addObject(e)
			events = append(events, e)
		}
	}
	return events, nil
}

// viewerAsDependency is who asks, whose name and rights the payload shows.
func (l *loaders) viewerAsDependency() *model.Viewer {
	if l.dependencies != nil {
		l.dependencies.addDependency(live.Dependency{Kind: desk.KindAgent, ID: l.by.Agent.ID})
		l.dependencies.addDependency(live.Dependency{Kind: desk.KindAccount, ID: l.by.Account.ID})
	}
	return &model.Viewer{Actor: l.by}
}

// viewPayload is how a view stands, and what is different in it.
func (l *loaders) viewPayload(ctx context.Context, id desk.Ref) (*model.InboxViewLive, error) {
	v, err := l.viewByRef(ctx, id)
	if err != nil {
		return nil, err
	}
	p := &model.InboxViewLive{Live: payloadHeader(ctx, v != nil), ViewID: id, View: v, Entered: []*desk.Conversation{}, Left: []*desk.Ref{}, Moved: []*desk.Conversation{}, Changed: []*desk.Conversation{}}
	if v == nil {
		return p, nil
	}
	if err := l.addViewDependencies(ctx, v); err != nil {
		return nil, err
	}
	t := renderStateOf(ctx)
	switch {
	case t.Reason != live.Change:
		return p, nil
	case v.Saved():
		return p, l.addSavedDifferences(ctx, p, t)
	}
	return p, l.addDifferences(ctx, p, t.Events)
}

// isAnotherDay says whether two minutes are of two days of the viewer's calendar.
func (l *loaders) isAnotherDay(a, b int64) bool {
	day := func(minute int64) string {
		return time.Unix(minute*60, 0).In(l.by.Location()).Format(time.DateOnly)
	}
	return day(a) != day(b)
}

// addSavedDifferences asks the database who is in the view and who was. What can't be told by what
// happened, such as that time has passed or that the filter is another one, makes a RESYNC of the
// payload.
func (l *loaders) addSavedDifferences(ctx context.Context, p *model.InboxViewLive, t *RenderState) error {
	events := t.Events
	of, err := l.viewList(ctx, p.View)
	if err != nil {
		return err
	}
	ids, all, err := of.Touched(ctx, events)
	if err != nil {
		return err
	}
	anew := func(e *desk.Event) bool {
		return e.EntityKind == desk.KindInboxView || e.EntityKind == desk.KindTeam && of.Deps.Team || e.EntityKind == desk.KindAgent && of.Deps.Agent
	}
	if !all || of.Deps.Ago && t.Before != t.Cursor.Minute || of.Deps.Days && l.isAnotherDay(t.Before, t.Cursor.Minute) || slices.ContainsFunc(events, anew) {
		p.Reason, p.Happened = live.Resync, nil
		return nil
	}
	members, err := of.Members(ctx, ids, events, t.Cursor)
	if err != nil {
		return err
	}
	for i, a := range l.conversations.loadAll(ctx, ids) {
		c, err := a.await(ctx)
		if err != nil {
			return err
		}
		m := members[ids[i]]
		switch {
		case !a.found || !m.Is:
			if m.Flipped || !a.found {
				p.Left = append(p.Left, &desk.Ref{Kind: desk.KindConversation, ID: ids[i]})
			}
		case m.Flipped:
			p.Entered = append(p.Entered, c)
		case of.Moves(c.ID, events):
			p.Moved = append(p.Moved, c)
		default:
			p.Changed = append(p.Changed, c)
		}
	}
	return nil
}

// addDifferences sorts the conversations that something has happened to.
func (l *loaders) addDifferences(ctx context.Context, p *model.InboxViewLive, events []*desk.Event) error {
	var ids []desk.ID
	byID := map[desk.ID][]*desk.Event{}
	for _, e := range events {
		if e.ConversationID == nil {
			continue
		}
		id := *e.ConversationID
		if byID[id] == nil {
			ids = append(ids, id)
		}
		byID[id] = append(byID[id], e)
	}
	for i, a := range l.conversations.loadAll(ctx, ids) {
		c, err := a.await(ctx)
		if err != nil {
			return err
		}
		if !a.found { // gone, or not the viewer's to see any more; whether it was in the list is in what happened
			if wasInView(p.View, ids[i], byID[ids[i]]) {
				p.Left = append(p.Left, &desk.Ref{Kind: desk.KindConversation, ID: ids[i]})
			}
			l.dependencies.remove(live.Dependency{Kind: desk.KindConversation, ID: ids[i]}) // what happens to it is no news here
			continue
		}
		l.addDifference(p, c, byID[c.ID])
	}
	return nil
}

// addDifference says where a conversation belongs. It may have been read later than the events tell
// of, and so may have been for the payload before: what matters is not how it was then but whether
// it has been otherwise since. Whoever applies that to a list has the right one with the payload
// that tells of the last change, whatever came with those before.
func (l *loaders) addDifference(p *model.InboxViewLive, c *desk.Conversation, events []*desk.Event) {
	is, flips := p.View.Shows(c, l.by.Agent.ID), false
	for i := range events {
		before := c.Before(events[i:])
		flips = flips || is != (before != nil && p.View.Shows(before, l.by.Agent.ID))
	}
	switch {
	case is && flips:
		p.Entered = append(p.Entered, c)
	case !is && (flips || slices.ContainsFunc(events, (*desk.Event).DecidesViews)):
		ref := c.Ref()
		p.Left = append(p.Left, &ref)
	case is && slices.ContainsFunc(events, (*desk.Event).MovesConversation):
		p.Moved = append(p.Moved, c)
	case is:
		p.Changed = append(p.Changed, c)
	}
}

// wasInView says whether a conversation that can't be seen any more was in the view, as far as
// events tell. Naming one that was not does no harm: its id was known to the inbox that the viewer
// sees.
func wasInView(v *desk.InboxView, id desk.ID, events []*desk.Event) bool {
	for _, e := range events {
		if e.InboxID != nil && *e.InboxID == v.InboxID {
			return true
		}
	}
	before := (&desk.Conversation{ID: id}).Before(events)
	return before != nil && before.InboxID == v.InboxID
}

// logPayload is the next part of the log.
func (r *Resolver) logPayload(ctx context.Context, where *read.EventWhere) (*model.EventsLive, error) {
	t := renderStateOf(ctx)
	p := &model.EventsLive{Live: model.Live{Reason: t.Reason}, Events: []*desk.Event{}}
	if t.Reason == live.Change {
		var err error
		p.Events, t.Position, err = ExecutionOf(ctx).Reader.LogPage(ctx, where, t.After, t.Cursor, r.resumable())
		if errors.Is(err, desk.ErrGone) { // what the hub makes a RESYNC of
			t.Gone = true
			return p, nil
		}
		if err != nil {
			return nil, err
		}
		t.Empty = len(p.Events) == 0
	} else if _, _, err := ExecutionOf(ctx).Reader.LogPage(ctx, where, t.Cursor, t.Cursor, r.resumable()); err != nil {
		return nil, err // a filter that can't be read is told at once
	}
	p.Cursor = t.Position.String()
	return p, nil
}

// viewersOf is who is at a conversation. It is a dependency of a live payload.
func (r *Resolver) viewersOf(ctx context.Context, c *desk.Conversation) []*live.Presence {
	if d := ExecutionOf(ctx).dependencies(); d != nil {
		d.addDependency(live.PresenceDependency(c.ID))
	}
	list := r.Presences.ViewersOf(c.AccountID, c.ID)
	out := make([]*live.Presence, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// setPresence says what the actor does at a conversation that they see. Whose presence it is comes
// from the token, and which session's from the connection: neither can be given.
func (r *Resolver) setPresence(ctx context.Context, in model.PresenceSetInput) (*model.Payload, error) {
	by := ActorOf(ctx)
	c, err := loadersOf(ctx).conversations.load(ctx, in.ConversationID.As(desk.KindConversation))
	if err != nil {
		return nil, err
	}
	if c == nil {
		return refusedPayload(desk.NotFound("conversation").At("conversationId")), nil
	}
	session := by.Agent.ID.String() // all plain calls of an agent together
	if s := sessionOf(ctx); s != nil {
		session = s.ID()
	}
	if in.State == nil {
		r.Presences.LeaveConversation(c.AccountID, c.ID, by.Agent.ID, session)
	} else if !r.Presences.Heartbeat(c.AccountID, c.ID, by.Agent.ID, session, *in.State) {
		return refusedPayload(desk.Refuse(desk.CodeLimitReached, "You are at 100 conversations, or the agents of your account are at 10,000. Leave some first.")), nil
	}
	return &model.Payload{Outcome: &write.Outcome{Conversation: c, Effects: []desk.Effect{}, Cursor: cursorIn(ctx)}, Refusals: []model.UserError{}}, nil
}
