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
	v := reader{}
	v.read(source)
	return v.out.Bytes()
}

// reader reads a source and writes what is seen of it.
type reader struct {
	z        *html.Tokenizer
	out      bytes.Buffer
	raw      []byte // the token, as it came
	elements openElements
	sheet    styleSheet
	// page are the attributes of the page's own two elements, which are there whether their tags
	// are or not. Of several tags the first one counts that has an attribute.
	page   [2]attributes
	quirks bool // the page is of the old kind, in which tables look like nothing around them
}

func (v *reader) read(source []byte) {
	v.sheet = sheetsOf(source)
	v.z = html.NewTokenizer(bytes.NewReader(source))
	v.out.Grow(len(source))
	v.quirks = true
	v.openPage()
	inNotText := false // the text is a script, a title or the like
	for {
		kind := v.z.Next()
		v.raw = append(v.raw[:0], v.z.Raw()...) // a copy: reading the tag may change it
		switch kind {
		case html.ErrorToken: // the end; nothing else ends it
			return
		case html.DoctypeToken:
			v.quirks = false
		case html.TextToken:
			if !inNotText {
				v.writeText()
			}
			continue
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := v.z.TagName()
			if tag := atom.Lookup(name); notText(tag) {
				inNotText = true
				continue
			} else if tag == atom.Noscript {
				v.z.NextIsNotRawText() // no scripts run where mails are read
			} else {
				v.openTag(string(name), tag, more)
			}
		case html.EndTagToken:
			name, _ := v.z.TagName()
			if tag := atom.Lookup(name); !notText(tag) && tag != atom.Noscript {
				v.closeTag(string(name), tag)
			}
		}
		inNotText = false
	}
}

// notText are elements whose text the tokenizer gives in one piece, and no browser shows.
func notText(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Iframe, atom.Noembed, atom.Noframes:
		return true
	}
	return false
}

// sheetsOf reads all style sheets first, since they count for what stands in front of them as well.
func sheetsOf(source []byte) styleSheet {
	sheet := styleSheet{steps: map[string][]ruleStep{}}
	z := html.NewTokenizer(bytes.NewReader(source))
	templates, holds := 0, never
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return sheet
		case html.TextToken:
			if holds != never {
				sheet.read(string(z.Raw()), holds)
			}
			continue
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			holds = never
			name, more := z.TagName()
			switch tag := atom.Lookup(name); {
			case tag == atom.Noscript && kind != html.EndTagToken:
				z.NextIsNotRawText()
			case tag == atom.Template && kind == html.EndTagToken:
				templates = max(templates-1, 0)
			case tag == atom.Template:
				templates++
			case tag == atom.Style && kind != html.EndTagToken && templates == 0:
				holds = sheetHolds(z, more)
			}
		}
	}
}

// sheetHolds says whether a sheet counts, by the attributes of its element.
func sheetHolds(z *html.Tokenizer, more bool) certainty {
	holds := certain
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch text := strings.ToLower(strings.TrimSpace(string(value))); string(key) {
		case "media":
			holds = min(holds, mediaHold(text))
		case "type":
			if text != "" && text != "text/css" {
				return never
			}
		}
	}
	return holds
}

func (v *reader) writeText() {
	top := &v.elements.stack[v.elements.around(0)]
	if !top.shows() || top.appearance.hidesText() {
		return
	}
	if top.appearance.struck && !top.appearance.marked && len(bytes.TrimSpace(v.raw)) > 0 {
		v.out.WriteString("<s>")
		v.out.Write(v.raw)
		v.out.WriteString("</s>")
		return
	}
	v.out.Write(v.raw)
}

// openPage opens the page's two elements with what is known of them.
func (v *reader) openPage() {
	v.elements.popTo(0)
	above := element{appearance: pageAppearance()}
	for i, tag := range []atom.Atom{atom.Html, atom.Body} {
		e := v.elementOf(tag.String(), tag, &v.page[i], parseDeclarations(v.page[i].style), &above, i-1)
		v.elements.push(e)
		above = e
	}
}

