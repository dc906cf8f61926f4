// Package intake brings foreign files in: help-desk exports, lists of contacts. A reader for each
// format turns a file into records of one neutral shape; the importer walks the records
// through the same writes as the API, so that every rule and every event holds.
package intake

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"deskwire/desk"
)

// Record is what one line of a file tells: a contact, and what was said, and the ticket if there was one.
type Record struct {
	Line    int // in the file, from 1
	Contact desk.ContactInput
	Thread  *Thread // nil: the contact is all
	Ticket  *Ticket
}

// Thread is a conversation. Its key and those of its turns tell a second run what is there already,
// so they must be the file's own, and say which format they are of.
type Thread struct {
	Key     string
	Subject string
	Turns   []Turn
}

// From says whose turn it was.
type From int

// Who speaks in a conversation.
const (
	Customer From = iota
	Agent
	Note // an agent, and the contact never saw it
)

// Turn is one message. A zero time is unknown: it is told like that of the turn before.
type Turn struct {
	Key     string
	From    From
	Author  string             // the agent's name, for Agent and Note
	Contact *desk.ContactInput // who wrote it, for Customer; nil: the record's contact
	At      time.Time
	Text    string
}

// Ticket is the ticket of the record's conversation.
type Ticket struct {
	Name       string
	Status     desk.StatusInput // in the format's pipeline
	Priority   *desk.Priority
	CreatedAt  time.Time // zero: with the first turn
	ClosedAt   time.Time // for a closed status; zero: with the last turn
	Properties []Property
}

// Property is one custom property of a ticket, with how to define it where it is missing.
type Property struct {
	Key    string
	Label  string
	Type   desk.PropertyType // TEXT, OPTION or OPTIONS
	Values []string          // none: the ticket has no value
}

// settle fills times that are not known, puts the turns in order, and refuses what can't be told.
func (r *Record) settle(now time.Time) error {
	if r.Thread == nil {
		return nil
	}
	turns := r.Thread.Turns
	if len(turns) == 0 {
		return errors.New("the conversation has no messages")
	}
	fillTimes(turns, now)
	slices.SortStableFunc(turns, func(a, b Turn) int { return a.At.Compare(b.At) })
	for _, t := range turns {
		if err := sensible(t.At, now); err != nil {
			return err
		}
	}
	if r.Ticket == nil {
		return nil
	}
	r.Ticket.CreatedAt = latest(r.Ticket.CreatedAt, turns[0].At)
	r.Ticket.ClosedAt = latest(r.Ticket.ClosedAt, turns[len(turns)-1].At, r.Ticket.CreatedAt)
	return cmp.Or(sensible(r.Ticket.CreatedAt, now), sensible(r.Ticket.ClosedAt, now))
}

func fillTimes(turns []Turn, now time.Time) {
	last := now
	if i := slices.IndexFunc(turns, func(t Turn) bool { return !t.At.IsZero() }); i >= 0 {
		last = turns[i].At
	}
	for i := range turns {
		if turns[i].At.IsZero() {
			turns[i].At = last
		}
		last = turns[i].At
	}
}

// sensible refuses times before computers had mail, and after tomorrow.
func sensible(at, now time.Time) error {
	if at.Year() < 1970 || at.After(now.Add(24*time.Hour)) {
		return errors.New("the time " + at.Format(time.RFC3339) + " is not between 1970 and today")
	}
	return nil
}

func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }
