package desk

import (
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Cursor is a position in the log of events: a snapshot, which says the transactions that are
// visible there. Transactions get their numbers before they commit, so a number alone is no
// position.
type Cursor struct {
	Epoch string   // of the database; numbers of another epoch mean something else
	Max   uint64   // transactions from here on are not visible
	Open  []uint64 // nor are these below Max, in ascending order: they were still running
	Wrote uint64   // a later transaction, written by whoever has the cursor; 0 for none. It is no part of the position
	// Minute, since 1970, is the one from which "3d ago" was counted by whoever has the cursor; 0
	// where nobody knows. It is no part of the position either.
	Minute int64
}

// minuteSign stands in front of a cursor's minute.
const minuteSign = " @"

// MinuteOf is the minute of a moment, as cursors have it.
func MinuteOf(at time.Time) int64 { return at.Unix() / 60 }

// maxCursor bounds what is taken for a cursor, in bytes.
const maxCursor = 8 << 10

// ParseCursor reads what String wrote. Whether the epoch is the present one, the database knows.
func ParseCursor(s string) (c Cursor, ok bool) {
	if len(s) > maxCursor {
		return c, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return c, false
	}
	text, minute, timed := strings.Cut(string(raw), minuteSign)
	epoch, snapshot, _ := strings.Cut(text, " ")
	snapshot, wrote, written := strings.Cut(snapshot, " ")
	c, ok = ParseSnapshot(snapshot)
	if c.Epoch = epoch; ok && written {
		c.Wrote, err = strconv.ParseUint(wrote, 10, 63)
		ok = err == nil && c.Wrote > 0
	}
	if ok && timed {
		c.Minute, err = strconv.ParseInt(minute, 10, 63)
		ok = err == nil && c.Minute > 0
	}
	return c, ok
}

// ParseSnapshot reads the text of a pg_snapshot: xmin:xmax:xip,xip,…
func ParseSnapshot(s string) (c Cursor, ok bool) {
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return c, false
	}
	lowest, err := strconv.ParseUint(parts[0], 10, 63)
	if err != nil {
		return c, false
	}
	if c.Max, err = strconv.ParseUint(parts[1], 10, 63); err != nil || c.Max < lowest {
		return c, false
	}
	if parts[2] == "" {
		return c, true
	}
	for _, p := range strings.Split(parts[2], ",") {
		x, err := strconv.ParseUint(p, 10, 63)
		if err != nil || x < lowest || x >= c.Max || len(c.Open) > 0 && x <= c.Open[len(c.Open)-1] {
			return c, false
		}
		c.Open = append(c.Open, x)
	}
	return c, true
}

// String is the cursor as clients see it, opaque to them.
func (c Cursor) String() string {
	text := c.Epoch + " " + c.Snapshot()
	if c.Wrote > 0 {
		text += " " + strconv.FormatUint(c.Wrote, 10)
	}
	if c.Minute > 0 {
		text += minuteSign + strconv.FormatInt(c.Minute, 10)
	}
	return encodeCursor(text)
}

func encodeCursor(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// Snapshot is the cursor as Postgres writes it.
func (c Cursor) Snapshot() string {
	lowest := c.Max
	if len(c.Open) > 0 {
		lowest = c.Open[0]
	}
	b := strconv.AppendUint(nil, lowest, 10)
	b = strconv.AppendUint(append(b, ':'), c.Max, 10)
	sep := byte(':')
	for _, x := range c.Open {
		b = strconv.AppendUint(append(b, sep), x, 10)
		sep = ','
	}
	if len(c.Open) == 0 {
		b = append(b, ':')
	}
	return string(b)
}

// Lasting is the cursor for clients and readers to keep, when last is the greatest transaction of
// the log that is visible here. A transaction that told nothing, as one that was rolled back, may
// leave no trace on the disk: after a crash its number is given again, to one that tells something.
// So only numbers below one that will not be given again count as known.
func (c Cursor) Lasting(last uint64) Cursor {
	c.Max = min(c.Max, last+1)
	open, _ := slices.BinarySearch(c.Open, c.Max)
	c.Open = c.Open[:open:open]
	return c
}

// Has says whether the transaction is visible at the cursor.
func (c Cursor) Has(xid uint64) bool {
	if xid >= c.Max {
		return false
	}
	_, open := slices.BinarySearch(c.Open, xid)
	return !open
}

// Covers says whether all that is visible at the other cursor is visible at this one, too.
func (c Cursor) Covers(other Cursor) bool {
	if c.Epoch != other.Epoch || other.Max > c.Max {
		// What is between c.Max and other.Max and open there would still be covered; saying no
		// costs a reading.
		return false
	}
	for _, x := range c.Open {
		if other.Has(x) {
			return false
		}
	}
	return true
}

// Equal says whether the two are the same cursor. Two that are not may show the same all the same.
func (c Cursor) Equal(other Cursor) bool {
	return c.Epoch == other.Epoch && c.Max == other.Max && c.Wrote == other.Wrote && slices.Equal(c.Open, other.Open)
}

// IsZero says whether there is no cursor.
func (c Cursor) IsZero() bool { return c.Equal(Cursor{}) }

// Shows says whether what is read at c shows all that who has the other cursor knows of.
func (c Cursor) Shows(known Cursor) bool {
	return c.Covers(known) && (known.Wrote == 0 || c.Has(known.Wrote))
}

// UpTo is the position on the way from c to a later one at which all transactions up to xid of the
// later one are visible, and nothing else that is new.
func (c Cursor) UpTo(xid uint64, later Cursor) Cursor {
	at := Cursor{Epoch: c.Epoch, Max: max(c.Max, min(xid+1, later.Max))}
	for _, x := range later.Open {
		if x < at.Max {
			at.Open = append(at.Open, x)
		}
	}
	// What c missed and comes after xid is still missed.
	for _, x := range c.Open {
		if x > xid && later.Has(x) {
			at.Open = append(at.Open, x)
		}
	}
	slices.Sort(at.Open)
	at.Open = slices.Compact(at.Open)
	return at
}

// ErrGone says that the events after a cursor are not told any more: they are too long ago, too
// many, or the cursor is of another log.
var ErrGone = errors.New("desk: what came after this place in the log is not told any more")

// Batch is what the log gained between two readings, in the order of the log; often nothing,
// or nothing but that other transactions have ended.
type Batch struct {
	Before Cursor // of the reading before
	Cursor Cursor // of this reading
	Events []*Event
	Anew   bool      // the log is another one than before: what was between them can't be known
	Asked  time.Time // when this reading began, by the reader's clock; zero where that is another server's
}
