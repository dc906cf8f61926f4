package write

import (
	"context"

	"deskwire/desk"
)

// InboxSettings says what to change of an inbox; its references are not looked up yet.
type InboxSettings struct {
	Name              *string
	FollowUp          *desk.FollowUpPolicy
	FollowUpDays      *int
	TeamIDs           *[]desk.ID
	SetFollowUpStatus bool
	FollowUpStatusID  *desk.ID
}

func (t *Tx) inboxPatch(ctx context.Context, in InboxSettings) (p desk.InboxPatch, err error) {
	p = desk.InboxPatch{Name: in.Name, FollowUp: in.FollowUp, FollowUpDays: in.FollowUpDays, SetFollowUpStatus: in.SetFollowUpStatus}
	if in.TeamIDs != nil {
		ids, err := t.checkIDs(ctx, "teams", *in.TeamIDs, "team", "teamIds")
		if err != nil {
			return p, err
		}
		p.TeamIDs = &ids
	}
	if in.FollowUpStatusID != nil {
		p.FollowUpStatus, err = t.findStatus(ctx, *in.FollowUpStatusID, "followUpStatusId")
	}
	return p, err
}

// CreateInbox makes an inbox.
func (t *Tx) CreateInbox(ctx context.Context, name string, w desk.Workspace, in InboxSettings) error {
	p, err := t.inboxPatch(ctx, in)
	if err != nil {
		return err
	}
	t.out.Inbox, err = desk.NewInbox(t.Act, name, w, p)
	return err
}

// UpdateInbox changes an inbox.
func (t *Tx) UpdateInbox(ctx context.Context, id desk.ID, expected *int, in InboxSettings) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	i, err := findRecord[desk.Inbox](ctx, t, id, "inbox", "inboxId")
	if err != nil {
		return err
	}
	if !t.Act.By.SeesInbox(id) {
		return desk.NotFound("inbox", "inboxId")
	}
	if err := desk.Expect(i, expected); err != nil {
		return err
	}
	if i.TeamIDs, err = t.linkedIDs(ctx, "inbox_teams", "team_id", "inbox_id", id); err != nil {
		return err
	}
	p, err := t.inboxPatch(ctx, in)
	if err != nil {
		return err
	}
	t.out.Inbox = i
	return i.Update(t.Act, p)
}
