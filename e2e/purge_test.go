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
	pt := &purgeTest{conn: s.sqlConn(t), server: s}
	for _, name := range []string{"month", "week", "year"} {
		a := s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))
		pt.accounts = append(pt.accounts, newTrashFixture(t, a, name))
	}
	pt.month, pt.week, pt.year = pt.accounts[0], pt.accounts[1], pt.accounts[2]
	pt.week.admin.must(t, "accountUpdate", "", vars{"trashKeepDays": 7})
	pt.year.admin.must(t, "accountUpdate", "", vars{"trashKeepDays": 365})
	t.Run("nothing before its time", pt.beforePurgeTime)
	t.Run("trashKeepDays", pt.shorterKeep)
	t.Run("what is due goes for good", pt.purgesWhatIsDue)
	t.Run("what is gone", pt.purgedIsNotFound)
	t.Run("what stays", pt.otherRecordsStay)
	t.Run("idempotency keys", pt.idempotencyKeys)
	t.Run("numbers are not given again", pt.numbersNotReused)
	t.Run("the contact writes again", pt.writesAgain)
}

// trashFixture is an account with a record of every kind in its trash.
type trashFixture struct {
	*account
	channel                  string
	lone                     string   // a conversation without a ticket
	ticket                   string   // with two conversations
	members                  []string // those
	restored, restoredMember string   // a ticket that came back, and its conversation
	message, file            string   // of a member
	late                     string   // trashed twenty days later
	groups                   []string // trashings of lone and ticket
}

func newTrashFixture(t *testing.T, a *account, name string) *trashFixture {
	trash := &trashFixture{account: a}
	trash.createPipeline(t, "Support", "New", "!Closed")
	_, trash.channel = trash.createInbox(t, "Support", nil)
	hear := func(thread string) string {
		return trash.receiveMessage(t, trash.channel, thread, name+"@contact.test", "Hello from "+thread)
	}
	trash.lone, trash.members, trash.restoredMember, trash.late = hear("lone"), []string{hear("first"), hear("second")}, hear("restored"), hear("late")
	create := func(c string) string {
		return trash.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": c, "name": "Ticket"}).str("ticket.id")
	}
	trash.ticket, trash.restored = create(trash.members[0]), create(trash.restoredMember)
	trash.admin.must(t, "ticketAddConversation", "", vars{"ticketId": trash.ticket, "conversationId": trash.members[1]})
	trash.file = a.uploadFile(t)
	trash.message = trash.admin.must(t, "messageSend", "message { id }", vars{
		"conversationId": trash.members[1], "text": "An answer", "attachmentIds": []string{trash.file}, "idempotencyKey": "first day"}).str("message.id")
	trash.admin.must(t, "commentCreate", "", vars{"conversationId": trash.lone, "text": "A note"})
	for _, c := range []string{trash.lone, trash.members[0], trash.restoredMember} {
		g := trash.admin.must(t, "conversationTrash", "trashGroup { id }", vars{"conversationId": c, "confirmCascade": true}).str("trashGroup.id")
		trash.groups = append(trash.groups, g)
	}
	trash.admin.must(t, "ticketRestore", "", vars{"ticketId": trash.restored})
	trash.groups = trash.groups[:2]
	return trash
}

// uploadFile brings a file in, for a message to take.
func (a *account) uploadFile(t *testing.T) string {
	t.Helper()
	p := a.admin.must(t, "attachmentCreate", "attachment { id } uploadUrl", vars{"fileName": "a.txt", "contentType": "text/plain", "size": 3})
	if got := a.requestStatus(t, http.MethodPut, p.str("uploadUrl"), []byte("abc")); got != http.StatusNoContent {
		t.Fatalf("the upload answered %d", got)
	}
	return p.str("attachment.id")
}

type purgeTest struct {
	*server
	conn              sqlConn
	accounts          []*trashFixture
	month, week, year *trashFixture
}

func (pt *purgeTest) purge(t testing.TB, want int) {
	t.Helper()
	if n, err := pt.store.Purge(context.Background()); err != nil || n != want {
		t.Fatalf("%d trashings were purged, not %d: %v", n, want, err)
	}
}

