package db_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/desk"
)

// The slow reference of filters. Nothing (null) is not equal to, above or below anything.

func textHolds(c *read.StringComparator, s *string) bool {
	if c == nil {
		return true
	}
	low := func(v string) string { return strings.ToLower(v) }
	is := func(ok func(string) bool) bool { return s != nil && ok(low(*s)) }
	return (c.Eq == nil || is(func(v string) bool { return v == low(*c.Eq) })) &&
		(c.In == nil || is(func(v string) bool {
			return slices.ContainsFunc(c.In, func(x string) bool { return low(x) == v })
		})) &&
		(c.StartsWith == nil || is(func(v string) bool { return strings.HasPrefix(v, low(*c.StartsWith)) })) &&
		(c.Contains == nil || is(func(v string) bool { return strings.Contains(v, low(*c.Contains)) })) &&
		(c.IsNull == nil || *c.IsNull == (s == nil))
}

func idHolds(c *read.IDComparator, kind desk.Kind, id *desk.ID) bool {
	if c == nil {
		return true
	}
	is := func(r desk.Ref) bool { return id != nil && r.Kind == kind && r.Part == "" && r.ID == *id }
	return (c.Eq == nil || is(*c.Eq)) && (c.In == nil || slices.ContainsFunc(c.In, is)) && (c.IsNull == nil || *c.IsNull == (id == nil))
}

func linkedHolds(c *read.IDComparator, kind desk.Kind, ids []desk.ID) bool {
	if c == nil {
		return true
	}
	has := func(one *read.IDComparator) bool {
		return slices.ContainsFunc(ids, func(id desk.ID) bool { return idHolds(one, kind, &id) })
	}
	return (c.Eq == nil || has(&read.IDComparator{Eq: c.Eq})) && (c.In == nil || has(&read.IDComparator{In: c.In})) && (c.IsNull == nil || *c.IsNull == (len(ids) == 0))
}

func intHolds(c *read.IntComparator, n int) bool {
	return c == nil || (c.Eq == nil || n == *c.Eq) && (c.In == nil || slices.Contains(c.In, n)) && (c.Gt == nil || n > *c.Gt) &&
		(c.Gte == nil || n >= *c.Gte) && (c.Lt == nil || n < *c.Lt) && (c.Lte == nil || n <= *c.Lte)
}

func timeHolds(c *read.TimeComparator, t *time.Time) bool {
	if c == nil {
		return true
	}
	is := func(v *time.Time, ok func(int) bool) bool { return v == nil || t != nil && ok(t.Compare(*v)) }
	return is(c.Gt, func(n int) bool { return n > 0 }) && is(c.Gte, func(n int) bool { return n >= 0 }) &&
		is(c.Lt, func(n int) bool { return n < 0 }) && is(c.Lte, func(n int) bool { return n <= 0 }) &&
		(c.IsNull == nil || *c.IsNull == (t == nil))
}

func wordHolds[T comparable](of []T, v *T) bool {
	return of == nil || v != nil && slices.Contains(of, *v)
}

func groupsHold[W any](and, or []*W, not *W, holds func(*W) bool) bool {
	return !slices.ContainsFunc(and, func(w *W) bool { return !holds(w) }) &&
		(or == nil || slices.ContainsFunc(or, holds)) && (not == nil || !holds(not))
}

func conversationHolds(x *world, w *read.ConversationWhere, c *desk.Conversation) bool {
	return w == nil || groupsHold(w.And, w.Or, w.Not, func(w *read.ConversationWhere) bool { return conversationHolds(x, w, c) }) &&
		teamHolds(x, w.TeamID, c.OwnerID) && (w.UnreadCount == nil || intHolds(w.UnreadCount, c.UnreadCount)) && textHolds(w.Preview, &c.Preview) &&
		(w.Ticket == nil || anyTicket(x, func(t *desk.Ticket) bool {
			return c.TicketID != nil && t.ID == *c.TicketID && ticketHolds(x, w.Ticket, t)
		})) &&
		(w.Contact == nil || slices.ContainsFunc(x.contacts, func(k *desk.Contact) bool { return k.ID == c.ContactID && contactHolds(x, w.Contact, k) })) &&
		idHolds(w.ID, desk.KindConversation, &c.ID) && intHolds(w.Number, c.Number) && textHolds(w.Subject, &c.Subject) &&
		wordHolds(w.Status, &c.Status) && wordHolds(w.Workspace, &c.Workspace) && idHolds(w.InboxID, desk.KindInbox, &c.InboxID) &&
		idHolds(w.ChannelID, desk.KindChannel, &c.ChannelID) && idHolds(w.ContactID, desk.KindContact, &c.ContactID) &&
		agentHolds(x, w.OwnerID, c.OwnerID) && idHolds(w.TicketID, desk.KindTicket, c.TicketID) &&
		linkedHolds(w.LabelID, desk.KindLabel, c.LabelIDs) && (w.Unread == nil || *w.Unread == (c.UnreadCount > 0)) && timeHolds(w.CreatedAt, &c.CreatedAt) &&
		timeHolds(w.ClosedAt, c.ClosedAt) && timeHolds(w.LastActivityAt, &c.LastActivityAt)
}

