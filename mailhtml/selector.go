package mailhtml

import (
	"slices"
	"strings"
)

// compound is what a selector asks of one element: all of this.
type compound struct {
	tag, id string
	classes []string
}

// key is the part of a compound by which it is found: the rarest one.
func (c *compound) key() string {
	switch {
	case c.id != "":
		return "#" + c.id
	case len(c.classes) > 0:
		return "." + c.classes[0]
	case c.tag != "":
		return c.tag
	}
	return "*"
}

func (c *compound) matches(name, id string, classes []string) bool {
	if c.tag != "" && c.tag != name || c.id != "" && c.id != id {
		return false
	}
	for _, class := range c.classes {
		if !slices.Contains(classes, class) {
			return false
		}
	}
	return true
}

// selector is a way from an element down to another one.
type selector struct {
	steps []compound
	child []bool // the step is a child of the one before it, and not only somewhere in it
	// certain says that these steps are all that is asked: of attributes, siblings and the like it
	// is not known whether they fit.
	certain bool
	// weight is the specificity: ids before classes before tags.
	weight int
}

const (
	weightOfID    = 1 << 20
	weightOfClass = 1 << 10
	maxSteps      = 8
	maxClasses    = 8 // that one step asks for
)

// parseSelector reads one selector; ok is false for those that no element fits as it stands in a
// mail: parts of elements, and what a pointer is over.
func parseSelector(s string) (sel selector, ok bool) {
	sel = selector{steps: []compound{{}}, child: []bool{false}, certain: true}
	empty := true // the last step asks for nothing so far
	for s != "" {
		last := &sel.steps[len(sel.steps)-1]
		switch c := s[0]; {
		case strings.IndexByte(blanks+">+~", c) >= 0:
			combinator := s[:len(s)-len(strings.TrimLeft(s, blanks+">+~"))]
			s = s[len(combinator):]
			if sel.combine(strings.Trim(combinator, blanks)) {
				empty = true
			}
			continue
		case c == '*':
			s = s[1:]
		case c == '#' || c == '.':
			var name string
			if name, s = cutName(s[1:]); name == "" {
				return sel, false
			}
			sel.ask(last, c, name)
		case c == '[':
			var end byte
			if _, end, s = cutCSS(s[1:], "]"); end == 0 {
				return sel, false
			}
			sel.weight += weightOfClass
			sel.certain = false
		case c == ':':
			if s, ok = sel.readPseudoClass(last, s[1:]); !ok {
				return sel, false
			}
		case isNameByte(c) || c == '\\':
			var name string
			if name, s = cutName(s); name == "" || !empty {
				return sel, false
			}
			last.tag = strings.ToLower(name)
			sel.weight++
		default:
			return sel, false
		}
		empty = false
	}
	return sel, !empty && len(sel.steps) <= maxSteps && !slices.ContainsFunc(sel.steps, func(c compound) bool { return len(c.classes) > maxClasses })
}

// combine begins the next step. Whether siblings stand where they are asked for is not known.
func (s *selector) combine(combinator string) bool {
	switch combinator {
	case "", ">":
		s.steps = append(s.steps, compound{})
		s.child = append(s.child, combinator == ">")
	default:
		s.certain = false
		s.steps[len(s.steps)-1] = compound{}
	}
	return true
}

func (s *selector) ask(c *compound, mark byte, name string) {
	if mark == '#' {
		s.certain = s.certain && (c.id == "" || c.id == name)
		c.id = name
		s.weight += weightOfID
		return
	}
	s.weight += weightOfClass
	if !slices.Contains(c.classes, name) {
		c.classes = append(c.classes, name)
	}
}

// readPseudoClass reads what stands behind a colon.
func (s *selector) readPseudoClass(c *compound, rest string) (behind string, ok bool) {
	name, behind := cutName(rest)
	name = strings.ToLower(name)
	if strings.HasPrefix(behind, "(") {
		_, _, behind = cutCSS(behind[1:], ")")
	}
	if name == "" || neverFits[name] {
		return behind, false
	}
	s.weight += weightOfClass
	if name == "root" && (c.tag == "" || c.tag == "html") {
		c.tag = "html"
	} else {
		s.certain = false
	}
	return behind, true
}

// neverFits are pseudo-classes of what a reader does, and old names for parts of elements.
var neverFits = wordSet("hover active focus focus-within focus-visible visited target checked before after first-line first-letter")

// cutName cuts a name from the front.
func cutName(s string) (name, rest string) {
	end := 0
	for end < len(s) && (isNameByte(s[end]) || s[end] == '\\') {
		end = min(cssTokenEnd(s, end), len(s))
	}
	return unescapeCSS(s[:end]), s[end:]
}
