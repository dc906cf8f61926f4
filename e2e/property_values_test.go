package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// TestPropertyValues: each type takes what it says and gives it back in one spelling; all else is
// refused.
func TestPropertyValues(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	long := strings.Repeat("x", 64<<10)
	sue, gone := w.agents["sue"], "agt_00000000000000000000000000"
	for typ, c := range map[string]struct {
		good map[string]string // as sent and as given back
		bad  []string
	}{
		"TEXT": {map[string]string{"": "", " ": " ", "a\nb": "a\nb", "\u202e": "\u202e", long: long}, []string{"\x00", long + "x"}},
		"NUMBER": {map[string]string{"0": "0", "-3.5": "-3.5", "1e3": "1000", "007": "7", "+1": "1", "0.1": "0.1", "-0": "0", "2.50": "2.5",
			"12345678901234567890": "12345678901234567890", "0.30000000000000004": "0.30000000000000004", "-9007199254740993.000000000000000000001": "-9007199254740993.000000000000000000001",
			strings.Repeat("9", 38): strings.Repeat("9", 38), "1e-38": "0." + strings.Repeat("0", 37) + "1"}, []string{strings.Repeat("9", 39), "1e400", "1e-400", "1,5", "NaN", "Inf", "-infinity", "1e999", "x", "\x00", "0x", "--1", "１"}},
		"BOOLEAN":  {map[string]string{"true": "true", "false": "false"}, []string{"True", "1", "yes", "\x00", "null"}},
		"DATE":     {map[string]string{"2026-03-31": "2026-03-31", "2024-02-29": "2024-02-29", "9999-12-31": "9999-12-31"}, []string{"2026-02-30", "2025-02-29", "2026-3-31", "31.03.2026", "0000-01-01", "10000-01-01", "2026-03-31T00:00:00Z", "\x00"}},
		"DATETIME": {map[string]string{"2026-03-31T15:04:05Z": "2026-03-31T15:04:05.000Z", "2026-03-31T15:04:05.1234+02:00": "2026-03-31T13:04:05.123Z"}, []string{"2026-03-31", "2026-03-31T15:04:05", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "2026-03-31T24:00:00Z", "\x00"}},
		"OPTION":   {map[string]string{"a": "a"}, []string{"A", "c", "a b", "\x00"}},
		"AGENT":    {map[string]string{sue: sue}, []string{"sue", gone, w.tickets[0], strings.ToUpper(sue), sue + "x", "\x00"}},
	} {
		for sent, want := range c.good {
			if got, refused := w.setProperty(t, "my"+typ, vars{"string": sent}); refused != "" || got.str("value") != want {
				t.Errorf("%s %.50q came back as %v, refused with %q", typ, sent, got.v, refused)
			}
		}
		w.rows.requireUnchanged(t, "", "bad values of "+typ, func() {
			for _, bad := range append(c.bad, "💥", "'; --") {
				if slices.Contains([]string{"💥", "'; --"}, bad) && typ == "TEXT" {
					continue
				}
				if _, refused := w.setProperty(t, "my"+typ, vars{"string": bad}); !slices.Contains([]string{"PROPERTY_INVALID", "INVALID_TEXT", "TEXT_TOO_LONG"}, refused) {
					t.Errorf("%s %.50q is answered %q", typ, bad, refused)
				}
			}
			if _, refused := w.setProperty(t, "my"+typ, vars{"list": []string{"a"}}); refused != "PROPERTY_INVALID" {
				t.Errorf("%s with a list is answered %q", typ, refused)
			}
		})
		if got, refused := w.setProperty(t, "my"+typ, nil); refused != "" || !got.isNull("value") {
			t.Errorf("clearing %s leaves %v, refused with %q", typ, got.v, refused)
		}
	}
}

// setProperty writes one property of a ticket and gives its value as it is then.
func (w *textWriter) setProperty(t *testing.T, key string, value vars) (got node, refused string) {
	t.Helper()
	p := w.client.mutate(t, "ticketUpdate", "ticket { properties(keys: [\""+key+"\"]) { value list } }",
		vars{"ticketId": w.tickets[1], "properties": []vars{{"key": key, "value": value}}})
	return p.at("ticket.properties.0"), errorCode(p)
}

