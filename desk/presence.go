package desk

import "time"

// PresenceTTL is how long a sign of life is good for.
const PresenceTTL = 15 * time.Second

// PresenceState says what an agent is doing at a conversation.
type PresenceState string

// The states. Typing says more than viewing.
const (
	PresenceViewing       PresenceState = "VIEWING"
	PresenceTypingReply   PresenceState = "TYPING_REPLY"
	PresenceTypingComment PresenceState = "TYPING_COMMENT"
)

// Typing says whether the agent is writing something.
func (s PresenceState) Typing() bool { return s == PresenceTypingReply || s == PresenceTypingComment }
