package db

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"deskwire/desk"
)

// maxLogPage is how many events one reading of the log gives; one mutation's are never parted.
const maxLogPage = 500

// LogPage reads on from one place of the log up to another one, or to one on the way, and says where it came to.
// It shows what the actor may see. desk.ErrGone as with Missed.
func (r *Reader) LogPage(ctx context.Context, where *EventWhere, after, until desk.Cursor, since time.Time) (events []*desk.Event, at desk.Cursor, err error) {
	if after.Epoch != until.Epoch {
		return nil, at, desk.ErrGone
	}
	cond, err := filterSQL(r.scope(ctx), where)
	if err != nil {
		return nil, at, err
	}
	read := func(limit int, either ...sqlText) ([]*missedRow, error) {
		return rows[missedRow](ctx, r, "SELECT e.* FROM ? AS e ORDER BY e.xid, e.id", logPart(either,
			allOf(sq("e.account_id = ?", r.by.Account.ID), stoodIn(until.Snapshot()), seesEvent(r.by), cond), limit))
	}
	found, err := read(maxLogPage+1, cameAfter(after)...)
	if err != nil {
		return nil, at, err
	}
	if gone, err := dropped(ctx, r, after); err != nil || gone { // looked at afterwards: it may have just been dropped
		return nil, at, cmp.Or(err, desk.ErrGone)
	}
	at = until
	if len(found) > maxLogPage {
		// The last transaction may go on behind the page: it comes whole, in this one or in the next.
		last := found[maxLogPage].Xid
		kept := slices.IndexFunc(found, func(r *missedRow) bool { return r.Xid == last })
		if kept == 0 {
			if found, err = read(math.MaxInt32, sq("e.xid = ?::text::xid8", strconv.FormatUint(last, 10))); err != nil {
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
