package mailhtml

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// color is an opaque colour.
type color struct{ r, g, b uint8 }

var white = color{255, 255, 255}

// leastContrast is how different two colours must be that one may stand on the other: what comes
// out must not hide what the sender shows.
const leastContrast = 1.5

func (c color) String() string { return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b) }

// isLike says whether nobody can tell the two apart.
func (c color) isLike(o color) bool { return c.contrast(o) < 1.05 }

// contrast is the ratio of WCAG, 1 to 21.
func (c color) contrast(o color) float64 {
	a, b := c.luminance(), o.luminance()
	return (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05)
}

func (c color) luminance() float64 {
	linear := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

// parseColor reads a colour in one of the simple ways.
func parseColor(s string) (c *color, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	switch {
	case strings.HasPrefix(s, "#"):
		return parseHex(s[1:])
	case strings.HasPrefix(s, "rgb"):
		return parseRGB(s)
	}
	if named, ok := namedColors[s]; ok {
		return &named, true
	}
	return nil, false
}

func parseHex(s string) (*color, bool) {
	if len(s) == 3 || len(s) == 4 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	if len(s) != 6 && len(s) != 8 {
		return nil, false
	}
	n, err := strconv.ParseUint(s[:6], 16, 32)
	return &color{uint8(n >> 16), uint8(n >> 8), uint8(n)}, err == nil
}

func parseRGB(s string) (*color, bool) {
	_, in, ok := strings.Cut(strings.TrimSuffix(s, ")"), "(")
	parts := strings.FieldsFunc(in, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
	if !ok || len(parts) < 3 || len(parts) > 4 || len(parts) == 4 && isZero(parts[3]) {
		return nil, false
	}
	var v [3]uint8
	for i := range v {
		l := parseLength(parts[i])
		if l.unit == "%" {
			l.n *= 2.55
		}
		if !l.ok {
			return nil, false
		}
		v[i] = uint8(math.Max(0, math.Min(255, math.Round(l.n))))
	}
	return &color{v[0], v[1], v[2]}, true
}

// isNoColor says whether it is as if no colour was said: what is above or behind it is seen.
func isNoColor(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "none", "inherit", "initial", "unset":
		return true
	}
	return isClear(s)
}

// isClear says whether nothing can be seen of what has that colour.
func isClear(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return s == "transparent" || strings.HasPrefix(s, "rgba(") && strings.HasSuffix(strings.ReplaceAll(s, " ", ""), ",0)")
}

// namedColors are those that people choose in their mail programs, and the greys.
var namedColors = map[string]color{
	"black": {}, "white": {255, 255, 255}, "red": {255, 0, 0}, "green": {0, 128, 0}, "blue": {0, 0, 255}, "yellow": {255, 255, 0},
	"lime": {0, 255, 0}, "aqua": {0, 255, 255}, "cyan": {0, 255, 255}, "fuchsia": {255, 0, 255}, "magenta": {255, 0, 255},
	"maroon": {128, 0, 0}, "navy": {0, 0, 128}, "olive": {128, 128, 0}, "purple": {128, 0, 128}, "teal": {0, 128, 128},
	"gray": {128, 128, 128}, "grey": {128, 128, 128}, "silver": {192, 192, 192}, "orange": {255, 165, 0}, "brown": {165, 42, 42},
	"darkred": {139, 0, 0}, "darkgreen": {0, 100, 0}, "darkblue": {0, 0, 139}, "crimson": {220, 20, 60}, "tomato": {255, 99, 71},
	"darkorange": {255, 140, 0}, "gold": {255, 215, 0}, "indigo": {75, 0, 130}, "violet": {238, 130, 238}, "pink": {255, 192, 203},
	"hotpink": {255, 105, 180}, "royalblue": {65, 105, 225}, "steelblue": {70, 130, 180}, "dodgerblue": {30, 144, 255},
	"lightgray": {211, 211, 211}, "lightgrey": {211, 211, 211}, "darkgray": {169, 169, 169}, "darkgrey": {169, 169, 169},
	"dimgray": {105, 105, 105}, "dimgrey": {105, 105, 105}, "whitesmoke": {245, 245, 245}, "lightyellow": {255, 255, 224},
	"lightgreen": {144, 238, 144}, "lightblue": {173, 216, 230}, "seagreen": {46, 139, 87}, "forestgreen": {34, 139, 34},
	"firebrick": {178, 34, 34}, "chocolate": {210, 105, 30}, "slategray": {112, 128, 144}, "slategrey": {112, 128, 144},
}
