package live

import (
	"context"

	"deskwire/desk"
)

// LogReader reads the log once: all that it gained since the cursor, of all accounts. The zero
// cursor is now, which gives a cursor and no events. An error of type *desk.Error refuses the
// cursor for good.
type LogReader func(ctx context.Context, cursor desk.Cursor) (desk.Batch, error)

// LogTail follows the log from a cursor (the zero one is now) until ctx ends: it calls take for
// each batch, in order, also for those without events, and with each event once. A wake-up makes it
// read at once; without one it polls.
type LogTail func(ctx context.Context, from desk.Cursor, wake <-chan struct{}, take func(desk.Batch)) error
