package mailhtml

import "golang.org/x/net/html/atom"

// element is one that is open.
type element struct {
	tag        atom.Atom
	name       string
	hidden     bool // with all that is in it
	appearance appearance
}

// openElements is the stack of open elements, with what makes every question to it a look-up: where
// the last one of a name stands, and the last one that an end tag does not reach beyond.
type openElements struct {
	stack  []element
	last   map[string][]int // the places of the elements of a name
	scopes []int            // the places of the elements that bound a scope
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
		o.stack = o.stack[:end]
	}
}

// find gives the place of the last open element of a name, if an end tag in this scope reaches it.
func (o *openElements) find(name string, beyond bool) (at int, ok bool) {
	o.steps++
	places := o.last[name]
	if len(places) == 0 {
		return 0, false
	}
	at = places[len(places)-1]
	if n := len(o.scopes); !beyond && n > 0 && at < o.scopes[n-1] {
		return 0, false
	}
	return at, at > 0
}

// close closes the element of that name, and those in it that have not been ended. It says whether
// the end tag is of something that is seen.
func (o *openElements) close(name string, tag atom.Atom) (seen bool) {
	at, ok := o.find(name, isTablePart(tag))
	if !ok {
		return !o.top().hidden
	}
	seen = !o.stack[at].hidden
	o.popTo(at)
	return seen
}

// closeImplied closes what a start tag ends by the rules of HTML: a cell the cell before it, a
// paragraph the paragraph before it.
func (o *openElements) closeImplied(tag atom.Atom) {
	switch tag {
	case atom.Td, atom.Th:
		o.closePart("td", "th")
	case atom.Tr:
		o.closePart("tr")
	case atom.Tbody, atom.Thead, atom.Tfoot:
		o.closePart("tbody", "thead", "tfoot", "tr")
	case atom.Li:
		o.closeInScope("li")
	case atom.Dt, atom.Dd:
		o.closeInScope("dt", "dd")
	case atom.Option:
		o.closeInScope("option")
	}
	if endsParagraph(tag) {
		o.closeInScope("p")
	}
}

// closePart closes the outermost of these parts that belongs to the innermost table.
func (o *openElements) closePart(names ...string) {
	table := 0
	if places := o.last["table"]; len(places) > 0 {
		table = places[len(places)-1]
	}
	first := len(o.stack)
	for _, name := range names {
		places := o.last[name]
		// A part stands once below its table: the next one has closed it.
		if n := len(places); n > 0 && places[n-1] > table {
			first = min(first, places[n-1])
		}
	}
	o.popTo(first)
}

func (o *openElements) closeInScope(names ...string) {
	for _, name := range names {
		if at, ok := o.find(name, false); ok && !o.listBetween(name, at) {
			o.popTo(at)
		}
	}
}

// listBetween says whether an item's own list has begun behind it: the next item is in that one.
func (o *openElements) listBetween(name string, at int) bool {
	if name == "p" {
		return false
	}
	for _, list := range []string{"ul", "ol", "dl", "select"} {
		if places := o.last[list]; len(places) > 0 && places[len(places)-1] > at {
			return true
		}
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
	case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Caption, atom.Body, atom.Html, atom.Template,
		atom.Object, atom.Marquee, atom.Applet, atom.Button:
		return true
	}
	return false
}

func endsParagraph(tag atom.Atom) bool {
	switch tag {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Center, atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Fieldset,
		atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hr, atom.Li,
		atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Ul, atom.Dt, atom.Dd:
		return true
	}
	return false
}
