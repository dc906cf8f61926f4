package write

import (
	"context"
	"slices"

	"deskwire/db/read"
	"deskwire/desk"
)

// repeatAnswer is what a call is answered whose key has been used before: what the first call was
// answered, as far as the caller may see it today. What has moved out of their sight since, or is
// gone, is left out as if the first call had not shown it (D15).
func (t *Tx) repeatAnswer(ctx context.Context, w Write) (*Outcome, error) {
	out, err := t.firstAnswer.outcome(w)
	if err != nil {
		return nil, err
	}
	t.Rollback(ctx) // its connection is free for the reads
	return out, out.hideUnseen(ctx, t.reader)
}

// hideUnseen takes out of an answer what its reader may not see now. What everybody in the account
// sees, such as labels, stays.
func (out *Outcome) hideUnseen(ctx context.Context, r *read.Reader) error {
	now, err := out.readAgain(ctx, r)
	if err != nil {
		return err
	}
	out.Conversation = seen(now.conversations, out.Conversation)
	out.Conversations = slices.DeleteFunc(out.Conversations, func(c *desk.Conversation) bool { return now.conversations[c.ID] == nil })
	out.Ticket, out.TrashGroup = seen(now.tickets, out.Ticket), seen(now.trashGroups, out.TrashGroup)
	out.Attachment, out.APIToken = seen(now.attachments, out.Attachment), seen(now.tokens, out.APIToken)
	if message := seen(now.messages, out.Message); message == nil && out.Message != nil {
		out.Message, out.Contact = nil, nil // a contact is told with their message
	}
	out.Contact = seen(now.contacts, out.Contact)
	hidden := func(v *desk.InboxView) bool { return !v.SeenBy(r.Actor(), now.teams) }
	if out.View != nil && hidden(out.View) {
		out.View = nil
	}
	out.Views = slices.DeleteFunc(out.Views, hidden)
	out.Effects = now.hideEffects(out.Effects)
	return nil
}

// seenNow are the records of an answer that its reader sees.
type seenNow struct {
	conversations map[desk.ID]*desk.Conversation
	tickets       map[desk.ID]*desk.Ticket
	messages      map[desk.ID]*desk.Message
	contacts      map[desk.ID]*desk.Contact
	trashGroups   map[desk.ID]*desk.TrashGroup
	attachments   map[desk.ID]*desk.Attachment
	tokens        map[desk.ID]*desk.Token
	teams         []desk.ID // of the reader
}

// readAgain reads what an answer names, of each kind together.
func (out *Outcome) readAgain(ctx context.Context, r *read.Reader) (now seenNow, err error) {
	for _, readKind := range []func() error{
		func() error {
			return readNamed(ctx, r, &now.conversations, (*read.Reader).Conversations, out.named(desk.KindConversation))
		},
		func() error {
			return readNamed(ctx, r, &now.tickets, (*read.Reader).Tickets, out.named(desk.KindTicket))
		},
		func() error {
			return readNamed(ctx, r, &now.messages, (*read.Reader).Messages, out.named(desk.KindMessage))
		},
		func() error {
			return readNamed(ctx, r, &now.contacts, (*read.Reader).Contacts, out.named(desk.KindContact))
		},
		func() error {
			return readNamed(ctx, r, &now.trashGroups, (*read.Reader).TrashGroups, out.named(desk.KindTrashGroup))
		},
		func() error {
			return readNamed(ctx, r, &now.attachments, (*read.Reader).Attachments, out.named(desk.KindAttachment))
		},
		func() error { return readNamed(ctx, r, &now.tokens, (*read.Reader).Tokens, out.named(desk.KindToken)) },
		func() error { return now.readTeams(ctx, r, out) },
	} {
		if err := readKind(); err != nil {
			return now, err
		}
	}
	return now, nil
}

// named are the ids of the records of a kind that the answer shows or tells effects of.
func (out *Outcome) named(kind desk.Kind) (ids []desk.ID) {
	add := func(there bool, n func() desk.Ref) {
		if there && n().Kind == kind {
			ids = append(ids, n().ID)
		}
	}
	add(out.Conversation != nil, func() desk.Ref { return out.Conversation.Ref() })
	for _, c := range out.Conversations {
		add(true, c.Ref)
	}
	add(out.Ticket != nil, func() desk.Ref { return out.Ticket.Ref() })
	add(out.Message != nil, func() desk.Ref { return out.Message.Ref() })
	add(out.Contact != nil, func() desk.Ref { return out.Contact.Ref() })
	add(out.TrashGroup != nil, func() desk.Ref { return out.TrashGroup.Ref() })
	add(out.Attachment != nil, func() desk.Ref { return out.Attachment.Ref() })
	add(out.APIToken != nil, func() desk.Ref { return out.APIToken.Ref() })
	for _, e := range out.Effects {
		add(true, func() desk.Ref { return e.Node })
	}
	return ids
}

func readNamed[V any](ctx context.Context, r *read.Reader, into *map[desk.ID]*V,
	read func(*read.Reader, context.Context, []desk.ID) (map[desk.ID]*V, error), ids []desk.ID,
) (err error) {
	if len(ids) > 0 {
		*into, err = read(r, ctx, ids)
	}
	return err
}

// readTeams reads the teams of the reader, where the answer shows views.
func (now *seenNow) readTeams(ctx context.Context, r *read.Reader, out *Outcome) error {
	agent := r.Actor().Agent
	if agent == nil || out.View == nil && len(out.Views) == 0 {
		return nil
	}
	teams, err := r.Teams(ctx)
	for _, t := range teams {
		if slices.Contains(t.MemberIDs, agent.ID) {
			now.teams = append(now.teams, t.ID)
		}
	}
	return err
}

// seen is a record of the first answer, if it is among those that are seen now.
func seen[V interface {
	comparable
	desk.Node
}](now map[desk.ID]V, v V) V {
	var none V
	if v == none || now[v.Ref().ID] == none {
		return none
	}
	return v
}

// hideEffects counts effects on records that are not seen, by rule and kind.
func (now *seenNow) hideEffects(effects []desk.Effect) []desk.Effect {
	shown, hidden := []desk.Effect{}, []desk.Effect{}
	for _, e := range effects {
		if e.Node.Kind == desk.KindConversation && now.conversations[e.Node.ID] == nil || e.Node.Kind == desk.KindTicket && now.tickets[e.Node.ID] == nil {
			e.Node, e.Changes = desk.Ref{}, nil
		}
		if !e.Node.ID.IsZero() {
			shown = append(shown, e)
			continue
		}
		i := slices.IndexFunc(hidden, func(h desk.Effect) bool { return h.Rule == e.Rule && h.Kind == e.Kind })
		if i >= 0 {
			hidden[i].Count += e.Count
		} else {
			hidden = append(hidden, e)
		}
	}
	return append(shown, hidden...)
}
