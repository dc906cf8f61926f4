package intake

import (
	"context"
	"fmt"
	"testing"
	"time"

	"deskwire/db/write"
	"deskwire/desk"
)

type rawIssue struct {
	Key    string
	Fields struct {
		Summary, Description, Created, Updated string
		Priority                               struct{ Name string }
		Status                                 struct {
			Name           string
			StatusCategory struct{ Name string }
		}
	}
}

func jiraStamp(t *testing.T, s string) string {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05.000-0700", s)
	if err != nil {
		t.Fatal(err)
	}
	return stamp(at)
}

// Each issue is a conversation with its ticket, in the right status since the right time.
func TestJira(t *testing.T) {
	t.Parallel()
	p := newStarter(t)
	p.checkIssues(fixture(t, issueFile), 8, 2)
	p.same("statuses", p.sql(`SELECT concat_ws(' ', p.name, s.position, s.name, s.state, (SELECT count(*) FROM tickets t WHERE t.status_id = s.id))
		FROM ticket_statuses s JOIN pipelines p ON p.id = s.pipeline_id ORDER BY p.position, s.position`), []string{
		"Jira 0 New OPEN 1", "Jira 1 Needs Triage OPEN 1", "Jira 2 Short Term Backlog OPEN 1", "Jira 3 Long Term Backlog OPEN 1",
		"Jira 4 In Progress OPEN 1", "Jira 5 In Review OPEN 1", "Jira 6 Not Being Considered CLOSED 2",
	})
	p.same("properties", p.sql(`SELECT concat_ws(' ', key, type, jsonb_array_length(nullif(options, 'null')),
		(SELECT count(*) FROM tickets WHERE properties ? key)) FROM property_definitions ORDER BY key`), []string{
		"jiraAssignee TEXT 2", "jiraComponents OPTIONS 3 3", "jiraKey TEXT 8", "jiraLabels OPTIONS 5 3", "jiraProject OPTION 2 8", "jiraType OPTION 6 8",
	})
	p.same("one ticket's properties", p.sql(`SELECT properties::text FROM tickets WHERE properties->>'jiraKey' = 'LAMP-3'`), []string{
		`{"jiraKey": "LAMP-3", "jiraType": "New Feature", "jiraProject": "LAMP", "jiraComponents": ["Sound", "Case"]}`,
	})
}

// checkIssues imports a file of issues, as many as it has, and looks at what became of them.
func (p *place) checkIssues(file []byte, issues, closed int) {
	p.Helper()
	if sum, want := p.run(&jira, file), (Result{Added: issues}); sum != want {
		p.Fatalf("got %+v, want %+v", sum, want)
	}
	p.same("tickets", p.sql(issueRows), wantIssues(p.T, file))
	if n := p.count(`events WHERE kind = 'CONVERSATION_CLOSED' AND rule = 'R21' AND effect`); n != closed {
		p.Errorf("%d conversations were closed by R21, want %d", n, closed)
	}
	if n := p.count(`conversation_activity a JOIN conversations c ON c.id = a.conversation_id WHERE (unread_count = 0) <> (c.status = 'CLOSED')`); n > 0 {
		p.Errorf("%d conversations are closed and unread, or open and read", n)
	}
	before := p.contents()
	if sum, want := p.run(&jira, file), (Result{There: issues}); sum != want || p.contents() != before {
		p.Errorf("again: got %+v, want %+v and no change", sum, want)
	}
}

const issueRows = `SELECT concat_ws('|', c.thread_key, t.name, s.name, coalesce(t.priority, '-'), to_char(t.created_at, ` + stampSQL + `),
	coalesce(to_char(t.closed_at, ` + stampSQL + `), '-'), c.status, coalesce(to_char(c.closed_at, ` + stampSQL + `), '-'), m.text)
	FROM tickets t JOIN conversations c ON c.ticket_id = t.id JOIN messages m ON m.conversation_id = c.id
	JOIN ticket_statuses s ON s.id = t.status_id ORDER BY t.number`

func wantIssues(t *testing.T, file []byte) (want []string) {
	t.Helper()
	priority := map[string]string{"Critical": "URGENT", "Major": "HIGH", "Minor": "MEDIUM", "Trivial": "LOW"}
	for _, r := range decodeLines[rawIssue](t, file) {
		f := r.Fields
		closed, state, text := "-", "OPEN", f.Description
		if f.Status.StatusCategory.Name == "Done" {
			closed, state = jiraStamp(t, f.Updated), "CLOSED"
		}
		if text == "" {
			text = f.Summary
		}
		want = append(want, fmt.Sprintf("jira:%s|%s|%s|%s|%s|%s|%s|%s|%s", r.Key, f.Summary, f.Status.Name, priority[f.Priority.Name],
			jiraStamp(t, f.Created), closed, state, closed, text))
	}
	return want
}

// In an account of R2 the tickets and their conversations move to the help desk (R3), closed ones
// too.
func TestJiraInGatedAccountR3(t *testing.T) {
	t.Parallel()
	p := newPlace(t, desk.PlanProfessional, time.Date(2025, 1, 15, 0, 0, 0, 0, time.UTC))
	p.run(&jira, fixture(t, issueFile))
	for _, table := range []string{"tickets", "conversations"} {
		if n := p.count(table + " WHERE workspace = 'HELP_DESK'"); n != 8 {
			t.Errorf("%d %s are in the help desk, want 8", n, table)
		}
	}
}

// What the account has by the same name is used as it is, even if it is of another type.
func TestJiraUsesWhatIsThere(t *testing.T) {
	t.Parallel()
	p := newStarter(t)
	im, _ := p.importer(&jira)
	err := im.inTransaction(t.Context(), func(ctx context.Context, tx *write.Tx) error {
		if err := tx.CreateProperty(ctx, "jiraLabels", "Labels", "", desk.TypeText, nil); err != nil {
			return err
		}
		if err := saveStep(ctx, tx); err != nil {
			return err
		}
		return tx.CreatePipeline(ctx, "Jira", []desk.StatusInput{{Name: "Todo", State: desk.StateOpen}, {Name: "In Review", State: desk.StateClosed}})
	})
	if err != nil {
		t.Fatal(err)
	}
	p.run(&jira, fixture(t, issueFile))
	p.same("labels", p.sql(`SELECT properties->>'jiraLabels' FROM tickets WHERE properties->>'jiraLabels' LIKE '%safety%'`), []string{
		"case, safety, urgent-recall",
	})
	p.same("statuses", p.sql(`SELECT concat_ws(' ', name, state) FROM ticket_statuses ORDER BY position`), []string{
		"Todo OPEN", "In Review CLOSED", "New OPEN", "Needs Triage OPEN", "Not Being Considered CLOSED", "In Progress OPEN",
		"Long Term Backlog OPEN", "Short Term Backlog OPEN", "In Review OPEN",
	})
}
