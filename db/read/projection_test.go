package read

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/schema"

	"deskwire/desk"
)

// TestRecords fails when a column is added to a record and not to what is read of it, or a field is
// made of a column that is not there.
func TestRecords(t *testing.T) {
	tables := schema.NewTables(pgdialect.New())
	for typ, r := range map[reflect.Type]*recordColumns{
		reflect.TypeFor[desk.Conversation](): conversationRecord, reflect.TypeFor[desk.Ticket](): ticketRecord,
		reflect.TypeFor[desk.Contact](): contactRecord, reflect.TypeFor[desk.Message](): messageRecord,
	} {
		var columns, want []string
		for _, c := range r.whole {
			_, name, _ := strings.Cut(c, ".")
			columns = append(columns, name)
		}
		for name := range tables.Get(typ).FieldMap {
			want = append(want, name)
		}
		slices.Sort(columns)
		slices.Sort(want)
		if !slices.Equal(columns, want) {
			t.Errorf("of a %s the columns %v are read, it has %v", typ, columns, want)
		}
		for field, column := range r.of {
			if column != "" && !slices.Contains(r.whole, column) {
				t.Errorf("%s.%s is made of %s, which is no column", typ, field, column)
			}
		}
	}
}

func TestFields_columns(t *testing.T) {
	shown := func(of map[string][]string) *Fields {
		all := map[string]map[string]bool{}
		for typ, names := range of {
			all[typ] = map[string]bool{}
			for _, n := range names {
				all[typ][n] = true
			}
		}
		return NewFields(all)
	}
	for name, c := range map[string]struct {
		shown map[string][]string
		of    *recordColumns
		also  []string
		want  string
	}{
		"nothing":                    {nil, contactRecord, nil, "k.id"},
		"a field":                    {map[string][]string{"Contact": {"id", "name"}}, contactRecord, nil, "k.id, k.name"},
		"of several types":           {map[string][]string{"IncomingMessage": {"contact"}, "InternalComment": {"agent", "text"}}, messageRecord, nil, "m.agent_id, m.contact_id, m.conversation_id, m.created_at, m.id, m.kind, m.safe_html_version, m.text"},
		"what shows it by its name":  {map[string][]string{"Contact": {"id"}, "PropertyValue": {"displayValue"}}, contactRecord, nil, strings.Join(contactRecord.whole, ", ")},
		"what is more than a column": {map[string][]string{"Ticket": {"properties"}}, ticketRecord, nil, strings.Join(ticketRecord.whole, ", ")},
		"an order":                   {map[string][]string{"Ticket": {"name"}}, ticketRecord, []string{"a.last_activity_at"}, "t.id, t.name, t.trash_group_id, a.last_activity_at"},
		"an order that is shown":     {map[string][]string{"Ticket": {"name"}}, ticketRecord, []string{"t.name"}, "t.id, t.name, t.trash_group_id"},
		"an order by no column":      {map[string][]string{"Ticket": {"name"}}, ticketRecord, []string{"lower(t.name)"}, "t.id, t.name, t.trash_group_id"},
	} {
		p := &Projection{Fields: shown(c.shown)}
		for range 2 {
			if got := p.columns(c.of, c.also...); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
	}
	if got := (*Projection)(nil).columns(contactRecord); got != strings.Join(contactRecord.whole, ", ") {
		t.Errorf("without a projection: %s", got)
	}
}
