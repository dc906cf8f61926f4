package e2e

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// The reference model: docs/rules.md once more, as plainly as possible, over maps. It shares
// no code with the product; where the two differ, one of them is wrong.

type refConversation struct {
	id, inbox, workspace, status, owner, ticket, group string
	thread                                             string
	unread                                             int
	closedAt                                           time.Time
}

type refTicket struct {
	id, name, status, owner, workspace, group, priority string
	closed                                              bool
}

type refAgent struct {
	id      string
	inboxes []string // nil: all
	reads   bool     // READ_ONLY
}

func (a *refAgent) sees(inbox string) bool {
	return a.inboxes == nil || slices.Contains(a.inboxes, inbox)
}

type refInbox struct {
	id, workspace, policy string
	days                  int
}

// effect is what a rule did beyond the request: "R21 CONVERSATION_CLOSED cnv_…", or "… hidden×2".
type effect string

type referenceModel struct {
	gated         bool
	now           time.Time
	conversations map[string]*refConversation
	tickets       map[string]*refTicket
	inboxes       map[string]*refInbox
	closedStatus  map[string]bool // by status id
	firstOpen     string          // where REOPEN_TICKET puts tickets
	groups        int

	by      *refAgent
	effects []effect
	hidden  map[string]int
}

func (w *referenceModel) startMutation(by *refAgent) {
	w.by, w.effects, w.hidden = by, nil, map[string]int{}
}

// effectsText gives the effects so far in a comparable form.
func (w *referenceModel) effectsText() string {
	all := make([]string, 0, len(w.effects))
	for _, e := range w.effects {
		all = append(all, string(e))
	}
	for k, n := range w.hidden {
		all = append(all, fmt.Sprintf("%s hidden×%d", k, n))
	}
	sort.Strings(all)
	return strings.Join(all, "\n")
}

func (w *referenceModel) onConversation(rule, kind string, c *refConversation) {
	if !w.by.sees(c.inbox) {
		w.hidden[rule+" "+kind]++
		return
	}
	w.effects = append(w.effects, effect(rule+" "+kind+" "+c.id))
}

func (w *referenceModel) onTicket(rule, kind string, t *refTicket) {
	w.effects = append(w.effects, effect(rule+" "+kind+" "+t.id))
}

func (w *referenceModel) conversationsOf(ticket string) []*refConversation {
	var out []*refConversation
	for _, c := range w.conversations {
		if c.ticket == ticket {
			out = append(out, c)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].id < out[j].id })
	return out
}

func (w *referenceModel) seesTicket(id string) bool {
	return slices.ContainsFunc(w.conversationsOf(id), func(c *refConversation) bool { return w.by.sees(c.inbox) })
}

// conversation is the gate of every mutation of a conversation but restore.
func (w *referenceModel) conversation(id string) (*refConversation, string) {
	c := w.conversations[id]
	switch {
	case w.by.reads:
		return nil, "FORBIDDEN"
	case c == nil || !w.by.sees(c.inbox):
		return nil, "NOT_FOUND"
	case c.group != "":
		return c, "RECORD_IN_TRASH" // D19
	}
	return c, ""
}

// ticket is the gate of every ticket mutation but creation.
func (w *referenceModel) ticket(id string) (*refTicket, string) {
	t := w.tickets[id]
	switch {
	case w.by.reads:
		return nil, "FORBIDDEN"
	case t == nil || !w.seesTicket(id):
		return nil, "NOT_FOUND"
	case w.gated && t.workspace == "INBOX":
		return t, "TICKETS_MOVED_TO_HELP_DESK" // D13
	case t.group != "":
		return t, "RECORD_IN_TRASH"
	}
	return t, ""
}

func (w *referenceModel) assignConversation(id, owner string) string {
	c, code := w.conversation(id)
	if code != "" {
		return code
	}
	c.owner = owner
	if t := w.tickets[c.ticket]; t != nil && t.owner != owner { // R17, D6
		t.owner = owner
		w.onTicket("R17", "TICKET_ASSIGNED", t)
	}
	return ""
}

