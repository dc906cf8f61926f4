package graph

import (
	"context"

	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/graph/model"
)

func pagingOf(first *int, after *string, last *int, before *string) read.Paging {
	return read.Paging{First: first, Last: last, After: textOrEmpty(after), Before: textOrEmpty(before)}
}

// Keyset pagination as Relay describes it: a pager reads one page for each parent, and a counter
// counts their lists, both in one batch for many parents.
type (
	pager[K comparable, N any] func(context.Context, []K) (map[K]*read.Page[N], error)
	counter[K comparable]      func(context.Context, []K) (map[K]read.Count, error)
)

// loadConnection gives the list of obj, and reads those of all its siblings in one batch; counted
// when somebody asks.
func loadConnection[P any, K comparable, N any](
	ctx context.Context, obj P, key func(P) K, pages pager[K, N], counts counter[K],
) (*model.Connection[N], error) {
	page, err := loadBelow(ctx, obj, key, pages, func(p *read.Page[N]) []any { return asObjects(p.Nodes) })
	if err != nil {
		return nil, err
	}
	ls := loadersOf(ctx)
	above, own := ls.scopesAt(ctx)
	return &model.Connection[N]{Page: page, Count: func(ctx context.Context) (read.Count, error) {
		own.counted.Do(func() {
			from := newLoader(ls.by, counts)
			own.counts = from
			keys := []K{}
			for _, o := range siblings(above, obj) {
				keys = append(keys, key(o))
			}
			from.loadAll(ctx, keys)
		})
		return own.counts.(*loader[K, read.Count]).load(ctx, key(obj))
	}}, nil
}

// listSource is one list of the schema: how its pages and its counts are read.
type listSource[N any] struct {
	parent desk.Kind // what it hangs off
	name   []any     // the list and its arguments: payloads of one tick share pages of one name; nil: they share none
	pages  func(context.Context, *read.Reader, read.Parents) (map[desk.ID]*read.Page[N], error)
	counts func(context.Context, *read.Reader, read.Parents) (map[desk.ID]read.Count, error)
	unify  func([]N) // shows records as the response knows them already; nil: they are no records of their own
}

// ofAccount is the connection of a list that hangs off the account.
func (in listSource[N]) ofAccount(ctx context.Context) (*model.Connection[N], error) {
	in.parent = desk.KindAccount
	return connectionOf(ctx, loadersOf(ctx).by.Account, accountID, in)
}

// connectionOf is the connection of a list that hangs off obj.
func connectionOf[P, N any](ctx context.Context, obj P, id func(P) desk.ID, in listSource[N]) (*model.Connection[N], error) {
	l := loadersOf(ctx)
	return loadConnection(ctx, obj, id, in.pager(l), in.counter(l))
}

func (in listSource[N]) pager(l *loaders) pager[desk.ID, N] {
	pages := func(ctx context.Context, ids []desk.ID) (map[desk.ID]*read.Page[N], error) {
		return in.pages(ctx, l.reader, read.Parents{Kind: in.parent, IDs: ids})
	}
	if in.name != nil {
		pages = sharedPages(l, in.name, func(ctx context.Context, r *read.Reader, ids []desk.ID) (map[desk.ID]*read.Page[N], error) {
			return in.pages(ctx, r, read.Parents{Kind: in.parent, IDs: ids})
		})
	}
	return unified(pages, in.unify)
}

func (in listSource[N]) counter(l *loaders) counter[desk.ID] {
	return func(ctx context.Context, ids []desk.ID) (map[desk.ID]read.Count, error) {
		return in.counts(ctx, l.reader, read.Parents{Kind: in.parent, IDs: ids})
	}
}

// unified makes a pager show records as the response knows them already.
func unified[K comparable, N any](pages pager[K, N], unify func([]N)) pager[K, N] {
	if unify == nil {
		return pages
	}
	return func(ctx context.Context, parents []K) (map[K]*read.Page[N], error) {
		found, err := pages(ctx, parents)
		if err != nil { // some pages may be missing
			return nil, err
		}
		for _, p := range found {
			unify(p.Nodes)
		}
		return found, nil
	}
}

func accountID(a *desk.Account) desk.ID           { return a.ID }
func contactID(c *desk.Contact) desk.ID           { return c.ID }
func conversationID(c *desk.Conversation) desk.ID { return c.ID }
func messageID(m *desk.Message) desk.ID           { return m.ID }
func ticketID(t *desk.Ticket) desk.ID             { return t.ID }
func trashGroupID(g *desk.TrashGroup) desk.ID     { return g.ID }
func snippetID(s *desk.Snippet) desk.ID           { return s.ID }

func conversationConnection[P any](
	ctx context.Context, obj P, kind desk.Kind, id func(P) desk.ID, where *read.ConversationWhere, o *read.ConversationOrder, p read.Paging,
) (*model.Connection[*desk.Conversation], error) {
	l := loadersOf(ctx)
	l.addList(kind, id(obj), desk.KindConversation)
	return connectionOf(ctx, obj, id, listSource[*desk.Conversation]{
		parent: kind,
		name:   []any{"conversations", kind, where, o, p},
		pages: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]*read.Page[*desk.Conversation], error) {
			return r.ConversationPages(ctx, of, where, o, p)
		},
		counts: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]read.Count, error) {
			return r.ConversationCounts(ctx, of, where)
		},
		unify: l.unifyConversations,
	})
}

