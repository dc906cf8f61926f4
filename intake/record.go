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

// Record is what one line of a file holds: a contact, their conversation, and its ticket if there
// was one.
type Record struct {
	Line    int // in the file, from 1
	Contact desk.ContactInput
	Thread  *Thread // nil: the contact is all
	Ticket  *Ticket
}

// Thread is a conversation. Its key and those of its utterances tell a second run what is there
// already, so they must be the file's own, and say which format they are of.
type Thread struct {
	Key        string
	Subject    string
	Utterances []Utterance
}

// Speaker says who wrote an utterance.
type Speaker int

// The speakers of a conversation.
const (
	Customer Speaker = iota
	Agent
	Note // an agent, and the contact never saw it
)

// Utterance is one message. A zero time is unknown: it becomes that of the utterance before.
type Utterance struct {
	Key     string
	Speaker Speaker
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
	CreatedAt  time.Time // zero: with the first utterance
	ClosedAt   time.Time // for a closed status; zero: with the last utterance
	Properties []Property
}

// Property is one custom property of a ticket, with how to define it where it is missing.
type Property struct {
	Key    string
	Label  string
	Type   desk.PropertyType // TEXT, OPTION or OPTIONS
	Values []string          // none: the ticket has no value
}

// completeTimes fills in unknown times, sorts the utterances by time, and refuses what can't be
// imported.
func (r *Record) completeTimes(now time.Time) error {
	if r.Thread == nil {
		return nil
	}
	utterances := r.Thread.Utterances
	if len(utterances) == 0 {
		return errors.New("the conversation has no messages")
	}
	fillUnknownTimes(utterances, now)
	slices.SortStableFunc(utterances, func(a, b Utterance) int { return a.At.Compare(b.At) })
	for _, t := range utterances {
		if err := checkTime(t.At, now); err != nil {
			return err
		}
	}
	if r.Ticket == nil {
		return nil
	}
	r.Ticket.CreatedAt = latestOf(r.Ticket.CreatedAt, utterances[0].At)
	r.Ticket.ClosedAt = latestOf(r.Ticket.ClosedAt, utterances[len(utterances)-1].At, r.Ticket.CreatedAt)
	return cmp.Or(checkTime(r.Ticket.CreatedAt, now), checkTime(r.Ticket.ClosedAt, now))
}

func fillUnknownTimes(utterances []Utterance, now time.Time) {
	last := now
	if i := slices.IndexFunc(utterances, func(t Utterance) bool { return !t.At.IsZero() }); i >= 0 {
		last = utterances[i].At
	}
	for i := range utterances {
		if utterances[i].At.IsZero() {
			utterances[i].At = last
		}
		last = utterances[i].At
	}
}

// checkTime refuses times before 1970 and after tomorrow.
func checkTime(at, now time.Time) error {
	if at.Year() < 1970 || at.After(now.Add(24*time.Hour)) {
		return errors.New("the time " + at.Format(time.RFC3339) + " is not between 1970 and today")
	}
	return nil
}

func latestOf(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }
