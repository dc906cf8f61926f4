package intake

import (
	"errors"
	"fmt"
	"strings"

	"deskwire/desk"
)

// abcd are the chats of a shop, as in asappresearch/abcd. They have no times; what the agent did
// beside talking becomes comments.
var abcd = Format{
	Name:  "abcd",
	About: "chats of a shop, one JSON object a line: id, scenario{personal, flow, subflow}, turns[{role, text}]; no times",
	Read:  jsonLines(chatRecord),
}

type chatLine struct {
	ID       int
	Scenario struct {
		Personal struct {
			Name  string `json:"customer_name"`
			User  string `json:"username"`
			Email string
			Phone string
		}
		Flow, Subflow string
	}
	Turns []struct{ Role, Text string }
}

var chatRoles = map[string]Speaker{"customer": Customer, "agent": Agent, "action": Note}

func chatRecord(l *chatLine) (*Record, error) {
	who := l.Scenario.Personal
	if l.ID == 0 {
		return nil, errors.New("id is missing")
	}
	thread := &Thread{
		Key:     fmt.Sprint("abcd:", l.ID),
		Subject: strings.ReplaceAll(l.Scenario.Flow+": "+l.Scenario.Subflow, "_", " "),
	}
	for i, t := range l.Turns {
		from, ok := chatRoles[t.Role]
		if !ok {
			return nil, fmt.Errorf("turn %d: the role %q is not customer, agent or action", i+1, t.Role)
		}
		thread.Utterances = append(thread.Utterances, Utterance{
			Key: fmt.Sprint(thread.Key, ":", i), Speaker: from, Author: "abcd-agent", Text: t.Text,
		})
	}
	contact := desk.ContactInput{Name: &who.Name, Email: &who.Email, Phone: &who.Phone}
	if who.User != "" {
		contact.ExternalID = foreignContact("abcd", who.User).ExternalID
	}
	return &Record{Contact: contact, Thread: thread}, nil
}
