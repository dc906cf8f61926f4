package read

import (
	"context"
	"slices"
	"strings"
	"sync"

	"deskwire/db/pg"
	"deskwire/desk"
)

// Projection says what of the records that a read finds will be shown. Without one, whole records
// are read.
type Projection struct {
	Fields *Fields
	// Who wants the contacts and the tickets that conversations and messages refer to, in the same
	// statement; nil: nobody.
	Contacts func([]*desk.Contact)
	Tickets  func([]*desk.Ticket)
}

// Fields are the fields that an operation shows, by type, as the schema names them. It is made once
// for an operation that is run often: it remembers the columns that they are made of.
type Fields struct {
	shown map[string]map[string]bool

	mu      sync.Mutex
	columns map[*recordColumns][]string
}

// NewFields makes them.
func NewFields(shown map[string]map[string]bool) *Fields {
	return &Fields{shown: shown, columns: map[*recordColumns][]string{}}
}

// recordColumns is how a kind of record is read.
type recordColumns struct {
	types []string          // of the schema, whose fields are made of it
	whole []string          // all columns, each with its table
	base  []string          // that are read whatever is shown
	of    map[string]string // the column of a field, "" for none; a record that shows another field is read whole
}

// columns are the columns that a read of such records brings: those that are shown, and others that
// the read itself needs.
func (p *Projection) columns(r *recordColumns, also ...string) string {
	return strings.Join(p.columnNames(r, also...), ", ")
}

func (p *Projection) columnNames(r *recordColumns, also ...string) []string {
	if p == nil || p.Fields == nil {
		return r.whole
	}
	columns := p.Fields.columnsOf(r)
	for _, c := range also {
		if slices.Contains(r.whole, c) && !slices.Contains(columns, c) {
			columns = append(slices.Clip(columns), c)
		}
	}
	return columns
}

func (f *Fields) columnsOf(r *recordColumns) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known := f.columns[r]; known != nil {
		return known
	}
	columns := slices.Clone(r.base)
	for _, typ := range r.types {
		for name := range f.shown[typ] {
			column, plain := r.of[name]
			if !plain {
				f.columns[r] = r.whole
				return r.whole
			}
			if column != "" {
				columns = append(columns, column)
			}
		}
	}
	slices.Sort(columns) // so that equal operations are one statement
	f.columns[r] = slices.Compact(columns)
	return f.columns[r]
}

var (
	conversationRecord = &recordColumns{
		types: []string{"Conversation"},
		whole: columnsIn("c", "account_id", "id", "number", "subject", "status", "workspace", "inbox_id", "channel_id", "contact_id", "owner_id", "ticket_id",
			"thread_key", "closed_at", "trash_group_id", "trashed_at", "version", "created_at").withColumns("a", "preview", "unread_count", "last_activity_at"),
		base: []string{"c.id", "c.status", "c.inbox_id", "c.trash_group_id"},
		of: map[string]string{
			"id": "", "number": "c.number", "subject": "c.subject", "preview": "a.preview", "status": "", "workspace": "c.workspace", "inbox": "",
			"channel": "c.channel_id", "contact": "c.contact_id", "owner": "c.owner_id", "ticket": "c.ticket_id", "threadKey": "c.thread_key",
			"createdAt": "c.created_at", "closedAt": "c.closed_at", "lastActivityAt": "a.last_activity_at", "unreadCount": "a.unread_count",
			"version": "c.version", "messages": "", "timeline": "",
		},
	}
	ticketRecord = &recordColumns{
		types: []string{"Ticket"},
		whole: columnsIn("t", "account_id", "id", "number", "name", "pipeline_id", "status_id", "priority", "owner_id", "contact_id", "workspace",
			"properties", "closed_at", "trash_group_id", "trashed_at", "version", "created_at").withColumns("a", "last_activity_at"),
		base: []string{"t.id", "t.trash_group_id"},
		of: map[string]string{
			"id": "", "number": "t.number", "name": "t.name", "recordUrl": "", "pipeline": "t.pipeline_id", "status": "t.status_id",
			"priority": "t.priority", "owner": "t.owner_id", "contact": "t.contact_id", "workspace": "t.workspace", "createdAt": "t.created_at",
			"closedAt": "t.closed_at", "lastActivityAt": "a.last_activity_at", "version": "t.version", "conversations": "", "timeline": "",
		},
	}
	contactRecord = &recordColumns{
		types: []string{"Contact", "PropertyValue"}, // which shows one by their name, or else by their address
		whole: columnsIn("k", "account_id", "id", "email", "phone", "external_id", "name", "version", "created_at"),
		base:  []string{"k.id"},
		of: map[string]string{
			"id": "", "name": "k.name", "email": "k.email", "phone": "k.phone", "externalId": "k.external_id", "createdAt": "k.created_at",
			"version": "k.version", "conversations": "", "tickets": "",
		},
	}
	messageRecord = &recordColumns{
		types: []string{"IncomingMessage", "OutgoingMessage", "InternalComment"},
		whole: columnsIn("m", "account_id", "id", "conversation_id", "channel_id", "kind", "agent_id", "contact_id", "text", "html", "safe_html", "safe_html_version", "external_id",
			"sent_at", "delivery", "delivery_detail", "delivered_at", "version", "created_at"),
		base: []string{"m.id", "m.conversation_id", "m.kind", "m.created_at", "m.safe_html_version"},
		of: map[string]string{
			"id": "", "conversation": "", "createdAt": "", "text": "m.text", "html": "m.html", "safeHtml": "m.safe_html", "contact": "m.contact_id",
			"agent": "m.agent_id", "externalId": "m.external_id", "sentAt": "m.sent_at",
		},
	}
)

