package mailhtml

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// attributes are those of a tag that decide how it is seen, and all others.
type attributes struct {
	style, class, id, color, bgcolor, background string
	hidden, untilFound, open, href               bool
	others                                       [][2]string // all that are no styles
}

// maxAttributes bounds what is kept of one tag.
const maxAttributes = 200

func readAttributes(z *html.Tokenizer, tag atom.Atom, more bool) (a attributes) {
	for more {
		var k, val []byte
		k, val, more = z.TagAttr()
		if a.readAppearance(tag, string(k), string(val)) {
			continue
		}
		if len(a.others) < maxAttributes && isAttributeName(k) {
			a.others = append(a.others, [2]string{string(k), string(val)})
		}
	}
	return a
}

// readAppearance takes what decides how the element is seen. It says whether that is all that it is
// for. The first one of a name counts, as in a browser.
func (a *attributes) readAppearance(tag atom.Atom, key, value string) (all bool) {
	first := func(to *string) {
		if *to == "" {
			*to = value
		}
	}
	switch key {
	case "style":
		first(&a.style)
		return true
	case "color":
		if tag == atom.Font {
			first(&a.color)
		}
		return true
	case "bgcolor":
		if isTablePart(tag) || tag == atom.Body || tag == atom.Marquee {
			first(&a.bgcolor)
		}
		return true
	case "text":
		if tag == atom.Body {
			first(&a.color)
		}
	case "background":
		first(&a.background)
	case "class":
		first(&a.class)
	case "id":
		first(&a.id)
	case "hidden":
		a.untilFound = a.untilFound || !a.hidden && strings.EqualFold(value, "until-found")
		a.hidden = true
	case "open":
		a.open = true
	case "href":
		a.href = tag == atom.A
	}
	return false
}

// decidesAppearance says whether the element is seen otherwise than what is around it.
func (a *attributes) decidesAppearance(tag atom.Atom) bool {
	return a.hides(tag) || a.untilFound || a.color != "" || a.bgcolor != "" || a.background != ""
}

// complete takes of other attributes those that are not there yet, and says whether there are any.
func (a *attributes) complete(others *attributes) (changed bool) {
	for _, pair := range [][2]*string{
		{&a.style, &others.style}, {&a.class, &others.class}, {&a.id, &others.id}, {&a.color, &others.color},
		{&a.bgcolor, &others.bgcolor}, {&a.background, &others.background},
	} {
		if *pair[0] == "" && *pair[1] != "" {
			*pair[0] = *pair[1]
			changed = true
		}
	}
	if others.hidden && !a.hidden {
		a.hidden, a.untilFound, changed = true, others.untilFound, true
	}
	return changed
}

func isAttributeName(k []byte) bool {
	return len(k) > 0 && !bytes.ContainsAny(k, "\"'<>/= \t\r\n\f")
}

// hides says whether an element is hidden by what it is.
func (a *attributes) hides(tag atom.Atom) bool {
	switch tag {
	case atom.Datalist, atom.Rp:
		return true
	case atom.Dialog:
		return !a.open
	}
	return a.hidden && !a.untilFound
}

func isVoid(tag atom.Atom) bool {
	switch tag {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}
