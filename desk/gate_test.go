package desk

import (
	"fmt"
	"testing"
	"time"
)

// kinds are the accounts that R1 and R2 tell apart.
type kind struct {
	plan  Plan
	when  string
	born  time.Time
	gated bool
}

func (k kind) String() string { return fmt.Sprintf("%s made %s the cutoff", k.plan, k.when) }

func (k kind) apply(w *world) { w.account.Plan, w.account.CreatedAt = k.plan, k.born }

func kinds() (out []kind) {
	cutoff := DefaultGate().Cutoff
	for _, p := range Plans {
		paid := p == PlanProfessional || p == PlanEnterprise
		out = append(out,
			kind{p, "before", cutoff.Add(-time.Millisecond), false},
			kind{p, "at", cutoff, paid},
			kind{p, "after", cutoff.AddDate(1, 0, 0), paid})
	}
	return out
}

var gated = kind{PlanProfessional, "after", time.Date(2025, time.June, 1, 0, 0, 0, 0, time.UTC), true}

func TestTicketHome(t *testing.T) {
	for _, k := range kinds() {
		rule, want := "R1", WorkspaceInbox
		if k.gated {
			rule, want = "R2", WorkspaceHelpDesk
		}
		t.Run(fmt.Sprintf("%s/%s: %s", rule, k, want), func(t *testing.T) {
			if got := DefaultGate().TicketHome(&Account{Plan: k.plan, CreatedAt: k.born}); got != want {
				t.Errorf("the tickets' home is %s", got)
			}
		})
	}
	berlin := time.FixedZone("", 2*60*60)
	for _, c := range []struct {
		name string
		gate Gate
		made time.Time
		want Workspace
	}{
		{"R2/the evening of 1 April 2024 is not after it", DefaultGate(), time.Date(2024, 4, 1, 23, 59, 59, 999, time.UTC), WorkspaceInbox},
		{"D10/the default cutoff is 2024-04-02T00:00Z", DefaultGate(), time.Date(2024, 4, 2, 0, 0, 0, 0, time.UTC), WorkspaceHelpDesk},
		{"D10/midnight in Berlin is before it", DefaultGate(), time.Date(2024, 4, 2, 0, 0, 0, 0, berlin), WorkspaceInbox},
		{"D10/two in Berlin is at it", DefaultGate(), time.Date(2024, 4, 2, 2, 0, 0, 0, berlin), WorkspaceHelpDesk},
		{"D10/a deployment may gate other plans", Gate{Plans: []Plan{PlanFree}, Cutoff: DefaultGate().Cutoff}, gated.born, WorkspaceInbox},
		{"D10/a deployment may gate nobody", Gate{}, gated.born, WorkspaceInbox},
		{"D10/a deployment may set another date", Gate{Plans: []Plan{PlanProfessional}, Cutoff: gated.born.Add(1)}, gated.born, WorkspaceInbox},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.gate.TicketHome(&Account{Plan: PlanProfessional, CreatedAt: c.made}); got != c.want {
				t.Errorf("the tickets' home is %s, want %s", got, c.want)
			}
		})
	}
}

