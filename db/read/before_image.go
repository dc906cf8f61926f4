package read

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"deskwire/db/eventlog"
	"deskwire/db/pg"
	"deskwire/desk"
)

// FilterDeps is what a view's filter depends on, which says what may change who is in it.
type FilterDeps struct {
	Ticket, Contact, Team, Agent bool
	Ago                          bool            // the time that passes
	Days                         bool            // the viewer's calendar: the day that it is there
	fields                       map[string]bool // those of which the log does not keep all
}

// addField says that a filter depends on a field.
func (l *FilterDeps) addField(field string, given bool) {
	if given && l.fields != nil {
		l.fields[field] = true
	}
}

func (l *FilterDeps) dependsOn(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return l.fields[n] })
}

// ViewList is a saved view's list as the actor sees it, to be asked about single conversations.
type ViewList struct {
	reader *Reader
	by     *desk.Actor
	list   pageQuery[desk.Conversation]
	Deps   FilterDeps
	Order  *ConversationOrder
}

// ViewList reads what a saved view shows.
func (r *Reader) ViewList(ctx context.Context, v *desk.InboxView) (*ViewList, error) {
	where, o, err := ViewFilter(v)
	if err != nil {
		return nil, err
	}
	sc := r.FilterScope(ctx)
	sc.deps = FilterDeps{fields: map[string]bool{}}
	l, err := conversationList(sc, WholeAccount(r.actor), where)
	return &ViewList{reader: r, by: r.actor, list: l, Deps: sc.deps, Order: o}, err
}

// MaxTouched is how many conversations one payload tells of.
const MaxTouched = 500

// Touched are the conversations that may have entered or left with these events; false when they
// are too many.
func (v *ViewList) Touched(ctx context.Context, events []*desk.Event) ([]desk.ID, bool, error) {
	ids, tickets, contacts := []desk.ID{}, []desk.ID{}, []desk.ID{}
	add := func(to *[]desk.ID, id desk.ID) {
		if !slices.Contains(*to, id) {
			*to = append(*to, id)
		}
	}
	for _, e := range events {
		switch {
		case e.ConversationID != nil:
			add(&ids, *e.ConversationID)
		case e.EntityKind == desk.KindTicket && v.Deps.Ticket:
			add(&tickets, e.EntityID)
		case e.EntityKind == desk.KindContact && v.Deps.Contact:
			add(&contacts, e.EntityID)
		}
	}
	if len(tickets)+len(contacts) > 0 {
		type row struct{ ID desk.ID }
		found, err := pg.Query[row](ctx, v.reader, "SELECT id FROM conversations WHERE account_id = ? AND (ticket_id = ? OR contact_id = ?) ORDER BY id LIMIT ?",
			v.by.Account.ID, pg.OneOf(tickets), pg.OneOf(contacts), pg.Limit(MaxTouched+1))
		if err != nil {
			return nil, false, err
		}
		for _, r := range found {
			add(&ids, r.ID)
		}
	}
	return ids, len(ids) <= MaxTouched, nil
}

// Membership says of a conversation whether it is in a view, and whether it has been otherwise
// since some events, or may have been.
type Membership struct{ Is, Flipped bool }

// maxStages bounds how many states between transactions are looked at.
const maxStages = 16

