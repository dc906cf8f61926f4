package read

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"deskwire/db/eventlog"
	"deskwire/db/pg"
	"deskwire/desk"
)

// maxLogPage is how many events one reading of the log gives; one mutation's are never parted.
const maxLogPage = 500

// LogPage reads on from one position in the log up to another one, or to one on the way, and says
// where it came to. It shows what the actor may see. desk.ErrGone as with Missed.
func (r *Reader) LogPage(ctx context.Context, where *EventWhere, after, until desk.Cursor, since time.Time) (events []*desk.Event, at desk.Cursor, err error) {
	if after.Epoch != until.Epoch {
		return nil, at, desk.ErrGone
	}
	cond, err := FilterSQL(r.FilterScope(ctx), where)
	if err != nil {
		return nil, at, err
	}
	read := func(limit int, either ...pg.Fragment) ([]*eventlog.LoggedRow, error) {
		return pg.Query[eventlog.LoggedRow](ctx, r, "SELECT e.* FROM ? AS e ORDER BY e.xid, e.id", eventlog.FirstEvents(either,
			pg.AllOf(pg.SQL("e.account_id = ?", r.actor.Account.ID), eventlog.VisibleAt(until.Snapshot()), seesEvent(r.actor), cond), limit))
	}
	found, err := read(maxLogPage+1, eventlog.RecordedAfter(after)...)
	if err != nil {
		return nil, at, err
	}
	if gone, err := eventlog.IsDropped(ctx, r, after); err != nil || gone { // looked at afterwards: it may have just been dropped
		return nil, at, cmp.Or(err, desk.ErrGone)
	}
	at = until
	if len(found) > maxLogPage {
		// The last transaction may go on behind the page: it comes whole, in this one or in the
		// next.
		last := found[maxLogPage].Xid
		kept := slices.IndexFunc(found, func(r *eventlog.LoggedRow) bool { return r.Xid == last })
		if kept == 0 {
			if found, err = read(math.MaxInt32, pg.SQL("e.xid = ?::text::xid8", strconv.FormatUint(last, 10))); err != nil {
				return nil, at, err
			}
		} else {
			found = found[:kept]
			last = found[kept-1].Xid
		}
		at = after.UpTo(last, until)
	}
	for _, r := range found {
		if r.RecordedAt.Before(since) {
			return nil, at, desk.ErrGone
		}
		r.Event.Xid = r.Xid
		events = append(events, &r.Event)
	}
	return events, at, nil
}
