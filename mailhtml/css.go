package mailhtml

import (
	"strconv"
	"strings"
)

// cssTokenEnd gives the place behind the token of CSS that begins at i, as far as tokens hide what
// would mean something elsewhere: escapes, strings, comments and bare addresses. Any other byte is
// a token of its own.
func cssTokenEnd(s string, i int) int {
	switch c := s[i]; {
	case c == '\\':
		return min(i+2, len(s))
	case c == '"' || c == '\'':
		return cssStringEnd(s, i)
	case c == '/' && strings.HasPrefix(s[i:], "/*"):
		if end := strings.Index(s[i+2:], "*/"); end >= 0 {
			return i + 2 + end + 2
		}
		return len(s)
	case (c == 'u' || c == 'U') && len(s)-i >= 4 && strings.EqualFold(s[i:i+4], "url(") && (i == 0 || !isNameByte(s[i-1])):
		return cssAddressEnd(s, i+4)
	}
	return i + 1
}

// cssStringEnd: a string ends at its quote, or where the line does.
func cssStringEnd(s string, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case s[i]:
			return j + 1
		case '\\':
			j++
		case '\n', '\r', '\f':
			return j
		}
	}
	return len(s)
}

// cssAddressEnd: what stands in url() goes on to the bracket, whatever it holds, unless it is a
// string.
func cssAddressEnd(s string, i int) int {
	in := strings.TrimLeft(s[i:], " \t\r\n\f")
	if in != "" && (in[0] == '"' || in[0] == '\'') {
		return i - 1 // the bracket is a token of its own
	}
	for ; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ')':
			return i + 1
		}
	}
	return len(s)
}

// cutCSS cuts at the first of these bytes that stands in no token and no bracket. End is the byte
// that was found, 0 for none.
func cutCSS(s, ends string) (before string, end byte, rest string) {
	depth := 0
	for i := 0; i < len(s); i = cssTokenEnd(s, i) {
		c := s[i]
		if depth == 0 && strings.IndexByte(ends, c) >= 0 {
			return s[:i], c, s[i+1:]
		}
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return s, 0, ""
}

// withoutComments puts a blank in the place of each comment, since it parts what stands around it.
func withoutComments(s string) string {
	if !strings.Contains(s, "/*") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		end := cssTokenEnd(s, i)
		if strings.HasPrefix(s[i:], "/*") {
			b.WriteByte(' ')
		} else {
			b.WriteString(s[i:end])
		}
		i = end
	}
	return b.String()
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
			b.WriteRune(rune(n))
			if end < len(s) && strings.IndexByte(" \t\n", s[end]) >= 0 {
				end++
			}
		}
		i = end - 1
	}
	return b.String()
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c >= 0x80
}

// splitCSS splits a value at its blanks, and at its commas where these part it, outside of
// brackets.
func splitCSS(s string, separators string) (parts []string) {
	for s != "" {
		var part string
		part, _, s = cutCSS(s, separators)
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

const blanks = " \t\r\n\f"

// cssFunction is one of the functions that a value is made of, such as scale(0, 1).
type cssFunction struct {
	name      string
	arguments []string
}

// cssFunctions reads a value that is nothing but functions.
func cssFunctions(value string) (all []cssFunction, ok bool) {
	for _, part := range splitCSS(value, blanks) {
		for part != "" {
			name, in, found := strings.Cut(part, "(")
			in, end, rest := cutCSS(in, ")")
			if !found || end == 0 || name == "" {
				return nil, false
			}
			all = append(all, cssFunction{name, splitCSS(in, ","+blanks)})
			part = rest
		}
	}
	return all, len(all) > 0
}

// length is a length of CSS, an angle or a number.
type length struct {
	n    float64
	unit string
	ok   bool
}

func parseLength(s string) (l length) {
	if s == "" {
		return length{}
	}
	if in, ok := strings.CutPrefix(s, "calc("); ok {
		s = strings.TrimSpace(strings.TrimSuffix(in, ")"))
	}
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || end == 0 && (s[end] == '-' || s[end] == '+')) {
		end++
	}
	if exponent := end + 1; end > 0 && exponent < len(s) && s[end] == 'e' && s[exponent] >= '0' && s[exponent] <= '9' {
		for end = exponent; end < len(s) && s[end] >= '0' && s[end] <= '9'; {
			end++
		}
	}
	if _, known := pixelsOf[s[end:]]; !known || end == 0 {
		return length{}
	}
	n, err := strconv.ParseFloat(s[:end], 64)
	return length{n, s[end:], err == nil}
}

// pixelsOf are the units, each with about how many pixels it has on a screen; angles have their
// degrees.
var pixelsOf = map[string]float64{
	"": 1, "px": 1, "pt": 4. / 3, "pc": 16, "in": 96, "cm": 37.8, "mm": 3.78, "q": 0.945, "em": 16, "rem": 16, "ex": 8, "ch": 8, "lh": 20, "rlh": 20,
	"%": 10, "vw": 10, "vh": 10, "svw": 10, "svh": 10, "lvw": 10, "lvh": 10, "dvw": 10, "dvh": 10, "vmin": 8, "vmax": 10, "vi": 10, "vb": 10,
	"deg": 1, "grad": 0.9, "rad": 57.296, "turn": 360,
}

// pixels is about how long it is on a screen.
func (l length) pixels() float64 { return l.n * pixelsOf[l.unit] }

// offScreen is how many pixels lead off a screen. Boxes are centred by half of their width, and
// lines may be as wide as the screen, so a few hundred are too few.
const offScreen = 900

// isFarBack says whether it leads off the left or the top, where nobody can scroll to.
func (l length) isFarBack() bool { return l.ok && l.pixels() <= -offScreen }

// farOut is how far nobody scrolls to the side.
const farOut = 3000

func (l length) isFarOut() bool { return l.ok && (l.pixels() >= farOut || l.pixels() <= -farOut) }

// fraction is a number, or a percentage as a number.
func (l length) fraction() float64 {
	if l.unit == "%" {
		return l.n / 100
	}
	return l.n
}

// isZero says whether it is a number, or a percentage, of about nothing.
func isZero(s string) bool {
	l := parseLength(s)
	return l.ok && l.fraction() < 0.05 && l.fraction() > -0.05
}
