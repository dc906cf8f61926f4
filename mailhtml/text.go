package mailhtml

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Text renders the HTML of a message as text, as a browser would lay it out: lines and
// paragraphs, cells with tabs between them, items with dashes, quotes behind ">", links with their
// addresses behind them, struck words between "~~". What the sender hides is left out. Pictures
// says that it shows some, so that it may say something without any text. The work grows with the
// length only.
func Text(source []byte) (text string, pictures bool) {
	p := textWriter{z: html.NewTokenizer(bytes.NewReader(Visible(source)))}
	for {
		kind := p.z.Next()
		if kind == html.ErrorToken { // the end; nothing else ends it
			p.writeLinkTarget()
			p.endStruck()
			return p.out.String(), p.pictures
		}
		p.handleToken(kind)
	}
}

// textWriter is text that is being written. What stands between two texts is put off until the
// second one comes, so that there is none at the end, and a paragraph in a cell in a table is one
// gap and not three.
type textWriter struct {
	z   *html.Tokenizer
	out strings.Builder

	breaks int  // lines to be ended before the next text
	cell   bool // a cell has begun on this line
	space  bool
	dash   bool // an item of a list has begun

	hidden   bool // what comes next is a script, a style or a title
	pre      int  // how deep it stands in <pre>
	quotes   int  // how deep in <blockquote>
	pictures bool
	struck   int  // how deep it stands in <s>, <strike> and <del>
	marked   bool // the mark of struck text has been begun

	link     string // where the open link leads, "" for no link
	linkFrom int    // where its text begins
	linkSeen bool   // it has a picture
}

// maxQuotes is how many ">" a line may begin with, however deep it stands.
const maxQuotes = 8

func (p *textWriter) handleToken(kind html.TokenType) {
	if kind == html.TextToken {
		if data := p.z.Token().Data; !p.hidden {
			p.writeText(data)
		}
		return
	}
	p.hidden = false
	name, more := p.z.TagName()
	tag := atom.Lookup(name)
	switch kind {
	case html.StartTagToken, html.SelfClosingTagToken:
		p.openTag(tag, more)
	case html.EndTagToken:
		p.closeTag(tag)
	}
}

func (p *textWriter) openTag(tag atom.Atom, attributes bool) {
	p.breakAround(tag)
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Iframe, atom.Noembed, atom.Noframes:
		p.hidden = true
	case atom.Br:
		p.breaks++
	case atom.Td, atom.Th:
		p.cell = true
	case atom.Li:
		p.dash = true
	case atom.Pre:
		p.pre++
	case atom.Blockquote:
		p.quotes++
	case atom.S, atom.Strike, atom.Del:
		p.struck++
	case atom.A:
		p.writeLinkTarget()
		p.link, p.linkFrom, p.linkSeen = linkTarget(p.attributeValue("href", attributes)), p.out.Len(), false
	case atom.Img:
		p.describePicture(attributes)
	}
}

func (p *textWriter) closeTag(tag atom.Atom) {
	p.breakAround(tag)
	switch tag {
	case atom.Pre:
		p.pre = max(p.pre-1, 0)
	case atom.Blockquote:
		p.quotes = max(p.quotes-1, 0)
	case atom.S, atom.Strike, atom.Del:
		p.struck = max(p.struck-1, 0)
	case atom.A:
		p.writeLinkTarget()
	}
}

// breakAround begins a new line, or a paragraph, where a browser does.
func (p *textWriter) breakAround(tag atom.Atom) {
	switch tag {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl, atom.Blockquote, atom.Table, atom.Pre, atom.Hr:
		p.breaks = max(p.breaks, 2)
	case atom.Div, atom.Tr, atom.Li, atom.Dt, atom.Dd, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Nav, atom.Aside, atom.Address,
		atom.Center, atom.Caption, atom.Figure, atom.Figcaption, atom.Form, atom.Fieldset, atom.Legend, atom.Option, atom.Body, atom.Details, atom.Summary:
		p.breaks = max(p.breaks, 1)
	}
}

func (p *textWriter) attributeValue(name string, more bool) string {
	for more {
		var key, value []byte
		if key, value, more = p.z.TagAttr(); string(key) == name {
			return string(value)
		}
	}
	return ""
}

// describePicture stands for an image with what it says instead.
func (p *textWriter) describePicture(more bool) {
	for more {
		var key, value []byte
		key, value, more = p.z.TagAttr()
		switch string(key) {
		case "src":
			shows := len(bytes.TrimSpace(value)) > 0
			p.pictures, p.linkSeen = p.pictures || shows, p.linkSeen || shows
		case "alt":
			p.writeText(string(value))
		}
	}
}

// writeText folds white space as a browser does, and keeps it in <pre>.
func (p *textWriter) writeText(s string) {
	if p.pre > 0 {
		for i, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
			if i > 0 {
				p.breaks++
			}
			if strings.TrimSpace(line) != "" {
				p.writeGap()
				p.out.WriteString(line)
			}
		}
		return
	}
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	p.space = p.space || unicode.IsSpace(first)
	for i, word := range strings.Fields(s) {
		p.space = p.space || i > 0
		p.writeGap()
		p.out.WriteString(word)
	}
	p.space = p.space || unicode.IsSpace(last)
}

// endStruck ends the mark of struck text.
func (p *textWriter) endStruck() {
	if p.marked {
		p.out.WriteString(struckMark)
		p.marked = false
	}
}

// struckMark stands around words that are struck out, as people write it where nothing else can.
const struckMark = "~~"

// writeGap writes what stands before the next text.
func (p *textWriter) writeGap() {
	if p.struck == 0 || p.breaks > 0 || p.cell {
		p.endStruck()
	}
	switch {
	case p.out.Len() == 0:
		p.writeQuoteMarks()
	case p.breaks > 0:
		for range p.breaks {
			p.out.WriteByte('\n')
		}
		p.writeQuoteMarks()
	case p.cell:
		p.out.WriteByte('\t')
	case p.space:
		p.out.WriteByte(' ')
	}
	if p.dash {
		p.out.WriteString("- ")
	}
	p.breaks, p.cell, p.space, p.dash = 0, false, false, false
	if p.struck > 0 && !p.marked {
		p.out.WriteString(struckMark)
		p.marked = true
	}
}

func (p *textWriter) writeQuoteMarks() {
	p.out.WriteString(strings.Repeat("> ", min(p.quotes, maxQuotes)))
}

// writeLinkTarget writes where a link leads, unless its text says so.
func (p *textWriter) writeLinkTarget() {
	to := p.link
	p.link = ""
	if to == "" {
		return
	}
	said, after := p.out.String()[p.linkFrom:], p.space
	bare := strings.TrimSuffix(to[strings.Index(to, ":")+1:], "/")
	if said == "" && !p.linkSeen || strings.Contains(said, strings.TrimPrefix(bare, "//")) {
		return
	}
	p.space = p.space || said != ""
	p.writeGap()
	p.out.WriteString("<" + to + ">")
	p.space = after
}

// linkTarget is a link that leads somewhere outside of the message, in one line; "" for others.
func linkTarget(href string) string {
	href = strings.Join(strings.Fields(href), "")
	scheme, rest, ok := strings.Cut(href, ":")
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel":
		if ok && strings.Trim(rest, "/") != "" {
			return href
		}
	}
	return ""
}
