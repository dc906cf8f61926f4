package graph

import (
	"context"

	"deskwire/db"
	"deskwire/desk"
	"deskwire/graph/model"
)

func pagingOf(first *int, after *string, last *int, before *string) db.Paging {
	return db.Paging{First: first, Last: last, After: textOrEmpty(after), Before: textOrEmpty(before)}
}

// pager reads one page for each parent, and counter counts their lists; both for many parents at once.
type (
	pager[N any] func(context.Context, []desk.ID) (map[desk.ID]*db.Page[N], error)
	counter      func(context.Context, []desk.ID) (map[desk.ID]db.Count, error)
)

// loadConnection gives the list of obj, and reads those of all objects of the scope; counted when somebody asks.
func loadConnection[P, N any](ctx context.Context, obj P, id func(P) desk.ID, pages pager[N], counts counter) (*model.Connection[N], error) {
	page, err := loadBelow(ctx, obj, id, pages, func(p *db.Page[N]) []any { return asObjects(p.Nodes) })
	if err != nil {
		return nil, err
	}
	ls := loadersOf(ctx)
	above, own := ls.scopesAt(ctx)
	return &model.Connection[N]{Page: page, Count: func(ctx context.Context) (db.Count, error) {
		own.counted.Do(func() {
			own.counts = newLoader(ls.by, counts)
			ids := []desk.ID{}
			for _, o := range siblings(above, obj) {
				ids = append(ids, id(o))
			}
			own.counts.loadAll(ctx, ids)
		})
		return own.counts.load(ctx, id(obj))
	}}, nil
}

// unified makes a pager show records as the response knows them already.
func unified[V any](pages pager[V], in *loader[desk.ID, V], id func(V) desk.ID) pager[V] {
	return func(ctx context.Context, parents []desk.ID) (map[desk.ID]*db.Page[V], error) {
		found, err := pages(ctx, parents)
		for _, p := range found {
			in.unify(id, p.Nodes)
		}
		return found, err
	}
}

func accountID(a *desk.Account) desk.ID           { return a.ID }
func contactID(c *desk.Contact) desk.ID           { return c.ID }
func conversationID(c *desk.Conversation) desk.ID { return c.ID }
func messageID(m *desk.Message) desk.ID           { return m.ID }
func ticketID(t *desk.Ticket) desk.ID             { return t.ID }
func trashGroupID(g *desk.TrashGroup) desk.ID     { return g.ID }

func conversationConnection[P any](ctx context.Context, obj P, kind desk.Kind, id func(P) desk.ID, where *db.ConversationWhere, o *db.ConversationOrder, p db.Paging) (*model.Connection[*desk.Conversation], error) {
	l := loadersOf(ctx)
	l.addList(kind, id(obj), desk.KindConversation)
	return loadConnection(ctx, obj, id, unified(sharedPages(l, []any{"conversations", kind, where, o, p}, func(ctx context.Context, r *db.Reader, ids []desk.ID) (map[desk.ID]*db.Page[*desk.Conversation], error) {
		return r.ConversationPages(ctx, db.Parents{Kind: kind, IDs: ids}, where, o, p)
	}), l.conversations, conversationID), func(ctx context.Context, ids []desk.ID) (map[desk.ID]db.Count, error) {
		return l.reader.ConversationCounts(ctx, db.Parents{Kind: kind, IDs: ids}, where)
	})
}

func ticketConnection[P any](ctx context.Context, obj P, kind desk.Kind, id func(P) desk.ID, where *db.TicketWhere, o *db.TicketOrder, p db.Paging) (*model.Connection[*desk.Ticket], error) {
	l := loadersOf(ctx)
	l.addList(kind, id(obj), desk.KindTicket)
	return loadConnection(ctx, obj, id, unified(sharedPages(l, []any{"tickets", kind, where, o, p}, func(ctx context.Context, r *db.Reader, ids []desk.ID) (map[desk.ID]*db.Page[*desk.Ticket], error) {
		return r.TicketPages(ctx, db.Parents{Kind: kind, IDs: ids}, where, o, p)
	}), l.tickets, ticketID), func(ctx context.Context, ids []desk.ID) (map[desk.ID]db.Count, error) {
		return l.reader.TicketCounts(ctx, db.Parents{Kind: kind, IDs: ids}, where)
	})
}

