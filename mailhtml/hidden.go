package mailhtml

import (
	"math"
	"strings"

	"golang.org/x/net/html/atom"
)

// box is how an element takes part in the layout, as far as it decides which properties count.
type box uint8

const (
	inlineBox box = iota // in a line of text
	blockBox             // with a size of its own
	tableBox             // as large as its cells need
	partBox              // a part of a table
)

// boxOf is the box of an element. In a container that arranges its children there is no inline one.
func (s *style) boxOf(tag atom.Atom, arranged bool) box {
	b := inlineBox
	switch word := s[display]; {
	case word == "" || strings.HasPrefix(word, "revert"):
		b = defaultBox(tag)
	case word == "table-caption":
		b = blockBox
	case strings.HasPrefix(word, "table-"):
		b = partBox
	case strings.HasSuffix(word, "table"):
		b = tableBox
	case strings.HasPrefix(word, "inline-") || s.arranges() || word == "block" || word == "flow-root" || word == "list-item":
		b = blockBox
	}
	floats := s[float] == "left" || s[float] == "right"
	if b == inlineBox && s[display] != "contents" && (floats || arranged || s.isLifted()) {
		b = blockBox
	}
	return b
}

// arranges says whether it is a container of flexible boxes or of a grid.
func (s *style) arranges() bool {
	return strings.HasSuffix(s[display], "flex") || strings.HasSuffix(s[display], "grid") || strings.HasSuffix(s[display], "box")
}

// isLifted says whether it stands in no line, and may lie over anything.
func (s *style) isLifted() bool { return s[position] == "absolute" || s[position] == "fixed" }

func defaultBox(tag atom.Atom) box {
	switch tag {
	case atom.Table:
		return tableBox
	case atom.Td, atom.Th, atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot, atom.Colgroup:
		return partBox
	case atom.Button, atom.Select, atom.Textarea, atom.Marquee, atom.Caption, atom.Legend, atom.Option, atom.Optgroup, atom.Html, atom.Body,
		atom.Listing, atom.Xmp, atom.Plaintext, atom.Hgroup:
		return blockBox
	}
	if endsParagraph(tag) {
		return blockBox
	}
	return inlineBox
}

// hides says whether an element of these styles is not seen, with all that is in it.
func (s *style) hides(tag atom.Atom, a *attributes, b box) bool {
	if s[display] == "none" {
		return true
	}
	if shown := s[display] != "" && !strings.HasPrefix(s[display], "revert"); !shown && a.hides(tag) {
		return true
	}
	if b != inlineBox && (s[contentVisibility] == "hidden" || s[contentVisibility] == "" && a.untilFound) {
		return true
	}
	return s.standsOutside(b) || s.isClipped() || b != inlineBox && s.isTurnedAway()
}

// neverShown are elements that show what is in them to nobody, or only where what they are for does
// not work.
func neverShown(tag atom.Atom) bool {
	switch tag {
	case atom.Template, atom.Canvas, atom.Video, atom.Audio, atom.Progress, atom.Meter:
		return true
	}
	return false
}

// opacity is how much of the element is seen, 0 to 1.
func (s *style) opacity() float64 {
	all := 1.0
	if l := parseLength(s[opacity]); l.ok {
		all = l.fraction()
	}
	functions, _ := cssFunctions(s[filter])
	for _, f := range functions {
		if f.name == "opacity" && len(f.arguments) == 1 {
			if l := parseLength(f.arguments[0]); l.ok {
				all *= l.fraction()
			}
		}
	}
	return min(max(all, 0), 1)
}

// cutsOff says whether the box has no room for a text, and what does not fit is not shown.
func (s *style) cutsOff(b box) bool {
	if b != blockBox {
		return false
	}
	cuts := func(p, other property) bool {
		return s[p] != "" && s[p] != "visible" && !isWide(s[p]) || s[other] == "hidden" || s[other] == "auto" || s[other] == "scroll"
	}
	none := func(p property, fractions bool) bool {
		l := parseLength(s[p])
		return l.ok && l.pixels() <= 1 && (fractions || l.unit != "%") // a part of a height that is not said is no height
	}
	little := func(p property) bool {
		l := parseLength(s[p])
		return s[p] == "" || isWide(s[p]) || s[p] == "auto" || l.ok && l.pixels() <= 5
	}
	flat := (none(height, false) || none(maxHeight, false)) && little(minHeight) && little(paddingBottom)
	thin := (none(width, true) || none(maxWidth, true)) && little(minWidth) && little(paddingRight)
	return flat && cuts(overflowY, overflowX) || thin && cuts(overflowX, overflowY)
}

// standsOutside says whether it is moved off the screen.
func (s *style) standsOutside(b box) bool {
	at := func(p property) length { return parseLength(s[p]) }
	if s[position] != "" && s[position] != "static" && !isWide(s[position]) {
		if at(left).isFarBack() || at(left).isFarOut() || at(top).isFarBack() {
			return true
		}
		if s[left] == "" && at(right).isFarOut() || s[top] == "" && at(bottom).isFarOut() {
			return true
		}
	}
	if b == partBox {
		return false
	}
	// Who centres a wide box begins in the middle and goes back by half of its width.
	centred := s[left] != "" && !isWide(s[left]) && s[left] != "auto" && parseLength(s[left]).n != 0
	return !centred && (at(marginLeft).isFarBack() || at(marginLeft).isFarOut()) || b != inlineBox && at(marginTop).isFarBack()
}

