package mailhtml

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// declarations are the values of CSS properties, both in lower case.
type declarations map[string]string

// knownProperties are those that decide what is seen, or carry meaning; others are not read.
var knownProperties = map[string]bool{
	"display": true, "visibility": true, "opacity": true, "font-size": true, "font": true, "content-visibility": true, "filter": true,
	"max-height": true, "height": true, "max-width": true, "width": true, "overflow": true, "overflow-x": true, "overflow-y": true,
	"text-indent": true, "position": true, "left": true, "top": true, "right": true, "margin-left": true, "margin-top": true,
	"clip": true, "clip-path": true, "transform": true, "mso-hide": true,
	"color": true, "background": true, "background-color": true, "background-image": true,
	"text-decoration": true, "text-decoration-line": true, "font-weight": true, "font-style": true, "text-align": true, "white-space": true,
}

// longestValue is how long a value can be that anything is made of.
const longestValue = 200

// parseDeclarations reads what a style attribute, or the body of a rule, declares. Of two values of
// a property the last one counts.
func parseDeclarations(style string) declarations {
	if style == "" {
		return nil
	}
	d := declarations{}
	style = withoutComments(style)
	for style != "" {
		var one string
		one, style = cutDeclaration(style)
		name, value, ok := strings.Cut(one, ":")
		name = unescapeCSS(strings.ToLower(strings.TrimSpace(name)))
		if !ok || !knownProperties[name] {
			continue
		}
		value = strings.ToLower(strings.TrimSpace(value))
		value = unescapeCSS(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(strings.TrimSuffix(value, "important")), "!")))
		if value != "" && len(value) <= longestValue {
			d[name] = value
		}
	}
	return d
}

// cutDeclaration gives the text up to the next semicolon outside of brackets and quotes, and the
// rest.
func cutDeclaration(s string) (one, rest string) {
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth = max(depth-1, 0)
		case c == ';' && depth == 0:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func withoutComments(s string) string {
	if !strings.Contains(s, "/*") {
		return s
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "/*")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if _, s, ok = strings.Cut(after, "*/"); !ok {
			return b.String()
		}
	}
}

// unescapeCSS reads "d\69splay" as a browser does.
func unescapeCSS(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		end := i + 1
		for end < len(s) && end < i+7 && strings.IndexByte("0123456789abcdefABCDEF", s[end]) >= 0 {
			end++
		}
		if n, err := strconv.ParseUint(s[i+1:end], 16, 32); err == nil {
			b.WriteString(strings.ToLower(string(rune(n))))
			if end < len(s) && s[end] == ' ' {
				end++
			}
		}
		i = end - 1
	}
	return b.String()
}

// add puts other declarations over these.
func (d declarations) add(others declarations) {
	for k, v := range others {
		d[k] = v
	}
}

// hides says whether an element of these styles is not seen, with all that is in it.
func (d declarations) hides(tag atom.Atom) bool {
	if len(d) == 0 {
		return false
	}
	switch {
	case d["display"] == "none", d["content-visibility"] == "hidden", isZero(d["opacity"]):
		return true
	case d["mso-hide"] == "all" && tag != atom.A: // a link that only Outlook does not show is a button
		return true
	case strings.HasPrefix(d["filter"], "opacity(") && isZero(strings.Trim(d["filter"][len("opacity("):], " )")):
		return true
	case strings.HasPrefix(d["transform"], "scale(") && isZero(strings.Trim(d["transform"][len("scale("):], " )")):
		return true
	}
	return d.hasNoRoom() || d.standsOutside() || d.isClipped()
}

// hasNoRoom: a box of no height or width cuts off what does not fit.
func (d declarations) hasNoRoom() bool {
	cuts := false
	for _, p := range []string{"overflow", "overflow-x", "overflow-y"} {
		cuts = cuts || strings.HasPrefix(d[p], "hidden") || strings.HasPrefix(d[p], "clip")
	}
	if !cuts {
		return false
	}
	for _, p := range []string{"max-height", "height", "width"} { // a cell of no max-width is as wide as the table wants
		if l := parseLength(d[p]); l.ok && l.pixels() <= 1 {
			return true
		}
	}
	return false
}