func (l *loaders) unifyConversations(rows []*desk.Conversation) {
	l.conversations.unify(conversationID, rows)
}

func ticketConnection[P any](
	ctx context.Context, obj P, kind desk.Kind, id func(P) desk.ID, where *read.TicketWhere, o *read.TicketOrder, p read.Paging,
) (*model.Connection[*desk.Ticket], error) {
	l := loadersOf(ctx)
	l.addList(kind, id(obj), desk.KindTicket)
	return connectionOf(ctx, obj, id, listSource[*desk.Ticket]{
		parent: kind,
		name:   []any{"tickets", kind, where, o, p},
		pages: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]*read.Page[*desk.Ticket], error) {
			return r.TicketPages(ctx, of, where, o, p)
		},
		counts: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]read.Count, error) {
			return r.TicketCounts(ctx, of, where)
		},
		unify: func(rows []*desk.Ticket) { l.tickets.unify(ticketID, rows) },
	})
}

func contactConnection(ctx context.Context, where *read.ContactWhere, o *read.ContactOrder, p read.Paging) (*model.Connection[*desk.Contact], error) {
	l := loadersOf(ctx)
	return listSource[*desk.Contact]{
		pages: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]*read.Page[*desk.Contact], error) {
			return r.ContactPages(ctx, of, where, o, p)
		},
		counts: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]read.Count, error) {
			return r.ContactCounts(ctx, of, where)
		},
		unify: func(rows []*desk.Contact) { l.contacts.unify(contactID, rows) },
	}.ofAccount(ctx)
}

func messageConnection(ctx context.Context, obj *desk.Conversation, p read.Paging) (*model.Connection[model.Message], error) {
	l := loadersOf(ctx)
	rows := listSource[*desk.Message]{
		parent: desk.KindConversation,
		name:   []any{"messages", p},
		pages: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]*read.Page[*desk.Message], error) {
			return r.MessagePages(ctx, of.IDs, p)
		},
		counts: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]read.Count, error) {
			return r.MessageCounts(ctx, of.IDs)
		},
		unify: func(rows []*desk.Message) { l.messages.unify(messageID, rows) },
	}
	pages := rows.pager(l)
	return loadConnection(ctx, obj, conversationID, func(ctx context.Context, ids []desk.ID) (map[desk.ID]*read.Page[model.Message], error) {
		found, err := pages(ctx, ids)
		return read.MapPages(found, model.NewMessage), err
	}, rows.counter(l))
}

func timelineConnection[P any](ctx context.Context, obj P, kind desk.Kind, id func(P) desk.ID, p read.Paging) (*model.Connection[model.TimelineEntry], error) {
	return connectionOf(ctx, obj, id, listSource[model.TimelineEntry]{
		parent: kind,
		pages: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]*read.Page[model.TimelineEntry], error) {
			found, err := r.TimelinePages(ctx, of, p)
			return read.MapPages(found, timelineEntry), err
		},
		counts: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]read.Count, error) {
			return r.TimelineCounts(ctx, of)
		},
	})
}

func timelineEntry(e *read.TimelineEntry) model.TimelineEntry {
	if e.Message != nil {
		return model.NewMessage(e.Message)
	}
	return e.Event
}

func trashConnection(ctx context.Context, p read.Paging) (*model.Connection[*desk.TrashGroup], error) {
	l := loadersOf(ctx)
	return listSource[*desk.TrashGroup]{
		pages: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]*read.Page[*desk.TrashGroup], error) {
			return r.TrashPages(ctx, of, p)
		},
		counts: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]read.Count, error) {
			return r.TrashCounts(ctx, of)
		},
		unify: func(rows []*desk.TrashGroup) { l.trashGroups.unify(trashGroupID, rows) },
	}.ofAccount(ctx)
}

func snippetConnection(ctx context.Context, where *read.SnippetWhere, p read.Paging) (*model.Connection[*desk.Snippet], error) {
	l := loadersOf(ctx)
	return listSource[*desk.Snippet]{
		pages: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]*read.Page[*desk.Snippet], error) {
			return r.SnippetPages(ctx, of, where, p)
		},
		counts: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]read.Count, error) {
			return r.SnippetCounts(ctx, of, where)
		},
		unify: func(rows []*desk.Snippet) { l.snippets.unify(snippetID, rows) },
	}.ofAccount(ctx)
}

func eventConnection(ctx context.Context, since *string, where *read.EventWhere, p read.Paging) (*model.Connection[*desk.Event], error) {
	return listSource[*desk.Event]{
		pages: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]*read.Page[*desk.Event], error) {
			// Up to the eventCursor of this answer: what comes later comes with the next since.
			until, err := r.Cursor(ctx)
			if err != nil {
				return nil, err
			}
			page, err := r.EventPage(ctx, since, until, where, p)
			return map[desk.ID]*read.Page[*desk.Event]{of.IDs[0]: page}, err
		},
		counts: func(ctx context.Context, r *read.Reader, of read.Parents) (map[desk.ID]read.Count, error) {
			until, err := r.Cursor(ctx)
			if err != nil {
				return nil, err
			}
			n, err := r.EventCount(ctx, since, until, where, p)
			return map[desk.ID]read.Count{of.IDs[0]: n}, err
		},
	}.ofAccount(ctx)
}

// asObjects makes the rows of a list objects of a scope.
func asObjects[T any](rows []T) []any {
	objects := make([]any, len(rows))
	for i, r := range rows {
		objects[i] = r
	}
	return objects
}
