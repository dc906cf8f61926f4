package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"deskwire/desk"
)

const day = 24 * time.Hour

// TestPurge lets a month go by (D4).
func TestPurge(t *testing.T) {
	s := start(t)
	p := &purged{hand: s.byHand(t), server: s}
	for _, name := range []string{"month", "week", "year"} {
		a := s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))
		p.houses = append(p.houses, newBin(t, a, name))
	}
	p.month, p.week, p.year = p.houses[0], p.houses[1], p.houses[2]
	p.week.admin.must(t, "accountUpdate", "", vars{"trashKeepDays": 7})
	p.year.admin.must(t, "accountUpdate", "", vars{"trashKeepDays": 365})
	t.Run("nothing before its time", p.early)
	t.Run("trashKeepDays", p.sooner)
	t.Run("what is due goes for good", p.due)
	t.Run("what is gone", p.gone)
	t.Run("what stays", p.stays)
	t.Run("idempotency keys", p.keys)
	t.Run("numbers are not given again", p.numbers)
	t.Run("the contact writes again", p.writesAgain)
}

// bin is an account with something of every kind in its trash.
type bin struct {
	*account
	channel               string
	lone                  string   // a conversation without a ticket
	ticket                string   // with two conversations
	members               []string // those
	restored, restoredOne string   // a ticket that came back, and its conversation
	message, file         string   // of a member
	late                  string   // trashed twenty days later
	groups                []string // trashings of lone and ticket
}

func newBin(t *testing.T, a *account, name string) *bin {
	b := &bin{account: a}
	b.pipeline(t, "Support", "New", "!Closed")
	_, b.channel = b.inbox(t, "Support", nil)
	hear := func(thread string) string {
		return b.receive(t, b.channel, thread, name+"@contact.test", "Hello from "+thread)
	}
	b.lone, b.members, b.restoredOne, b.late = hear("lone"), []string{hear("first"), hear("second")}, hear("restored"), hear("late")
	create := func(c string) string {
		return b.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": c, "name": "Ticket"}).str("ticket.id")
	}
	b.ticket, b.restored = create(b.members[0]), create(b.restoredOne)
	b.admin.must(t, "ticketAddConversation", "", vars{"ticketId": b.ticket, "conversationId": b.members[1]})
	b.file = a.upload(t)
	b.message = b.admin.must(t, "messageSend", "message { id }", vars{
		"conversationId": b.members[1], "text": "An answer", "attachmentIds": []string{b.file}, "idempotencyKey": "first day"}).str("message.id")
	b.admin.must(t, "commentCreate", "", vars{"conversationId": b.lone, "text": "A note"})
	for _, c := range []string{b.lone, b.members[0], b.restoredOne} {
		g := b.admin.must(t, "conversationTrash", "trashGroup { id }", vars{"conversationId": c, "confirmCascade": true}).str("trashGroup.id")
		b.groups = append(b.groups, g)
	}
	b.admin.must(t, "ticketRestore", "", vars{"ticketId": b.restored})
	b.groups = b.groups[:2]
	return b
}

// upload brings a file in, for a message to take.
func (a *account) upload(t *testing.T) string {
	t.Helper()
	p := a.admin.must(t, "attachmentCreate", "attachment { id } uploadUrl", vars{"fileName": "a.txt", "contentType": "text/plain", "size": 3})
	if got := a.status(t, http.MethodPut, p.str("uploadUrl"), []byte("abc")); got != http.StatusNoContent {
		t.Fatalf("the upload answered %d", got)
	}
	return p.str("attachment.id")
}

type purged struct {
	*server
	hand              byHand
	houses            []*bin
	month, week, year *bin
}

func (p *purged) purge(t testing.TB, want int) {
	t.Helper()
	if n, err := p.store.Purge(context.Background()); err != nil || n != want {
		t.Fatalf("%d trashings were purged, not %d: %v", n, want, err)
	}
}

// keptOf are the tables that hold anything of a conversation or a ticket, and how they name it.
var keptOf = map[string]string{
	"attachment_contents": "attachment_id", "attachments": "message_id",
	"messages": "conversation_id", "conversation_activity": "conversation_id", "conversations": "id",
	"ticket_activity": "ticket_id", "tickets": "id", "trash_groups": "id",
}

