package desk

import "testing"

// Who owns what is made, when the call says so and when it does not.
func TestOwnerInput(t *testing.T) {
	w := newWorld()
	ben, cleo, rio, gone := w.agents["ben"], w.agents["cleo"], w.agents["rio"], w.agents["gone"]
	said := func(a *Agent) OwnerInput { return OwnerInput{Set: true, ID: ownerID(a)} }
	c := w.conversation("c", "open @cleo")
	for _, p := range []struct {
		name      string
		got, want *ID
	}{
		{"a conversation is who starts it's", OwnerInput{}.OfConversation(w.actor("ben")), &ben.ID},
		{"a conversation that the server starts is nobody's", OwnerInput{}.OfConversation(w.actor("server")), nil},
		{"a conversation is somebody else's when the call says so", said(cleo).OfConversation(w.actor("ben")), &cleo.ID},
		{"a conversation is nobody's when the call says so", said(nil).OfConversation(w.actor("ben")), nil},
		{"a ticket is the conversation's owner's", OwnerInput{}.OfTicket(c), &cleo.ID},
		{"a ticket on a conversation that is nobody's", OwnerInput{}.OfTicket(w.conversation("d", "open")), nil},
		{"a ticket is somebody else's when the call says so", said(ben).OfTicket(c), &ben.ID},
		{"a ticket is nobody's when the call says so", said(nil).OfTicket(c), nil},
	} {
		if (p.got == nil) != (p.want == nil) || p.got != nil && *p.got != *p.want {
			t.Errorf("R4/%s: it is %v's", p.name, p.got)
		}
	}
	for _, p := range []struct {
		name      string
		in        OwnerInput
		was, left *Agent
	}{
		{"who is active inherits", OwnerInput{}, ben, ben},
		{"who has left inherits nothing", OwnerInput{}, gone, nil},
		{"who may only read inherits nothing", OwnerInput{}, rio, nil},
		{"who was named is left to the rule", said(gone), gone, gone},
		{"nobody", OwnerInput{}, nil, nil},
	} {
		if got := p.in.Fit(p.was); got != p.left {
			t.Errorf("R4/%s: %v", p.name, got)
		}
	}
}