// tablesOfRecords are the tables that hold anything of a conversation or a ticket, and how they
// name it.
var tablesOfRecords = map[string]string{
	"attachment_contents": "attachment_id", "attachment_pieces": "attachment_id", "attachments": "message_id",
	"messages": "conversation_id", "conversation_activity": "conversation_id", "conversations": "id",
	"ticket_activity": "ticket_id", "tickets": "id", "trash_groups": "id",
}

// countRows counts what is kept of these records, their events too.
func (pt *purgeTest) countRows(t testing.TB, ids ...string) map[string]int {
	t.Helper()
	var keys []string
	for _, id := range ids {
		keys = append(keys, databaseKey(t, id))
	}
	all := map[string]int{}
	for table, column := range tablesOfRecords {
		all[table] = pt.conn.queryInt(t, "SELECT count(*) FROM "+table+" WHERE "+column+" = ANY($1::uuid[])", keys)
	}
	all["events"] = pt.conn.queryInt(t, "SELECT count(*) FROM events WHERE conversation_id = ANY($1::uuid[]) OR ticket_id = ANY($1::uuid[]) OR entity_id = ANY($1::uuid[]) AND kind <> 'TRASH_PURGED'", keys)
	return all
}

func (trash *trashFixture) purgedIDs() []string {
	return slices.Concat([]string{trash.lone, trash.ticket, trash.message, trash.file}, trash.members, trash.groups)
}

func (pt *purgeTest) beforePurgeTime(t *testing.T) {
	g := pt.month.admin.do(t, "query($id: ID!) { node(id: $id) { ... on TrashGroup { trashedAt purgeAt } } }", vars{"id": pt.month.groups[0]}).at("node")
	trashed, err := time.Parse(time.RFC3339, g.str("trashedAt"))
	purge, err2 := time.Parse(time.RFC3339, g.str("purgeAt"))
	if err != nil || err2 != nil || purge.Sub(trashed) != 30*day {
		t.Errorf("trashed at %s, to be purged at %s", g.str("trashedAt"), g.str("purgeAt"))
	}
	pt.purge(t, 0)
	pt.advanceClock(7*day - time.Minute)
	pt.purge(t, 0)
}

func (pt *purgeTest) shorterKeep(t *testing.T) {
	before := pt.countRows(t, pt.month.purgedIDs()...)
	pt.advanceClock(2 * time.Minute)
	pt.purge(t, 2)
	for table, n := range pt.countRows(t, pt.week.purgedIDs()...) {
		if n != 0 {
			t.Errorf("an account that keeps for a week has %d rows in %s after it", n, table)
		}
	}
	if after := pt.countRows(t, pt.month.purgedIDs()...); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("an account that keeps for a month had %v and has %v", before, after)
	}
	pt.advanceClock(13 * day)
	for _, trash := range pt.accounts {
		trash.admin.must(t, "conversationTrash", "", vars{"conversationId": trash.late})
	}
	pt.advanceClock(10*day - 2*time.Minute)
	pt.purge(t, 1) // what was late, of the account that keeps for a week
}

