package mailhtml

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// appearance is how text is seen that stands in an element, as far as it is handed down.
type appearance struct {
	color, fill paint
	filled      bool   // the text has a colour of its own kind, over the other one
	adorned     bool   // it has a shadow, an outline or a picture in its letters
	background  *color // nil: not known
	opacity     float32
	fontSize    float32 // in pixels
	invisible   bool
	indent      bool // first lines begin off the screen
	outside     bool // this is such a line
	struck      bool
	marked      bool // by an element that says so itself

	ink, paper color // as what comes out has them
}

// pageAppearance is that of a page without any styles.
func pageAppearance() appearance {
	return appearance{background: &white, paper: white, opacity: 1, fontSize: mediumFont}
}

func (p *appearance) hidesText() bool {
	return p.fontSize < leastFont || p.invisible || p.outside || p.opacity < 0.05 || p.isFaint()
}

const (
	mediumFont = 16
	leastFont  = 2 // no one reads a smaller one
)

// isFaint says whether the text has no colour, or the one that it stands on.
func (p *appearance) isFaint() bool {
	ink := p.color
	if p.filled {
		ink = p.fill
	}
	if p.adorned || !ink.known {
		return false
	}
	return ink.isClear() || p.background != nil && ink.over(*p.background).isLike(*p.background)
}

// apply changes the appearance by what an element says of itself.
func (p *appearance) apply(s *style, a *attributes, b box) {
	p.applyColors(s, a)
	p.applyBackground(s, a)
	p.opacity *= float32(s.opacity())
	p.applyFontSize(s[fontSize])
	switch s[visibility] {
	case "hidden", "collapse":
		p.invisible = true
	case "", "inherit", "unset":
	default:
		p.invisible = false
	}
	p.applyIndent(s, b)
	if strings.Contains(s[textDecoration], "line-through") {
		p.struck = true
	}
}

// applyTag is for what elements look like by themselves.
func (p *appearance) applyTag(tag atom.Atom, a *attributes) {
	switch tag {
	case atom.S, atom.Strike, atom.Del:
		p.struck, p.marked = true, true
	case atom.A:
		p.color = paint{}
		if a.href {
			p.ink = linkInk
		}
	case atom.Mark, atom.Button, atom.Select, atom.Textarea, atom.Option, atom.Dialog, atom.Img:
		p.color, p.background = paint{}, nil
	}
}

// linkInk is about the colour that links have where what comes out is shown.
var linkInk = color{0x20, 0x4c, 0xd0}

func (p *appearance) applyColors(s *style, a *attributes) {
	switch said := s[textColor]; {
	case said == "" && a.color != "":
		if c, ok := parsePlainPaint(a.color); ok {
			p.color = c
		}
	case said == "" || said == "inherit" || said == "unset" || said == "currentcolor":
	default:
		p.color, _ = parsePaint(said)
	}
	switch said := s[textFill]; {
	case said == "" || said == "inherit" || said == "unset":
	case said == "currentcolor" || isWide(said):
		p.filled = false
	default:
		p.filled = true
		p.fill, _ = parsePaint(said)
	}
	if shadow := s[textShadow]; shadow == "none" || shadow == "initial" {
		p.adorned = false
	} else if shadow != "" && !isWide(shadow) {
		p.adorned = true
	}
	if stroke := s[textStroke]; stroke != "" && !isWide(stroke) || strings.Contains(s[backgroundClip], "text") || s[backgroundClip] == unknownValue {
		p.adorned = true
	}
}

// applyBackground: what may lie over something else, or is mixed with it, stands on no known
// colour.
func (p *appearance) applyBackground(s *style, a *attributes) {
	image := s[backgroundImage]
	over := s.isLifted() || strings.HasPrefix(s[marginTop], "-") || strings.HasPrefix(s[marginLeft], "-") || s.isMoved()
	switch {
	case image != "" && image != "none" && !isWide(image), image == "" && a.background != "":
		p.background = nil // a picture
		return
	case over, s[blendMode] != "" && s[blendMode] != "normal" && !isWide(s[blendMode]):
		p.background = nil
	}
	back, ok := parsePaint(s[backgroundColor])
	if s[backgroundColor] == "" {
		back, ok = parsePlainPaint(a.bgcolor)
	}
	switch {
	case s[backgroundColor] == "currentcolor":
		back = p.color
	case !ok && !isSubstituted(s[backgroundColor]):
		return
	}
	switch {
	case back.isClear():
	case back.isOpaque():
		p.background = new(back.color)
	case back.known && p.background != nil:
		p.background = new(back.over(*p.background))
	default:
		p.background = nil
	}
}

// isMoved says whether it is shown elsewhere than where it stands.
func (s *style) isMoved() bool {
	moved := func(p property) bool {
		return s[p] != "" && s[p] != "none" && s[p] != "auto" && !isWide(s[p]) && s[p] != "0"
	}
	placed := s[position] == "relative" && (moved(left) || moved(top) || moved(right) || moved(bottom))
	return placed || moved(translate) || strings.Contains(s[transform], "translate") || strings.Contains(s[transform], "matrix")
}

func (p *appearance) applyFontSize(size string) {
	l := parseLength(size)
	switch {
	case size == "" || size == "inherit" || size == "unset":
	case size == "smaller":
		p.fontSize /= 1.2
	case size == "larger":
		p.fontSize *= 1.2
	case !l.ok: // a word, or something that is not known
		p.fontSize = mediumFont
	case l.unit == "%":
		p.fontSize *= float32(l.n / 100)
	case l.unit == "em":
		p.fontSize *= float32(l.n)
	case l.unit == "ex" || l.unit == "ch":
		p.fontSize *= float32(l.n / 2)
	default:
		p.fontSize = float32(l.pixels())
	}
}

// applyIndent: the indent counts for the first line of a block, and is handed down to those in it.
func (p *appearance) applyIndent(s *style, b box) {
	switch said := s[textIndent]; {
	case said == "" || said == "inherit" || said == "unset":
	default:
		l := parseLength(strings.TrimSuffix(said, " each-line"))
		p.indent = l.isFarBack() || l.isFarOut()
	}
	if b != inlineBox {
		p.outside = p.indent
	}
}
