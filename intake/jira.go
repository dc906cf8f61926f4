package intake

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"deskwire/desk"
)

// jira are issues as Jira's REST API gives them, as in the Public Jira Dataset.
var jira = Format{
	Name:     "jira",
	About:    "issues of Jira, one JSON object a line: key, project, fields{summary, description, status, priority, reporter, created, updated, …}",
	Pipeline: "Jira",
	Statuses: []desk.StatusInput{
		{Name: "New", State: desk.StateOpen}, {Name: "Needs Triage", State: desk.StateOpen},
		{Name: "Short Term Backlog", State: desk.StateOpen}, {Name: "Long Term Backlog", State: desk.StateOpen},
		{Name: "In Progress", State: desk.StateOpen}, {Name: "In Review", State: desk.StateOpen},
		{Name: "Not Being Considered", State: desk.StateClosed},
	},
	Read: jsonLines(issueRecord),
}

type jiraName struct{ Name string }

type jiraPerson struct{ AccountID, DisplayName, EmailAddress string }

type issueLine struct {
	Key, Project string
	Fields       struct {
		Summary, Description             string
		Created, Updated, ResolutionDate string
		Priority, IssueType              jiraName
		Labels                           []string
		Components                       []jiraName
		Assignee, Reporter               jiraPerson
		Status                           struct {
			Name           string
			StatusCategory jiraName
		}
	}
}

// priorities are Jira's, of old and of today. One that is not here is left out.
var priorities = map[string]desk.Priority{
	"Blocker": desk.PriorityUrgent, "Highest": desk.PriorityUrgent, "Critical": desk.PriorityUrgent,
	"Major": desk.PriorityHigh, "High": desk.PriorityHigh,
	"Minor": desk.PriorityMedium, "Medium": desk.PriorityMedium,
	"Trivial": desk.PriorityLow, "Low": desk.PriorityLow, "Lowest": desk.PriorityLow,
}

// issueRecord makes a conversation of an issue, which begins with its description, and the
// conversation's ticket.
func issueRecord(l *issueLine) (*Record, error) {
	f := &l.Fields
	if l.Key == "" || f.Summary == "" || f.Status.Name == "" || f.Reporter.AccountID == "" {
		return nil, errors.New("key, summary, status or reporter is missing")
	}
	created, err := jiraTime("created", f.Created)
	if err != nil {
		return nil, err
	}
	ticket, err := l.ticketOf(created)
	if err != nil {
		return nil, err
	}
	reporter := foreignContact("jira", f.Reporter.AccountID)
	reporter.Name, reporter.Email = &f.Reporter.DisplayName, &f.Reporter.EmailAddress
	key := "jira:" + l.Key
	first := Utterance{Key: key, At: created, Text: cmp.Or(f.Description, f.Summary)}
	return &Record{
		Contact: reporter, Ticket: ticket,
		Thread: &Thread{Key: key, Subject: f.Summary, Utterances: []Utterance{first}},
	}, nil
}

func (l *issueLine) ticketOf(created time.Time) (t *Ticket, err error) {
	f := &l.Fields
	t = &Ticket{Name: f.Summary, CreatedAt: created, Properties: l.properties()}
	t.Status = desk.StatusInput{Name: f.Status.Name, State: desk.StateOpen}
	if f.Status.StatusCategory.Name == "Done" {
		t.Status.State = desk.StateClosed
		// Without a date of its own it was closed at the latest when it last changed.
		t.ClosedAt, err = jiraTime("updated", cmp.Or(f.ResolutionDate, f.Updated))
	}
	if p, ok := priorities[f.Priority.Name]; ok {
		t.Priority = &p
	}
	return t, err
}

func (l *issueLine) properties() []Property {
	f := &l.Fields
	parts := make([]string, len(f.Components))
	for i, c := range f.Components {
		parts[i] = c.Name
	}
	return []Property{
		{"jiraKey", "Jira key", desk.TypeText, singleValue(l.Key)},
		{"jiraProject", "Jira project", desk.TypeOption, singleValue(l.Project)},
		{"jiraType", "Jira issue type", desk.TypeOption, singleValue(f.IssueType.Name)},
		{"jiraLabels", "Jira labels", desk.TypeOptions, f.Labels},
		{"jiraComponents", "Jira components", desk.TypeOptions, parts},
		{"jiraAssignee", "Jira assignee", desk.TypeText, singleValue(f.Assignee.DisplayName)},
	}
}

func singleValue(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func jiraTime(name, s string) (time.Time, error) {
	t, err := time.Parse("2006-01-02T15:04:05.999-0700", s)
	if err != nil {
		return t, fmt.Errorf("%s %q is not written as 2010-01-31T08:48:54.888-0600", name, s)
	}
	return t, nil
}
