package read

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/schema"

	"deskwire/desk"
)

// Saved views find out who was in them by taking events back (beforeImage.undoEvent). What is not
// taken back is taken to have been as it is, and the view tells its followers nothing or something
// wrong, without any error. These tests fail for a new column, or a new field of a filter, until
// somebody has said how it was before an event: beforeImage.undoEvent takes it back,
// FilterDeps.addField says that the log does not keep it, or it stands here with the reason why
// neither is needed.

// neverChange are the columns that are what they were when the record came to be.
var neverChange = []string{
	"conversations.account_id", "conversations.id", "conversations.number", "conversations.thread_key", "conversations.created_at",
	"tickets.account_id", "tickets.id", "tickets.number", "tickets.created_at",
	"contacts.account_id", "contacts.id", "contacts.created_at",
}

// notKept are the columns that the log does not keep, so no event of their own takes them back. A
// filter that reads one has to note it.
var notKept = map[string]string{
	"conversations.closed_at":        "an event tells the status; one that was CLOSED does not say since when",
	"conversations.preview":          "the log keeps no texts of messages",
	"conversations.last_activity_at": "moves with every message, and no event says from where",
	"conversations.trashed_at":       "goes with trashGroup, and no filter reads it",
	"conversations.version":          "no filter reads it",
	"tickets.last_activity_at":       "moves with every change, and no event says from where",
	"tickets.trashed_at":             "goes with trashGroup, and no filter reads it",
	"tickets.version":                "no filter reads it",
}

// recordTables are the tables that the before-image is laid over, with the kind of the events that
// tell of them.
var recordTables = map[string]struct {
	kind   desk.Kind
	record reflect.Type
}{
	"conversations": {desk.KindConversation, reflect.TypeFor[desk.Conversation]()},
	"tickets":       {desk.KindTicket, reflect.TypeFor[desk.Ticket]()},
	"contacts":      {desk.KindContact, reflect.TypeFor[desk.Contact]()},
}

func TestBeforeImage_undoesEveryColumn(t *testing.T) {
	t.Parallel()
	for table, of := range recordTables {
		for column := range schema.NewTables(pgdialect.New()).Get(of.record).FieldMap {
			name := table + "." + column
			undone, reason := undoes(t, name), notKept[name]
			switch constant := slices.Contains(neverChange, name); {
			case !undone && !constant && reason == "":
				t.Errorf("%s is a new column: what was in it before an event? Teach beforeImage.undoEvent the change of %q, or say in this test why not", name, logName(t, name))
			case undone && reason != "":
				t.Errorf("%s is taken back after all: it needs no exception in this test", name)
			}
		}
	}
}

// TestBeforeImage_knowsEveryFilter reads what a filter looks at from the SQL that it becomes.
func TestBeforeImage_knowsEveryFilter(t *testing.T) {
	t.Parallel()
	empty := map[string]bool{} // what filters become that say nothing
	for _, where := range []*ConversationWhere{{}, {Ticket: &TicketWhere{}}, {Contact: &ContactWhere{}}} {
		text, _, err := sampleSQL(t, where)
		if err != nil {
			t.Fatal(err)
		}
		empty[text] = true
	}
	for name, where := range eachFilter(t) {
		text, sc, err := sampleSQL(t, where)
		if err != nil {
			if strings.Contains(err.Error(), "can lead to related records") {
				continue // such a view can't be saved
			}
			t.Errorf("%s: %v", name, err)
			continue
		}
		if empty[text] && name != "ticket" && name != "contact" {
			t.Errorf("where.%s leaves nothing out: add it to addConditions", name)
		}
		if where.Ticket != nil && !sc.deps.Ticket || where.Contact != nil && !sc.deps.Contact {
			t.Errorf("where.%s goes on to another record, whose events nobody waits for", name)
		}
		for _, column := range columnsRead(text, where) {
			known := slices.Contains(neverChange, column) || undoes(t, column)
			if strings.HasPrefix(column, "l.") { // which the before-image is laid over only where that is noted
				known = known && sc.deps.dependsOn("labelId")
			}
			if !known && !noted(t, &sc.deps) {
				t.Errorf("where.%s reads %s, and nothing tells what was in it before an event: teach beforeImage.undoEvent, or note the field", name, column)
			}
		}
	}
}

// sampleSQL is the SQL of a filter, and the scope that has noted what it looks at.
func sampleSQL(t *testing.T, where *ConversationWhere) (string, *FilterScope, error) {
	t.Helper()
	sc := &FilterScope{by: &desk.Actor{Account: &desk.Account{}}, Most: 1, deps: FilterDeps{fields: map[string]bool{}}}
	sc.load = func() ([]*desk.PropertyDefinition, error) {
		return []*desk.PropertyDefinition{{Key: sampleKey, Type: desk.TypeText}}, nil
	}
	cond, err := FilterSQL(sc, where)
	if err != nil {
		return "", nil, err
	}
	text, err := cond.AppendQuery(schema.NewQueryGen(pgdialect.New()), nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), sc, nil
}

// eachFilter are filters of one condition each, by their names in the schema: all that
// ConversationWhere has, and all that it has of tickets and contacts.
func eachFilter(t *testing.T) map[string]*ConversationWhere {
	all := map[string]*ConversationWhere{}
	for name, w := range oneFieldEach[ConversationWhere](t) {
		all[name] = w
	}
	for name, w := range oneFieldEach[TicketWhere](t) {
		all["ticket."+name] = &ConversationWhere{Ticket: w}
	}
	for name, w := range oneFieldEach[ContactWhere](t) {
		all["contact."+name] = &ConversationWhere{Contact: w}
	}
	return all
}

func oneFieldEach[W any](t *testing.T) map[string]*W {
	all := map[string]*W{}
	for i, f := range reflect.VisibleFields(reflect.TypeFor[W]()) {
		if f.Name != "And" && f.Name != "Or" && f.Name != "Not" { // which say nothing by themselves
			w := new(W)
			reflect.ValueOf(w).Elem().Field(i).Set(sampleOf(t, f.Type))
			all[schemaName(f.Name)] = w
		}
	}
	return all
}

const sampleKey = "color"

// sampleOf is a condition of a type: something that is not absent.
func sampleOf(t *testing.T, typ reflect.Type) reflect.Value {
	null, zero, long := true, 0, "1d"
	for _, sample := range []any{
		&IDComparator{IsNull: &null}, &StringComparator{IsNull: &null}, &TimeComparator{IsNull: &null}, &IntComparator{Eq: &zero},
		&null, &ConversationWhere{}, &TicketWhere{}, &ContactWhere{}, &AgentWhere{IsActive: &null}, []*PropertyWhere{{Key: sampleKey, Eq: &long}},
		[]desk.ConversationStatus{""}, []desk.Workspace{""}, []desk.StatusState{""}, []desk.Priority{""},
	} {
		if reflect.TypeOf(sample) == typ {
			return reflect.ValueOf(sample)
		}
	}
	t.Fatalf("there is no sample of a %s: give sampleOf one", typ)
	return reflect.Value{}
}

var columnName = regexp.MustCompile(`\b([a-z])\.([a-z_]+)`)

// columnsRead are the columns of records that a condition reads, each with its table.
func columnsRead(text string, where *ConversationWhere) (columns []string) {
	tables := map[string]string{"c": "conversations", "a": "conversations", "t": "tickets", "k": "contacts"}
	if where.Ticket != nil {
		tables["a"] = "tickets" // the activity is the ticket's
	}
	for _, match := range columnName.FindAllStringSubmatch(text, -1) {
		alias, column := match[1], match[2]
		switch table, ok := tables[alias]; {
		case alias == "a" && (column == "conversation_id" || column == "ticket_id"):
			columns = append(columns, table+".id")
		case ok:
			columns = append(columns, table+"."+column)
		case alias == "s" || alias == "o": // Postgres makes them of the properties again
			columns = append(columns, "tickets.properties")
		default:
			columns = append(columns, alias+"."+column)
		}
	}
	slices.Sort(columns)
	return slices.Compact(columns)
}

// undoes says whether an event that tells of a column takes the column back.
func undoes(t *testing.T, name string) bool {
	table, column, _ := strings.Cut(name, ".")
	id, was := desk.ID{1}, "was"
	p := newBeforeImage(nil)
	if table == "l" { // the links to labels are told as a field of the conversation
		p.undoEvent(&desk.Event{EntityKind: desk.KindConversation, EntityID: id, Changes: []desk.Change{{Field: "labels", Old: &was}}}, &FilterDeps{}, nil)
		return p.labels[id] != nil
	}
	of, ok := recordTables[table]
	if !ok {
		return false
	}
	p.undoEvent(&desk.Event{EntityKind: of.kind, EntityID: id, Changes: []desk.Change{{Field: logName(t, name), Old: &was}}}, &FilterDeps{}, nil)
	for _, patches := range []map[desk.ID]rowPatch{p.conversations, p.tickets, p.contacts} {
		if _, ok := patches[id][column]; ok {
			return true
		}
	}
	return column == "unread_count" && p.unread[id] != nil || column == "properties" && p.values[id] != nil
}

// logName is what the log calls a column: ownerId is told as owner, by the id.
func logName(t *testing.T, name string) string {
	table, column, _ := strings.Cut(name, ".")
	f := schema.NewTables(pgdialect.New()).Get(recordTables[table].record).FieldMap[column]
	switch {
	case f == nil:
		t.Fatalf("there is no column %s", name)
	case column == "properties":
		return "properties." + sampleKey
	case f.IndirectType == reflect.TypeFor[desk.ID]():
		column = strings.TrimSuffix(column, "_id")
	}
	words := strings.Split(column, "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

// noted says whether what a filter looks at makes it unsure what was, or the whole view be read
// again.
func noted(t *testing.T, deps *FilterDeps) bool {
	id, closed := desk.ID{1}, "CLOSED"
	for _, e := range []*desk.Event{
		{EntityKind: desk.KindMessage, Kind: desk.MessageReceived, ConversationID: &id},
		{EntityKind: desk.KindMessage, Kind: desk.MessageSent, ConversationID: &id},
		{EntityKind: desk.KindConversation, EntityID: id, Changes: []desk.Change{{Field: "status", Old: &closed}}},
		{EntityKind: desk.KindTicket, Kind: desk.TicketUpdated},
	} {
		p := newBeforeImage(nil)
		if p.undoEvent(e, deps, []desk.ID{id}); p.unsure[id] {
			return true
		}
	}
	return deps.Team || deps.Agent
}
