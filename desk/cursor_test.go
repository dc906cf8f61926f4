package desk

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestCursorIsWrittenAndRead(t *testing.T) {
	for _, s := range []string{"5:5:", "3:9:3,5,8", "730:730:", "9223372036854775807:9223372036854775807:"} {
		c, ok := ParseSnapshot(s)
		if !ok || c.Snapshot() != s {
			t.Errorf("%s came back as %s (%v)", s, c.Snapshot(), ok)
		}
		c.Epoch = "one"
		if back, ok := ParseCursor(c.String()); !ok || back.String() != c.String() || back.Epoch != "one" {
			t.Errorf("the cursor of %s came back as %+v", s, back)
		}
	}
	for _, s := range []string{"", "5", "5:5", "6:5:", "5:9:4", "5:9:9", "5:9:7,6", "5:9:7,7", "a:b:", "-1:5:", "5:5::", "5:9:6,"} {
		if c, ok := ParseSnapshot(s); ok {
			t.Errorf("%q was taken for %+v", s, c)
		}
	}
	for _, s := range []string{"", "💥", "e30", "AAAA"} {
		if c, ok := ParseCursor(s); ok {
			t.Errorf("%q was taken for %+v", s, c)
		}
	}
}

// drawCursors gives two places of one log, the second one later.
func drawCursors(t *rapid.T) (earlier, later Cursor) {
	draw := func(name string, least uint64, done func(uint64) bool) Cursor {
		c := Cursor{Max: rapid.Uint64Range(least, 30).Draw(t, name)}
		for x := range c.Max {
			if !done(x) && rapid.Bool().Draw(t, "open") {
				c.Open = append(c.Open, x)
			}
		}
		return c
	}
	earlier = draw("earlier", 0, func(uint64) bool { return false })
	return earlier, draw("later", earlier.Max, earlier.Has)
}

func TestCursorProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		earlier, later := drawCursors(t)
		if !later.Covers(earlier) {
			t.Fatalf("%s does not cover %s", later.Snapshot(), earlier.Snapshot())
		}
		xid := rapid.Uint64Range(0, 30).Draw(t, "xid")
		at := earlier.UpTo(xid, later)
		if back, ok := ParseSnapshot(at.Snapshot()); !ok || !slices.Equal(back.Open, at.Open) {
			t.Fatalf("%s is no snapshot", at.Snapshot())
		}
		for x := range uint64(32) {
			want := earlier.Has(x) || later.Has(x) && x <= xid
			if at.Has(x) != want {
				t.Fatalf("up to %d between %s and %s is %s: has %d is %v", xid, earlier.Snapshot(), later.Snapshot(), at.Snapshot(), x, at.Has(x))
			}
			if earlier.Covers(later) && later.Has(x) != earlier.Has(x) {
				t.Fatalf("%s claims to cover %s", earlier.Snapshot(), later.Snapshot())
			}
		}
	})
}

func TestCursorLasting(t *testing.T) {
	for _, c := range []struct {
		name, at string
		last     uint64
		want     string
	}{
		{"numbers behind the last one are not known", "20:20:", 14, "15:15:"},
		{"nor are those on their way behind it", "12:20:12,16", 14, "12:15:12"},
		{"the last one of all", "20:20:", 19, "20:20:"},
		{"one that is not visible yet does not count", "18:20:18", 25, "18:20:18"},
		{"an empty log", "12:20:12", 0, "1:1:"},
	} {
		t.Run("log/"+c.name, func(t *testing.T) {
			at, _ := ParseSnapshot(c.at)
			if got := at.Lasting(c.last).Snapshot(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if at.Snapshot() != c.at {
				t.Error("the cursor itself was changed")
			}
		})
	}
}

// FuzzCursor: whatever is sent as a place in the log is read to the end or refused, and what is
// read is written back as the same place.
func FuzzCursor(f *testing.F) {
	for _, seed := range []Cursor{{}, {Epoch: "a/00000001", Max: 9, Open: []uint64{3, 5}}, {Epoch: " ", Max: 1 << 62}} {
		f.Add(seed.String())
	}
	f.Add("💥")
	f.Fuzz(func(t *testing.T, s string) {
		c, ok := ParseCursor(s)
		if !ok {
			return
		}
		if back, ok := ParseCursor(c.String()); !ok || back.String() != c.String() || back.Max != c.Max || !slices.Equal(back.Open, c.Open) {
			t.Errorf("%q is %+v, and came back as %+v (%v)", s, c, back, ok)
		}
	})
}
