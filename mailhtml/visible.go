package mailhtml

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Visible is the HTML without what its sender hides, and with the styles that carry meaning. Text
// that a style strikes out is put into <s>, so that it is so without styles as well.
func Visible(source []byte) []byte {
	v := reader{sheet: styleSheet{}}
	v.read(source)
	return v.out.Bytes()
}

func (v *reader) read(source []byte) {
	v.z = html.NewTokenizer(bytes.NewReader(source))
	v.out.Grow(len(source))
	v.elements.push(element{appearance: appearance{background: &white, paper: white}})
	for {
		switch kind := v.z.Next(); kind {
		case html.ErrorToken: // the end; nothing else ends it
			return
		case html.TextToken:
			v.writeText()
		case html.StartTagToken, html.SelfClosingTagToken:
			v.openTag()
		case html.EndTagToken:
			v.closeTag()
		}
	}
}

// reader reads a source and writes what is seen of it.
type reader struct {
	z        *html.Tokenizer
	out      bytes.Buffer
	elements openElements
	sheet    styleSheet

	inStyle  bool // the text is a style sheet
	notText  bool // the text is a script, a title or the like
	anySheet bool // there is a style sheet
}

// notText are elements whose text the tokenizer gives in one piece, and no browser shows.
func notText(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Iframe, atom.Noembed, atom.Noframes:
		return true
	}
	return false
}

func (v *reader) writeText() {
	switch {
	case v.inStyle:
		v.readSheet()
		return
	case v.notText:
		return
	}
	top := v.elements.top()
	if top.hidden || top.appearance.hidesText() {
		return
	}
	raw := v.z.Raw()
	if top.appearance.struck && !top.appearance.marked && len(bytes.TrimSpace(raw)) > 0 {
		v.out.WriteString("<s>")
		v.out.Write(raw)
		v.out.WriteString("</s>")
		return
	}
	v.out.Write(raw)
}

// readSheet reads a style sheet. What one says of backgrounds is understood in part only, so the
// page is not known to be white any more.
func (v *reader) readSheet() {
	v.sheet.read(string(v.z.Raw()))
	if v.anySheet {
		return
	}
	v.anySheet = true
	for i := range v.elements.stack {
		if l := &v.elements.stack[i].appearance; l.background == &white {
			l.background = nil
		}
	}
}

func (v *reader) openTag() {
	raw := v.z.Raw()
	name, more := v.z.TagName()
	tag := atom.Lookup(name)
	v.inStyle, v.notText = tag == atom.Style, notText(tag)
	if v.notText {
		return
	}
	a := readAttributes(v.z, more)
	v.elements.closeImplied(tag)
	above := v.elements.top()
	e := element{tag: tag, name: string(name), hidden: above.hidden, appearance: above.appearance}
	own := parseDeclarations(a.style)
	styles := own
	if len(v.sheet) > 0 {
		styles = v.sheet.of(e.name, a.class, a.id)
		styles.add(own)
	}
	e.hidden = e.hidden || a.hides(tag) || styles.hides(tag)
	e.appearance.apply(tag, styles, a)
	if !e.hidden {
		v.writeTag(raw, &e, own, a)
	}
	if !isVoid(tag) {
		v.elements.push(e)
	}
}

// writeTag writes a start tag as it came, but for its styles.
func (v *reader) writeTag(raw []byte, e *element, own declarations, a attributes) {
	if a.style == "" && a.color == "" && a.bgcolor == "" {
		v.out.Write(raw)
		return
	}
	v.out.WriteByte('<')
	v.out.WriteString(e.name)
	for _, kv := range a.others {
		writeAttribute(&v.out, kv[0], kv[1])
	}
	if kept := keptStyle(own, a, &e.appearance); kept != "" {
		writeAttribute(&v.out, "style", kept)
	}
	v.out.WriteByte('>')
}

func writeAttribute(out *bytes.Buffer, name, value string) {
	out.WriteByte(' ')
	out.WriteString(name)
	out.WriteString(`="`)
	out.WriteString(html.EscapeString(value))
	out.WriteByte('"')
}

