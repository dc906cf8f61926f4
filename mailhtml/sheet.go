package mailhtml

import "strings"

// styleSheet are the rules of a mail's style sheets whose selectors are simple: an element, a
// class, an id, or an element with one of these. Rules for screens of some sizes and all else are
// left out.
type styleSheet map[string]declarations

// read adds the rules of a sheet.
func (s styleSheet) read(css string) {
	css = withoutComments(css)
	for {
		selectors, rest, ok := strings.Cut(css, "{")
		if !ok {
			return
		}
		if at := strings.TrimSpace(selectors); strings.HasPrefix(at, "@") {
			if semicolon := strings.LastIndexByte(selectors, ';'); semicolon >= 0 && !strings.HasPrefix(strings.TrimSpace(selectors[semicolon+1:]), "@") {
				selectors = selectors[semicolon+1:] // an @import before
			} else {
				css = behindBlock(rest)
				continue
			}
		}
		var body string
		body, css, _ = strings.Cut(rest, "}")
		s.addRule(selectors, parseDeclarations(body))
	}
}

// behindBlock is what comes behind a block whose first brace has been read.
func behindBlock(css string) string {
	depth := 1
	for i := range len(css) {
		switch css[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return css[i+1:]
			}
		}
	}
	return ""
}

func (s styleSheet) addRule(selectors string, d declarations) {
	if len(d) == 0 {
		return
	}
	for selector := range strings.SplitSeq(selectors, ",") {
		selector = strings.TrimSpace(selector)
		if selector == "" || strings.ContainsAny(selector, " >+~:[*\t\n\r") {
			continue
		}
		if dot := strings.IndexAny(selector, ".#"); dot >= 0 {
			selector = strings.ToLower(selector[:dot]) + selector[dot:]
		} else {
			selector = strings.ToLower(selector)
		}
		if s[selector] == nil {
			s[selector] = declarations{}
		}
		s[selector].add(d)
	}
}

// of are the styles of an element, the stronger selector over the weaker one.
func (s styleSheet) of(name, class, id string) declarations {
	d := declarations{}
	if len(s) == 0 {
		return d
	}
	d.add(s[name])
	classes := strings.Fields(class)
	for _, prefix := range []string{"", name} {
		for _, c := range classes {
			d.add(s[prefix+"."+c])
		}
	}
	if id != "" {
		d.add(s["#"+id])
		d.add(s[name+"#"+id])
	}
	return d
}
