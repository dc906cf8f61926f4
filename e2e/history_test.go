package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// history is the log of an account, played from its beginning and from nothing else: what every
// record was after each of its changes, and which cascade made it so.
type history struct {
	t         testing.TB
	records   map[string]fields          // every record as it stands
	versions  map[string][]recordVersion // [v-1] is the record at version v
	cascades  []*cascade                 // in the order of the log
	byMessage map[string]*cascade        // by the message that it tells of
	values    map[string]int             // how often a field was set to this value
}

// fields are a record's values by name, in text form; what is null is left out.
type fields map[string]string

type recordVersion struct {
	after   fields
	cascade *cascade
}

// cascade is all that one mutation did.
type cascade struct {
	id, mutation, actor string
	events              []node
	versions            map[string]int // which version it made of which records
	answers             int            // that say it was them
}

func (c *cascade) String() string { return c.mutation + " " + c.id }

// replayLog reads the whole log through the API and replays it. What an event says was there before
// must be what was there: a change without its event, an event without its change or two in the
// wrong order break the chain.
func replayLog(t testing.TB, c *client) *history {
	t.Helper()
	h := &history{t: t, records: map[string]fields{}, versions: map[string][]recordVersion{}, byMessage: map[string]*cascade{}, values: map[string]int{}}
	var last *cascade
	seen := map[string]bool{}
	for _, e := range wholeLog(t, c) {
		if last == nil || last.id != e.str("cascadeId") {
			h.recordVersions(last)
			last = &cascade{id: e.str("cascadeId"), mutation: e.str("mutation"), actor: e.str("actor.id"), versions: map[string]int{}}
			if seen[last.id] {
				t.Fatalf("the events of cascade %s do not stand together", last)
			}
			seen[last.id] = true
			h.cascades = append(h.cascades, last)
		}
		last.events = append(last.events, e)
		h.apply(last, e)
	}
	h.recordVersions(last)
	return h
}

func wholeLog(t testing.TB, c *client) (all []node) {
	t.Helper()
	after := any(nil)
	for {
		page := c.do(t, `query($after: String) { events(first: 100, after: $after) { pageInfo { hasNextPage endCursor }
			nodes { entityId kind mutation cascadeId rule isEffect actor { id } changes { field old new } } } }`, vars{"after": after}).at("events")
		all = append(all, page.list("nodes")...)
		if after = page.str("pageInfo.endCursor"); !page.boolean("pageInfo.hasNextPage") {
			return all
		}
	}
}

func (h *history) apply(c *cascade, e node) {
	id := e.str("entityId")
	if h.records[id] == nil {
		h.records[id] = fields{}
	}
	for _, ch := range e.list("changes") {
		field := ch.str("field")
		if was := h.records[id][field]; was != ch.str("old") {
			h.t.Errorf("%s of %s was %q; %s, which made it %q, says it was %q", field, id, was, c, ch.str("new"), ch.str("old"))
		}
		h.records[id][field] = ch.str("new")
		h.values[field+"="+ch.str("new")]++
	}
	h.count(c, e)
}

// count follows versions, and unread counts, which move with messages and are told only when
// somebody sets them.
func (h *history) count(c *cascade, e node) {
	id, kind := e.str("entityId"), e.str("kind")
	switch kind {
	case "CONVERSATION_READ", "CONVERSATION_UNREAD":
		return // no new version: the count is kept beside the row
	case "MESSAGE_RECEIVED", "MESSAGE_SENT", "COMMENT_CREATED":
		h.byMessage[id] = c
		conversation := h.records[h.records[id]["conversation"]]
		switch n, _ := strconv.Atoi(conversation["unreadCount"]); kind {
		case "MESSAGE_RECEIVED":
			conversation["unreadCount"] = strconv.Itoa(n + 1)
		case "MESSAGE_SENT":
			conversation["unreadCount"] = "0"
		}
	}
	c.versions[id] = len(h.versions[id]) + 1
}

// recordVersions keeps the state of each record after a cascade.
func (h *history) recordVersions(c *cascade) {
	if c == nil {
		return
	}
	for id := range c.versions {
		h.versions[id] = append(h.versions[id], recordVersion{maps.Clone(h.records[id]), c})
	}
	h.checkRules(c)
}

// checkRules looks for half a cascade: after each of them the rules hold.
func (h *history) checkRules(c *cascade) {
	for _, e := range c.events {
		id := e.str("entityId")
		switch kind, ticket := e.str("kind"), h.records[h.records[id]["ticket"]]; {
		case strings.HasPrefix(id, "tkt_"):
			h.checkTicket(c, id, e.str("rule"))
		case kind == "CONVERSATION_ASSIGNED" && ticket != nil && ticket["owner"] != h.records[id]["owner"]:
			h.t.Errorf("R17: %s gave %s to %q and left its ticket to %q", c, id, h.records[id]["owner"], ticket["owner"])
		case ticket != nil && ticket["trashGroup"] != h.records[id]["trashGroup"]:
			h.t.Errorf("R28: after %s %s is in the trash by %q, its ticket by %q", c, id, h.records[id]["trashGroup"], ticket["trashGroup"])
		}
	}
}

