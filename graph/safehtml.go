package graph

import (
	"sync"

	"github.com/microcosm-cc/bluemonday"

	"deskwire/desk"
)

// safePolicy is the sanitizer: it lets through what people write in mails, and no script, form or
// handler.
var safePolicy = sync.OnceValue(bluemonday.UGCPolicy)

// safeHTML is made once for each message of a response, however often it is asked for.
func (l *loaders) safeHTML(m *desk.Message) *string {
	if m.HTML == nil {
		return nil
	}
	made, _ := l.safe.LoadOrStore(m.ID, sync.OnceValue(func() *string {
		safe := safePolicy().Sanitize(*m.HTML)
		return &safe
	}))
	return made.(func() *string)()
}