func (v *reader) closeTag() {
	raw := v.z.Raw()
	name, _ := v.z.TagName()
	v.inStyle, v.notText = false, false
	tag := atom.Lookup(name)
	if notText(tag) {
		return
	}
	if v.elements.close(string(name), tag) {
		v.out.Write(raw)
	}
}

// attributes are those of a tag that decide how it is seen, and all others.
type attributes struct {
	style, class, id, color, bgcolor, background string
	hidden, open                                 bool
	others                                       [][2]string // all that are no styles
}

// maxAttributes bounds what is kept of one tag.
const maxAttributes = 200

func readAttributes(z *html.Tokenizer, more bool) (a attributes) {
	for more {
		var k, val []byte
		k, val, more = z.TagAttr()
		switch key, value := string(k), string(val); key {
		case "style":
			if a.style == "" { // the first one counts, as in a browser
				a.style = value
			}
			continue
		case "color":
			a.color = value
			continue
		case "bgcolor":
			a.bgcolor = value
			continue
		case "background":
			a.background = value
		case "class":
			a.class = value
		case "id":
			a.id = value
		case "hidden":
			a.hidden = true
		case "open":
			a.open = true
		}
		if len(a.others) < maxAttributes && isAttributeName(k) {
			a.others = append(a.others, [2]string{string(k), string(val)})
		}
	}
	return a
}

func isAttributeName(k []byte) bool {
	return len(k) > 0 && !bytes.ContainsAny(k, "\"'<>/= \t\r\n\f")
}

// hides says whether an element hides what is in it by what it is.
func (a *attributes) hides(tag atom.Atom) bool {
	switch tag {
	case atom.Template, atom.Datalist:
		return true
	case atom.Dialog:
		return !a.open
	}
	return a.hidden
}

func isVoid(tag atom.Atom) bool {
	switch tag {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

// appearance is how text is seen that stands in an element, as far as it is handed down.
type appearance struct {
	color, background *color // nil: not known
	tiny              bool   // the font has no size that can be read
	invisible         bool
	outside           bool // the first line, and mostly there is no other, begins off the screen
	struck            bool
	marked            bool // by an element that says so itself
	clear             bool // the colour is none

	ink, paper color // as what comes out has them
}

func (p *appearance) hidesText() bool {
	return p.tiny || p.invisible || p.outside || p.clear || p.color != nil && p.background != nil && p.color.isLike(*p.background)
}

// apply changes the appearance by what an element says of itself.
func (p *appearance) apply(tag atom.Atom, styles declarations, a attributes) {
	switch tag {
	case atom.S, atom.Strike, atom.Del:
		p.struck, p.marked = true, true
	case atom.A: // a link has a colour of its own
		p.color = nil
	}
	p.applyColors(styles, a)
	if size, set := styles.fontSize(); set {
		p.tiny = size.unreadable(p.tiny)
	}
	switch styles["visibility"] {
	case "hidden", "collapse":
		p.invisible = true
	case "visible":
		p.invisible = false
	}
	if indent, set := styles["text-indent"]; set {
		p.outside = parseLength(indent).isFarOut()
	}
	if strings.Contains(styles["text-decoration"]+" "+styles["text-decoration-line"], "line-through") {
		p.struck = true
	}
}

func (p *appearance) applyColors(styles declarations, a attributes) {
	if said := firstOf(styles["color"], a.color); said != "" {
		p.clear = isClear(said)
		if c, ok := parseColor(said); ok {
			p.color = c
		} else if !isNoColor(said) {
			p.color = nil
		}
	}
	switch back := firstOf(styles["background-color"], styles["background"], a.bgcolor); {
	case a.background != "" || styles["background-image"] != "" && styles["background-image"] != "none":
		p.background = nil // a picture
	case back != "":
		if c, ok := parseColor(back); ok {
			p.background = c
		} else if !isNoColor(back) {
			p.background = nil
		}
	}
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
