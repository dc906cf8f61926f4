package server

import (
	"fmt"
	"slices"
	"testing"
)

// TestGuestList: the oldest one goes, of an address that has too many, or of all.
func TestGuestList(t *testing.T) {
	t.Parallel()
	l, gone := newGuestList(5, 3), []string{}
	add := func(address string) *guest {
		name := fmt.Sprint(address, l.count())
		return l.add(address, func() { gone = append(gone, name) })
	}
	first := add("a") // a0
	add("a")          // a1
	add("a")          // a2
	l.remove(first)
	l.remove(first)
	add("a") // a2 again
	if len(gone) > 0 {
		t.Fatalf("%v had to go while there was room", gone)
	}
	add("a")              // a3: one too many of its address
	add("b")              // b3
	add("c")              // c4
	last := add("b")      // b5: one too many
	for range 2 * 5 * 2 { // one address alone
		last = add("d")
	}
	if want := []string{"a1", "a2", "a2"}; len(gone) < 3 || !slices.Equal(gone[:3], want) || l.count() != 5 || len(l.byAddress["d"].Front().Value.(*guest).address) != 1 {
		t.Errorf("%v went, and %d are there", gone, l.count())
	}
	if n := l.byAddress["d"].Len(); n != 3 {
		t.Errorf("%d of one address are there", n)
	}
	l.remove(last)
	if l.count() != 4 {
		t.Errorf("%d are there when one has left", l.count())
	}
	one := newGuestList(1, 1)
	for range 3 {
		one.add("x", func() {})
	}
	if one.count() != 1 || len(one.byAddress) != 1 {
		t.Error("a list of one has more")
	}
}
