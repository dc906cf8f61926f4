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

// opposite is black or white, whatever can be read better on it.
func (c color) opposite() color {
	if c.contrast(white) > c.contrast(color{}) {
		return white
	}
	return color{}
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

// paint is a colour through which something can be seen, or one that is not known.
type paint struct {
	color
	alpha uint8 // 255: nothing is seen through it
	known bool
}

// over is the colour that is seen where a paint lies on another colour.
func (p paint) over(below color) color {
	alpha := int(p.alpha)
	mix := func(a, b uint8) uint8 { return uint8((int(a)*alpha + int(b)*(255-alpha)) / 255) }
	return color{mix(p.r, below.r), mix(p.g, below.g), mix(p.b, below.b)}
}

// isClear says whether nothing can be seen of it.
func (p paint) isClear() bool { return p.known && p.alpha < 13 }

// isOpaque says whether it is one colour, whatever lies below.
func (p paint) isOpaque() bool { return p.known && p.alpha > 242 }

func isPaint(s string) bool {
	_, ok := parsePaint(s)
	return ok
}

// parsePaint reads a colour. It says of all values that are one for a browser that they are; those
// of the rarer spaces are not known.
func parsePaint(s string) (p paint, ok bool) {
	switch {
	case s == "transparent":
		return paint{known: true}, true
	case strings.HasPrefix(s, "#"):
		return parseHex(s[1:])
	case otherPaints[s]:
		return paint{}, true
	}
	if c, ok := namedColors[s]; ok {
		return paint{c, 255, true}, true
	}
	name, in, ok := strings.Cut(s, "(")
	in, closed := strings.CutSuffix(in, ")")
	if !ok || !closed {
		return paint{}, false
	}
	parts := strings.FieldsFunc(in, func(r rune) bool { return r == ',' || r == '/' || strings.ContainsRune(blanks, r) })
	switch name {
	case "rgb", "rgba", "hsl", "hsla", "hwb":
		return parseParts(name, parts)
	}
	return paint{}, paintFunctions[name] && len(parts) > 0
}

var (
	// otherPaints are colours of the element or the system.
	otherPaints = wordSet("currentcolor accentcolor accentcolortext activetext buttonborder buttonface buttontext field fieldtext graytext highlight " +
		"highlighttext linktext mark marktext selecteditem selecteditemtext visitedtext activeborder activecaption appworkspace background buttonhighlight " +
		"buttonshadow captiontext inactiveborder inactivecaption inactivecaptiontext infobackground infotext menu menutext scrollbar threeddarkshadow " +
		"threedface threedhighlight threedlightshadow threedshadow windowframe -webkit-link -webkit-text")
	paintFunctions = wordSet("lab lch oklab oklch color color-mix light-dark device-cmyk contrast-color")
)

func parseHex(s string) (paint, bool) {
	if len(s) == 3 || len(s) == 4 {
		var long strings.Builder
		for i := range len(s) {
			long.WriteString(strings.Repeat(s[i:i+1], 2))
		}
		s = long.String()
	}
	if len(s) == 6 {
		s += "ff"
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil || len(s) != 8 {
		return paint{}, false
	}
	return paint{color{uint8(n >> 24), uint8(n >> 16), uint8(n >> 8)}, uint8(n), true}, true
}

// parseParts reads three numbers, and behind them how opaque it is.
func parseParts(space string, parts []string) (paint, bool) {
	if len(parts) != 3 && len(parts) != 4 {
		return paint{}, false
	}
	v := [4]float64{3: 1}
	for i, part := range parts {
		l := parseLength(part)
		if isSubstituted(part) || isMath(part) && !l.ok {
			return paint{}, true
		}
		if !l.ok && part != "none" {
			return paint{}, false
		}
		v[i] = l.n
		switch {
		case l.unit == "%" && i == 3:
			v[i] = l.n / 100
		case l.unit == "%" && strings.HasPrefix(space, "rgb"):
			v[i] = l.n * 2.55
		case i == 0 && !strings.HasPrefix(space, "rgb"):
			v[i] = l.pixels() // degrees
		}
	}
	p := paint{alpha: channel(v[3]), known: true}
	switch space {
	case "hwb":
		p.color = fromHWB(v[0], v[1]/100, v[2]/100)
	case "hsl", "hsla":
		p.color = fromHSL(v[0], v[1]/100, v[2]/100)
	default:
		p.color = color{channel(v[0] / 255), channel(v[1] / 255), channel(v[2] / 255)}
	}
	return p, true
}

// channel is a part of a colour, from 0 to 1, as a byte.
func channel(f float64) uint8 { return uint8(math.Round(min(max(f, 0), 1) * 255)) }

func fromHSL(hue, saturation, lightness float64) color {
	saturation, lightness = min(max(saturation, 0), 1), min(max(lightness, 0), 1)
	part := func(n float64) uint8 {
		k := math.Mod(math.Mod(n+hue/30, 12)+12, 12)
		return channel(lightness - saturation*min(lightness, 1-lightness)*max(-1, min(k-3, 9-k, 1)))
	}
	return color{part(0), part(8), part(4)}
}

func fromHWB(hue, whiteness, blackness float64) color {
	if sum := whiteness + blackness; sum > 1 {
		whiteness, blackness = whiteness/sum, blackness/sum
	}
	pure := fromHSL(hue, 1, 0.5)
	part := func(v uint8) uint8 { return channel(float64(v)/255*(1-whiteness-blackness) + whiteness) }
	return color{part(pure.r), part(pure.g), part(pure.b)}
}

// parsePlainPaint reads the colour of an attribute, which may stand without its mark.
func parsePlainPaint(s string) (paint, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" || s == "transparent" {
		return paint{}, false
	}
	if p, ok := parsePaint(s); ok {
		return p, true
	}
	if len(s) == 6 {
		if p, ok := parseHex(s); ok {
			return p, true
		}
	}
	return paint{}, true // a browser makes a colour of anything
}
