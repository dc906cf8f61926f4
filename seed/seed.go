// Package seed fills an account with made-up conversations of any number, skewed as in life: a few
// contacts write very often, most conversations are closed, some threads are long. The same options
// make the same rows, but for the keys of the set-up.
package seed

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskwire/db"
	"deskwire/desk"
)

// Options say what to make.
type Options struct {
	Slug          string           // of the account; it is made when it is missing, and must be empty
	Conversations int              // how many
	Random        uint64           // another number makes other data
	Until         time.Time        // when the last conversation began, to the hour
	Span          time.Duration    // how long before it the first one began
	Done          func(number int) // told how many conversations are there; may be nil
	Found         func(number int) // told how many of them can be searched; may be nil
}

// MostConversations bounds an account: numbers and memory are made for as many.
const MostConversations = 20_000_000

// Result says what was made.
type Result struct {
	Account                             *desk.Account
	Contacts, Tickets, Messages, Events int
	Conversations                       int
}

// FillAccount makes the account and its set-up when they are missing, and all rows in one
// transaction.
func FillAccount(ctx context.Context, store *db.Store, o Options) (*Result, error) {
	if o.Conversations < 1 || o.Conversations > MostConversations {
		return nil, fmt.Errorf("an account is filled with 1 to %d conversations", MostConversations)
	}
	o.Until = o.Until.UTC().Truncate(time.Hour)
	account, err := ensureAccount(ctx, store, o)
	if err != nil {
		return nil, err
	}
	s, err := readSetup(ctx, store, account)
	if err != nil {
		return nil, err
	}
	if o.Found == nil {
		o.Found = func(int) {}
	}
	m := newGenerator(s, o)
	err = store.Fill(ctx, account, func(ctx context.Context, f *db.Fill) error {
		m.ctx, m.fill = ctx, f
		return m.generate()
	}, o.Found)
	return &Result{account, len(m.contacts), len(m.tickets), m.messages, m.events, o.Conversations}, err
}

// accountSetup is the agents, inboxes, pipelines and properties that the rows refer to.
type accountSetup struct {
	account    *desk.Account
	owners     []desk.ID
	inboxes    []channelInbox
	pipelines  []*desk.Pipeline
	properties []*desk.PropertyDefinition
}

type channelInbox struct {
	*desk.Inbox
	channels []*desk.Channel
}

// readSetup reads the set-up that the account has.
func readSetup(ctx context.Context, store *db.Store, a *desk.Account) (*accountSetup, error) {
	by, s := desk.System(a), &accountSetup{account: a}
	agents, err := store.ReaderFor(by).Agents(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range agents {
		if g.Active() && (g.Role == desk.RoleAdmin || g.Role == desk.RoleAgent) {
			s.owners = append(s.owners, g.ID)
		}
	}
	if err := s.readInboxes(ctx, store, by); err != nil {
		return nil, err
	}
	pipelines, err := store.ReaderFor(by).Pipelines(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range pipelines {
		if p.ArchivedAt == nil {
			s.pipelines = append(s.pipelines, p)
		}
	}
	properties, err := store.ReaderFor(by).PropertyDefinitions(ctx)
	for _, d := range properties {
		if !d.BuiltIn && d.ArchivedAt == nil {
			s.properties = append(s.properties, d)
		}
	}
	if err == nil && (len(s.owners) == 0 || len(s.inboxes) == 0 || len(s.pipelines) == 0) {
		err = errors.New("the account needs an agent, an inbox with a channel, and a pipeline; or name an account that is not there yet")
	}
	return s, err
}

func (s *accountSetup) readInboxes(ctx context.Context, store *db.Store, by *desk.Actor) error {
	inboxes, err := store.ReaderFor(by).Inboxes(ctx)
	if err != nil {
		return err
	}
	channels, err := store.ReaderFor(by).Channels(ctx)
	for _, i := range inboxes {
		in := channelInbox{Inbox: i}
		for _, c := range channels {
			if c.InboxID == i.ID {
				in.channels = append(in.channels, c)
			}
		}
		if len(in.channels) > 0 {
			s.inboxes = append(s.inboxes, in)
		}
	}
	return err
}
