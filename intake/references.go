package intake

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"deskwire/db/write"
	"deskwire/desk"
)

// What records refer to is made when missing, before the record: the inbox and its channel, an
// agent for each author, a pipeline, properties. Each is looked up once a run.

// prepareReferences finds or makes all that a record refers to.
func (im *Importer) prepareReferences(ctx context.Context, s *importedRecord) error {
	if im.channel.IsZero() {
		if err := im.makeOnce(ctx, im.makeInbox); err != nil {
			return inboxFault(err)
		}
	}
	for _, utterance := range s.Thread.Utterances {
		if utterance.Speaker == Customer || im.agents[agentAddress(utterance.Author)] != nil {
			continue
		}
		err := im.makeOnce(ctx, func(ctx context.Context, t *write.Tx) error { return im.makeAgent(ctx, t, utterance.Author) })
		if err != nil {
			return err
		}
	}
	if s.Ticket == nil {
		return nil
	}
	return im.prepareTicket(ctx, s)
}

// makeOnce is for what is looked up and made when missing. Imports that run at the same time take
// turns, by an advisory lock.
func (im *Importer) makeOnce(ctx context.Context, find func(context.Context, *write.Tx) error) error {
	return im.inTransaction(ctx, func(ctx context.Context, t *write.Tx) error {
		if err := t.TakeLocks(ctx, Mutation); err != nil {
			return err
		}
		return find(ctx, t)
	})
}

// inboxFault makes a refusal a fault: without an inbox no line can go in, and none is to blame.
func inboxFault(err error) error {
	var refused *desk.Error
	if errors.As(err, &refused) {
		return errors.New("the inbox or its channel cannot be created: " + refused.Message)
	}
	return err
}

func (im *Importer) makeInbox(ctx context.Context, t *write.Tx) error {
	inbox, err := t.FindInbox(ctx, im.Inbox)
	if err != nil {
		return err
	}
	if inbox == nil {
		if err := t.CreateInbox(ctx, im.Inbox, desk.WorkspaceInbox, write.InboxSettings{}); err != nil {
			return err
		}
		inbox = t.Outcome().Inbox
		if err := saveStep(ctx, t); err != nil {
			return err
		}
	}
	im.inbox = inbox.ID
	channel, err := t.FindChannel(ctx, inbox.ID, im.Channel)
	if err != nil {
		return err
	}
	if channel == nil {
		if err := t.CreateChannel(ctx, inbox.ID, desk.ChannelAPI, im.Channel, nil); err != nil {
			return err
		}
		channel = t.Outcome().Channel
	}
	im.channel = channel.ID
	return nil
}

// saveStep saves what was done, so that the next step finds it.
func saveStep(ctx context.Context, t *write.Tx) error { return t.Then(ctx, t.By(), time.Now()) }

// makeAgent finds or makes the agent that an author's messages are by. Nobody can sign in as
// them or give them work: they are deactivated, and their address is in a domain that can't be.
func (im *Importer) makeAgent(ctx context.Context, t *write.Tx, author string) error {
	agent, err := t.FindAgent(ctx, agentAddress(author))
	if err != nil {
		return err
	}
	if agent == nil {
		if err := t.CreateAgent(ctx, agentAddress(author), author, desk.RoleAgent); err != nil {
			return err
		}
		agent = t.Outcome().Agent
		if err := saveStep(ctx, t); err != nil {
			return err
		}
		off := false
		if err := t.UpdateAgent(ctx, agent.ID, nil, desk.AgentPatch{Active: &off}, nil); err != nil {
			return err
		}
	}
	if im.agents == nil {
		im.agents = map[string]*desk.Actor{}
	}
	im.agents[agentAddress(author)] = &desk.Actor{Account: im.Account, Agent: agent, Inboxes: []desk.ID{im.inbox}}
	return nil
}

// actorOf is the actor of an utterance: the agent, or the server for what a channel brings in.
func (im *Importer) actorOf(utterance *Utterance) *desk.Actor {
	if utterance.Speaker == Customer {
		return desk.System(im.Account)
	}
	return im.agents[agentAddress(utterance.Author)]
}

// agentAddress makes an email address of an author's name. What an address can't hold is told apart
// by a hash.
func agentAddress(author string) string {
	name := strings.ToLower(author)
	plain := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '-'
	}, name)
	if plain != name {
		plain += fmt.Sprintf("-%x", sha256.Sum256([]byte(name)))[:9]
	}
	return plain + "@import.invalid"
}