func (w *referenceModel) closeConversation(id string) string {
	c, code := w.conversation(id)
	if code == "" && c.status == "OPEN" { // R25 to R27
		c.status, c.closedAt, c.unread = "CLOSED", w.now, 0
	}
	return code
}

func (w *referenceModel) reopenConversation(id string) string {
	c, code := w.conversation(id)
	if code == "" { // R30
		c.status = "OPEN"
	}
	return code
}

func (w *referenceModel) moveConversation(id, inbox string) string {
	if w.by.reads {
		return "FORBIDDEN"
	}
	if !w.by.sees(inbox) {
		return "NOT_FOUND"
	}
	c, code := w.conversation(id)
	if code != "" {
		return code
	}
	if c.inbox == inbox {
		return "" // not another one
	}
	to := w.inboxes[inbox].workspace
	if t := w.tickets[c.ticket]; t != nil && w.gated && t.workspace == "HELP_DESK" {
		to = "HELP_DESK" // R2, R3
	}
	if t := w.tickets[c.ticket]; t != nil && c.workspace != to && t.workspace != to { // D20
		t.workspace = to
		w.onTicket("D20", "TICKET_MOVED", t)
	}
	c.inbox, c.workspace = inbox, to
	return ""
}

func (w *referenceModel) markRead(id string, unread bool) string {
	c, code := w.conversation(id)
	if code == "" {
		c.unread = map[bool]int{false: 0, true: max(1, c.unread)}[unread]
	}
	return code
}

func (w *referenceModel) trashConversation(id string, confirmed bool) string {
	c, code := w.conversation(id)
	if code != "" {
		return code
	}
	if c.ticket != "" && len(w.untrashedOf(c.ticket)) > 1 && !confirmed { // D1
		return "CASCADE_NOT_CONFIRMED"
	}
	group := w.newGroup()
	c.group = group
	if t := w.tickets[c.ticket]; t != nil && t.group == "" { // R28
		t.group = group
		w.onTicket("R28", "TICKET_TRASHED", t)
		w.trashSiblings(t, group)
	}
	return ""
}

func (w *referenceModel) trashSiblings(t *refTicket, group string) {
	for _, s := range w.untrashedOf(t.id) { // R29, D2
		s.group = group
		w.onConversation("R29", "CONVERSATION_TRASHED", s)
	}
}

func (w *referenceModel) untrashedOf(ticket string) []*refConversation {
	return slices.DeleteFunc(w.conversationsOf(ticket), func(c *refConversation) bool { return c.group != "" })
}

func (w *referenceModel) newGroup() string {
	w.groups++
	return fmt.Sprintf("group %d", w.groups)
}

func (w *referenceModel) restoreConversation(id string) string {
	c, code := w.conversation(id)
	switch code {
	case "":
		return "RECORD_NOT_IN_TRASH"
	case "RECORD_IN_TRASH":
		group := c.group
		c.group = ""
		w.restore(group)
		return ""
	}
	return code
}

func (w *referenceModel) restoreTicket(id string) string {
	t, code := w.ticket(id)
	switch code {
	case "":
		return "RECORD_NOT_IN_TRASH"
	case "RECORD_IN_TRASH":
		group := t.group
		t.group = ""
		w.restore(group)
		return ""
	}
	return code
}

// restore takes out of the trash what is left of a group (D3).
func (w *referenceModel) restore(group string) {
	for _, t := range w.tickets {
		if t.group == group {
			t.group = ""
			w.onTicket("D3", "TICKET_RESTORED", t)
		}
	}
	for _, c := range w.conversations {
		if c.group == group {
			c.group = ""
			w.onConversation("D3", "CONVERSATION_RESTORED", c)
		}
	}
}

// mayCreateTicket is what creation refuses; the id of the new ticket is known only afterwards.
func (w *referenceModel) mayCreateTicket(id string) string {
	c, code := w.conversation(id)
	if code == "" && c.ticket != "" {
		return "CONVERSATION_HAS_TICKET" // R5
	}
	return code
}