type columnNames []string

func columnsIn(table string, names ...string) columnNames {
	return columnNames(nil).withColumns(table, names...)
}

func (l columnNames) withColumns(table string, names ...string) columnNames {
	for _, n := range names {
		l = append(l, table+"."+n)
	}
	return l
}

// joinedRecords are the records that a row refers to, where they come in the same statement.
type joinedRecords struct {
	Contact desk.Contact `bun:",embed:contact__"`
	Ticket  desk.Ticket  `bun:",embed:ticket__"`
}

// recordJoins is how such records are joined to rows; nil where nobody wants them.
type recordJoins struct {
	*Projection
	names string
	links pg.Fragment
}

func (j *recordJoins) joinColumns() string {
	if j == nil {
		return ""
	}
	return j.names
}

func (j *recordJoins) joinTables() pg.Fragment {
	if j == nil {
		return pg.SQL("")
	}
	return j.links
}

// joinRecords joins those that somebody wants to rows of a table with a contact_id, and a ticket_id
// if tickets are wanted.
func (r *Reader) joinRecords(row string) *recordJoins {
	p, by := r.projection, r.actor
	if p == nil || p.Contacts == nil && p.Tickets == nil {
		return nil
	}
	k := &recordJoins{Projection: p}
	var links []string
	var values []any
	join := func(r *recordColumns, prefix, link string, with ...any) {
		for _, c := range p.columnNames(r) {
			table, name, _ := strings.Cut(c, ".")
			if table == "a" {
				table = "ta" // there may be another activity beside it
			}
			k.names += ", " + table + "." + name + " AS " + prefix + name
		}
		links, values = append(links, link), append(values, with...)
	}
	if p.Contacts != nil {
		join(contactRecord, "contact__", "LEFT JOIN contacts AS k ON k.account_id = ? AND k.id = "+row+".contact_id", by.Account.ID)
	}
	if p.Tickets != nil {
		join(ticketRecord, "ticket__", "LEFT JOIN tickets AS t ON t.account_id = ? AND t.id = "+row+".ticket_id AND ?", by.Account.ID, seesTicket(by, "t.id"))
		if strings.Contains(k.names, "ta.") {
			links = append(links, "LEFT JOIN ticket_activity AS ta ON ta.account_id = t.account_id AND ta.ticket_id = t.id")
		}
	}
	k.links = pg.SQL(strings.Join(links, " "), values...)
	return k
}

// joinedRow is a row with the records that it refers to.
type joinedRow[R any] struct {
	Row    R             `bun:",embed:"`
	Joined joinedRecords `bun:",embed:"`
}

// joinedRows runs a statement and gives its rows; the records that they refer to go to whoever
// wants them.
func joinedRows[R any](ctx context.Context, from pg.Source, k *recordJoins, words string, values ...any) ([]*R, error) {
	if k == nil {
		return pg.Query[R](ctx, from, words, values...)
	}
	found, err := pg.Query[joinedRow[R]](ctx, from, words, values...)
	out := make([]*R, len(found))
	var contacts []*desk.Contact
	var tickets []*desk.Ticket
	for i, f := range found {
		out[i] = &f.Row
		if !f.Joined.Contact.ID.IsZero() {
			contacts = append(contacts, &f.Joined.Contact)
		}
		if !f.Joined.Ticket.ID.IsZero() {
			tickets = append(tickets, &f.Joined.Ticket)
		}
	}
	if k.Contacts != nil {
		k.Contacts(contacts)
	}
	if k.Tickets != nil {
		k.Tickets(tickets)
	}
	return out, err
}