// TestOptionLists: a list of options is kept in its order, each once; an option that is none
// refuses the whole list.
func TestOptionLists(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	for _, c := range []struct {
		sent []string
		want string // "!" is refused
	}{
		{[]string{"b", "a"}, "b a"}, {[]string{"a", "a", "a"}, "a"}, {[]string{}, ""}, {[]string{"a", "c"}, "!"}, {[]string{""}, "!"}, {[]string{"\x00"}, "!"},
		{slices.Repeat([]string{"a"}, 500), "a"},
	} {
		got, refused := w.setProperty(t, "myOPTIONS", vars{"list": c.sent})
		var back []string
		for _, v := range got.list("list") {
			back = append(back, v.v.(string))
		}
		if c.want == "!" && refused != "PROPERTY_INVALID" || c.want != "!" && (refused != "" || strings.Join(back, " ") != c.want) {
			t.Errorf("%.50q came back as %q, refused with %q", c.sent, back, refused)
		}
	}
}

// TestOwners: who can't work can't own, wherever an owner is named. Nobody can.
func TestOwners(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	tried := 0
	for _, s := range slotsOf("Mutation", inputSlots(w.schema, hasTypeName("ID"))) {
		if s.lastStep().name != "ownerId" {
			continue
		}
		tried++
		p := newIDProber(t, w.client, w.own, w.own)
		b := p.findControl(t, s, "")
		if b == nil {
			t.Fatalf("%s: no call could be built", s)
		}
		w.rows.requireUnchanged(t, "", "owners that can't own", func() {
			for _, who := range []string{"reed", "gone"} {
				if c := w.sendBatch(t, []fieldCall{b.withValue(s, w.agents[who])})[0].code(); c != "OWNER_NOT_ALLOWED" {
					t.Errorf("%s with %s answered %q", s, who, c)
				}
			}
		})
		b.dryRun = true
		if c := w.sendBatch(t, []fieldCall{b.withValue(s, nil)})[0].code(); c != "" {
			t.Errorf("%s with nobody answered %q", s, c)
		}
	}
	for _, who := range []string{"reed", "gone"} {
		if _, refused := w.setProperty(t, "owner", vars{"string": w.agents[who]}); refused != "OWNER_NOT_ALLOWED" {
			t.Errorf("the property owner with %s answered %q", who, refused)
		}
	}
	if tried < 4 {
		t.Errorf("only %d places take an owner", tried)
	}
}

// TestEmptyTexts. What is kept to the byte (subjects, descriptions, values) may be blank. What
// names a record may not, nor may a message that says nothing else. In optional fields "" is the
// same as absent: channels send it so.
func TestEmptyTexts(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	taken, places := map[string]bool{}, 0
	for _, p := range w.findBases(t) {
		places++
		for i, o := range w.writeTexts(t, p.inputSlot, p.baseCall, emptyTexts...) {
			text := emptyTexts[i]
			switch {
			case o.code() == "":
				taken[p.String()+text] = true
			case !w.hasKnownCode(o):
				t.Errorf("%s with %q answered %s", p.inputSlot, text, o.comparable())
			}
			if o.code() == "" && (isName(p.inputSlot) || p.field.Name == "commentCreate") {
				t.Errorf("%s can be %q", p.inputSlot, text)
			}
		}
	}
	for _, p := range []string{
		"messageReceive(input.subject)", "messageReceive(input.subject) ", "messageReceive(input.threadKey)", "messageReceive(input.contact.name)",
		"contactUpsert(input.name)", "contactUpdate(input.email)", "ticketUpdate(input.properties.value.string)", "propertyDefinitionUpdate(input.description)",
	} {
		if !taken["Mutation."+p] {
			t.Errorf("%q is refused", p)
		}
	}
	if places < leastTextPlaces {
		t.Errorf("only %d places take text", places)
	}
}

// emptyTexts say nothing.
var emptyTexts = []string{"", " ", "\n\t", "\u00a0", "\u3000"}

// isName says whether a slot names what the mutation writes; that of a contact is what their
// channel says it is.
func isName(s inputSlot) bool {
	last := s.lastStep()
	return slices.Contains([]string{"name", "label", "fileName", "key", "contentType", "idempotencyKey"}, last.name) &&
		!strings.HasPrefix(last.inputType, "Contact")
}