func TestTicketMoves(t *testing.T) {
	create := func(status string) func(w *world, a *Act) error {
		return func(w *world, a *Act) error {
			return w.cs.CreateTicket(a, w.c(1), TicketDraft{Name: "Printer", Status: w.status[status]}, nil)
		}
	}
	for _, k := range kinds() {
		p := play{
			name: fmt.Sprintf("R1/%s: ticket and conversation stay in the inbox", k), convs: "open", in: k.apply, do: create("new"),
			after: "t:new c1:open",
			told:  "R4 TICKET_CREATED new-tkt\nR4 CONVERSATION_TICKET_ADDED c1: ticket nil>new-tkt",
		}
		if k.gated {
			p.name = fmt.Sprintf("R3/%s: ticket and conversation move to the help desk", k)
			p.after = "t:new/helpdesk c1:open/helpdesk"
			p.told += "\n+ R3 TICKET_MOVED new-tkt: workspace INBOX>HELP_DESK\n+ R3 CONVERSATION_MOVED c1: workspace INBOX>HELP_DESK"
		}
		run(t, []play{p})
	}
	run(t, []play{
		{
			name: "R3/a conversation that is in the help desk already stays there", convs: "open helpdesk", in: gated.apply, do: create("new"),
			after: "t:new/helpdesk c1:open/helpdesk",
			told:  "R4 TICKET_CREATED new-tkt\nR4 CONVERSATION_TICKET_ADDED c1: ticket nil>new-tkt",
		},
		{
			name: "R3/a closed conversation moves and stays closed", convs: "closed", in: gated.apply, do: create("new"),
			after: "t:new/helpdesk c1:closed/helpdesk",
			told: `R4 TICKET_CREATED new-tkt
				R4 CONVERSATION_TICKET_ADDED c1: ticket nil>new-tkt
				+ R3 TICKET_MOVED new-tkt: workspace INBOX>HELP_DESK
				+ R3 CONVERSATION_MOVED c1: workspace INBOX>HELP_DESK`,
		},
		{
			name: "R3/a ticket made closed moves, and closes its conversation", convs: "open", in: gated.apply, do: create("closed"),
			after: "t:closed/helpdesk c1:closed/helpdesk",
			told: `R4 TICKET_CREATED new-tkt
				R4 CONVERSATION_TICKET_ADDED c1: ticket nil>new-tkt
				+ R3 TICKET_MOVED new-tkt: workspace INBOX>HELP_DESK
				+ R3 CONVERSATION_MOVED c1: workspace INBOX>HELP_DESK
				+ R21 CONVERSATION_CLOSED c1: status OPEN>CLOSED`,
		},
		{
			name: "R1/a ticket of a help desk conversation is made in the help desk", convs: "open helpdesk", do: create("new"),
			after: "t:new/helpdesk c1:open/helpdesk",
			told:  "R4 TICKET_CREATED new-tkt\nR4 CONVERSATION_TICKET_ADDED c1: ticket nil>new-tkt",
		},
	})
}

// Every ticket mutation, in every kind of account, in both workspaces.
func TestTicketsMovedToHelpDesk(t *testing.T) {
	for _, m := range mutations {
		for _, k := range kinds() {
			for _, ws := range []Workspace{WorkspaceInbox, WorkspaceHelpDesk} {
				if m.on != KindTicket && m.name != "ticketRestore" {
					continue
				}
				rule, refused := "R1", k.gated && ws == WorkspaceInbox
				if k.gated {
					rule = "D13"
				}
				t.Run(fmt.Sprintf("%s/%s in %s, %s", rule, m.name, ws, k), func(t *testing.T) {
					w := m.prepared(k.apply, func(w *world) { w.cs.Ticket.Workspace = ws })
					a, snapshot := w.act("ben"), w.snapshot()
					err := m.do(w, a)
					if !refused {
						mustTell(t, w, a, err)
						return
					}
					mustRefuse(t, err, CodeTicketsMoved, "")
					w.mustBeUntouched(t, a, snapshot)
				})
			}
		}
		if m.on == KindConversation && m.name != "ticketCreate" {
			t.Run(fmt.Sprintf("D13/%s is no ticket mutation", m.name), func(t *testing.T) {
				w := m.prepared(gated.apply)
				a := w.act("ben")
				mustTell(t, w, a, m.do(w, a))
			})
		}
	}
}

func mustTell(t *testing.T, w *world, a *Act, err error) {
	t.Helper()
	if err != nil || len(a.Events) == 0 {
		t.Errorf("refused with %v, told %q", err, w.told(a))
	}
}

// In the help desk all rules hold as they do in the inbox.
func TestHelpDeskKeepsTheRules(t *testing.T) {
	for _, p := range statusPlays {
		in := p.in
		p.name, p.after = "D13/in the help desk: "+p.name, ""
		p.in = func(w *world) {
			if in != nil {
				in(w)
			}
			gated.apply(w)
			w.cs.Ticket.Workspace = WorkspaceHelpDesk
			for _, c := range w.cs.Conversations {
				c.Workspace = WorkspaceHelpDesk
			}
		}
		run(t, []play{p})
	}
}