// rows counts what is kept of these records, their events too.
func (p *purged) rows(t testing.TB, ids ...string) map[string]int {
	t.Helper()
	var keys []string
	for _, id := range ids {
		keys = append(keys, keyOf(t, id))
	}
	all := map[string]int{}
	for table, column := range keptOf {
		all[table] = p.hand.number(t, "SELECT count(*) FROM "+table+" WHERE "+column+" = ANY($1::uuid[])", keys)
	}
	all["events"] = p.hand.number(t, "SELECT count(*) FROM events WHERE conversation_id = ANY($1::uuid[]) OR ticket_id = ANY($1::uuid[]) OR entity_id = ANY($1::uuid[]) AND kind <> 'TRASH_PURGED'", keys)
	return all
}

func (b *bin) due() []string {
	return slices.Concat([]string{b.lone, b.ticket, b.message, b.file}, b.members, b.groups)
}

func (p *purged) early(t *testing.T) {
	g := p.month.admin.do(t, "query($id: ID!) { node(id: $id) { ... on TrashGroup { trashedAt purgeAt } } }", vars{"id": p.month.groups[0]}).at("node")
	trashed, err := time.Parse(time.RFC3339, g.str("trashedAt"))
	purge, err2 := time.Parse(time.RFC3339, g.str("purgeAt"))
	if err != nil || err2 != nil || purge.Sub(trashed) != 30*day {
		t.Errorf("trashed at %s, to be purged at %s", g.str("trashedAt"), g.str("purgeAt"))
	}
	p.purge(t, 0)
	p.sleep(7*day - time.Minute)
	p.purge(t, 0)
}

func (p *purged) sooner(t *testing.T) {
	before := p.rows(t, p.month.due()...)
	p.sleep(2 * time.Minute)
	p.purge(t, 2)
	for table, n := range p.rows(t, p.week.due()...) {
		if n != 0 {
			t.Errorf("an account that keeps for a week has %d rows in %s after it", n, table)
		}
	}
	if after := p.rows(t, p.month.due()...); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("an account that keeps for a month had %v and has %v", before, after)
	}
	p.sleep(13 * day)
	for _, b := range p.houses {
		b.admin.must(t, "conversationTrash", "", vars{"conversationId": b.late})
	}
	p.sleep(10*day - 2*time.Minute)
	p.purge(t, 1) // what was late, of the account that keeps for a week
}

func (p *purged) due(t *testing.T) {
	for table, n := range p.rows(t, p.month.due()...) {
		if n == 0 {
			t.Errorf("%s is not tested: it is empty before", table)
		}
	}
	p.sleep(day)
	p.purge(t, 2)
	for table, n := range p.rows(t, p.month.due()...) {
		if n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	p.purge(t, 0)
}

// gone: what was purged is answered like what never was, and the purge is on record.
func (p *purged) gone(t *testing.T) {
	b := p.month
	ids := b.due()
	for i, n := range b.admin.do(t, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", vars{"ids": ids}).at("nodes").list(".") {
		if n.v != nil {
			t.Errorf("node %s is %v", ids[i], n.v)
		}
	}
	a := b.admin.do(t, `query($c: ID!, $t: ID!) { conversation(id: $c) { id } ticket(id: $t) { id } node(id: $t) { id }
		trash(first: 100) { nodes { id } } conversations(first: 100) { totalCount } }`, vars{"c": b.lone, "t": b.ticket})
	if !a.at(".").isNull("conversation") || !a.at(".").isNull("ticket") || !a.at(".").isNull("node") {
		t.Errorf("it answers %s", a.Raw)
	}
	if n := len(a.at("trash").list("nodes")); n != 1 { // what was late
		t.Errorf("%d trashings are in the trash", n)
	}
	for name, in := range map[string]vars{
		"conversationRestore": {"conversationId": b.lone}, "ticketRestore": {"ticketId": b.ticket}, "messageSend": {"conversationId": b.members[0], "text": "x"},
		"messageDeliveryReport": {"messageId": b.message, "state": "SENT"},
	} {
		if got := code(b.admin.mutate(t, name, "", in)); got != "NOT_FOUND" {
			t.Errorf("%s answers %q", name, got)
		}
	}
	told := b.admin.do(t, `{ events(first: 100, where: {kind: [TRASH_PURGED]}) { nodes { mutation rule actor { id } entityId entity { id } changes { field old new } } } }`, nil).at("events").list("nodes")
	var records []string
	for _, e := range told {
		if e.str("rule") != "D4" || e.str("mutation") != "purge" || !e.isNull("actor") || !e.isNull("entity") || e.str("changes.0.field") != "records" {
			t.Errorf("the purge is on record as %v", e.v)
		}
		var some []string
		if err := json.Unmarshal([]byte(e.str("changes.0.old")), &some); err != nil {
			t.Error(err)
		}
		records = append(records, some...)
	}
	if want := append([]string{b.lone, b.ticket}, b.members...); !slices.Equal(slices.Sorted(slices.Values(records)), slices.Sorted(slices.Values(want))) {
		t.Errorf("on record are %v, purged were %v", records, want)
	}
}

func (p *purged) stays(t *testing.T) {
	for _, b := range p.houses {
		c := b.admin.do(t, `query($id: ID!) { conversation(id: $id) { trashedAt status messages(first: 5) { nodes { text } } contact { id } ticket { id trashedAt }
			timeline(first: 50) { nodes { __typename } } } }`, vars{"id": b.restoredOne}).at("conversation")
		if c.str("ticket.id") != b.restored || !c.isNull("trashedAt") || !c.isNull("ticket.trashedAt") || len(c.list("messages.nodes")) != 1 || len(c.list("timeline.nodes")) < 4 {
			t.Errorf("what was restored is %v", c.v)
		}
	}
	if n := p.rows(t, p.year.due()...); n["conversations"] != 3 || n["tickets"] != 1 || n["trash_groups"] != 2 {
		t.Errorf("an account that keeps for a year has %v", n)
	}
	late := p.month.admin.do(t, "query($id: ID!) { conversation(id: $id) { trashedAt } }", vars{"id": p.month.late}).at("conversation")
	if late.isNull("trashedAt") {
		t.Errorf("what went to the trash later is %v", late.v)
	}
	p.year.admin.must(t, "ticketRestore", "", vars{"ticketId": p.year.ticket})
}

func (p *purged) keys(t *testing.T) {
	p.hand.none(t, map[string]string{"keys of the first day": "SELECT count(*) FROM idempotency_keys WHERE key = 'first day'"})
	c := p.month.receive(t, p.month.channel, "keys", "keys@contact.test", "Hello")
	p.month.admin.must(t, "messageSend", "", vars{"conversationId": c, "text": "Other arguments", "idempotencyKey": "first day"})
	p.sleep(6 * day)
	p.purge(t, 0)
	if n := p.hand.number(t, "SELECT count(*) FROM idempotency_keys WHERE key = 'first day'"); n != 1 {
		t.Errorf("%d keys are kept after six days", n)
	}
	p.sleep(2 * day)
	p.purge(t, 0)
	p.hand.none(t, map[string]string{"keys after eight days": "SELECT count(*) FROM idempotency_keys"})
}

func (p *purged) numbers(t *testing.T) {
	b := p.week // its newest are gone
	c := b.receive(t, b.channel, "numbers", "numbers@contact.test", "Hello")
	tk := b.admin.must(t, "ticketCreate", "ticket { number } conversation { number }", vars{"conversationId": c, "name": "Next"})
	if tk.num("conversation.number") != 6 || tk.num("ticket.number") != 3 {
		t.Errorf("after conversation 5 and ticket 2 came %v", tk.v)
	}
}

// writesAgain brings in a message that was purged: nothing knows of it any more, so it starts anew.
func (p *purged) writesAgain(t *testing.T) {
	b := p.month
	was := b.admin.must(t, "messageReceive", "duplicate conversation { id }", vars{
		"channelId": b.channel, "externalId": "again", "threadKey": "lone", "contact": vars{"email": "month@contact.test"}, "text": "Hello again"})
	if was.truth("duplicate") || was.str("conversation.id") == b.lone {
		t.Errorf("answered %v", was.v)
	}
}

// TestPurgeRace purges from four servers while agents restore, channels report and bring in again what they
// have brought in before: each trashing goes wholly or stays wholly.
func TestPurgeRace(t *testing.T) {
	s := start(t)
	r := &purgeRace{bin: newBin(t, s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)), "race"), hand: s.byHand(t)}
	for i := range purgeRaces {
		r.trash(t, i)
	}
	s.sleep(31 * day)
	var gone atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			n, err := s.store.Purge(context.Background())
			if err != nil {
				t.Error(err)
			}
			gone.Add(int64(n))
		})
	}
	eventually(t, "the purge to be in the middle", func() bool { return r.hand.number(t, "SELECT count(*) FROM trash_groups") < purgeRaces-6 })
	answers := r.meet(t)
	wg.Wait()
	r.check(t, answers, int(gone.Load())-2) // two were in the bin already
	s.noDeadlock(t)
}