// TestSmallRefusals are refusals that belong to one mutation each, and leave everything as it was.
func TestSmallRefusals(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	me := w.client.do(t, "{ viewer { agent { id } } }", nil).at("viewer.agent").str("id")
	w.rows.requireUnchanged(t, "", "refused mutations", func() {
		for _, c := range []struct {
			mutation string
			input    vars
			want     string
		}{
			{"agentUpdate", vars{"agentId": me, "active": false}, "INVALID_INPUT"},
			{"agentUpdate", vars{"agentId": me, "role": "AGENT"}, "INVALID_INPUT"},
			{"agentCreate", vars{"email": "ADA@" + w.slug + ".test", "name": "Ada", "role": "AGENT"}, "ALREADY_EXISTS"},
			{"agentCreate", vars{"email": "nobody", "name": "N", "role": "AGENT"}, "INVALID_INPUT"},
			{"teamCreate", vars{"name": w.mark("Sales")}, "ALREADY_EXISTS"},
			{"apiTokenCreate", vars{"name": "T", "expiresAt": "2001-01-01T00:00:00Z"}, "INVALID_INPUT"},
			{"apiTokenCreate", vars{"name": "T", "agentId": w.agents["gone"]}, "INVALID_INPUT"},
			{"accountUpdate", vars{"trashKeepDays": 0}, "INVALID_INPUT"},
			{"accountUpdate", vars{"trashKeepDays": 3651}, "INVALID_INPUT"},
			{"accountUpdate", vars{"trashKeepDays": -2147483648}, "INVALID_INPUT"},
			{"accountUpdate", vars{"name": "A", "expectedVersion": 99}, "VERSION_CONFLICT"},
			{"inboxCreate", vars{"name": "I", "followUpPolicy": "NEW_CONVERSATION_AFTER"}, "INVALID_INPUT"},
			{"inboxCreate", vars{"name": "I", "followUpDays": -1}, "INVALID_INPUT"},
			{"inboxCreate", vars{"name": "I", "followUpDays": 3651}, "INVALID_INPUT"},
			{"inboxUpdate", vars{"inboxId": w.inboxes["Support"], "followUpStatusId": w.status[w.mark("Closed")]}, "INVALID_INPUT"},
			{"ticketDetailLayoutSet", vars{"propertyKeys": []string{"name", "name"}}, "INVALID_INPUT"},
			{"ticketDetailLayoutSet", vars{"propertyKeys": []string{"nope"}}, "PROPERTY_UNKNOWN"},
			{"ticketDetailLayoutSet", vars{"propertyKeys": []string{""}}, "PROPERTY_UNKNOWN"},
			{"pipelineCreate", vars{"name": "P", "statuses": []vars{}}, "LAST_STATUS_OF_STATE"},
			{"pipelineCreate", vars{"name": "P", "statuses": []vars{{"name": "O", "state": "OPEN"}}}, "LAST_STATUS_OF_STATE"},
			{"propertyDefinitionCreate", vars{"key": "name", "label": "N", "type": "TEXT"}, "ALREADY_EXISTS"},
			{"propertyDefinitionCreate", vars{"key": "myTEXT", "label": "N", "type": "TEXT"}, "ALREADY_EXISTS"},
			{"propertyDefinitionCreate", vars{"key": "1x", "label": "N", "type": "TEXT"}, "INVALID_INPUT"},
			{"propertyDefinitionCreate", vars{"key": "x", "label": "N", "type": "STATUS"}, "INVALID_INPUT"},
			{"propertyDefinitionCreate", vars{"key": "x", "label": "N", "type": "OPTION"}, "INVALID_INPUT"},
			{"propertyDefinitionCreate", vars{"key": "x", "label": "N", "type": "OPTION", "options": []vars{{"value": "a", "label": "A"}, {"value": "a", "label": "B"}}}, "INVALID_INPUT"},
			{"propertyDefinitionCreate", vars{"key": "x", "label": "N", "type": "TEXT", "options": []vars{{"value": "a", "label": "A"}}}, "INVALID_INPUT"},
			{"contactUpsert", vars{"name": "N"}, "CONTACT_NOT_IDENTIFIED"},
			{"contactUpsert", vars{"email": "", "phone": "", "externalId": ""}, "CONTACT_NOT_IDENTIFIED"},
			{"contactUpsert", vars{"phone": "12"}, "INVALID_INPUT"},
			{"contactUpsert", vars{"phone": strings.Repeat("1", 21)}, "INVALID_INPUT"},
			{"contactUpdate", vars{"contactId": w.contactID, "email": nil, "phone": nil, "externalId": nil}, "CONTACT_NOT_IDENTIFIED"},
			{"messageSend", vars{"conversationId": w.open[0]}, "INVALID_INPUT"},
			{"messageSend", vars{"conversationId": w.open[0], "text": "", "html": ""}, "INVALID_INPUT"},
			{"messageSend", vars{"conversationId": w.open[0], "text": " ", "html": "<p>&nbsp;</p><img>"}, "INVALID_INPUT"},
			{"conversationStart", vars{"channelId": w.channels["Support"], "contact": vars{"email": "h@contact.test"}, "html": "<p></p>"}, "INVALID_INPUT"},
			{"messageReceive", vars{"channelId": w.channels["Support"], "externalId": "x", "contact": vars{"email": "p@contact.test"}}, "INVALID_INPUT"},
			{"messageDeliveryReport", vars{"messageId": w.own.ids["IncomingMessage"][0], "state": "SENT"}, "DELIVERY_NOT_REPORTABLE"},
			{"conversationStart", vars{"channelId": w.channels["Support"]}, "INVALID_INPUT"},
			{"conversationStart", vars{"channelId": w.channels["Support"], "contactId": w.contactID, "contact": vars{"email": "p@contact.test"}}, "INVALID_INPUT"},
			{"ticketCreate", vars{"conversationId": w.ticketed[0], "name": "T"}, "CONVERSATION_HAS_TICKET"},
			{"ticketAddConversation", vars{"ticketId": w.tickets[0], "conversationId": w.ticketed[1]}, "CONVERSATION_HAS_TICKET"},
			{"ticketUpdate", vars{"ticketId": w.tickets[0], "name": "T", "properties": []vars{{"key": "myTEXT", "value": vars{"string": "x"}}, {"key": "nope", "value": nil}}}, "PROPERTY_UNKNOWN"},
			{"ticketUpdate", vars{"ticketId": w.tickets[0], "name": "T", "properties": []vars{{"key": "createdAt", "value": nil}}}, "PROPERTY_READ_ONLY"},
			{"ticketUpdate", vars{"ticketId": w.tickets[0], "name": "T", "priority": "LOW", "properties": []vars{{"key": "status", "value": nil}}}, "PROPERTY_INVALID"},
			{"attachmentCreate", vars{"fileName": "a/b", "contentType": "text/plain", "size": 1}, "INVALID_INPUT"},
			{"attachmentCreate", vars{"fileName": "a", "contentType": "nonsense", "size": 1}, "INVALID_INPUT"},
			{"attachmentCreate", vars{"fileName": "a", "contentType": "text/plain", "size": 0}, "INVALID_INPUT"},
			{"attachmentCreate", vars{"fileName": "a", "contentType": "text/plain", "size": -1}, "INVALID_INPUT"},
			{"attachmentCreate", vars{"fileName": "a", "contentType": "text/plain", "size": 10485761}, "INVALID_INPUT"},
		} {
			if got := w.client.refusalCode(t, c.mutation, c.input); got != c.want {
				t.Errorf("%s %v was answered %q, not %q", c.mutation, c.input, got, c.want)
			}
		}
	})
}