func contactConnection(ctx context.Context, where *db.ContactWhere, o *db.ContactOrder, p db.Paging) (*model.Connection[*desk.Contact], error) {
	l := loadersOf(ctx)
	return loadConnection(ctx, l.by.Account, accountID, unified(func(ctx context.Context, ids []desk.ID) (map[desk.ID]*db.Page[*desk.Contact], error) {
		return l.reader.ContactPages(ctx, db.Whole(l.by), where, o, p)
	}, l.contacts, contactID), func(ctx context.Context, ids []desk.ID) (map[desk.ID]db.Count, error) {
		return l.reader.ContactCounts(ctx, db.Whole(l.by), where)
	})
}

func messageConnection(ctx context.Context, obj *desk.Conversation, p db.Paging) (*model.Connection[model.Message], error) {
	l := loadersOf(ctx)
	pages := unified(sharedPages(l, []any{"messages", p}, func(ctx context.Context, r *db.Reader, ids []desk.ID) (map[desk.ID]*db.Page[*desk.Message], error) {
		return r.MessagePages(ctx, ids, p)
	}), l.messages, messageID)
	return loadConnection(ctx, obj, conversationID, func(ctx context.Context, ids []desk.ID) (map[desk.ID]*db.Page[model.Message], error) {
		found, err := pages(ctx, ids)
		return db.MapPages(found, model.NewMessage), err
	}, func(ctx context.Context, ids []desk.ID) (map[desk.ID]db.Count, error) {
		return l.reader.MessageCounts(ctx, ids)
	})
}

func timelineConnection[P any](ctx context.Context, obj P, kind desk.Kind, id func(P) desk.ID, p db.Paging) (*model.Connection[model.TimelineEntry], error) {
	l := loadersOf(ctx)
	return loadConnection(ctx, obj, id, func(ctx context.Context, ids []desk.ID) (map[desk.ID]*db.Page[model.TimelineEntry], error) {
		found, err := l.reader.TimelinePages(ctx, db.Parents{Kind: kind, IDs: ids}, p)
		return db.MapPages(found, func(e *db.TimelineEntry) model.TimelineEntry {
			if e.Message != nil {
				return model.NewMessage(e.Message)
			}
			return e.Event
		}), err
	}, func(ctx context.Context, ids []desk.ID) (map[desk.ID]db.Count, error) {
		return l.reader.TimelineCounts(ctx, db.Parents{Kind: kind, IDs: ids})
	})
}

func trashConnection(ctx context.Context, p db.Paging) (*model.Connection[*desk.TrashGroup], error) {
	l := loadersOf(ctx)
	return loadConnection(ctx, l.by.Account, accountID, unified(func(ctx context.Context, _ []desk.ID) (map[desk.ID]*db.Page[*desk.TrashGroup], error) {
		return l.reader.TrashPages(ctx, db.Whole(l.by), p)
	}, l.trashGroups, trashGroupID), func(ctx context.Context, _ []desk.ID) (map[desk.ID]db.Count, error) {
		return l.reader.TrashCounts(ctx, db.Whole(l.by))
	})
}

func eventConnection(ctx context.Context, since *string, where *db.EventWhere, p db.Paging) (*model.Connection[*desk.Event], error) {
	l := loadersOf(ctx)
	return loadConnection(ctx, l.by.Account, accountID, func(ctx context.Context, ids []desk.ID) (map[desk.ID]*db.Page[*desk.Event], error) {
		// Up to the eventCursor of this answer: what comes later comes with the next since.
		until, err := l.reader.Cursor(ctx)
		if err != nil {
			return nil, err
		}
		page, err := l.reader.EventPage(ctx, since, until, where, p)
		return map[desk.ID]*db.Page[*desk.Event]{l.by.Account.ID: page}, err
	}, func(ctx context.Context, _ []desk.ID) (map[desk.ID]db.Count, error) {
		until, err := l.reader.Cursor(ctx)
		if err != nil {
			return nil, err
		}
		n, err := l.reader.EventCount(ctx, since, until, where, p)
		return map[desk.ID]db.Count{l.by.Account.ID: n}, err
	})
}

// asObjects makes the rows of a list objects of a place.
func asObjects[T any](rows []T) []any {
	objects := make([]any, len(rows))
	for i, r := range rows {
		objects[i] = r
	}
	return objects
}