// Members says which conversations are in the view now, and which were not all the while since
// before the events, which end at a position in the log. There is one filter, and it is the
// database's: what was is found out by laying the records as they were before the events over the
// tables and asking the same again.
//
// The tables are read later than the events end. What has happened to a record in between would be
// part of all that "was", too, and could hide that it entered or left: of such a conversation that
// is said for sure, since a payload that tells it twice does no harm and one that does not loses
// it.
func (v *ViewList) Members(ctx context.Context, ids []desk.ID, events []*desk.Event, at desk.Cursor) (map[desk.ID]Membership, error) {
	definitions, err := v.columnTypes(ctx, events)
	if err != nil {
		return nil, err
	}
	before := newBeforeImage(definitions)
	parts := []pg.Fragment{v.membershipAt(stageNow, ids, before), v.changedAfter(ids, at)}
	undone := transactions(events)
	for i, tx := range slices.Backward(undone) {
		for _, e := range slices.Backward(tx) {
			before.undoEvent(e, &v.Deps, ids)
		}
		if len(undone)-i <= maxStages { // beyond that nothing is sure
			parts = append(parts, v.membershipAt(len(undone)-i, ids, before))
		}
	}
	type row struct {
		Stage int
		ID    desk.ID
	}
	found, err := pg.Query[row](ctx, v.reader, "SELECT x.stage, x.id FROM (?) AS x", pg.Joined(parts, " UNION ALL ", pg.Never))
	if err != nil {
		return nil, err
	}
	in, later := map[desk.ID]int{}, map[desk.ID]bool{}
	out := make(map[desk.ID]Membership, len(ids))
	for _, r := range found {
		switch r.Stage {
		case stageLater:
			later[r.ID] = true
		case stageNow:
			out[r.ID] = Membership{Is: true}
		default:
			in[r.ID]++
		}
	}
	for _, id := range ids {
		m := out[id]
		all := map[bool]int{true: min(len(undone), maxStages)}[m.Is]
		m.Flipped = in[id] != all || before.unsure[id] || later[id] || len(undone) > maxStages
		out[id] = m
	}
	return out, nil
}

// transactions parts events, as far as they can be undone, into those that became visible together.
func transactions(events []*desk.Event) (all [][]*desk.Event) {
	var last *desk.Event
	for _, e := range events {
		if !canUndo(e) {
			continue
		}
		if last == nil || last.Xid != e.Xid || last.CascadeID != e.CascadeID {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], e)
		last = e
	}
	return all
}

func canUndo(e *desk.Event) bool {
	switch e.EntityKind {
	case desk.KindConversation, desk.KindMessage, desk.KindTicket, desk.KindContact:
		return true
	}
	return false
}

// columnTypes are the types of the properties that events tell of.
func (v *ViewList) columnTypes(ctx context.Context, events []*desk.Event) (map[string]desk.PropertyType, error) {
	if !v.Deps.Ticket || !slices.ContainsFunc(events, func(e *desk.Event) bool { return e.EntityKind == desk.KindTicket }) {
		return nil, nil
	}
	all, err := v.reader.PropertyDefinitions(ctx)
	types := map[string]desk.PropertyType{}
	for _, d := range all {
		types[d.Key] = d.Type
	}
	return types, err
}

// What is asked beside the states between transactions, which are numbered from 1 on.
const (
	stageNow   = 0  // who is in the view
	stageLater = -1 // to whom something has happened after the position where the events end
)

// changedAfter asks to which of the conversations, their tickets and their contacts something has
// happened after a position in the log.
func (v *ViewList) changedAfter(ids []desk.ID, at desk.Cursor) pg.Fragment {
	events := eventlog.RecordedAfter(at)
	for i, after := range events {
		events[i] = pg.SQL("SELECT e.conversation_id, e.entity_id FROM events AS e WHERE e.account_id = ? AND ?", v.by.Account.ID, after)
	}
	return pg.SQL(`(SELECT `+fmt.Sprint(stageLater)+` AS stage, c.id FROM (?) AS e JOIN conversations AS c ON c.account_id = ? AND c.id = ?
		AND (c.id = e.conversation_id OR e.entity_id IN (c.ticket_id, c.contact_id)))`, pg.Joined(events, " UNION ALL ", pg.Never), v.by.Account.ID, pg.OneOf(ids))
}

