package graph

import (
	"context"
	"sync"

	"deskwire/desk"
	"deskwire/mailhtml"
)

// safeHTML is the form of a message's HTML that a page may show. It is kept beside the message. Of
// a message from before there was one, or that another version of the server has written, it is
// made here, once for a response, however often it is asked for.
func (l *loaders) safeHTML(ctx context.Context, m *desk.Message) (*string, error) {
	if keepsSafeHTML(m) {
		return m.SafeHTML, nil
	}
	source := m.HTML
	if source == nil {
		var err error
		source, err = loadRelated(ctx, l.messageHTML, m, func(m *desk.Message) (desk.ID, bool) { return m.ID, !keepsSafeHTML(m) })
		if source == nil || err != nil {
			return nil, err
		}
	}
	made, _ := l.safe.LoadOrStore(m.ID, sync.OnceValue(func() *string { return new(mailhtml.Safe(*source)) }))
	return made.(func() *string)(), nil
}

func keepsSafeHTML(m *desk.Message) bool {
	return m.SafeHTMLVersion != nil && *m.SafeHTMLVersion == mailhtml.SafeVersion
}
