package mailhtml

import "strings"

// property is a property of CSS that decides what is seen, or carries meaning. Others are not read,
// and shorthands are taken apart.
type property uint8

const (
	display property = iota
	visibility
	opacity
	contentVisibility
	filter
	height
	maxHeight
	minHeight
	width
	maxWidth
	minWidth
	paddingRight
	paddingBottom
	overflowX
	overflowY
	textIndent
	position
	left
	top
	right
	bottom
	float
	marginLeft
	marginTop
	clip
	clipPath
	transform
	scale
	translate
	fontSize
	textColor
	textFill
	textShadow
	textStroke
	backgroundColor
	backgroundImage
	backgroundClip
	blendMode
	animation
	textDecoration
	fontWeight
	fontStyle
	textAlign
	whiteSpace
	propertyCount
)

// longhands say of each name which property it is: those for a direction of writing are as in a
// text that runs from left to right.
var longhands = map[string]property{
	"display": display, "visibility": visibility, "opacity": opacity, "-webkit-opacity": opacity, "content-visibility": contentVisibility,
	"filter": filter, "-webkit-filter": filter, "height": height, "block-size": height, "max-height": maxHeight, "max-block-size": maxHeight,
	"min-height": minHeight, "min-block-size": minHeight, "width": width, "inline-size": width, "max-width": maxWidth, "max-inline-size": maxWidth,
	"min-width": minWidth, "min-inline-size": minWidth, "padding-right": paddingRight, "padding-inline-end": paddingRight,
	"padding-bottom": paddingBottom, "padding-block-end": paddingBottom, "overflow-x": overflowX, "overflow-inline": overflowX,
	"overflow-y": overflowY, "overflow-block": overflowY, "text-indent": textIndent, "position": position, "left": left, "inset-inline-start": left,
	"top": top, "inset-block-start": top, "right": right, "inset-inline-end": right, "bottom": bottom, "inset-block-end": bottom, "float": float,
	"margin-left": marginLeft, "margin-inline-start": marginLeft, "margin-top": marginTop, "margin-block-start": marginTop, "clip": clip,
	"clip-path": clipPath, "-webkit-clip-path": clipPath, "transform": transform, "-webkit-transform": transform, "scale": scale, "translate": translate,
	"font-size": fontSize, "color": textColor, "-webkit-text-fill-color": textFill, "text-shadow": textShadow, "-webkit-text-stroke": textStroke,
	"-webkit-text-stroke-width": textStroke, "background-color": backgroundColor, "background-image": backgroundImage, "background-clip": backgroundClip,
	"-webkit-background-clip": backgroundClip, "mix-blend-mode": blendMode, "animation": animation, "animation-name": animation, "-webkit-animation": animation,
	"-webkit-animation-name": animation, "text-decoration": textDecoration, "text-decoration-line": textDecoration,
	"font-weight": fontWeight, "font-style": fontStyle, "text-align": textAlign, "white-space": whiteSpace,
}

