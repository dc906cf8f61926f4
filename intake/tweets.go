package intake

import (
	"errors"
	"fmt"
	"time"

	"deskwire/desk"
)

// tweets are support conversations on Twitter, as in IBM/twitter-customer-care-document-prediction.
var tweets = Format{
	Name:  "tweets",
	About: "conversations with a company's support, one JSON object a line: id, started, duration, turns[{id, role, author, at, text}]",
	Read:  jsonLines(tweetRecord),
}

type tweetLine struct {
	ID       string
	Started  string
	Duration string
	Turns    []struct {
		ID, Role, Author, Text string
		At                     *string
	}
}

func tweetRecord(l *tweetLine) (*Record, error) {
	if l.ID == "" {
		return nil, errors.New("id is missing")
	}
	// A tweet may be part of two conversations, so its own id is not enough of a key.
	thread := &Thread{Key: "tweets:" + l.ID}
	rec := &Record{Thread: thread}
	for i, t := range l.Turns {
		utterance := Utterance{Key: thread.Key + ":" + t.ID, Text: t.Text, Author: t.Author}
		who := foreignContact("twitter", t.Author)
		var err error
		if t.ID == "" || t.Author == "" {
			return nil, fmt.Errorf("turn %d: id or author is missing", i+1)
		}
		if utterance.At, err = l.sentAt(t.At); err != nil {
			return nil, fmt.Errorf("turn %d: %w", i+1, err)
		}
		switch t.Role {
		case "customer", "third_party":
			utterance.Contact = &who
		case "agent":
			utterance.Speaker = Agent
		default:
			return nil, fmt.Errorf("turn %d: the role %q is not customer, agent or third_party", i+1, t.Role)
		}
		if t.Role == "customer" && rec.Contact.ExternalID == nil {
			rec.Contact = who
		}
		thread.Utterances = append(thread.Utterances, utterance)
	}
	return rec, nil
}

// sentAt reads a utterance's own time. The agent's last answer has none: it ended the conversation,
// so it came when that had lasted as long as it did.
func (l *tweetLine) sentAt(at *string) (time.Time, error) {
	if at != nil {
		return time.Parse(time.RFC3339, *at)
	}
	start, err := time.Parse(time.RFC3339, l.Started)
	if err != nil {
		return start, fmt.Errorf("started: %w", err)
	}
	var h, m int
	var s float64
	if _, err := fmt.Sscanf(l.Duration, "%d:%d:%f", &h, &m, &s); err != nil {
		return start, fmt.Errorf("duration %q is not written as 01:26:55.0", l.Duration)
	}
	return start.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s*float64(time.Second))), nil
}

// foreignContact is a contact known by a name in another system.
func foreignContact(system, name string) desk.ContactInput {
	id := system + ":" + name
	return desk.ContactInput{ExternalID: &id, Name: &name}
}