const purgeRaces = 24

type purgeRace struct {
	*bin
	hand                byHand
	conversations, sent []string
}

func (r *purgeRace) received(i int) vars {
	return vars{"channelId": r.channel, "externalId": fmt.Sprint("race ", i), "threadKey": fmt.Sprint("race ", i), "contact": vars{"email": "race@contact.test"}, "text": "Hello"}
}

// trash makes a ticket with two conversations and moves it to the trash.
func (r *purgeRace) trash(t *testing.T, i int) {
	first := r.receive(t, r.channel, fmt.Sprint("first ", i), "race@contact.test", "Hello")
	second := r.admin.must(t, "messageReceive", "conversation { id }", r.received(i)).str("conversation.id")
	ticket := r.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": first, "name": "Raced for"}).str("ticket.id")
	r.admin.must(t, "ticketAddConversation", "", vars{"ticketId": ticket, "conversationId": second})
	r.sent = append(r.sent, r.admin.must(t, "messageSend", "message { id }", vars{"conversationId": second, "text": "An answer"}).str("message.id"))
	r.admin.must(t, "ticketTrash", "", vars{"ticketId": ticket, "confirmCascade": true})
	r.conversations = append(r.conversations, second)
}

// meet is what others do meanwhile: restore the newest first, as the purge begins with the oldest, and
// report on those that are next.
func (r *purgeRace) meet(t *testing.T) []node {
	return atOnce(t, purgeRaces*3, func(i int) (string, *client, string, vars) {
		switch n := purgeRaces - 1 - i/3; i % 3 {
		case 0:
			return "conversationRestore", r.admin, "conversation { id }", vars{"conversationId": r.conversations[n]}
		case 1:
			return "messageDeliveryReport", r.admin, "", vars{"messageId": r.sent[(i/3+6)%purgeRaces], "state": "DELIVERED"}
		default:
			return "messageReceive", r.admin, "duplicate", r.received(n)
		}
	})
}

func (r *purgeRace) check(t *testing.T, answers []node, gone int) {
	back := 0
	for i, a := range answers {
		got := code(a)
		inTrash := i%3 == 1 && got == "RECORD_IN_TRASH" // D19: a report does not change what is there
		if got != "" && got != "NOT_FOUND" && !inTrash {
			t.Errorf("answered %v", a.v)
		}
		if i%3 == 0 && got == "" {
			back++
		}
	}
	t.Logf("%d came back, %d were purged", back, gone)
	if left := r.hand.number(t, "SELECT count(*) FROM tickets WHERE name = 'Raced for'"); gone+back != purgeRaces || left != back {
		t.Errorf("of %d tickets %d came back and %d were purged; %d are left", purgeRaces, back, gone, left)
	}
	r.hand.none(t, map[string]string{
		"tickets without both conversations":    "SELECT count(*) FROM tickets t WHERE name = 'Raced for' AND (SELECT count(*) FROM conversations c WHERE c.ticket_id = t.id) <> 2",
		"records left in the trash":             "SELECT count(*) FROM conversations WHERE trash_group_id IS NOT NULL",
		"trashings that were not undone":        "SELECT count(*) FROM trash_groups WHERE restored_at IS NULL",
		"events of conversations that are gone": "SELECT count(*) FROM events e WHERE conversation_id IS NOT NULL AND NOT EXISTS (SELECT FROM conversations c WHERE c.id = e.conversation_id)",
		"messages without their conversation":   "SELECT count(*) FROM messages m WHERE NOT EXISTS (SELECT FROM conversations c WHERE c.id = m.conversation_id)",
	})
}
