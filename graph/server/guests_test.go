package server

import (
	"fmt"
	"slices"
	"testing"
)

func silent() bool { return false }

// TestGuestList_waiting: who has said something stays, however many come behind; where too many
// wait a new one goes.
func TestGuestList_waiting(t *testing.T) {
	t.Parallel()
	l := newGuestList(6, 2)
	heard, gone := map[string]bool{}, []string{}
	add := func(name string) *guest {
		return l.add(name[:1], func() bool { return heard[name] }, func() { gone = append(gone, name) })
	}
	var waiting []*guest
	for i := range 8 { // four times as many of an address as may be silent
		name := fmt.Sprint("a", i)
		heard[name] = true
		waiting = append(waiting, add(name))
	}
	add("a8")
	if len(gone) > 0 {
		t.Fatalf("%v had to go", gone)
	}
	add("a9") // all eight wait now
	l.remove(waiting[0])
	l.remove(waiting[0])
	add("a10")
	add("a11") // a8 is the oldest silent one
	for _, address := range "bcdefghi" {
		for i := range 4 {
			name := fmt.Sprintf("%c%d", address, i)
			heard[name] = true
			add(name)
		}
	}
	if want := []string{"a9", "a8"}; len(gone) < 3 || !slices.Equal(gone[:2], want) {
		t.Errorf("%v had to go, and not %v first", gone, want)
	}
	if n := l.count(); n > 2*6+6 {
		t.Errorf("%d are there", n)
	}
	for _, name := range gone[2:] {
		if name < "c" && heard[name] {
			t.Errorf("%s had to go, which had said something, for one that came later", name)
		}
	}
}

// TestGuestList: the oldest one goes, of an address that has too many, or of all.
func TestGuestList(t *testing.T) {
	t.Parallel()
	l, gone := newGuestList(5, 3), []string{}
	add := func(address string) *guest {
		name := fmt.Sprint(address, l.count())
		return l.add(address, silent, func() { gone = append(gone, name) })
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
		one.add("x", silent, func() {})
	}
	if one.count() != 1 || len(one.byAddress) != 1 {
		t.Error("a list of one has more")
	}
}