// A filter sees as ann does, who asks in all tests of filters that go from one record to another.

func anyTicket(x *world, holds func(*desk.Ticket) bool) bool {
	return slices.ContainsFunc(x.tickets, holds)
}

func anyConversation(x *world, w *read.ConversationWhere, of func(*desk.Conversation) bool) bool {
	return w == nil || len(x.visible(x.ann, func(c *desk.Conversation) bool { return !c.InTrash() && of(c) && conversationHolds(x, w, c) })) > 0
}

func agentHolds(x *world, c *read.IDComparator, id *desk.ID) bool {
	isViewer := id != nil && *id == x.ann.Agent.ID
	return idHolds(c, desk.KindAgent, id) && (c == nil || c.IsViewer == nil || *c.IsViewer == isViewer)
}

func teamHolds(x *world, w *read.IDComparator, owner *desk.ID) bool {
	var ids []desk.ID
	if owner != nil {
		ids = []desk.ID{x.teams[*owner]}
	}
	return linkedHolds(w, desk.KindTeam, ids)
}

func ticketHolds(x *world, w *read.TicketWhere, t *desk.Ticket) bool {
	state := desk.StateOpen
	if t.Closed() {
		state = desk.StateClosed
	}
	return w == nil || groupsHold(w.And, w.Or, w.Not, func(w *read.TicketWhere) bool { return ticketHolds(x, w, t) }) &&
		!slices.ContainsFunc(w.Properties, func(p *read.PropertyWhere) bool { return !x.propertyHolds(p, t) }) && teamHolds(x, w.TeamID, t.OwnerID) &&
		(w.Contact == nil || slices.ContainsFunc(x.contacts, func(k *desk.Contact) bool { return k.ID == t.ContactID && contactHolds(x, w.Contact, k) })) &&
		anyConversation(x, w.Conversation, func(c *desk.Conversation) bool { return c.TicketID != nil && *c.TicketID == t.ID }) &&
		idHolds(w.ID, desk.KindTicket, &t.ID) && intHolds(w.Number, t.Number) && textHolds(w.Name, &t.Name) && wordHolds(w.State, &state) &&
		idHolds(w.StatusID, desk.KindStatus, &t.StatusID) && idHolds(w.PipelineID, desk.KindPipeline, &t.PipelineID) &&
		agentHolds(x, w.OwnerID, t.OwnerID) && idHolds(w.ContactID, desk.KindContact, &t.ContactID) &&
		wordHolds(w.Priority, t.Priority) && wordHolds(w.Workspace, &t.Workspace) && timeHolds(w.CreatedAt, &t.CreatedAt) &&
		timeHolds(w.ClosedAt, t.ClosedAt) && timeHolds(w.LastActivityAt, &t.LastActivityAt)
}

func contactHolds(x *world, w *read.ContactWhere, c *desk.Contact) bool {
	return w == nil || groupsHold(w.And, w.Or, w.Not, func(w *read.ContactWhere) bool { return contactHolds(x, w, c) }) &&
		anyConversation(x, w.Conversation, func(v *desk.Conversation) bool { return v.ContactID == c.ID }) &&
		(w.Ticket == nil || anyTicket(x, func(t *desk.Ticket) bool {
			return t.ContactID == c.ID && !t.InTrash() && x.seesTicket(x.ann, t) && ticketHolds(x, w.Ticket, t)
		})) &&
		idHolds(w.ID, desk.KindContact, &c.ID) && textHolds(w.Name, &c.Name) && textHolds(w.Email, c.Email) &&
		textHolds(w.Phone, c.Phone) && textHolds(w.ExternalID, c.ExternalID) && timeHolds(w.CreatedAt, &c.CreatedAt)
}

