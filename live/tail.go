package live

import (
	"context"

	"deskwire/desk"
)

// Batch is what the log gained between two readings.
type Batch struct {
	Before string        // the cursor of the reading before
	Cursor string        // where the log stood at this reading
	Events []*desk.Event // in the order of commits
}

// Read reads the log once: all that it gained since the cursor, of all accounts. The cursor "" is
// now, which gives a cursor and no events. An error of type *desk.Error refuses the cursor for
// good.
type LogReader func(ctx context.Context, cursor string) (Batch, error)

// Tail follows the log from a cursor ("" is now) until ctx ends: it calls take for each batch, in
// order, also for those without events, and with each event once. A wake makes it look at once;
// without one it looks by itself.
type LogTail func(ctx context.Context, from string, wake <-chan struct{}, take func(Batch)) error