func (d declarations) standsOutside() bool {
	if d["position"] == "absolute" || d["position"] == "fixed" {
		for _, p := range []string{"left", "top", "right"} {
			if parseLength(d[p]).isFarOut() {
				return true
			}
		}
	}
	return parseLength(d["margin-left"]).isFarOut() || parseLength(d["margin-top"]).isFarOut()
}

func (d declarations) isClipped() bool {
	clip := strings.NewReplacer(" ", "", ",", "", "px", "").Replace(d["clip"])
	path := strings.ReplaceAll(d["clip-path"], " ", "")
	return clip == "rect(0000)" || clip == "rect(1111)" || strings.HasPrefix(path, "inset(50%") || strings.HasPrefix(path, "inset(100%") || strings.HasPrefix(path, "circle(0")
}

// length is a length of CSS.
type length struct {
	n    float64
	unit string
	ok   bool
}

func parseLength(s string) (l length) {
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || end == 0 && (s[end] == '-' || s[end] == '+')) {
		end++
	}
	n, err := strconv.ParseFloat(s[:end], 64)
	return length{n, strings.TrimSpace(s[end:]), err == nil}
}

// pixels is about how long it is on a screen.
func (l length) pixels() float64 {
	switch l.unit {
	case "em", "rem", "ex", "ch":
		return l.n * 16
	case "pt":
		return l.n * 4 / 3
	case "%", "vw", "vh":
		return l.n * 10
	}
	return l.n
}

// isFarOut says whether it leads off the left and the top of any screen.
func (l length) isFarOut() bool { return l.ok && l.pixels() <= -500 }

// unreadable says whether no one reads a font of that size; one that is a part of the size above
// is so where that one is.
func (l length) unreadable(above bool) bool {
	switch l.unit {
	case "em", "ex", "ch", "%":
		return above || l.n < 0.1
	}
	return l.pixels() < 2
}

// isZero says whether it is a number, or a percentage, of about nothing.
func isZero(s string) bool {
	l := parseLength(s)
	if l.unit == "%" {
		l.n /= 100
	}
	return l.ok && l.n < 0.05
}

// fontSize is the size of the font, where it is said in a way that counts here.
func (d declarations) fontSize() (size length, set bool) {
	if l := parseLength(d["font-size"]); l.ok {
		return l, true
	}
	switch d["font-size"] {
	case "", "inherit", "unset", "smaller", "larger": // as above
	default:
		return length{16, "px", true}, true
	}
	for _, part := range strings.Fields(d["font"]) {
		part, _, _ = strings.Cut(part, "/")
		if l := parseLength(part); l.ok && (l.unit != "" || l.n == 0) {
			return l, true
		}
	}
	return length{}, false
}

// keptStyle is what stays of the styles of an element: properties that carry meaning, each with a
// value of a bounded form. A colour stays only where it can be read on what is kept below it.
func keptStyle(own declarations, a attributes, l *appearance) string {
	var kept []string
	keep := func(property, value string) { kept = append(kept, property+": "+value) }
	for _, p := range keptProperties {
		for _, word := range strings.Fields(own[p.name]) {
			if p.words[word] {
				keep(p.as, word)
				break
			}
		}
	}
	fill, hasFill := parseColor(firstOf(own["background-color"], own["background"], a.bgcolor))
	ink, hasInk := parseColor(firstOf(own["color"], a.color))
	if !hasInk {
		ink = &l.ink
	}
	if hasFill && fill.contrast(*ink) >= leastContrast {
		keep("background-color", fill.String())
		l.paper = *fill
	}
	if hasInk && ink.contrast(l.paper) >= leastContrast {
		keep("color", ink.String())
		l.ink = *ink
	}
	return strings.Join(kept, "; ")
}

// keptProperty is a property of which some words are kept.
type keptProperty struct {
	name, as string
	words    map[string]bool
}

var keptProperties = []keptProperty{
	{"text-decoration", "text-decoration", wordSet("line-through underline none")},
	{"text-decoration-line", "text-decoration", wordSet("line-through underline none")},
	{"font-weight", "font-weight", wordSet("normal bold bolder lighter 100 200 300 400 500 600 700 800 900")},
	{"font-style", "font-style", wordSet("normal italic oblique")},
	{"text-align", "text-align", wordSet("left right center justify start end")},
	{"white-space", "white-space", wordSet("normal pre pre-wrap pre-line")},
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