// Filters at random. Most compare one thing, so that most find something.

// maybe gives a value in one of n cases.
func maybe[T any](w *world, n int, v func() T) *T {
	if w.rnd.IntN(n) > 0 {
		return nil
	}
	return new(v())
}

func listOf[T any](w *world, n int, v func() T) []T {
	if w.rnd.IntN(n) > 0 {
		return nil
	}
	out := make([]T, 1+w.rnd.IntN(3))
	for i := range out {
		out[i] = v()
	}
	return out
}

func (w *world) bool() bool { return w.rnd.IntN(2) == 0 }

func (w *world) text() string {
	r := []rune(pick(w, append(words, "CONTACT3@one.test", "ext_1", "+49301")))
	if w.bool() && len(r) > 0 {
		from := w.rnd.IntN(len(r))
		r = r[from : from+w.rnd.IntN(len(r)-from)+1]
	}
	if w.bool() {
		return strings.ToUpper(string(r))
	}
	return string(r)
}

func (w *world) texts() read.StringComparator {
	return read.StringComparator{Eq: maybe(w, 3, w.text), In: listOf(w, 4, w.text), StartsWith: maybe(w, 4, w.text),
		Contains: maybe(w, 3, w.text), IsNull: maybe(w, 6, w.bool)}
}

func (w *world) ids(of ...desk.Ref) read.IDComparator {
	id := func() desk.Ref { return pick(w, append(of, desk.Ref{}, desk.Ref{Kind: "cnv", ID: NewID()})) }
	return read.IDComparator{Eq: maybe(w, 3, id), In: listOf(w, 2, id), IsNull: maybe(w, 3, w.bool)}
}

func (w *world) number() read.IntComparator {
	n := func() int { return w.rnd.IntN(len(w.conversations) + 2) }
	return read.IntComparator{Eq: maybe(w, 5, n), In: listOf(w, 4, n), Gt: maybe(w, 4, n), Gte: maybe(w, 4, n), Lt: maybe(w, 4, n), Lte: maybe(w, 4, n)}
}

func (w *world) times() read.TimeComparator {
	return read.TimeComparator{Gt: maybe(w, 3, w.moment), Gte: maybe(w, 3, w.moment), Lt: maybe(w, 3, w.moment), Lte: maybe(w, 3, w.moment), IsNull: maybe(w, 4, w.bool)}
}

func (w *world) agentIDs() read.IDComparator {
	if w.rnd.IntN(8) == 0 {
		return read.IDComparator{IsViewer: new(w.bool())}
	}
	return w.ids(w.admin.Agent.Ref(), w.ann.Agent.Ref(), w.ben.Agent.Ref())
}

func below[W any](w *world, depth int, make func(int) *W) (and, or []*W, not *W) {
	if depth == 0 || w.bool() {
		return nil, nil, nil
	}
	next := func() *W { return make(depth - 1) }
	if n := maybe(w, 3, next); n != nil {
		not = *n
	}
	return listOf(w, 2, next), listOf(w, 3, next), not
}

// orNone is what is there, or nothing.
func orNone[T any](v **T) **T {
	if v == nil {
		return new(*T)
	}
	return v
}

func (w *world) teamIDs() read.IDComparator {
	return w.ids(desk.Ref{Kind: "tea", ID: w.teams[w.ann.Agent.ID]}, desk.Ref{Kind: "tea", ID: w.teams[w.ben.Agent.ID]})
}

