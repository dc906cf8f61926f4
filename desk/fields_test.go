package desk

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// A change is told by the fields that differ, and only what is told is saved. So a column that
// stands in no fields can be set with success and is lost. This test fails for a new column until
// fields has it, or until somebody has said here why it needs no change of its own.

const (
	neverChanges = "it is what it was when the record came to be"
	countsSaves  = "every saving counts it up"
)

// notTold are the columns that the fields of their record leave out, each with the reason.
var notTold = map[string]string{
	"Conversation.ThreadKey":   neverChanges,
	"Conversation.ClosedAt":    "goes with status",
	"Conversation.TrashedAt":   "goes with trashGroup",
	"Ticket.Properties":        "noteProperties tells each by its key",
	"Ticket.TrashedAt":         "goes with trashGroup",
	"Token.Hash":               neverChanges,
	"Attachment.UploaderID":    neverChanges,
	"Message.ChannelID":        neverChanges,
	"Message.AgentID":          neverChanges,
	"Message.ContactID":        neverChanges,
	"Message.Text":             neverChanges,
	"Message.HTML":             neverChanges,
	"Message.SafeHTML":         neverChanges,
	"Message.SafeHTMLVersion":  neverChanges,
	"Message.SentAt":           neverChanges,
	"Message.DeliveredAt":      "goes with delivery",
	"Snippet.AgentID":          neverChanges,
	"InboxView.AgentID":        neverChanges,
	"PropertyDefinition.Slot":  neverChanges,
	"PropertyLayout.OwnerID":   neverChanges,
	"PropertyLayout.Scope":     neverChanges,
	"PropertyLayout.UpdatedAt": "goes with propertyKeys",
}

// ofEveryRecord are the columns that all records have and no fields.
var ofEveryRecord = map[string]string{
	"AccountID": neverChanges, "ID": neverChanges, "CreatedAt": neverChanges, "Version": countsSaves,
}

func TestFields_haveEveryColumn(t *testing.T) {
	records := []Record{
		&Account{}, &Agent{}, &Team{}, &Token{}, &Attachment{}, &Contact{}, &Conversation{}, &Inbox{}, &Channel{}, &Label{},
		&PropertyLayout{}, &Message{}, &TicketStatus{}, &Pipeline{}, &PropertyDefinition{}, &Snippet{}, &Ticket{}, &InboxView{},
	}
	excused := map[string]bool{}
	for _, r := range records {
		row := reflect.ValueOf(r).Elem()
		for _, f := range reflect.VisibleFields(row.Type()) {
			tag := f.Tag.Get("bun")
			if tag == "-" || strings.Contains(tag, "scanonly") || ofEveryRecord[f.Name] != "" {
				continue
			}
			name := row.Type().Name() + "." + f.Name
			reason := notTold[name]
			excused[name] = reason != ""
			switch told := tells(t, r, row.FieldByIndex(f.Index)); {
			case !told && reason == "":
				t.Errorf("a change of %s is not told, so it would not be saved: add it to fields, or say in this test why not", name)
			case told && reason != "":
				t.Errorf("a change of %s is told after all: it needs no exception in this test", name)
			}
		}
	}
	for name := range notTold {
		if !excused[name] {
			t.Errorf("there is no column %s", name)
		}
	}
}

// tells says whether the record's fields differ when a column of it does.
func tells(t *testing.T, r Record, column reflect.Value) bool {
	t.Helper()
	before := r.fields()
	set(t, column)
	told := len(r.fields()) != len(before) || len(changesBetween(before, r.fields())) > 0
	column.SetZero()
	return told
}

// set gives a column a value that is not its zero.
func set(t *testing.T, column reflect.Value) {
	t.Helper()
	if column.Type() == reflect.TypeFor[time.Time]() {
		column.Set(reflect.ValueOf(time.Unix(1, 0)))
		return
	}
	switch column.Kind() {
	case reflect.String:
		column.SetString("other")
	case reflect.Int:
		column.SetInt(7)
	case reflect.Uint8:
		column.SetUint(7)
	case reflect.Bool:
		column.SetBool(true)
	case reflect.Pointer:
		column.Set(reflect.New(column.Type().Elem()))
		set(t, column.Elem())
	case reflect.Slice:
		column.Set(reflect.MakeSlice(column.Type(), 1, 1))
	case reflect.Array:
		set(t, column.Index(0))
	case reflect.Map:
		column.Set(reflect.MakeMap(column.Type()))
	default:
		t.Fatalf("there is no sample of a %s: give set one", column.Type())
	}
}