// openPageTag adds the attributes of a tag of the page. What is open already is only hidden by it,
// if it hides the page.
func (v *reader) openPageTag(tag atom.Atom, a *attributes) {
	page := &v.page[0]
	if tag == atom.Body {
		page = &v.page[1]
	}
	if !page.complete(a) {
		return
	}
	open := v.elements.stack[2:]
	if len(open) == 0 {
		v.openPage()
		return
	}
	e := v.elementOf(tag.String(), tag, page, parseDeclarations(page.style), &v.elements.stack[0], 0)
	for i := range open {
		open[i].hidden = open[i].hidden || e.hidden
	}
	v.elements.stack[1].hidden = v.elements.stack[1].hidden || e.hidden
}

func (v *reader) openTag(name string, tag atom.Atom, more bool) {
	a := readAttributes(v.z, tag, more)
	if tag == atom.Html || tag == atom.Body || tag == atom.Head {
		if tag != atom.Head {
			v.openPageTag(tag, &a)
		}
		v.writeTag(v.elements.top(), name, nil, &a)
		return
	}
	v.elements.closeImplied(tag)
	if v.elements.isDropped(tag) {
		v.writeTag(v.elements.top(), name, nil, &a)
		return
	}
	parent := v.elements.around(tag)
	above := &v.elements.stack[parent]
	if tag == atom.Br && above.appearance.outside {
		v.endLine(parent)
	}
	declared := parseDeclarations(a.style)
	e := v.elementOf(name, tag, &a, declared, above, parent)
	v.writeTag(&e, name, declared, &a)
	if !isVoid(tag) {
		v.elements.push(e)
	}
}

// elementOf is an element as what it is and its styles make it in the one around it.
func (v *reader) elementOf(name string, tag atom.Atom, a *attributes, declared declarations, above *element, parent int) (e element) {
	e = element{tag: tag, name: name, hidden: above.hidden, cut: above.cut, escapes: above.escapes, appearance: above.appearance}
	rules, goOn := v.sheet.match(name, a.id, classesOf(a.class), parent)
	e.goOn = goOn
	e.hidden = e.hidden || neverShown(tag) || v.isNote(name)
	if tag == atom.Table && v.quirks {
		e.appearance.color, e.appearance.fontSize = paint{}, max(e.appearance.fontSize, mediumFont)
	}
	e.appearance.applyTag(tag, a)
	var s style
	if len(rules) > 0 || len(declared) > 0 {
		s.combine(rules, declared)
		if v.sheet.animates {
			s.animate()
		}
		e.arranges = s.arranges()
	} else if !a.decidesAppearance(tag) && !above.appearance.indent {
		return e
	}
	b := s.boxOf(tag, above.arranges)
	e.hidden = e.hidden || s.hides(tag, a, b)
	e.cutOff(&s, b)
	e.appearance.apply(&s, a, b)
	return e
}

// isNote says whether it is a part of a drawing that is not drawn.
func (v *reader) isNote(name string) bool {
	return (name == "desc" || name == "metadata" || name == "defs") && v.elements.lastOf("svg") > 0
}

// cutOff: what has no room cuts off what is in it, but for what is lifted out of it.
func (e *element) cutOff(s *style, b box) {
	isFixedPoint := s[position] != "" && s[position] != "static" || s[transform] != "" && s[transform] != "none"
	if s.isLifted() && e.escapes {
		e.cut = false
	}
	if isFixedPoint {
		e.escapes = false
	}
	if s.cutsOff(b) && !e.cut {
		e.cut, e.escapes = true, !isFixedPoint
	}
}

// endLine ends the first line of a block, which is the only one that an indent moves.
func (v *reader) endLine(at int) {
	for ; at > 0 && v.elements.stack[at].appearance.outside; at-- {
		v.elements.stack[at].appearance.outside = false
	}
}

// writeTag writes a start tag as it came, but for its styles.
func (v *reader) writeTag(e *element, name string, own declarations, a *attributes) {
	if !e.shows() {
		return
	}
	if a.style == "" && a.color == "" && a.bgcolor == "" && (!a.href || e.appearance.paper == white) {
		v.out.Write(v.raw)
		return
	}
	v.out.WriteByte('<')
	v.out.WriteString(name)
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

func (v *reader) closeTag(name string, tag atom.Atom) {
	seen := v.elements.top().shows()
	if tag != atom.Html && tag != atom.Body && tag != atom.Head { // these end nothing that is open
		seen = v.elements.close(name, tag)
	}
	if seen {
		v.out.Write(v.raw)
	}
}