// validity says of each property which values a browser takes. What it does not take is as if it
// were not there, and what stood before it counts.
var validity = [propertyCount]func(value string) bool{
	display: words("none block inline inline-block flex inline-flex grid inline-grid flow-root list-item contents table inline-table table-row table-cell " +
		"table-caption table-row-group table-header-group table-footer-group table-column table-column-group run-in flow ruby ruby-base ruby-text " +
		"-webkit-box -webkit-inline-box -webkit-flex -webkit-inline-flex"),
	visibility:        words("visible hidden collapse"),
	opacity:           isNumber,
	contentVisibility: words("visible auto hidden"),
	filter:            functionsOf("none", "opacity blur brightness contrast drop-shadow grayscale hue-rotate invert saturate sepia url"),
	height:            lengths(0, "auto min-content max-content fit-content stretch -webkit-fill-available"),
	maxHeight:         lengths(0, "none min-content max-content fit-content stretch -webkit-fill-available"),
	minHeight:         lengths(0, "auto min-content max-content fit-content stretch -webkit-fill-available"),
	width:             lengths(0, "auto min-content max-content fit-content stretch -webkit-fill-available"),
	maxWidth:          lengths(0, "none min-content max-content fit-content stretch -webkit-fill-available"),
	minWidth:          lengths(0, "auto min-content max-content fit-content stretch -webkit-fill-available"),
	paddingRight:      lengths(0, ""),
	paddingBottom:     lengths(0, ""),
	overflowX:         words("visible hidden clip scroll auto overlay"),
	overflowY:         words("visible hidden clip scroll auto overlay"),
	textIndent:        allOf(anyOf(lengths(-1e9, ""), words("hanging each-line"))),
	position:          words("static relative absolute fixed sticky -webkit-sticky"),
	left:              lengths(-1e9, "auto"),
	top:               lengths(-1e9, "auto"),
	right:             lengths(-1e9, "auto"),
	bottom:            lengths(-1e9, "auto"),
	float:             words("none left right inline-start inline-end"),
	marginLeft:        lengths(-1e9, "auto"),
	marginTop:         lengths(-1e9, "auto"),
	clip:              functionsOf("auto", "rect"),
	clipPath:          anyOf(words("none border-box padding-box content-box margin-box fill-box stroke-box view-box"), functionsOf("none", "inset circle ellipse polygon path rect xywh url shape")),
	transform: functionsOf("none", "scale scalex scaley scalez scale3d translate translatex translatey translatez translate3d rotate rotatex rotatey rotatez "+
		"rotate3d skew skewx skewy matrix matrix3d perspective"),
	scale:           allOf(anyOf(isNumber, words("none"))),
	translate:       allOf(lengths(-1e9, "none")),
	fontSize:        lengths(0, "xx-small x-small small medium large x-large xx-large xxx-large smaller larger math"),
	textColor:       isPaint,
	textFill:        isPaint,
	textShadow:      allOf(anyOf(isPaint, lengths(-1e9, "none"))),
	textStroke:      allOf(anyOf(isPaint, lengths(0, "thin medium thick"))),
	backgroundColor: isPaint,
	backgroundImage: allOf(anyOf(words("none"), isPicture)),
	backgroundClip:  allOf(words("border-box padding-box content-box text border-area")),
	blendMode: words("normal multiply screen overlay darken lighten color-dodge color-burn hard-light soft-light difference exclusion hue saturation " +
		"color luminosity plus-darker plus-lighter"),
	animation:      func(v string) bool { return v != "" },
	textDecoration: allOf(anyOf(isPaint, lengths(-1e9, "none underline overline line-through blink solid double dotted dashed wavy auto from-font"))),
	fontWeight:     anyOf(words("normal bold bolder lighter"), isNumber),
	fontStyle:      func(v string) bool { return words("normal italic")(v) || strings.HasPrefix(v, "oblique") },
	textAlign:      words("left right center justify start end match-parent -webkit-center -webkit-left -webkit-right"),
	whiteSpace:     words("normal nowrap pre pre-wrap pre-line break-spaces"),
}

// unknownValue is a value that a browser takes and that is not read here, so nothing is hidden by
// it.
const unknownValue = "var()"

// isValid says whether a browser takes a value for a property.
func (p property) isValid(value string) bool {
	return isWide(value) || isSubstituted(value) || validity[p](value)
}

// isWide says whether it is one of the words that every property takes.
func isWide(value string) bool {
	switch value {
	case "inherit", "initial", "unset", "revert", "revert-layer":
		return true
	}
	return false
}