func (pt *purgeTest) purgesWhatIsDue(t *testing.T) {
	for table, n := range pt.countRows(t, pt.month.purgedIDs()...) {
		if n == 0 {
			t.Errorf("%s is not tested: it is empty before", table)
		}
	}
	pt.advanceClock(day)
	pt.purge(t, 2)
	for table, n := range pt.countRows(t, pt.month.purgedIDs()...) {
		if n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	pt.purge(t, 0)
}

// purgedIsNotFound: what was purged is answered like what never was, and the purge is on record.
func (pt *purgeTest) purgedIsNotFound(t *testing.T) {
	trash := pt.month
	ids := trash.purgedIDs()
	for i, n := range trash.admin.do(t, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", vars{"ids": ids}).at("nodes").list(".") {
		if n.v != nil {
			t.Errorf("node %s is %v", ids[i], n.v)
		}
	}
	a := trash.admin.do(t, `query($c: ID!, $t: ID!) { conversation(id: $c) { id } ticket(id: $t) { id } node(id: $t) { id }
		trash(first: 100) { nodes { id } } conversations(first: 100) { totalCount } }`, vars{"c": trash.lone, "t": trash.ticket})
	if !a.at(".").isNull("conversation") || !a.at(".").isNull("ticket") || !a.at(".").isNull("node") {
		t.Errorf("it answers %s", a.Raw)
	}
	if n := len(a.at("trash").list("nodes")); n != 1 { // what was late
		t.Errorf("%d trashings are in the trash", n)
	}
	for name, in := range map[string]vars{
		"conversationRestore": {"conversationId": trash.lone}, "ticketRestore": {"ticketId": trash.ticket}, "messageSend": {"conversationId": trash.members[0], "text": "x"},
		"messageDeliveryReport": {"messageId": trash.message, "state": "SENT"},
	} {
		if got := errorCode(trash.admin.mutate(t, name, "", in)); got != "NOT_FOUND" {
			t.Errorf("%s answers %q", name, got)
		}
	}
	told := trash.admin.do(t, `{ events(first: 100, where: {kind: [TRASH_PURGED]}) { nodes { mutation rule actor { id } entityId entity { id } changes { field old new } } } }`, nil).at("events").list("nodes")
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
	if want := append([]string{trash.lone, trash.ticket}, trash.members...); !slices.Equal(slices.Sorted(slices.Values(records)), slices.Sorted(slices.Values(want))) {
		t.Errorf("on record are %v, purged were %v", records, want)
	}
}

func (pt *purgeTest) otherRecordsStay(t *testing.T) {
	for _, trash := range pt.accounts {
		c := trash.admin.do(t, `query($id: ID!) { conversation(id: $id) { trashedAt status messages(first: 5) { nodes { text } } contact { id } ticket { id trashedAt }
			timeline(first: 50) { nodes { __typename } } } }`, vars{"id": trash.restoredMember}).at("conversation")
		if c.str("ticket.id") != trash.restored || !c.isNull("trashedAt") || !c.isNull("ticket.trashedAt") || len(c.list("messages.nodes")) != 1 || len(c.list("timeline.nodes")) < 4 {
			t.Errorf("what was restored is %v", c.v)
		}
	}
	if n := pt.countRows(t, pt.year.purgedIDs()...); n["conversations"] != 3 || n["tickets"] != 1 || n["trash_groups"] != 2 {
		t.Errorf("an account that keeps for a year has %v", n)
	}
	late := pt.month.admin.do(t, "query($id: ID!) { conversation(id: $id) { trashedAt } }", vars{"id": pt.month.late}).at("conversation")
	if late.isNull("trashedAt") {
		t.Errorf("what went to the trash later is %v", late.v)
	}
	pt.year.admin.must(t, "ticketRestore", "", vars{"ticketId": pt.year.ticket})
}

func (pt *purgeTest) idempotencyKeys(t *testing.T) {
	pt.conn.requireNone(t, map[string]string{"keys of the first day": "SELECT count(*) FROM idempotency_keys WHERE key = 'first day'"})
	c := pt.month.receiveMessage(t, pt.month.channel, "keys", "keys@contact.test", "Hello")
	pt.month.admin.must(t, "messageSend", "", vars{"conversationId": c, "text": "Other arguments", "idempotencyKey": "first day"})
	pt.advanceClock(6 * day)
	pt.purge(t, 0)
	if n := pt.conn.queryInt(t, "SELECT count(*) FROM idempotency_keys WHERE key = 'first day'"); n != 1 {
		t.Errorf("%d keys are kept after six days", n)
	}
	pt.advanceClock(2 * day)
	pt.purge(t, 0)
	pt.conn.requireNone(t, map[string]string{"keys after eight days": "SELECT count(*) FROM idempotency_keys"})
}

func (pt *purgeTest) numbersNotReused(t *testing.T) {
	trash := pt.week // its newest are gone
	c := trash.receiveMessage(t, trash.channel, "numbers", "numbers@contact.test", "Hello")
	tk := trash.admin.must(t, "ticketCreate", "ticket { number } conversation { number }", vars{"conversationId": c, "name": "Next"})
	if tk.num("conversation.number") != 6 || tk.num("ticket.number") != 3 {
		t.Errorf("after conversation 5 and ticket 2 came %v", tk.v)
	}
}

// writesAgain brings in a message that was purged: nothing knows of it any more, so it starts anew.
func (pt *purgeTest) writesAgain(t *testing.T) {
	trash := pt.month
	was := trash.admin.must(t, "messageReceive", "duplicate conversation { id }", vars{
		"channelId": trash.channel, "externalId": "again", "threadKey": "lone", "contact": vars{"email": "month@contact.test"}, "text": "Hello again"})
	if was.boolean("duplicate") || was.str("conversation.id") == trash.lone {
		t.Errorf("answered %v", was.v)
	}
}

// TestPurgeRace purges from four servers while agents restore, channels report and bring in again
// what they have brought in before: each trashing goes wholly or stays wholly.
func TestPurgeRace(t *testing.T) {
	s := start(t)
	r := &purgeRace{trashFixture: newTrashFixture(t, s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)), "race"), conn: s.sqlConn(t)}
	for i := range purgeRaces {
		r.trash(t, i)
	}
	s.advanceClock(31 * day)
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
	eventually(t, "the purge to be in the middle", func() bool { return r.conn.queryInt(t, "SELECT count(*) FROM trash_groups") < purgeRaces-6 })
	answers := r.restoreAndReport(t)
	wg.Wait()
	r.check(t, answers, int(gone.Load())-2) // two were in the bin already
	s.requireNoDeadlock(t)
}

