package mailhtml

import "strings"

// declaration is what a style declares of one property; the value is in lower case.
type declaration struct {
	property  property
	important bool
	value     string
}

// declarations are those of one style attribute, or of one rule: of each property one that is
// important and one that is not.
type declarations []declaration

// longestValue is how long a value can be that anything is made of.
const longestValue = 200

// parseDeclarations reads what a style attribute, or the body of a rule, declares. Of two values of
// a property the last one counts that a browser takes.
func parseDeclarations(style string) (all declarations) {
	for style != "" {
		var one string
		one, _, style = cutCSS(style, ";")
		name, value, ok := strings.Cut(withoutComments(one), ":")
		name = strings.ToLower(unescapeCSS(strings.TrimSpace(name)))
		if !ok || !isReadName(name) {
			continue
		}
		value = strings.ToLower(strings.TrimSpace(value))
		if len(value) > longestValue {
			if !takesAddresses(name) {
				continue
			}
			value = unknownValue
		}
		value, important := cutImportant(unescapeCSS(value))
		if isSubstituted(value) {
			value = unknownValue
		}
		all = all.declare(name, value, important)
	}
	return all
}

func isReadName(name string) bool {
	_, long := longhands[name]
	_, short := shorthands[name]
	return long || short || name == "all"
}

// takesAddresses says whether long values are usual for a property.
func takesAddresses(name string) bool {
	return strings.HasPrefix(name, "background") || strings.HasSuffix(name, "filter") || strings.HasSuffix(name, "clip-path") || name == "font" || name == "text-shadow"
}

func cutImportant(value string) (string, bool) {
	rest, ok := strings.CutSuffix(value, "important")
	rest, marked := strings.CutSuffix(strings.TrimSpace(rest), "!")
	if !ok || !marked {
		return value, false
	}
	return strings.TrimSpace(rest), true
}

// declare adds a value, if a browser would take it.
func (d declarations) declare(name, value string, important bool) declarations {
	if p, ok := longhands[name]; ok {
		if p.isValid(value) {
			d = d.set(declaration{p, important, value})
		}
		return d
	}
	if name == "all" {
		for p := range propertyCount {
			if isWide(value) {
				d = d.set(declaration{p, important, value})
			}
		}
		return d
	}
	short := shorthands[name]
	values, ok := short.values(value)
	for i, p := range short.longhands {
		switch {
		case isWide(value) || isSubstituted(value):
			d = d.set(declaration{p, important, value})
		case ok && p.isValid(values[i]):
			d = d.set(declaration{p, important, values[i]})
		}
	}
	return d
}

func (d declarations) set(one declaration) declarations {
	for i := range d {
		if d[i].property == one.property && d[i].important == one.important {
			d[i] = one
			return d
		}
	}
	return append(d, one)
}

// revealing are those that can hide nothing, and of colours that they are not known: what may be
// declared, or may not be.
func (d declarations) revealing() (some declarations) {
	for _, one := range d {
		switch one.property {
		case textColor, textFill, textShadow, textStroke, backgroundColor, backgroundImage, backgroundClip, blendMode:
			one.value = unknownValue
			some = append(some, one)
		default:
			if one.reveals() {
				some = append(some, one)
			}
		}
	}
	return some
}

// reveals says whether what was hidden may be seen by this, and nothing can be hidden by it.
func (d declaration) reveals() bool {
	l := parseLength(d.value)
	switch d.property {
	case display, filter, clip, clipPath, transform, scale, translate, float:
		return (d.value == "none") != (d.property == display) || d.value == "auto"
	case visibility, contentVisibility, overflowX, overflowY:
		return d.value == "visible"
	case opacity:
		return !isZero(d.value)
	case height, maxHeight, width, maxWidth, minHeight, minWidth, paddingBottom, paddingRight, fontSize:
		return !l.ok || l.pixels() >= 2
	case position:
		return d.value == "static"
	case textIndent, left, top, right, bottom, marginLeft, marginTop:
		return !l.ok || !l.isFarBack() && !l.isFarOut()
	}
	return false
}

// style is what all declarations for an element come to: a value for each property, "" for none.
type style [propertyCount]string

// apply puts declarations over those that are weaker.
func (s *style) apply(d declarations, important bool) {
	for _, one := range d {
		if one.important == important {
			s[one.property] = one.value
		}
	}
}

// animate takes out what an animation may change: what is hidden at first may be seen in the end.
func (s *style) animate() {
	if s[animation] == "" || s[animation] == "none" || isWide(s[animation]) {
		return
	}
	for p := visibility; p < animation; p++ {
		switch p {
		case textColor, textFill, backgroundColor:
			s[p] = unknownValue
		default:
			if s[p] != "" && !(declaration{property: p, value: s[p]}).reveals() {
				s[p] = ""
			}
		}
	}
}