func (w *world) conversationWhere(depth int) *read.ConversationWhere {
	out := &read.ConversationWhere{
		ID: maybe(w, 20, func() read.IDComparator { return w.ids(w.conversations[0].Ref(), w.conversations[1].Ref()) }), Number: maybe(w, 8, w.number),
		Subject: maybe(w, 6, w.texts), Status: listOf(w, 8, func() desk.ConversationStatus { return pick(w, []desk.ConversationStatus{"OPEN", "CLOSED"}) }),
		Workspace: listOf(w, 12, func() desk.Workspace { return pick(w, []desk.Workspace{"INBOX", "HELP_DESK"}) }),
		InboxID:   maybe(w, 8, func() read.IDComparator { return w.ids(desk.Ref{Kind: "inb", ID: w.inboxes[0]}) }),
		ChannelID: maybe(w, 12, func() read.IDComparator { return w.ids(desk.Ref{Kind: "chn", ID: w.channels[0]}) }),
		ContactID: maybe(w, 12, func() read.IDComparator { return w.ids(pick(w, w.contacts).Ref(), pick(w, w.contacts).Ref()) }),
		OwnerID:   maybe(w, 6, w.agentIDs), TicketID: maybe(w, 8, func() read.IDComparator { return w.ids(w.tickets[0].Ref(), w.tickets[1].Ref()) }),
		LabelID: maybe(w, 8, func() read.IDComparator {
			return w.ids(desk.Ref{Kind: "lab", ID: w.labels[0]}, desk.Ref{Kind: "lab", ID: w.labels[1]})
		}),
		Unread: maybe(w, 8, w.bool), CreatedAt: maybe(w, 8, w.times), ClosedAt: maybe(w, 8, w.times), LastActivityAt: maybe(w, 8, w.times),
	}
	out.TeamID = maybe(w, 12, w.teamIDs)
	out.UnreadCount, out.Preview = maybe(w, 12, w.number), maybe(w, 12, w.texts)
	if depth == 1 && w.rnd.IntN(4) == 0 {
		out.Ticket, out.Contact = *orNone(maybe(w, 2, func() *read.TicketWhere { return w.ticketWhere(0) })), *orNone(maybe(w, 2, func() *read.ContactWhere { return w.contactWhere(0) }))
	}
	out.And, out.Or, out.Not = below(w, depth, w.conversationWhere)
	return out
}

func (w *world) ticketWhere(depth int) *read.TicketWhere {
	out := &read.TicketWhere{
		ID: maybe(w, 20, func() read.IDComparator { return w.ids(w.tickets[0].Ref(), w.tickets[1].Ref()) }), Number: maybe(w, 8, w.number), Name: maybe(w, 6, w.texts),
		State:      listOf(w, 8, func() desk.StatusState { return pick(w, []desk.StatusState{"OPEN", "CLOSED"}) }),
		StatusID:   maybe(w, 8, func() read.IDComparator { return w.ids(desk.Ref{Kind: "sts", ID: w.open}) }),
		PipelineID: maybe(w, 12, func() read.IDComparator { return w.ids(desk.Ref{Kind: "pip", ID: w.pipeline}) }),
		Priority:   listOf(w, 6, func() desk.Priority { return pick(w, desk.Priorities) }), OwnerID: maybe(w, 6, w.agentIDs),
		ContactID: maybe(w, 12, func() read.IDComparator { return w.ids(pick(w, w.contacts).Ref(), pick(w, w.contacts).Ref()) }),
		Workspace: listOf(w, 12, func() desk.Workspace { return pick(w, []desk.Workspace{"INBOX", "HELP_DESK"}) }),
		CreatedAt: maybe(w, 8, w.times), ClosedAt: maybe(w, 8, w.times), LastActivityAt: maybe(w, 8, w.times),
	}
	out.TeamID = maybe(w, 12, w.teamIDs)
	if w.rnd.IntN(4) == 0 {
		out.Properties = []*read.PropertyWhere{w.propertyWhere()}
	}
	if depth == 1 && w.rnd.IntN(4) == 0 {
		out.Conversation, out.Contact = *orNone(maybe(w, 2, func() *read.ConversationWhere { return w.conversationWhere(0) })), *orNone(maybe(w, 2, func() *read.ContactWhere { return w.contactWhere(0) }))
	}
	out.And, out.Or, out.Not = below(w, depth, w.ticketWhere)
	return out
}

func (w *world) contactWhere(depth int) *read.ContactWhere {
	out := &read.ContactWhere{
		ID:   maybe(w, 12, func() read.IDComparator { return w.ids(w.contacts[0].Ref(), w.contacts[1].Ref()) }),
		Name: maybe(w, 4, w.texts), Email: maybe(w, 5, w.texts), Phone: maybe(w, 5, w.texts), ExternalID: maybe(w, 5, w.texts), CreatedAt: maybe(w, 6, w.times),
	}
	if depth == 1 && w.rnd.IntN(4) == 0 {
		out.Conversation, out.Ticket = *orNone(maybe(w, 2, func() *read.ConversationWhere { return w.conversationWhere(0) })), *orNone(maybe(w, 2, func() *read.TicketWhere { return w.ticketWhere(0) }))
	}
	out.And, out.Or, out.Not = below(w, depth, w.contactWhere)
	return out
}