const purgeRaces = 24

type purgeRace struct {
	*trashFixture
	conn                sqlConn
	conversations, sent []string
}

func (r *purgeRace) received(i int) vars {
	return vars{"channelId": r.channel, "externalId": fmt.Sprint("race ", i), "threadKey": fmt.Sprint("race ", i), "contact": vars{"email": "race@contact.test"}, "text": "Hello"}
}

// trash makes a ticket with two conversations and moves it to the trash.
func (r *purgeRace) trash(t *testing.T, i int) {
	first := r.receiveMessage(t, r.channel, fmt.Sprint("first ", i), "race@contact.test", "Hello")
	second := r.admin.must(t, "messageReceive", "conversation { id }", r.received(i)).str("conversation.id")
	ticket := r.admin.must(t, "ticketCreate", "ticket { id }", vars{"conversationId": first, "name": "Raced for"}).str("ticket.id")
	r.admin.must(t, "ticketAddConversation", "", vars{"ticketId": ticket, "conversationId": second})
	r.sent = append(r.sent, r.admin.must(t, "messageSend", "message { id }", vars{"conversationId": second, "text": "An answer"}).str("message.id"))
	r.admin.must(t, "ticketTrash", "", vars{"ticketId": ticket, "confirmCascade": true})
	r.conversations = append(r.conversations, second)
}

// restoreAndReport is what others do meanwhile: restore the newest first, as the purge begins with
// the oldest, and report on those that are next.
func (r *purgeRace) restoreAndReport(t *testing.T) []node {
	return callAtOnce(t, purgeRaces*3, func(i int) (string, *client, string, vars) {
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
		got := errorCode(a)
		inTrash := i%3 == 1 && got == "RECORD_IN_TRASH" // D19: a report does not change what is there
		if got != "" && got != "NOT_FOUND" && !inTrash {
			t.Errorf("answered %v", a.v)
		}
		if i%3 == 0 && got == "" {
			back++
		}
	}
	t.Logf("%d came back, %d were purged", back, gone)
	if left := r.conn.queryInt(t, "SELECT count(*) FROM tickets WHERE name = 'Raced for'"); gone+back != purgeRaces || left != back {
		t.Errorf("of %d tickets %d came back and %d were purged; %d are left", purgeRaces, back, gone, left)
	}
	r.conn.requireNone(t, map[string]string{
		"tickets without both conversations":    "SELECT count(*) FROM tickets t WHERE name = 'Raced for' AND (SELECT count(*) FROM conversations c WHERE c.ticket_id = t.id) <> 2",
		"records left in the trash":             "SELECT count(*) FROM conversations WHERE trash_group_id IS NOT NULL",
		"trashings that were not undone":        "SELECT count(*) FROM trash_groups WHERE restored_at IS NULL",
		"events of conversations that are gone": "SELECT count(*) FROM events e WHERE conversation_id IS NOT NULL AND NOT EXISTS (SELECT FROM conversations c WHERE c.id = e.conversation_id)",
		"messages without their conversation":   "SELECT count(*) FROM messages m WHERE NOT EXISTS (SELECT FROM conversations c WHERE c.id = m.conversation_id)",
	})
}
