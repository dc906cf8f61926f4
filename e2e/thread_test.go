package e2e

import (
	"fmt"
	"testing"
	"time"

	"deskwire/desk"
)

// After a restore one thread may have two conversations: a message goes to the newest open one,
// else to the newest.
func TestThreadOfTwoConversations(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))
	_, channel := a.createInbox(t, "Support", nil)
	n := 0
	next := func() string {
		n++
		return a.admin.must(t, "messageReceive", "conversation { id }", vars{"channelId": channel, "externalId": fmt.Sprint("x", n),
			"threadKey": "thread", "contact": vars{"email": "a@contact.test"}, "text": "Hello"}).str("conversation.id")
	}
	older := next()
	a.admin.must(t, "conversationTrash", "", vars{"conversationId": older})
	newer := next()
	if newer == older {
		t.Fatal("the message went into the trash")
	}
	a.admin.must(t, "conversationRestore", "", vars{"conversationId": older})
	for _, step := range []struct{ name, mutation, conversation, goesTo string }{
		{"both are open", "conversationReopen", newer, newer},
		{"the newer one is closed", "conversationClose", newer, older},
		{"both are closed", "conversationClose", older, newer},
		{"which has reopened the newer one", "conversationReopen", newer, newer},
		{"the older one is open, too", "conversationReopen", older, newer},
		{"the newer one is in the trash", "conversationTrash", newer, older},
		{"the older one is closed", "conversationClose", older, older},
		{"the newer one is back", "conversationRestore", newer, newer},
	} {
		a.admin.must(t, step.mutation, "", vars{"conversationId": step.conversation})
		if got := next(); got != step.goesTo {
			t.Errorf("%s: the message went to the wrong one of the two", step.name)
		}
	}
}