// TestNumbersOutOfRange puts the ends of what an Int holds into every place that takes one.
func TestNumbersOutOfRange(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	tried := 0
	for _, s := range inputSlots(w.schema, func(d *ast.Definition) bool { return d.Name == "Int" || d.Name == "DateTime" }) {
		if inFilterGroup(s) {
			continue
		}
		for _, rich := range []bool{false, true} {
			b := &baseCall{inputBuilder: inputBuilder{schema: w.schema, own: w.own.ids, key: "myTEXT", fillOptional: rich, dryRun: true}, at: w.firstNode(s)}
			values := []any{-2147483648, -1, 0, 1, 2147483647}
			if s.lastStep().typ.Name() == "DateTime" {
				values = []any{"1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2026-01-01T00:00:00.0000001+14:00"}
			}
			var calls []fieldCall
			for _, v := range values {
				calls = append(calls, b.withValue(s, wrapInLists(s.lastStep().typ, v)))
			}
			for i, o := range w.sendAll(t, calls) {
				tried++
				if o.code() != "" && !w.hasKnownCode(o) {
					t.Errorf("%s with %v answered %s", s, values[i], o.comparable())
				}
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d numbers and times were tried", tried)
	}
}

// TestPositions: a status goes where it is told, at most to an end; the places stay 0, 1, 2 and so
// on.
func TestPositions(t *testing.T) {
	t.Parallel()
	w := newTextWriter(t)
	for _, position := range []int{-2147483648, -1, 0, 1, 3, 4, 99, 2147483647} {
		for mutation, input := range map[string]vars{
			"ticketStatusUpdate": {"statusId": w.status[w.mark("Waiting")], "position": position},
			"ticketStatusCreate": {"pipelineId": w.status[""], "name": "New", "state": "OPEN", "position": position},
		} {
			p := w.client.mutate(t, mutation, "status { position } pipeline { statuses(includeArchived: true) { position } }", input)
			if errorCode(p) == "INVALID_INPUT" {
				continue
			}
			all := p.list("pipeline.statuses")
			if want := min(max(position, 0), len(all)-1); errorCode(p) != "" || p.num("status.position") != want {
				t.Errorf("%s to %d went to %d, not %d; refused with %q", mutation, position, p.num("status.position"), want, errorCode(p))
			}
			for i, s := range all {
				if s.num("position") != i {
					t.Errorf("%s to %d leaves the places %v", mutation, position, p.at("pipeline.statuses").v)
				}
			}
		}
	}
}