func TestWhere_againstASlowSearch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	w.populate(30, 20, 40)
	found, all := 0, read.Paging{First: new(100)}
	check := func(name string, where any, got, want []string) {
		t.Helper()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%s %s:\n got %v\nwant %v", name, dump(where), got, want)
		}
		found += min(1, len(got))
	}
	for range 400 {
		cw := w.conversationWhere(3)
		cs, err := w.store.ReaderFor(w.ann).ConversationPages(ctx, read.WholeAccount(w.ann), cw, nil, all)
		must(t, err)
		check("conversations", cw, refs(cs[w.account.ID].Nodes),
			refs(w.visible(w.ann, func(c *desk.Conversation) bool { return !c.InTrash() && conversationHolds(w, cw, c) })))
		n, err := w.store.ReaderFor(w.ann).ConversationCounts(ctx, read.WholeAccount(w.ann), cw)
		must(t, err)
		if n[w.account.ID].N != len(cs[w.account.ID].Nodes) {
			t.Fatalf("%d rows, counted %d", len(cs[w.account.ID].Nodes), n[w.account.ID].N)
		}

		tw := w.ticketWhere(3)
		ts, err := w.store.ReaderFor(w.ann).TicketPages(ctx, read.WholeAccount(w.ann), tw, nil, all)
		must(t, err)
		check("tickets", tw, refs(ts[w.account.ID].Nodes),
			refs(slices.DeleteFunc(w.visibleTickets(w.ann), func(t *desk.Ticket) bool { return !ticketHolds(w, tw, t) })))

		kw := w.contactWhere(3)
		ks, err := w.store.ReaderFor(w.ann).ContactPages(ctx, read.WholeAccount(w.ann), kw, nil, all)
		must(t, err)
		check("contacts", kw, refs(ks[w.account.ID].Nodes),
			refs(slices.DeleteFunc(slices.Clone(w.contacts), func(c *desk.Contact) bool { return !contactHolds(w, kw, c) })))
	}
	t.Logf("%d of 1200 filters found something", found)
	if found < 300 {
		t.Error("the filters are too narrow to tell much")
	}
}

