package mailhtml

import "strings"

// keptStyle is what stays of the styles of an element: properties that carry meaning, each with a
// value of a bounded form. A colour stays only where it can be read on what is kept below it.
func keptStyle(declared declarations, a *attributes, l *appearance) string {
	var own style
	own.combine(nil, declared)
	var kept []string
	keep := func(property, value string) { kept = append(kept, property+": "+value) }
	for _, p := range keptProperties {
		for word := range strings.FieldsSeq(own[p.property]) {
			if p.words[word] {
				keep(p.name, word)
				break
			}
		}
	}
	fill, hasFill := keptPaint(own[backgroundColor], a.bgcolor)
	ink, hasInk := keptPaint(own[textColor], a.color)
	if !hasInk {
		ink = l.ink
	}
	if hasFill && fill.contrast(ink) >= leastContrast {
		keep("background-color", fill.String())
		l.paper = fill
	}
	if hasInk && ink.contrast(l.paper) >= leastContrast {
		keep("color", ink.String())
		l.ink = ink
	} else if a.href && l.ink.contrast(l.paper) < linkContrast {
		l.ink = l.paper.opposite()
		keep("color", l.ink.String())
	}
	return strings.Join(kept, "; ")
}

// linkContrast is how different a link's colour must be from a background that is kept: who shows
// it has a colour for links that is only about the one reckoned with.
const linkContrast = 3

// keptPaint is a colour that comes out as it is: what shines through is none.
func keptPaint(declared, attribute string) (color, bool) {
	p, ok := parsePaint(declared)
	if declared == "" {
		p, ok = parsePlainPaint(attribute)
	}
	return p.color, ok && p.isOpaque()
}

// keptProperty is a property of which some words are kept.
type keptProperty struct {
	property property
	name     string
	words    map[string]bool
}

var keptProperties = []keptProperty{
	{textDecoration, "text-decoration", wordSet("line-through underline none")},
	{fontWeight, "font-weight", wordSet("normal bold bolder lighter 100 200 300 400 500 600 700 800 900")},
	{fontStyle, "font-style", wordSet("normal italic oblique")},
	{textAlign, "text-align", wordSet("left right center justify start end")},
	{whiteSpace, "white-space", wordSet("normal pre pre-wrap pre-line")},
}