// isSubstituted says whether something is put into the value before it is read.
func isSubstituted(value string) bool {
	if !strings.Contains(value, "(") {
		return false
	}
	for _, f := range []string{"var(", "env(", "attr(", "if("} {
		if at := strings.Index(value, f); at >= 0 && (at == 0 || !isNameByte(value[at-1])) {
			return true
		}
	}
	return false
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

func words(list string) func(string) bool {
	set := wordSet(list)
	return func(v string) bool { return set[v] }
}

func anyOf(checks ...func(string) bool) func(string) bool {
	return func(v string) bool {
		for _, check := range checks {
			if check(v) {
				return true
			}
		}
		return false
	}
}

// allOf says of each part of a value that it is valid.
func allOf(check func(string) bool) func(string) bool {
	return func(v string) bool {
		parts := splitCSS(v, ","+blanks)
		for _, part := range parts {
			if !check(part) {
				return false
			}
		}
		return len(parts) > 0
	}
}

func isNumber(v string) bool {
	l := parseLength(v)
	return l.ok && (l.unit == "" || l.unit == "%") || isMath(v)
}

// lengths are of at least so much, or one of these words. Numbers without a unit are lengths in old
// documents only, so one that would hide something is none.
func lengths(least float64, list string) func(string) bool {
	set := wordSet(list)
	return func(v string) bool {
		l := parseLength(v)
		switch {
		case set[v], isMath(v):
			return true
		case l.unit == "":
			return l.ok && (l.n == 0 || l.n >= 2)
		}
		return l.ok && l.n >= least && !strings.Contains("deg grad rad turn", l.unit)
	}
}

func isMath(v string) bool {
	name, _, ok := strings.Cut(v, "(")
	return ok && strings.HasSuffix(v, ")") && mathFunctions[name]
}

var mathFunctions = wordSet("calc min max clamp round mod rem abs sign sin cos tan hypot sqrt pow exp log fit-content anchor anchor-size calc-size progress")

func functionsOf(none, list string) func(string) bool {
	set := wordSet(list)
	return func(v string) bool {
		all, ok := cssFunctions(v)
		for _, f := range all {
			ok = ok && set[f.name] && len(f.arguments) > 0
		}
		return ok || v == none
	}
}

func isPicture(v string) bool {
	name, _, ok := strings.Cut(v, "(")
	return ok && (strings.HasSuffix(name, "gradient") || wordSet("url src image image-set -webkit-image-set cross-fade element paint")[name])
}

// shorthand is a property that stands for several.
type shorthand struct {
	longhands []property
	// values gives one for each of them, "" for none.
	values func(value string) ([]string, bool)
}

var shorthands = map[string]shorthand{
	"overflow":       {[]property{overflowX, overflowY}, sides(2, 0, 1)},
	"padding":        {[]property{paddingRight, paddingBottom}, sides(4, 1, 2)},
	"padding-inline": {[]property{paddingRight}, sides(2, 1)},
	"padding-block":  {[]property{paddingBottom}, sides(2, 1)},
	"margin":         {[]property{marginTop, marginLeft}, sides(4, 0, 3)},
	"margin-inline":  {[]property{marginLeft}, sides(2, 0)},
	"margin-block":   {[]property{marginTop}, sides(2, 0)},
	"inset":          {[]property{top, right, bottom, left}, sides(4, 0, 1, 2, 3)},
	"inset-inline":   {[]property{left, right}, sides(2, 0, 1)},
	"inset-block":    {[]property{top, bottom}, sides(2, 0, 1)},
	"font":           {[]property{fontSize, fontStyle, fontWeight}, fontValues},
	"background":     {[]property{backgroundColor, backgroundImage, backgroundClip}, backgroundValues},
}

// sides takes up to so many values, of which those left out are as the opposite ones, and gives
// some of them.
func sides(most int, which ...int) func(string) ([]string, bool) {
	return func(value string) ([]string, bool) {
		all := splitCSS(value, blanks)
		if len(all) == 0 || len(all) > most {
			return nil, false
		}
		for len(all) < most {
			all = append(all, all[max(0, len(all)-2)])
		}
		values := make([]string, len(which))
		for i, side := range which {
			values[i] = all[side]
		}
		return values, true
	}
}

// fontValues: the size stands behind words about the font and in front of its family.
func fontValues(value string) ([]string, bool) {
	style, weight := "normal", "normal"
	parts := splitCSS(value, blanks)
	for i, part := range parts {
		size, _, _ := strings.Cut(part, "/")
		switch {
		case validity[fontSize](size) && !fontWeights[size]:
			return []string{size, style, weight}, i+1 < len(parts)
		case part == "italic" || part == "oblique":
			style = part
		case fontWeights[part]:
			weight = part
		case !fontWords[part]:
			return []string{"medium", style, weight}, len(parts) == 1 && systemFonts[part]
		}
	}
	return nil, false
}

var (
	fontWeights = wordSet("normal bold bolder lighter 100 200 300 400 500 600 700 800 900")
	fontWords   = wordSet("normal small-caps ultra-condensed extra-condensed condensed semi-condensed semi-expanded expanded extra-expanded ultra-expanded")
	systemFonts = wordSet("caption icon menu message-box small-caption status-bar")
)

// backgroundValues: a colour, pictures, and words about the pictures.
func backgroundValues(value string) ([]string, bool) {
	paint, image, clipped := "transparent", "none", "border-box"
	parts := splitCSS(value, ","+blanks)
	for _, part := range parts {
		switch {
		case isPaint(part):
			paint = part
		case isPicture(part):
			image = part
		case part == "text":
			clipped = part
		case !backgroundWords[strings.Trim(part, "/")] && !validity[left](part) && !strings.Contains(part, "/"):
			return nil, false
		}
	}
	return []string{paint, image, clipped}, len(parts) > 0
}

var backgroundWords = wordSet("none left right top bottom center repeat repeat-x repeat-y no-repeat space round scroll fixed local cover contain auto " +
	"border-box padding-box content-box")