// isTurnedAway says whether a transformation leaves nothing to see.
func (s *style) isTurnedAway() bool {
	for i, part := range splitCSS(s[scale], blanks) {
		if i < 2 && isZero(part) {
			return true
		}
	}
	var across, down float64
	move := func(i int, part string) {
		l := parseLength(part)
		if l.unit == "%" {
			l = length{l.n * 4, "px", l.ok} // of its own size
		}
		if across += l.pixels(); i == 1 {
			across, down = across-l.pixels(), down+l.pixels()
		}
	}
	for i, part := range splitCSS(s[translate], blanks) {
		if i < 2 {
			move(i, part)
		}
	}
	functions, _ := cssFunctions(s[transform])
	for _, f := range functions {
		if f.leavesNothing() {
			return true
		}
		f.eachMove(move)
	}
	return across <= -offScreen || across >= farOut || down <= -offScreen
}

// leavesNothing says whether it makes what it is for a line or a point.
func (f *cssFunction) leavesNothing() bool {
	switch f.name {
	case "scale", "scale3d":
		return isZero(f.arguments[0]) || len(f.arguments) > 1 && isZero(f.arguments[1])
	case "scalex", "scaley":
		return isZero(f.arguments[0])
	case "rotatex", "rotatey":
		l := parseLength(f.arguments[0])
		return l.ok && math.Abs(math.Cos(l.pixels()*math.Pi/180)) < 0.05
	case "matrix":
		if len(f.arguments) == 6 {
			var m [4]length
			for i := range m {
				m[i] = parseLength(f.arguments[i])
			}
			return m[0].ok && m[3].ok && math.Abs(m[0].n*m[3].n-m[1].n*m[2].n) < 0.002
		}
	}
	return false
}

// eachMove gives how far it moves to the right, as 0, and down, as 1.
func (f *cssFunction) eachMove(move func(i int, part string)) {
	switch f.name {
	case "translate", "translate3d":
		for i, part := range f.arguments {
			if i < 2 {
				move(i, part)
			}
		}
	case "translatex":
		move(0, f.arguments[0])
	case "translatey":
		move(1, f.arguments[0])
	case "matrix":
		if len(f.arguments) == 6 {
			move(0, f.arguments[4])
			move(1, f.arguments[5])
		}
	}
}

// isClipped says whether it is cut to nothing.
func (s *style) isClipped() bool {
	if clips, _ := cssFunctions(s[clip]); s.isLifted() && len(clips) == 1 && len(clips[0].arguments) == 4 {
		var edges [4]length // top, right, bottom, left
		known := true
		for i, part := range clips[0].arguments {
			edges[i] = parseLength(part)
			known = known && edges[i].ok
		}
		if known && (edges[2].pixels() <= edges[0].pixels() || edges[1].pixels() <= edges[3].pixels()) {
			return true
		}
	}
	paths, _ := cssFunctions(s[clipPath])
	return len(paths) > 0 && paths[0].isEmptyShape()
}

// isEmptyShape says whether nothing is in a shape.
func (f *cssFunction) isEmptyShape() bool {
	switch f.name {
	case "circle", "ellipse":
		return isZero(f.arguments[0]) || f.name == "ellipse" && len(f.arguments) > 1 && isZero(f.arguments[1])
	case "xywh":
		return len(f.arguments) >= 4 && (isZero(f.arguments[2]) || isZero(f.arguments[3]))
	case "inset":
		values, ok := sides(4, 0, 1, 2, 3)(strings.Join(beforeWord(f.arguments, "round"), " "))
		if !ok {
			return false
		}
		cut := func(a, b string) bool {
			l, o := parseLength(a), parseLength(b)
			return l.ok && o.ok && (l.unit == "%" && o.unit == "%" && l.n+o.n >= 100 || l.isFarOut() || o.isFarOut())
		}
		return cut(values[0], values[2]) || cut(values[1], values[3])
	case "polygon":
		return isFlat(f.arguments)
	}
	return false
}

func beforeWord(parts []string, word string) []string {
	for i, part := range parts {
		if part == word {
			return parts[:i]
		}
	}
	return parts
}

// isFlat says whether points have all the same distance from the left, or from the top.
func isFlat(points []string) bool {
	if len(points) > 0 && (points[0] == "nonzero" || points[0] == "evenodd") {
		points = points[1:]
	}
	if len(points) < 2 || len(points)%2 != 0 {
		return false
	}
	flat := [2]bool{true, true}
	for i, part := range points {
		a, first := parseLength(part), parseLength(points[i%2])
		same := a.ok && first.ok && a.n == first.n && (a.n == 0 || a.unit == first.unit)
		flat[i%2] = flat[i%2] && same
	}
	return flat[0] || flat[1]
}