func (w *referenceModel) createTicket(conversation, id, name, status string) {
	c := w.conversations[conversation]
	t := &refTicket{id: id, name: name, status: status, owner: c.owner, workspace: c.workspace, closed: w.closedStatus[status]}
	w.tickets[id], c.ticket = t, id
	if w.gated { // R3
		if t.workspace != "HELP_DESK" {
			t.workspace = "HELP_DESK"
			w.onTicket("R3", "TICKET_MOVED", t)
		}
		if c.workspace != "HELP_DESK" {
			c.workspace = "HELP_DESK"
			w.onConversation("R3", "CONVERSATION_MOVED", c)
		}
	}
	if t.closed && c.status == "OPEN" { // R21
		c.status, c.closedAt, c.unread = "CLOSED", w.now, 0
		w.onConversation("R21", "CONVERSATION_CLOSED", c)
	}
}

func (w *referenceModel) addConversation(ticket, conversation string) string {
	t, code := w.ticket(ticket)
	c := w.conversations[conversation]
	if code == "FORBIDDEN" || code == "NOT_FOUND" {
		return code
	}
	if c == nil || !w.by.sees(c.inbox) {
		return "NOT_FOUND"
	}
	switch {
	case code != "":
		return code
	case c.group != "":
		return "RECORD_IN_TRASH"
	case c.ticket != "":
		return "CONVERSATION_HAS_TICKET"
	}
	c.ticket = t.id // R7, D9
	return ""
}

func (w *referenceModel) setStatus(id, status string) string {
	t, code := w.ticket(id)
	if code != "" {
		return code
	}
	was := t.closed
	t.status, t.closed = status, w.closedStatus[status]
	live := w.untrashedOf(id)
	switch {
	case !was && t.closed: // R21
		for _, c := range live {
			if c.status == "OPEN" {
				c.status, c.closedAt, c.unread = "CLOSED", w.now, 0
				w.onConversation("R21", "CONVERSATION_CLOSED", c)
			}
		}
	case was && !t.closed && len(live) == 1 && live[0].status == "CLOSED": // R22 to R24, D5
		live[0].status = "OPEN"
		w.onConversation("R23", "CONVERSATION_REOPENED", live[0])
	}
	return ""
}

func (w *referenceModel) assignTicket(id, owner string) string {
	t, code := w.ticket(id)
	if code == "" { // R18
		t.owner = owner
	}
	return code
}

func (w *referenceModel) updateTicket(id, name, priority string) string {
	t, code := w.ticket(id)
	if code == "" { // R16
		t.name, t.priority = name, priority
	}
	return code
}

func (w *referenceModel) trashTicket(id string, confirmed bool) string {
	t, code := w.ticket(id)
	if code != "" {
		return code
	}
	if len(w.untrashedOf(id)) > 1 && !confirmed {
		return "CASCADE_NOT_CONFIRMED"
	}
	group := w.newGroup()
	t.group = group
	w.trashSiblings(t, group)
	return ""
}

// threadOf is the conversation that a message with this thread key goes to: the newest open one,
// else the newest; nil when it starts one (D8).
func (w *referenceModel) threadOf(channelInbox, thread string) *refConversation {
	var newest *refConversation
	for _, c := range w.conversations {
		if c.thread != thread || c.group != "" {
			continue
		}
		if newest == nil || c.status != newest.status && c.status == "OPEN" || c.status == newest.status && c.id > newest.id {
			newest = c
		}
	}
	if newest == nil {
		return nil
	}
	in := w.inboxes[newest.inbox]
	// The server's clock also counts the moments the steps take: whole days later is past the
	// limit.
	old := newest.status == "CLOSED" && w.now.Sub(newest.closedAt) >= time.Duration(in.days)*24*time.Hour
	if in.policy == "NEW_CONVERSATION_AFTER" && old {
		return nil
	}
	return newest
}

// receive takes in a message of the contact; id is the conversation the server chose.
func (w *referenceModel) receive(into *refConversation) {
	into.unread++
	if into.status == "OPEN" {
		return
	}
	into.status = "OPEN" // D8
	w.onConversation("D8", "CONVERSATION_REOPENED", into)
	if t := w.tickets[into.ticket]; t != nil && t.closed && w.inboxes[into.inbox].policy == "REOPEN_TICKET" {
		t.status, t.closed = w.firstOpen, false
		w.onTicket("D8", "TICKET_STATUS_CHANGED", t)
	}
}