// membershipAt asks which of the conversations are in the view when a before-image is laid over the
// tables. The present is asked of the tables.
func (v *ViewList) membershipAt(n int, ids []desk.ID, p *beforeImage) pg.Fragment {
	ask := pg.SQL("SELECT "+fmt.Sprint(n)+" AS stage, c.id FROM "+v.list.from+" WHERE ? AND "+v.list.parent+" AND c.id = ?", v.list.where, pg.OneOf(ids))
	if n == stageNow {
		return pg.SQL("(?)", ask)
	}
	account := v.by.Account.ID
	with := []pg.Fragment{
		pg.SQL(`conversations AS (SELECT r.* FROM conversations AS x LEFT JOIN jsonb_to_recordset(?::text::jsonb) AS o(id uuid, patch jsonb) ON o.id = x.id,
			jsonb_populate_record(x, COALESCE(o.patch, '{}')) AS r WHERE x.account_id = ? AND x.id = ? AND x.id <> ALL(?::uuid[]))`,
			patchRecords(p.conversations), account, pg.OneOf(ids), pg.UUIDs(p.unborn)),
		pg.SQL(`conversation_activity AS (SELECT x.account_id, x.conversation_id, x.preview, COALESCE((o.patch ->> 'set')::int, x.unread_count) - COALESCE((o.patch ->> 'less')::int, 0) AS unread_count, x.last_activity_at,
			c.status, c.inbox_id, c.owner_id, c.contact_id FROM conversation_activity AS x JOIN conversations AS c ON c.id = x.conversation_id LEFT JOIN jsonb_to_recordset(?::text::jsonb) AS o(id uuid, patch jsonb) ON o.id = x.conversation_id
			WHERE x.account_id = ? AND x.conversation_id = ?)`, patchRecords(p.unread), account, pg.OneOf(ids)),
	}
	if v.Deps.dependsOn("labelId") {
		with = append(with, pg.SQL(`conversation_labels AS (SELECT x.account_id, x.conversation_id, x.label_id FROM conversation_labels AS x
			WHERE x.account_id = ? AND x.conversation_id = ? AND x.conversation_id <> ALL(?::uuid[])
			UNION ALL SELECT ?::uuid, o.id, l.label::uuid FROM jsonb_to_recordset(?::text::jsonb) AS o(id uuid, patch jsonb), jsonb_array_elements_text(o.patch -> 'labels') AS l(label))`,
			account, pg.OneOf(ids), pg.UUIDs(patchedIDs(p.labels)), account, patchRecords(p.labels)))
	}
	if v.Deps.Ticket {
		with = append(with, pg.SQL(`tickets AS (SELECT r.* FROM tickets AS x LEFT JOIN jsonb_to_recordset(?::text::jsonb) AS o(id uuid, patch jsonb, vals jsonb, gone text[]) ON o.id = x.id,
			jsonb_populate_record(x, COALESCE(o.patch, '{}') || jsonb_build_object('properties', (x.properties || COALESCE(o.vals, '{}')) - COALESCE(o.gone, '{}'))) AS r
			WHERE x.account_id = ? AND x.id IN (SELECT ticket_id FROM conversations))`, p.ticketRecords(), account),
			pg.SQL("ticket_slots AS (SELECT r.* FROM tickets AS x, ticket_slots_of(x.account_id, x.id, x.properties) AS r)"),
			pg.SQL("ticket_options AS (SELECT r.* FROM tickets AS x, ticket_options_of(x.account_id, x.id, x.properties) AS r)"))
	}
	if v.Deps.Contact {
		with = append(with, pg.SQL(`contacts AS (SELECT r.* FROM contacts AS x LEFT JOIN jsonb_to_recordset(?::text::jsonb) AS o(id uuid, patch jsonb) ON o.id = x.id,
			jsonb_populate_record(x, COALESCE(o.patch, '{}')) AS r WHERE x.account_id = ? AND x.id IN (SELECT contact_id FROM conversations))`, patchRecords(p.contacts), account))
	}
	words := make([]any, 0, len(with)+1)
	for _, w := range with {
		words = append(words, w)
	}
	return pg.SQL("(WITH "+strings.TrimSuffix(strings.Repeat("?, ", len(with)), ", ")+" ?)", append(words, ask)...)
}

type rowPatch map[string]any

