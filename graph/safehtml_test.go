package graph

import (
	"testing"

	"deskwire/desk"
)

func TestSafeHTML(t *testing.T) {
	html := `<p onclick="x()">Hi <b>you</b><script>alert(1)</script><form><input></form><a href="javascript:x">y</a></p>`
	l, m := &loaders{}, &desk.Message{ID: desk.ID{1}, HTML: &html}
	got := l.safeHTML(m)
	if *got != "<p>Hi <b>you</b>y</p>" {
		t.Errorf("got %s", *got)
	}
	if again := l.safeHTML(&desk.Message{ID: m.ID, HTML: &html}); again != got {
		t.Error("it was made a second time")
	}
	if other := l.safeHTML(&desk.Message{ID: desk.ID{2}, HTML: new("x")}); *other != "x" || l.safeHTML(&desk.Message{}) != nil {
		t.Error("another message shows the same, or none some")
	}
}
