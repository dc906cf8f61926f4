package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

type rawTweets struct {
	ID, Company, Started, Duration string
	Turns                          []struct {
		ID, Role, Author, Text string
		At                     *time.Time
	}
}

// Conversations come in word for word, with their times and authors; a second run adds nothing.
func TestTweets(t *testing.T) {
	t.Parallel()
	newStarter(t).checkTweets(fixture(t, tweetFile), 10)
}

// checkTweets imports a file of conversations, as many as it has, and looks at what became of them.
func (p *place) checkTweets(file []byte, conversations int) {
	p.Helper()
	sum, raw := p.run(&tweets, file), decodeLines[rawTweets](p.T, file)
	if want := (Result{Added: conversations}); sum != want || len(raw) != conversations {
		p.Fatalf("got %+v, want %+v", sum, want)
	}
	var want []string
	agents := map[string]bool{}
	for _, r := range raw {
		for _, turn := range r.Turns {
			kind, author := "INCOMING", turn.Author
			if turn.Role == "agent" {
				kind, agents[author] = "OUTGOING", true
			}
			want = append(want, fmt.Sprintf("tweets:%s|%s|%s|%s|%s", r.ID, stamp(r.at(p.T, turn.At)), kind, author, turn.Text))
		}
	}
	slices.Sort(want)
	got := p.sql(`SELECT concat_ws('|', c.thread_key, to_char(m.created_at, ` + stampSQL + `), m.kind, coalesce(a.name, k.name), m.text)
		FROM messages m JOIN conversations c ON c.id = m.conversation_id
		LEFT JOIN agents a ON a.id = m.agent_id LEFT JOIN contacts k ON k.id = m.contact_id`)
	slices.Sort(got)
	p.same("messages", got, want)
	p.checkAgents(len(agents))
	p.checkTimes()
	before := p.contents()
	if sum, want := p.run(&tweets, file), (Result{There: conversations}); sum != want {
		p.Errorf("again: got %+v, want %+v", sum, want)
	}
	if p.contents() != before {
		p.Error("the second run changed something")
	}
}

// at works the time of the last answer out anew: "01:26:55.0" after the start.
func (r *rawTweets) at(t *testing.T, at *time.Time) time.Time {
	t.Helper()
	if at != nil {
		return *at
	}
	start, err := time.Parse(time.RFC3339, r.Started)
	if err != nil {
		t.Fatal(err)
	}
	for i, unit := range []string{"h", "m", "s"} {
		d, err := time.ParseDuration(strings.Split(r.Duration, ":")[i] + unit)
		if err != nil {
			t.Fatal(err)
		}
		start = start.Add(d)
	}
	return start
}

// checkAgents: the authors are agents who can neither sign in nor own anything, and their messages
// are not sent again.
func (p *place) checkAgents(n int) {
	p.Helper()
	got := p.sql("SELECT email FROM agents WHERE deactivated_at IS NOT NULL AND role = 'AGENT' AND email LIKE '%@import.invalid'")
	if len(got) != n {
		p.Errorf("%d agents were made, want %d", len(got), n)
	}
	if by, err := p.store.ActorByEmail(p.Context(), "acme", got[0]); by != nil || err != nil {
		p.Errorf("%s may sign in: %v %v", got[0], by, err)
	}
	if n := p.count("messages WHERE kind = 'OUTGOING' AND (delivery <> 'DELIVERED' OR delivered_at <> created_at)"); n > 0 {
		p.Errorf("%d answers are still to be sent", n)
	}
}

// checkTimes: everything that was told stands at its own time, in the log too.
func (p *place) checkTimes() {
	p.Helper()
	for _, wrong := range []string{
		`conversations c WHERE created_at <> (SELECT min(created_at) FROM messages m WHERE m.conversation_id = c.id)`,
		`conversation_activity a WHERE last_activity_at <> (SELECT max(created_at) FROM messages m WHERE m.conversation_id = a.conversation_id)`,
		`conversation_activity WHERE preview = ''`,
		`messages m WHERE created_at <> (SELECT at FROM events e WHERE e.entity_id = m.id)`,
		`events WHERE conversation_id IS NOT NULL AND mutation <> 'import'`,
		`messages m WHERE agent_id IS DISTINCT FROM (SELECT actor_id FROM events e WHERE e.entity_id = m.id)`,
	} {
		if n := p.count(wrong); n > 0 {
			p.Errorf("%d of %s", n, wrong)
		}
	}
}
