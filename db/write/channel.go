package write

import (
	"context"

	"deskwire/desk"
)

// CreateChannel adds a channel to an inbox.
func (t *Tx) CreateChannel(ctx context.Context, inboxID desk.ID, kind desk.ChannelKind, name string, th *desk.Threading) error {
	inbox, err := t.findInbox(ctx, inboxID, "inboxId")
	if err != nil {
		return err
	}
	t.out.Channel, err = desk.NewChannel(t.Act, inbox, kind, name, th)
	return err
}

// UpdateChannel changes a channel.
func (t *Tx) UpdateChannel(ctx context.Context, id desk.ID, expected *int, name *string, th *desk.Threading) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	ch, err := findRecord[desk.Channel](ctx, t, id, "channel", "channelId")
	if err != nil {
		return err
	}
	if !t.Act.By.SeesInbox(ch.InboxID) {
		return desk.NotFound("channel", "channelId")
	}
	if err := desk.Expect(ch, expected); err != nil {
		return err
	}
	t.out.Channel = ch
	return ch.Update(t.Act, name, th)
}
