package graph

import (
	"context"
	"slices"

	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/graph/model"
	"deskwire/live"
)

// visibleViews are the views that the viewer has: the standing ones of the inboxes that they see,
// or of one of them, and the saved ones.
func (l *loaders) visibleViews(ctx context.Context, inbox *desk.Ref, scopes []desk.ViewScope) ([]*desk.InboxView, error) {
	inboxes, err := l.inboxes.allRows(ctx)
	if err != nil {
		return nil, err
	}
	views := []*desk.InboxView{}
	for _, i := range inboxes {
		if inbox == nil || inbox.As(desk.KindInbox) == i.ID {
			views = append(views, desk.InboxViewsOf(i.ID)...)
		}
	}
	if inbox == nil {
		saved, err := l.saved.allRows(ctx)
		if err != nil {
			return nil, err
		}
		views = append(views, saved...)
	}
	views = slices.DeleteFunc(views, func(v *desk.InboxView) bool { return scopes != nil && !slices.Contains(scopes, v.Scope) })
	_, own := l.scopesAt(ctx)
	own.once.Do(func() {
		for _, v := range views {
			own.addObject(v) // so that what is counted of one is counted of all
		}
	})
	return views, nil
}

// maxScopes bounds the argument of inboxViews.
const maxScopes = 100

// viewByRef finds a view by its id; nil when it is not the viewer's to see.
func (l *loaders) viewByRef(ctx context.Context, r desk.Ref) (*desk.InboxView, error) {
	if r.Kind == desk.KindInboxView && r.Part == "" {
		return l.saved.byKey(ctx, r.ID)
	}
	v := desk.InboxViewOf(r)
	if v == nil {
		return nil, nil
	}
	if inbox, err := l.inboxes.byKey(ctx, v.InboxID); err != nil || inbox == nil {
		return nil, err
	}
	return v, nil
}

// teamsOf are the teams that the viewer is in.
func (l *loaders) teamsOf(ctx context.Context) ([]desk.ID, error) {
	mine, err := l.teams.filtered(ctx, func(t *desk.Team) bool {
		return l.by.Agent != nil && slices.Contains(t.MemberIDs, l.by.Agent.ID)
	})
	ids := make([]desk.ID, len(mine))
	for i, t := range mine {
		ids[i] = t.ID
	}
	return ids, err
}

// addViewDependencies adds what a view depends on.
func (l *loaders) addViewDependencies(ctx context.Context, v *desk.InboxView) error {
	if l.dependencies == nil {
		return nil
	}
	if !v.Saved() {
		l.addList(desk.KindInbox, v.InboxID, desk.KindConversation)
		return nil
	}
	of, err := l.viewList(ctx, v)
	if err != nil {
		return err
	}
	inboxes, err := l.inboxes.allRows(ctx)
	for _, i := range inboxes {
		l.addList(desk.KindInbox, i.ID, desk.KindConversation)
	}
	l.dependencies.addDependency(live.Dependency{Kind: desk.KindInboxView, ID: v.ID})
	for kind, looks := range map[desk.Kind]bool{desk.KindTicket: of.Deps.Ticket, desk.KindContact: of.Deps.Contact, desk.KindTeam: of.Deps.Team, desk.KindAgent: of.Deps.Agent} {
		if looks {
			l.dependencies.addDependency(live.Dependency{Kind: kind})
		}
	}
	if of.Deps.Ago || of.Deps.Days {
		l.dependencies.addDependency(live.EveryMinute)
	}
	return err
}

func (l *loaders) viewList(ctx context.Context, v *desk.InboxView) (*read.ViewList, error) {
	return l.reader.ViewList(ctx, v)
}