// beforeImage is how records were before events, as far as it differs from how they are: columns by
// record.
type beforeImage struct {
	types                                            map[string]desk.PropertyType
	conversations, unread, labels, tickets, contacts map[desk.ID]rowPatch
	values                                           map[desk.ID]rowPatch // of a ticket's properties
	gone                                             map[desk.ID][]string // properties that a ticket had not
	unborn                                           []desk.ID
	unsure                                           map[desk.ID]bool // conversations of which something is not known that the filter looks at
}

func newBeforeImage(types map[string]desk.PropertyType) *beforeImage {
	p := &beforeImage{types: types, gone: map[desk.ID][]string{}, unsure: map[desk.ID]bool{}}
	for _, m := range []*map[desk.ID]rowPatch{&p.conversations, &p.unread, &p.labels, &p.tickets, &p.contacts, &p.values} {
		*m = map[desk.ID]rowPatch{}
	}
	return p
}

func (p *beforeImage) patchFor(m map[desk.ID]rowPatch, id desk.ID) rowPatch {
	if m[id] == nil {
		m[id] = rowPatch{}
	}
	return m[id]
}

// patchedIDs lists the records that a map has a patch of.
func patchedIDs[V any](m map[desk.ID]V) []desk.ID {
	ids := []desk.ID{}
	for id := range m {
		ids = append(ids, id)
	}
	return ids
}

// undoEvent takes one event back, the newest first.
func (p *beforeImage) undoEvent(e *desk.Event, deps *FilterDeps, ids []desk.ID) {
	switch e.EntityKind {
	case desk.KindMessage:
		p.undoMessage(e, deps)
	case desk.KindConversation:
		p.undoConversation(e, deps)
	case desk.KindTicket:
		p.undoTicket(e)
		if deps.dependsOn("ticket.lastActivityAt") { // when that was before, nothing tells
			for _, id := range ids {
				p.unsure[id] = true
			}
		}
	case desk.KindContact:
		for _, ch := range e.Changes {
			column := ch.Field
			if column == "externalId" {
				column = "external_id"
			}
			p.patchFor(p.contacts, e.EntityID)[column] = ch.Old
		}
	}
}

func (p *beforeImage) undoMessage(e *desk.Event, deps *FilterDeps) {
	if e.ConversationID == nil || !e.MovesConversation() {
		return
	}
	id := *e.ConversationID
	p.unsure[id] = p.unsure[id] || deps.dependsOn("lastActivityAt", "preview")
	switch e.Kind {
	case desk.MessageReceived:
		u := p.patchFor(p.unread, id)
		less, _ := u["less"].(int)
		u["less"] = less + 1
	case desk.MessageSent: // it marks as read, whatever there was
		p.unsure[id] = p.unsure[id] || deps.dependsOn("unread", "unreadCount")
	}
}

func (p *beforeImage) undoConversation(e *desk.Event, deps *FilterDeps) {
	id := e.EntityID
	if e.Kind == desk.ConversationStarted {
		p.unborn = append(p.unborn, id)
		return
	}
	for _, ch := range e.Changes {
		column, ref := conversationColumn(ch.Field)
		switch {
		case ch.Field == "labels":
			labels := []string{}
			for _, r := range parseRefs(ch.Old) {
				labels = append(labels, r.ID.String())
			}
			p.patchFor(p.labels, id)["labels"] = labels
		case ch.Field == "unreadCount":
			p.unread[id] = rowPatch{"set": json.RawMessage(jsonOrNull(ch.Old))}
		case ch.Field == "status":
			p.patchFor(p.conversations, id)["status"] = ch.Old
			if ch.Old != nil && *ch.Old == string(desk.ConversationStatusOpen) {
				p.patchFor(p.conversations, id)["closed_at"] = nil
			} else {
				p.unsure[id] = p.unsure[id] || deps.dependsOn("closedAt")
			}
		case ref:
			p.patchFor(p.conversations, id)[column] = parseUUID(ch.Old)
		case column != "":
			p.patchFor(p.conversations, id)[column] = ch.Old
		}
	}
}

