package desk

import (
	"testing"
	"time"
)

// D11: the agent's own choice, else the account's, else what everybody begins with.
func TestInForce_D11(t *testing.T) {
	by := &Actor{Account: &Account{ID: ID{1}}, Agent: &Agent{ID: ID{2}}}
	ours := &PropertyLayout{OwnerID: ID{1}, Scope: LayoutAccount}
	mine := &PropertyLayout{OwnerID: ID{2}, Scope: LayoutMine}
	theirs := &PropertyLayout{OwnerID: ID{3}, Scope: LayoutMine}
	for name, c := range map[string]struct {
		chosen []*PropertyLayout
		want   *PropertyLayout
	}{
		"account":         {[]*PropertyLayout{ours}, ours},
		"mine":            {[]*PropertyLayout{mine}, mine},
		"mine, then ours": {[]*PropertyLayout{mine, ours}, mine},
		"ours, then mine": {[]*PropertyLayout{ours, mine}, mine},
		"somebody else's": {[]*PropertyLayout{theirs, ours}, ours},
	} {
		if got := InForce(by, c.chosen); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if l := InForce(by, []*PropertyLayout{theirs}); l.Scope != LayoutAccount || len(l.PropertyKeys) != len(DefaultDetailKeys) {
		t.Errorf("with no choice: %+v", l)
	}
	if l := InForce(System(by.Account), []*PropertyLayout{mine, ours}); l != ours {
		t.Errorf("the server itself: %+v", l)
	}
}

func TestTicket_Value(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	high := PriorityHigh
	tk := &Ticket{
		Name: "N", Number: 7, Priority: &high, StatusID: ID{1}, PipelineID: ID{2}, ContactID: ID{3}, CreatedAt: at, LastActivityAt: at.Add(time.Hour),
		Properties: Values{"n": 1.5, "many": []any{"a", "b"}},
	}
	want := map[string]string{
		"name": "N", "status": Ref{Kind: KindStatus, ID: ID{1}}.String(), "pipeline": Ref{Kind: KindPipeline, ID: ID{2}}.String(), "priority": "HIGH",
		"owner": "", "createdAt": "2026-03-01T12:00:00.000Z", "lastActivityAt": "2026-03-01T13:00:00.000Z", "closedAt": "", "number": "7",
		"contact": Ref{Kind: KindContact, ID: ID{3}}.String(),
	}
	for _, d := range BuiltInProperties(&Account{}) {
		one, _ := tk.Value(d)
		if got, ok := want[d.Key]; !ok || one == nil && got != "" || one != nil && *one != got {
			t.Errorf("%s is %v", d.Key, one)
		}
	}
	if one, _ := tk.Value(&PropertyDefinition{Key: "n", Type: TypeNumber}); *one != "1.5" {
		t.Errorf("n is %s", *one)
	}
	if _, many := tk.Value(&PropertyDefinition{Key: "many", Type: TypeOptions}); len(many) != 2 {
		t.Errorf("many is %v", many)
	}
	if one, many := tk.Value(&PropertyDefinition{Key: "none", Type: TypeText}); one != nil || many != nil {
		t.Errorf("none is %v %v", one, many)
	}
}
