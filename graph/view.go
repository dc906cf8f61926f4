package graph

import (
	"context"

	"deskwire/db"
	"deskwire/desk"
	"deskwire/graph/model"
)

// views are the standing views of the inboxes that the viewer sees, or of one of them.
func (l *loaders) views(ctx context.Context, inbox *desk.Ref) ([]*desk.InboxView, error) {
	inboxes, err := l.inboxes.all(ctx)
	views := []*desk.InboxView{}
	for _, i := range inboxes {
		if inbox == nil || inbox.As(desk.KindInbox) == i.ID {
			views = append(views, desk.InboxViewsOf(i.ID)...)
		}
	}
	return views, err
}

// view finds a view by its id; nil when its inbox is not the viewer's to see.
func (l *loaders) view(ctx context.Context, r desk.Ref) (*desk.InboxView, error) {
	v := desk.InboxViewOf(r)
	if v == nil {
		return nil, nil
	}
	if inbox, err := l.inboxes.one(ctx, v.InboxID); err != nil || inbox == nil {
		return nil, err
	}
	return v, nil
}

// viewWhere is what a view shows as a filter: desk.InboxView.Shows in the words of the database.
func viewWhere(k desk.InboxViewKind, by *desk.Actor) *db.ConversationWhere {
	yes, w := true, &db.ConversationWhere{Status: []desk.ConversationStatus{desk.ConversationStatusOpen}}
	switch k {
	case desk.ViewClosed:
		w.Status = []desk.ConversationStatus{desk.ConversationStatusClosed}
	case desk.ViewUnassigned:
		w.OwnerID = &db.IDComparator{IsNull: &yes}
	case desk.ViewMine:
		me := by.Agent.Ref()
		w.OwnerID = &db.IDComparator{Eq: &me}
	}
	return w
}

// viewConversations gives the list of a view. Views of one kind that stand side by side are read together.
func viewConversations(ctx context.Context, v *desk.InboxView, p db.Paging) (*model.Connection[*desk.Conversation], error) {
	l := loadersOf(ctx)
	l.follow(desk.KindInbox, v.InboxID, desk.KindConversation)
	read := func(ctx context.Context, keys []desk.ID, get func(desk.InboxViewKind, []desk.ID) error) error {
		kinds := map[desk.InboxViewKind][]desk.ID{}
		for _, key := range keys {
			v := l.viewOfKey(key)
			kinds[v.Kind] = append(kinds[v.Kind], v.InboxID)
		}
		for k, inboxes := range kinds {
			if err := get(k, inboxes); err != nil {
				return err
			}
		}
		return nil
	}
	pages := func(ctx context.Context, keys []desk.ID) (map[desk.ID]*db.Page[*desk.Conversation], error) {
		out := map[desk.ID]*db.Page[*desk.Conversation]{}
		return out, read(ctx, keys, func(k desk.InboxViewKind, inboxes []desk.ID) error {
			where := viewWhere(k, l.by)
			found, err := sharedPages(l, []any{"view", where, p}, func(ctx context.Context, ids []desk.ID) (map[desk.ID]*db.Page[*desk.Conversation], error) {
				return l.store.ConversationPages(l.withKin(ctx), l.by, db.Parents{Kind: desk.KindInbox, IDs: ids}, where, nil, p)
			})(ctx, inboxes)
			for id, page := range found {
				out[l.viewKey(&desk.InboxView{InboxID: id, Kind: k})] = page
			}
			return err
		})
	}
	counts := func(ctx context.Context, keys []desk.ID) (map[desk.ID]db.Count, error) {
		out := map[desk.ID]db.Count{}
		return out, read(ctx, keys, func(k desk.InboxViewKind, inboxes []desk.ID) error {
			found, err := l.store.ConversationCounts(ctx, l.by, db.Parents{Kind: desk.KindInbox, IDs: inboxes}, viewWhere(k, l.by))
			for id, n := range found {
				out[l.viewKey(&desk.InboxView{InboxID: id, Kind: k})] = n
			}
			return err
		})
	}
	return connect(ctx, v, l.viewKey, settled(pages, l.conversations, conversationID), counts)
}

// viewKey is a key of a view for loaders, which know their objects by one id.
func (l *loaders) viewKey(v *desk.InboxView) desk.ID {
	l.viewsMu.Lock()
	defer l.viewsMu.Unlock()
	for key, known := range l.viewsByKey {
		if known == *v {
			return key
		}
	}
	if l.viewsByKey == nil {
		l.viewsByKey = map[desk.ID]desk.InboxView{}
	}
	key := desk.ID{byte(len(l.viewsByKey) >> 8), byte(len(l.viewsByKey)), 1}
	l.viewsByKey[key] = *v
	return key
}

func (l *loaders) viewOfKey(key desk.ID) desk.InboxView {
	l.viewsMu.Lock()
	defer l.viewsMu.Unlock()
	return l.viewsByKey[key]
}
