package mailhtml

import "golang.org/x/net/html/atom"

// element is one that is open.
type element struct {
	tag        atom.Atom
	name       string
	hidden     bool // with all that is in it
	cut        bool // it has no room, or stands in what has none
	escapes    bool // of what has none, that which is lifted out of the text is seen
	arranges   bool // what is in it, as flexible boxes or a grid
	appearance appearance
	goOn       []ruleStep // that fit it and go on to what is in it
}

// shows says whether text in it can be seen, whatever its colours are.
func (e *element) shows() bool { return !e.hidden && !e.cut }

// openElements is the stack of open elements, with what makes every question to it a look-up: where
// the last one of a name stands, and the last one that an end tag does not reach beyond.
type openElements struct {
	stack  []element
	last   map[string][]int // the places of the elements of a name
	scopes []int            // the places of the elements that bound a scope
	blocks []int            // the places of those that end tags of other names do not reach beyond
	steps  int              // elements that were opened, closed or looked for
}

func (o *openElements) top() *element { return &o.stack[len(o.stack)-1] }

func (o *openElements) push(e element) {
	at := len(o.stack)
	o.steps++
	if o.last == nil {
		o.last = map[string][]int{}
	}
	o.stack = append(o.stack, e)
	o.last[e.name] = append(o.last[e.name], at)
	if boundsScope(e.tag) {
		o.scopes = append(o.scopes, at)
	}
	if isBlock(e.tag) {
		o.blocks = append(o.blocks, at)
	}
	for _, fits := range e.goOn {
		fits.rule.open[fits.step] = append(fits.rule.open[fits.step], at)
	}
}

// popTo closes all elements from a place on.
func (o *openElements) popTo(at int) {
	for len(o.stack) > at {
		o.steps++
		end := len(o.stack) - 1
		e := &o.stack[end]
		places := o.last[e.name]
		o.last[e.name] = places[:len(places)-1]
		if n := len(o.scopes); n > 0 && o.scopes[n-1] == end {
			o.scopes = o.scopes[:n-1]
		}
		if n := len(o.blocks); n > 0 && o.blocks[n-1] == end {
			o.blocks = o.blocks[:n-1]
		}
		for _, fits := range e.goOn {
			open := fits.rule.open[fits.step]
			fits.rule.open[fits.step] = open[:len(open)-1]
		}
		o.stack = o.stack[:end]
	}
}

// lastOf is the place of the last open element of one of these names, 0 for none.
func (o *openElements) lastOf(names ...string) (at int) {
	for _, name := range names {
		o.steps++
		if places := o.last[name]; len(places) > 0 {
			at = max(at, places[len(places)-1])
		}
	}
	return at
}

// inScope says whether an end tag reaches an element at that place.
func (o *openElements) inScope(at int) bool {
	return at > 0 && (len(o.scopes) == 0 || at >= o.scopes[len(o.scopes)-1])
}

// close closes the element of that name, and those in it that have not been ended. It says whether
// the end tag is of something that is seen.
func (o *openElements) close(name string, tag atom.Atom) (seen bool) {
	at := o.lastOf(name)
	if isHeading(tag) {
		at = o.lastOf(headings...)
	}
	if at == 0 || !o.reaches(tag, name, at) {
		return o.top().shows()
	}
	seen = o.stack[at].shows()
	o.popTo(at)
	return seen
}

// reaches says whether an end tag ends the element at that place.
func (o *openElements) reaches(tag atom.Atom, name string, at int) bool {
	inBlock := len(o.blocks) > 0 && o.blocks[len(o.blocks)-1] > at
	switch {
	case tag == atom.Table:
		return true
	case isTablePart(tag):
		return at > o.lastOf("table")
	case !o.inScope(at):
		return false
	case tag == atom.Li:
		return !o.listBetween(name, at)
	case tag == atom.Form || isFormat(tag):
		// What stands in it goes on behind its end. That matters where it is hidden by itself.
		return !inBlock || o.top().shows() || !o.stack[at].shows()
	}
	return isBlock(tag) || !inBlock
}