func (h *history) checkTicket(c *cascade, ticket, rule string) {
	var live []string
	for id, f := range h.records {
		if strings.HasPrefix(id, "cnv_") && f["ticket"] == ticket {
			if f["trashGroup"] != h.records[ticket]["trashGroup"] {
				h.t.Errorf("R29: after %s %s is in the trash by %q, its ticket by %q", c, id, f["trashGroup"], h.records[ticket]["trashGroup"])
			}
			live = append(live, f["status"])
		}
	}
	if len(live) == 0 {
		h.t.Errorf("R7: after %s %s has no conversation", c, ticket)
	}
	if rule == "R21" && slices.Contains(live, "OPEN") {
		h.t.Errorf("R21: %s closed %s and left a conversation open", c, ticket)
	}
	if rule == "R22" && len(live) == 1 && live[0] != "OPEN" {
		h.t.Errorf("R23: %s opened %s and left its only conversation closed", c, ticket)
	}
	if f := h.records[ticket]; rule == "R21" && f["closedAt"] == "" || rule == "R22" && f["closedAt"] != "" {
		h.t.Errorf("%s: after %s %s has closedAt %q", rule, c, ticket, f["closedAt"])
	}
}

// effects is what a cascade did by rule, as an answer tells it.
func (c *cascade) effects() string {
	var all []string
	for _, e := range c.events {
		if e.boolean("isEffect") {
			all = append(all, fmt.Sprintf("%s %s %s %v", e.str("rule"), e.str("kind"), e.str("entityId"), e.at("changes").v))
		}
	}
	return strings.Join(all, "\n")
}

func effectsTold(payload node) string {
	var all []string
	for _, e := range payload.list("effects") {
		all = append(all, fmt.Sprintf("%s %s %s %v", e.str("rule"), e.str("kind"), e.str("node.id"), e.at("changes").v))
	}
	return strings.Join(all, "\n")
}

// The parts of records that payloads show in these tests, and the fields of the log they must be
// equal to.
const (
	conversationShown = "conversation { id version status workspace unreadCount subject inbox { id } owner { id } ticket { id } trashGroup { id } }"
	siblingsShown     = "conversations { id version status workspace unreadCount subject inbox { id } owner { id } ticket { id } trashGroup { id } }"
	ticketShown       = "ticket { id version name workspace priority closedAt status { id } owner { id } trashGroup { id } }"
	contactShown      = "contact { id version name email phone externalId }"
)

var shownFields = map[string][]string{
	"cnv": {"status", "workspace", "subject", "inbox.id", "owner.id", "ticket.id", "trashGroup.id"},
	"tkt": {"name", "workspace", "priority", "closedAt", "status.id", "owner.id", "trashGroup.id"},
	"con": {"name", "email", "phone", "externalId"},
}

// difference compares a record as a payload shows it with what the log says it was.
func difference(shown node, was fields) string {
	for _, path := range shownFields[shown.str("id")[:3]] {
		if field, _, _ := strings.Cut(path, "."); shown.str(path) != was[field] {
			return fmt.Sprintf("%s is %q, the log says %q", field, shown.str(path), was[field])
		}
	}
	return ""
}

// compare holds the end of the history against what the server shows.
func (h *history) compare(c *client) {
	h.t.Helper()
	var ids []string
	for id := range h.records {
		if shownFields[id[:3]] != nil {
			ids = append(ids, id)
		}
	}
	query := fmt.Sprintf("query($ids: [ID!]!) { conversations: nodes(ids: $ids) { ... on %s } tickets: nodes(ids: $ids) { ... on %s } contacts: nodes(ids: $ids) { ... on %s } }",
		"Conversation"+conversationShown[len("conversation"):], "Ticket"+ticketShown[len("ticket"):], "Contact"+contactShown[len("contact"):])
	for batch := range slices.Chunk(ids, 100) {
		a := c.do(h.t, query, vars{"ids": batch})
		all := slices.Concat(a.at("conversations").list("."), a.at("tickets").list("."), a.at("contacts").list("."))
		for _, n := range slices.DeleteFunc(all, func(n node) bool { return n.isNull("id") }) {
			id := n.str("id")
			if d := difference(n, h.records[id]); d != "" {
				h.t.Errorf("at the end, of %s %s", id, d)
			}
			if v := n.num("version"); v != len(h.versions[id]) {
				h.t.Errorf("%s is at version %d, the log tells of %d changes", id, v, len(h.versions[id]))
			}
			if n.num("unreadCount") != 0 || h.records[id]["unreadCount"] != "" {
				if want, _ := strconv.Atoi(h.records[id]["unreadCount"]); n.num("unreadCount") != want {
					h.t.Errorf("%s has %d unread messages, the log tells of %d", id, n.num("unreadCount"), want)
				}
			}
		}
	}
}