// conversationColumn is the column of a field of the log, and whether it holds an id.
func conversationColumn(field string) (column string, ref bool) {
	switch field {
	case "subject", "workspace":
		return field, false
	case "inbox", "channel", "contact", "owner", "ticket":
		return field + "_id", true
	case "trashGroup":
		return "trash_group_id", true
	}
	return "", false
}

func (p *beforeImage) undoTicket(e *desk.Event) {
	id := e.EntityID
	if e.Kind == desk.TicketCreated {
		return // its conversation had none then, and tells so itself
	}
	for _, ch := range e.Changes {
		key, custom := strings.CutPrefix(ch.Field, "properties.")
		switch {
		case custom && ch.Old == nil:
			delete(p.patchFor(p.values, id), key)
			p.gone[id] = append(p.gone[id], key)
		case custom:
			p.gone[id] = slices.DeleteFunc(p.gone[id], func(k string) bool { return k == key })
			p.patchFor(p.values, id)[key] = p.oldPropertyValue(key, *ch.Old)
		case slices.Contains([]string{"pipeline", "status", "owner", "contact"}, ch.Field):
			p.patchFor(p.tickets, id)[ch.Field+"_id"] = parseUUID(ch.Old)
		case ch.Field == "trashGroup":
			p.patchFor(p.tickets, id)["trash_group_id"] = parseUUID(ch.Old)
		case ch.Field == "closedAt":
			p.patchFor(p.tickets, id)["closed_at"] = ch.Old
		case slices.Contains([]string{"name", "priority", "workspace"}, ch.Field):
			p.patchFor(p.tickets, id)[ch.Field] = ch.Old
		}
	}
}

// oldPropertyValue is a property's value as the ticket had it, from the text that the log has.
func (p *beforeImage) oldPropertyValue(key, old string) any {
	switch p.types[key] {
	case desk.TypeNumber, desk.TypeBoolean, desk.TypeOptions:
		return json.RawMessage(old)
	}
	return old
}

func jsonOrNull(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

func parseUUID(s *string) any {
	if s == nil {
		return nil
	}
	r, err := desk.ParseRef(*s)
	if err != nil {
		return nil
	}
	return r.ID.String()
}

func parseRefs(list *string) (refs []desk.Ref) {
	if list != nil {
		_ = json.Unmarshal([]byte(*list), &refs) // our own text
	}
	return refs
}

// patchRecords writes patches for jsonb_to_recordset.
func patchRecords(m map[desk.ID]rowPatch) string {
	type record struct {
		ID    desk.ID  `json:"id"`
		Patch rowPatch `json:"patch"`
	}
	all := make([]record, 0, len(m))
	for id, p := range m {
		all = append(all, record{id, p})
	}
	b, _ := json.Marshal(all) // made of our own texts
	return string(b)
}

func (p *beforeImage) ticketRecords() string {
	type record struct {
		ID     desk.ID  `json:"id"`
		Patch  rowPatch `json:"patch"`
		Values rowPatch `json:"vals"`
		Gone   []string `json:"gone"`
	}
	all := []record{}
	for _, id := range append(append(patchedIDs(p.tickets), patchedIDs(p.values)...), patchedIDs(p.gone)...) {
		if !slices.ContainsFunc(all, func(r record) bool { return r.ID == id }) {
			all = append(all, record{id, p.patchFor(p.tickets, id), p.patchFor(p.values, id), append([]string{}, p.gone[id]...)})
		}
	}
	b, _ := json.Marshal(all)
	return string(b)
}

// Moves says whether events take a conversation to another position in the view's order.
func (v *ViewList) Moves(id desk.ID, events []*desk.Event) bool {
	return slices.ContainsFunc(events, func(e *desk.Event) bool {
		switch {
		case e.ConversationID == nil || *e.ConversationID != id:
			return false
		case v.Order == nil || v.Order.Field == ConversationsByActivity:
			return e.MovesConversation()
		case v.Order.Field == ConversationsByClosing:
			return slices.ContainsFunc(e.Changes, func(ch desk.Change) bool { return ch.Field == "status" })
		}
		return false
	})
}