func TestWhere_refused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	deep := &read.ConversationWhere{}
	for range 4 {
		deep = &read.ConversationWhere{Not: deep}
	}
	long := make([]string, 101)
	groups := make([]*read.ConversationWhere, 101)
	for i := range groups {
		groups[i] = &read.ConversationWhere{}
	}
	many := &read.ConversationWhere{}
	for range 51 {
		inner := &read.ConversationWhere{}
		for range 10 {
			inner.Or = append(inner.Or, &read.ConversationWhere{Unread: new(true)})
		}
		many.And = append(many.And, inner)
	}
	for name, c := range map[string]struct {
		where *read.ConversationWhere
		code  desk.ErrorCode
		path  string
	}{
		"too deep":        {deep, desk.CodeInvalidInput, "where not not not not"},
		"too many values": {&read.ConversationWhere{Subject: &read.StringComparator{In: long}}, desk.CodeInvalidInput, "where subject in"},
		"too many ids":    {&read.ConversationWhere{OwnerID: &read.IDComparator{In: make([]desk.Ref, 101)}}, desk.CodeInvalidInput, "where ownerId in"},
		"too many words":  {&read.ConversationWhere{Status: make([]desk.ConversationStatus, 101)}, desk.CodeInvalidInput, "where status"},
		"too many groups": {&read.ConversationWhere{Or: groups}, desk.CodeInvalidInput, "where or"},
		"too much in all": {many, desk.CodeInvalidInput, "where"},
		"no values":       {&read.ConversationWhere{OwnerID: &read.IDComparator{In: []desk.Ref{}}}, desk.CodeInvalidInput, "where ownerId in"},
		"no numbers":      {&read.ConversationWhere{Number: &read.IntComparator{In: []int{}}}, desk.CodeInvalidInput, "where number in"},
		"no texts":        {&read.ConversationWhere{Subject: &read.StringComparator{In: []string{}}}, desk.CodeInvalidInput, "where subject in"},
		"no words":        {&read.ConversationWhere{Status: []desk.ConversationStatus{}}, desk.CodeInvalidInput, "where status"},
		"no labels":       {&read.ConversationWhere{LabelID: &read.IDComparator{In: []desk.Ref{}}}, desk.CodeInvalidInput, "where labelId in"},
		"an inbox is me":  {&read.ConversationWhere{InboxID: &read.IDComparator{IsViewer: new(true)}}, desk.CodeInvalidInput, "where inboxId isViewer"},
		"a label is me":   {&read.ConversationWhere{LabelID: &read.IDComparator{IsViewer: new(true)}}, desk.CodeInvalidInput, "where labelId isViewer"},
		"how long ago":    {&read.ConversationWhere{LastActivityAt: &read.TimeComparator{OlderThan: new("yesterday")}}, desk.CodeInvalidInput, "where lastActivityAt olderThan"},
		"too long ago":    {&read.ConversationWhere{Ticket: &read.TicketWhere{ClosedAt: &read.TimeComparator{NewerThan: new("4000d")}}}, desk.CodeInvalidInput, "where ticket closedAt newerThan"},
		"too far away": {&read.ConversationWhere{Ticket: &read.TicketWhere{Conversation: &read.ConversationWhere{Contact: &read.ContactWhere{Name: &read.StringComparator{Eq: new("x")}}}}},
			desk.CodeInvalidInput, "where ticket conversation contact"},
		"a property, far": {&read.ConversationWhere{Or: []*read.ConversationWhere{{Ticket: &read.TicketWhere{Properties: []*read.PropertyWhere{{Key: "nope", IsNull: new(true)}}}}}},
			desk.CodePropertyUnknown, "where or 0 ticket properties 0 key"},
		"NUL":       {&read.ConversationWhere{Subject: &read.StringComparator{Eq: new("a\x00b")}}, desk.CodeInvalidText, "where subject eq"},
		"not UTF-8": {&read.ConversationWhere{And: []*read.ConversationWhere{{}, {Subject: &read.StringComparator{In: []string{"ok", "\xff"}}}}}, desk.CodeInvalidText, "where and 1 subject in 1"},
	} {
		_, err := w.store.ReaderFor(w.admin).ConversationPages(ctx, read.WholeAccount(w.admin), c.where, nil, read.Paging{})
		var refused *desk.Error
		if !errors.As(err, &refused) || refused.Code != c.code || strings.Join(refused.Path, " ") != c.path {
			t.Errorf("%s: %v at %v", name, err, pathOf(err))
		}
	}
}

func codeOf(err error) desk.ErrorCode {
	var refused *desk.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

func pathOf(err error) []string {
	var refused *desk.Error
	if errors.As(err, &refused) {
		return refused.Path
	}
	return nil
}

// Naughty strings go into the statement as values, whatever they look like.
func TestWhere_textIsOnlyText(t *testing.T) {
	t.Parallel()
	w := newWorld(t, db.Options{})
	for _, s := range []string{"'; DROP TABLE contacts; --", `\'`, "?", "?0", "$1", "%", "_", `\`, "E'\\n'", "{a,b}", "\u202e", "🙂", "?::uuid"} {
		c := &desk.Contact{AccountID: w.account.ID, ID: NewID(), Name: "<" + s + ">"}
		w.exec("INSERT INTO contacts VALUES ($1, $2, NULL, NULL, NULL, $3, 1, now())", c.AccountID, c.ID, c.Name)
		for _, is := range []*read.StringComparator{{Eq: &c.Name}, {In: []string{c.Name}}, {StartsWith: new("<" + s)}, {Contains: new(s + ">")}} {
			m, err := w.store.ReaderFor(w.admin).ContactPages(ctx, read.WholeAccount(w.admin), &read.ContactWhere{Name: is}, nil, read.Paging{})
			must(t, err)
			if got := m[w.account.ID].Nodes; !slices.Contains(refs(got), c.Ref().String()) || len(got) > 2 && !desk.HasUnseen(s) { // one of them begins like another
				t.Errorf("%q finds %d", s, len(got))
			}
		}
	}
}

func dump(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