// closeImplied closes what a start tag ends by the rules of HTML: a cell the cell before it, a
// paragraph the paragraph before it.
func (o *openElements) closeImplied(tag atom.Atom) {
	switch tag {
	case atom.Td, atom.Th:
		o.closePart("td", "th")
		o.backTo("table", "template", "tbody", "thead", "tfoot", "tr")
	case atom.Tr:
		o.closePart("tr")
		o.backTo("table", "template", "tbody", "thead", "tfoot")
	case atom.Tbody, atom.Thead, atom.Tfoot, atom.Caption, atom.Colgroup:
		o.closePart("tbody", "thead", "tfoot", "tr")
		o.backTo("table", "template")
	case atom.Li:
		o.closeInScope("li")
	case atom.Dt, atom.Dd:
		o.closeInScope("dt", "dd")
	case atom.Option:
		o.closeInScope("option")
	case atom.A:
		o.closeInScope("a")
	case atom.Nobr:
		o.closeInScope("nobr")
	case atom.Button:
		o.closeInScope("button")
	case atom.Table:
		if o.isBetweenCells() {
			o.popTo(o.lastOf("table"))
		}
	}
	if endsParagraph(tag) {
		o.closeInScope("p")
	}
	if isHeading(tag) && isHeading(o.top().tag) {
		o.popTo(len(o.stack) - 1)
	}
}

// isDropped says whether a browser takes no notice of a start tag: of a part of a table outside of
// one, and of a form in a form or between the cells of a table.
func (o *openElements) isDropped(tag atom.Atom) bool {
	switch {
	case tag == atom.Form:
		return o.lastOf("form") > 0 || o.isBetweenCells()
	case isTablePart(tag) || tag == atom.Col || tag == atom.Colgroup:
		return tag != atom.Table && o.lastOf("table", "template") == 0
	}
	return false
}

// isBetweenCells says whether what comes next stands in a table, and in no cell of it.
func (o *openElements) isBetweenCells() bool {
	switch o.top().tag {
	case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr:
		return o.lastOf("table") > 0
	}
	return false
}

// around is the place of the element that what comes next is put into. What stands between the
// cells of a table is put in front of the table.
func (o *openElements) around(tag atom.Atom) int {
	if !isTablePart(tag) && tag != atom.Col && tag != atom.Colgroup && tag != atom.Template && o.isBetweenCells() {
		return o.lastOf("table") - 1
	}
	return len(o.stack) - 1
}

// closePart closes the outermost of these parts that belongs to the innermost table.
func (o *openElements) closePart(names ...string) {
	table := o.lastOf("table")
	first := len(o.stack)
	for _, name := range names {
		// A part stands once below its table: the next one has closed it.
		if at := o.lastOf(name); at > table {
			first = min(first, at)
		}
	}
	o.popTo(first)
}

// backTo closes what stands in none of the table's parts.
func (o *openElements) backTo(names ...string) {
	if o.lastOf("table") > 0 {
		o.popTo(o.lastOf(names...) + 1)
	}
}

func (o *openElements) closeInScope(names ...string) {
	for _, name := range names {
		if at := o.lastOf(name); o.inScope(at) && !o.listBetween(name, at) {
			o.popTo(at)
		}
	}
}

// listBetween says whether an item's own list has begun behind it: the next item is in that one.
func (o *openElements) listBetween(name string, at int) bool {
	switch name {
	case "li", "dt", "dd", "option":
		return o.lastOf("ul", "ol", "dl", "select") > at
	}
	return false
}

// boundsScope: what stands outside of these is not ended by a tag inside.
func boundsScope(tag atom.Atom) bool {
	switch tag {
	case atom.Table, atom.Td, atom.Th, atom.Caption, atom.Html, atom.Template, atom.Object, atom.Marquee, atom.Applet, atom.Button:
		return true
	}
	return false
}

// isTablePart: their ends close what is open in their cells.
func isTablePart(tag atom.Atom) bool {
	switch tag {
	case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Caption:
		return true
	}
	return false
}

var headings = []string{"h1", "h2", "h3", "h4", "h5", "h6"}

func isHeading(tag atom.Atom) bool {
	switch tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// isFormat: what these mark may begin and end across other elements.
func isFormat(tag atom.Atom) bool {
	switch tag {
	case atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U:
		return true
	}
	return false
}

// isBlock: the end tag of an element of no special kind does not reach beyond these.
func isBlock(tag atom.Atom) bool { return endsParagraph(tag) || boundsScope(tag) || isTablePart(tag) }

func endsParagraph(tag atom.Atom) bool {
	switch tag {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Center, atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Fieldset,
		atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hr, atom.Li,
		atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Ul, atom.Dt, atom.Dd:
		return true
	}
	return false
}
