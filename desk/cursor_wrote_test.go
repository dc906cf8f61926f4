package desk

import "testing"

// What somebody has written travels with their cursor, and is no part of the place.
func TestCursor_wrote(t *testing.T) {
	before := Cursor{Epoch: "e", Max: 10, Open: []uint64{8}}
	mine := before
	mine.Wrote = 12
	read, ok := ParseCursor(mine.String())
	if !ok || read.Wrote != 12 || read.Snapshot() != before.Snapshot() {
		t.Fatalf("%+v, %v", read, ok)
	}
	for _, c := range []struct {
		at    Cursor
		shows bool
	}{
		{before, false},
		{Cursor{Epoch: "e", Max: 13, Open: []uint64{12}}, false},
		{Cursor{Epoch: "e", Max: 13}, true},
		{Cursor{Epoch: "e", Max: 13, Open: []uint64{11}}, true},
		{Cursor{Epoch: "f", Max: 13}, false},
	} {
		if c.at.Shows(mine) != c.shows {
			t.Errorf("what is read at %v shows it: %v", c.at, !c.shows)
		}
	}
	for _, bad := range []string{"e 10:10: ", "e 10:10: 0", "e 10:10: x", "e 10:10: 5 5"} {
		if _, ok := ParseCursor(encodeCursor(bad)); ok {
			t.Errorf("%q is taken for a cursor", bad)
		}
	}
}
