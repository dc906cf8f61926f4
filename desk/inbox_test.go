package desk

import (
	"strings"
	"testing"
)

func TestInbox(t *testing.T) {
	patch := func(p func(w *world) InboxPatch) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.support.Update(a, p(w)) }
	}
	days := func(policy FollowUpPolicy, n int) func(*world, *Act) error {
		return patch(func(*world) InboxPatch { return InboxPatch{FollowUp: &policy, FollowUpDays: &n} })
	}
	status := func(key string) func(*world, *Act) error {
		return patch(func(w *world) InboxPatch {
			return InboxPatch{FollowUp: new(ReopenTicket), SetFollowUpStatus: true, FollowUpStatus: w.status[key]}
		})
	}
	watch := func(w *world) { w.watch(w.support) }
	run(t, []play{
		{name: "inbox/renamed", by: "ada", in: watch, do: patch(func(*world) InboxPatch { return InboxPatch{Name: new("Help")} }), told: "INBOX_UPDATED support: name support>Help"},
		{name: "inbox/no name", by: "ada", in: watch, do: patch(func(*world) InboxPatch { return InboxPatch{Name: new(" "), FollowUp: new(ReopenTicket)} }), refused: CodeInvalidInput, path: "name"},
		{name: "inbox/nothing", by: "ada", in: watch, do: patch(func(*world) InboxPatch { return InboxPatch{} })},
		{name: "inbox/opened to a team", by: "ada", in: watch, do: patch(func(w *world) InboxPatch { return InboxPatch{TeamIDs: &[]ID{w.id(KindTeam, "team")}} }), told: `INBOX_UPDATED support: teams []>[team]`},
		{name: "D8/KEEP_TICKET_CLOSED is the default", by: "ada", in: watch, do: patch(func(*world) InboxPatch { return InboxPatch{FollowUp: new(KeepTicketClosed)} })},
		{name: "D8/REOPEN_TICKET to a status", by: "ada", in: watch, do: status("waiting"), told: "INBOX_UPDATED support: followUpPolicy KEEP_TICKET_CLOSED>REOPEN_TICKET, followUpStatus nil>waiting"},
		{name: "D8/REOPEN_TICKET to the first open status", by: "ada", in: func(w *world) {
			w.support.FollowUp, w.support.FollowUpStatusID = ReopenTicket, &w.status["waiting"].ID
			watch(w)
		}, do: status("none"), told: "INBOX_UPDATED support: followUpStatus waiting>nil"},
		{name: "D8/a ticket does not reopen to a closed status", by: "ada", in: watch, do: status("closed"), refused: CodeInvalidInput, path: "followUpStatusId"},
		{name: "D8/nor to an archived one", by: "ada", in: watch, do: status("old"), refused: CodeInvalidInput, path: "followUpStatusId"},
		{name: "D8/NEW_CONVERSATION_AFTER some days", by: "ada", in: watch, do: days(NewConversationAfter, 1), told: "INBOX_UPDATED support: followUpPolicy KEEP_TICKET_CLOSED>NEW_CONVERSATION_AFTER, followUpDays 0>1"},
		{name: "D8/at most ten years of them", by: "ada", in: watch, do: days(NewConversationAfter, 3650), told: "INBOX_UPDATED support: followUpPolicy KEEP_TICKET_CLOSED>NEW_CONVERSATION_AFTER, followUpDays 0>3650"},
		{name: "D8/not more", by: "ada", in: watch, do: days(NewConversationAfter, 3651), refused: CodeInvalidInput, path: "followUpDays"},
		{name: "D8/not none", by: "ada", in: watch, do: days(NewConversationAfter, 0), refused: CodeInvalidInput, path: "followUpDays"},
		{name: "D8/not less than none", by: "ada", in: watch, do: days(KeepTicketClosed, -1), refused: CodeInvalidInput, path: "followUpDays"},
	})
	t.Run("inbox/made", func(t *testing.T) {
		w := newWorld()
		a := w.act("ada")
		i, err := NewInbox(a, "Sales", WorkspaceHelpDesk, InboxPatch{Name: new("ignored"), TeamIDs: &[]ID{w.id(KindTeam, "one"), w.id(KindTeam, "two")}})
		if err != nil || i.Name != "Sales" || i.Workspace != WorkspaceHelpDesk || i.FollowUp != KeepTicketClosed || w.told(a) != "INBOX_CREATED new-inb" {
			t.Fatalf("made %+v, %v", i, err)
		}
		if got := w.changes(a.Events[0].Changes); !strings.Contains(got, "teams nil>") || len(i.TeamIDs) != 2 {
			t.Errorf("told %s", got)
		}
		a = w.act("ada")
		_, err = NewInbox(a, "Sales", WorkspaceInbox, InboxPatch{FollowUp: new(NewConversationAfter)})
		mustRefuse(t, err, CodeInvalidInput, "followUpDays")
		if len(a.Events) > 0 {
			t.Error("told of what was refused")
		}
	})
}

func TestChannel(t *testing.T) {
	change := func(name *string, th *Threading) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.channel.Update(a, name, th) }
	}
	watch := func(w *world) { w.watch(w.channel) }
	run(t, []play{
		{name: "channel/renamed", by: "ada", in: watch, do: change(new("Post"), nil), told: "CHANNEL_UPDATED channel: name Mail>Post"},
		{name: "channel/threads otherwise", by: "ada", in: watch, do: change(nil, new(ThreadAlwaysNew)), told: "CHANNEL_UPDATED channel: threading OPEN_CONVERSATION_OF_CONTACT>ALWAYS_NEW"},
		{name: "channel/as it is", by: "ada", in: watch, do: change(new("Mail"), new(ThreadByContact))},
		{name: "channel/no name", by: "ada", in: watch, do: change(new("\t"), new(ThreadAlwaysNew)), refused: CodeInvalidInput, path: "name"},
	})
	for _, c := range []struct {
		name, label string
		threading   *Threading
		want        Threading
		code        ErrorCode
	}{
		{name: "channel/threads by contact unless told", label: "Chat", want: ThreadByContact},
		{name: "channel/made", label: "Chat", threading: new(ThreadAlwaysNew), want: ThreadAlwaysNew},
		{name: "channel/needs a name", code: CodeInvalidInput},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			a := w.act("ada")
			ch, err := NewChannel(a, w.support, ChannelChat, c.label, c.threading)
			if c.code != "" {
				mustRefuse(t, err, c.code, "name")
				w.mustBeUntouched(t, a, w.snapshot())
				return
			}
			if err != nil || ch.Threading != c.want || ch.InboxID != w.support.ID || ch.Kind != ChannelChat || w.told(a) != "CHANNEL_CREATED new-chn" {
				t.Errorf("made %+v, %v", ch, err)
			}
		})
	}
}