// viewConversations gives the list of a view. Standing views of one kind beside one another are
// read together.
func viewConversations(ctx context.Context, v *desk.InboxView, p read.Paging) (*model.Connection[*desk.Conversation], error) {
	l := loadersOf(ctx)
	if err := l.addViewDependencies(ctx, v); err != nil {
		return nil, err
	}
	pages := func(ctx context.Context, keys []desk.Ref) (map[desk.Ref]*read.Page[*desk.Conversation], error) {
		out := map[desk.Ref]*read.Page[*desk.Conversation]{}
		return out, l.eachView(keys, func(v *desk.InboxView) error {
			page, err := l.reader.SavedPage(ctx, v, p)
			if err == nil {
				out[l.viewKey(v)] = page
			}
			return err
		}, func(k desk.InboxViewKind, inboxes []desk.ID) error {
			where := read.StandingFilter(k)
			found, err := sharedPages(l, []any{"view", where, p}, func(ctx context.Context, r *read.Reader, ids []desk.ID) (map[desk.ID]*read.Page[*desk.Conversation], error) {
				return r.ConversationPages(ctx, read.Parents{Kind: desk.KindInbox, IDs: ids}, where, nil, p)
			})(ctx, inboxes)
			for id, page := range found {
				out[l.viewKey(&desk.InboxView{InboxID: id, Kind: k})] = page
			}
			return err
		})
	}
	counts := func(ctx context.Context, keys []desk.Ref) (map[desk.Ref]read.Count, error) {
		out := map[desk.Ref]read.Count{}
		return out, l.eachView(keys, func(v *desk.InboxView) error {
			n, err := l.reader.SavedCount(ctx, v)
			out[l.viewKey(v)] = n
			return err
		}, func(k desk.InboxViewKind, inboxes []desk.ID) error {
			found, err := l.reader.ConversationCounts(ctx, read.Parents{Kind: desk.KindInbox, IDs: inboxes}, read.StandingFilter(k))
			for id, n := range found {
				out[l.viewKey(&desk.InboxView{InboxID: id, Kind: k})] = n
			}
			return err
		})
	}
	return loadConnection(ctx, v, l.viewKey, unified(pages, l.unifyConversations), counts)
}

// eachView parts views into saved ones and those of one kind.
func (l *loaders) eachView(keys []desk.Ref, saved func(*desk.InboxView) error, standing func(desk.InboxViewKind, []desk.ID) error) error {
	kinds := map[desk.InboxViewKind][]desk.ID{}
	for _, key := range keys {
		v := l.viewOfKey(key)
		if !v.Saved() {
			kinds[v.Kind] = append(kinds[v.Kind], v.InboxID)
		} else if err := saved(v); err != nil {
			return err
		}
	}
	for k, inboxes := range kinds {
		if err := standing(k, inboxes); err != nil {
			return err
		}
	}
	return nil
}

// viewCount counts a view, together with all its siblings.
func viewCount(ctx context.Context, v *desk.InboxView) (read.ViewCount, error) {
	l := loadersOf(ctx)
	if err := l.addViewDependencies(ctx, v); err != nil {
		return read.ViewCount{}, err
	}
	return loadRelated(ctx, l.viewCounts, v, func(v *desk.InboxView) (desk.Ref, bool) { return l.viewKey(v), true })
}

// countViews counts what the operation shows of views: how many conversations, or how many unread
// ones, or both.
func (l *loaders) countViews(ctx context.Context, keys []desk.Ref) (map[desk.Ref]read.ViewCount, error) {
	all, unread := true, true
	if shown := l.reader.Projection(); shown != nil {
		all, unread = shown.Fields.Shows("InboxView", "count", "countIsCapped"), shown.Fields.Shows("InboxView", "unreadCount", "unreadCountIsCapped")
	}
	views := make([]*desk.InboxView, len(keys))
	for i, key := range keys {
		views[i] = l.viewOfKey(key)
	}
	found, err := l.reader.ViewCounts(ctx, views, all, unread)
	out := make(map[desk.Ref]read.ViewCount, len(keys))
	for _, key := range keys {
		out[key] = found[key]
	}
	return out, err
}

// viewKey is the key of a view for loaders, by which viewOfKey finds it again.
func (l *loaders) viewKey(v *desk.InboxView) desk.Ref {
	ref := v.Ref()
	l.viewsByRef.LoadOrStore(ref, v)
	return ref
}

func (l *loaders) viewOfKey(ref desk.Ref) *desk.InboxView {
	v, _ := l.viewsByRef.Load(ref)
	return v.(*desk.InboxView)
}

// storedJSON is a filter or an order as a view keeps it; nothing for a standing view.
func storedJSON(v *desk.InboxView, what string) *model.RawJSON {
	if !v.Saved() || what == "" {
		return nil
	}
	return &model.RawJSON{Text: what}
}
