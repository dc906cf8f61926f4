package read

import (
	"context"
	"slices"

	"deskwire/db/pg"
	"deskwire/desk"
)

// Paging says which part of a list is wanted, as Relay has it. With neither First nor Last it is
// the first 25.
type Paging struct {
	First, Last   *int
	After, Before string
}

// Page is a part of a list.
type Page[T any] struct {
	Nodes       []T
	HasNext     bool
	HasPrevious bool

	cursor func(i int) string
}

// Cursor is the cursor of a row. It is made when somebody asks: most pages show two.
func (p *Page[T]) Cursor(i int) string { return p.cursor(i) }

// Count is a number of rows, counted up to a limit.
type Count struct {
	N      int
	Capped bool // there are more than N
}

// Counter counts a list when somebody asks.
type Counter func(context.Context) (Count, error)

// The bounds of a page, and how far a list is counted.
const (
	defaultPage = 25
	maxPage     = 100
	maxCount    = 10_000
)

// pageQuery describes the rows of a list, for one parent or for many at once.
type pageQuery[R any] struct {
	columns string
	from    string
	where   pg.Fragment
	parent  string // what binds a row to its parent p.id; empty for the list of an account
	order   sortOrder[R]
	either  []pg.Fragment  // when not empty, one of these holds, and never two of them
	record  *recordColumns // nil: columns are read whatever is looked at
	joins   *recordJoins   // what comes with the rows
}

// Parents are the records whose lists are wanted, all in one statement. The list of a whole
// account has the account as its only parent.
type Parents struct {
	Kind desk.Kind
	IDs  []desk.ID
}

// asRows are the parents as p, with their ids and their places, from 1.
func (of Parents) asRows() pg.Fragment {
	if len(of.IDs) == 1 { // so that its plan is made once, see rendered
		return pg.SQL("(SELECT ?::uuid, 1) AS p(id, i)", of.IDs[0])
	}
	return pg.SQL("unnest(?::uuid[]) WITH ORDINALITY AS p(id, i)", pg.UUIDs(of.IDs))
}

// WholeAccount is the parent of the lists of a whole account.
func WholeAccount(by *desk.Actor) Parents {
	return Parents{Kind: desk.KindAccount, IDs: []desk.ID{by.Account.ID}}
}

// parentRow is a row and the place of its parent, from 1.
type parentRow[R any] struct {
	Parent  int
	Place   int     // in the page, where the order is told so
	SortKey *string // where it is selected
	Row     R       `bun:",embed:"`
}

// loadPages reads one page for each parent.
func loadPages[R any](ctx context.Context, r *Reader, l pageQuery[R], of Parents, p Paging) (map[desk.ID]*Page[*R], error) {
	w, err := l.order.windowOf(p)
	if err != nil {
		return nil, err
	}
	sorted := "x.place"
	if !l.order.nullable {
		sorted = l.order.orderRowsBy(w, "x.")
	}
	if l.record != nil {
		l.columns = r.projection.columns(l.record, l.order.column)
	}
	found, err := joinedRows[parentRow[R]](ctx, r, l.joins, "SELECT p.i AS parent, x.*"+l.joins.joinColumns()+" FROM ? CROSS JOIN LATERAL ? AS x ? ORDER BY p.i, "+sorted,
		of.asRows(), l.pageOf(w), l.joins.joinTables())
	if err != nil {
		return nil, err
	}
	if l.order.selected {
		l.order.useSortKeys(found)
	}
	return dealRows(w, l.order, found, of), nil
}

// pageOf is the statement of the page of one parent.
func (l pageQuery[R]) pageOf(w pageWindow) pg.Fragment {
	if l.order.nullable {
		return l.nullsLastPage(w)
	}
	if len(l.either) == 0 {
		return l.pagePart(w, pg.Always, l.order.betweenCursors(w), l.order.orderBy(w))
	}
	// Each part goes along its index and gives no more than the page needs. With OR, all rows would
	// be looked at.
	parts := make([]pg.Fragment, len(l.either))
	for i, cond := range l.either {
		parts[i] = l.pagePart(w, cond, l.order.betweenCursors(w), l.order.orderBy(w))
	}
	return pg.SQL("(SELECT y.* FROM (?) AS y ORDER BY "+l.order.orderRowsBy(w, "y.")+" LIMIT ?)", pg.Joined(parts, " UNION ALL ", pg.Never), pg.Limit(w.size+1))
}

// nullsLastPage is pageOf where the column of the order may be null: the rows with a value along
// their index, then the others along the id. A plan reads one after the other and stops when it has
// enough, so the second zone costs nothing while the first one fills the page.
func (l pageQuery[R]) nullsLastPage(w pageWindow) pg.Fragment {
	o := l.order
	if o.selected {
		l.columns += ", " + o.column + "::text AS sort_key"
	}
	valued := l.pagePart(w, pg.Always, o.withValues(w), o.orderBy(w))
	unvalued := l.pagePart(w, pg.Always, o.withoutValues(w), o.orderTerms(w, "", o.idColumnWithoutValue()))
	if w.backwards {
		valued, unvalued = unvalued, valued
	}
	return pg.SQL("(SELECT y.*, row_number() OVER () AS place FROM (? UNION ALL ?) AS y LIMIT ?)", valued, unvalued, pg.Limit(w.size+1))
}

// useSortKeys makes the keys that came with the rows those of the order.
func (o *sortOrder[R]) useSortKeys(found []*parentRow[R]) {
	keys := make(map[*R]*string, len(found))
	for _, r := range found {
		keys[&r.Row] = r.SortKey
	}
	o.isNull = func(r *R) bool { return keys[r] == nil }
	o.key = func(r *R) string { return *keys[r] }
}

func (l pageQuery[R]) pagePart(w pageWindow, cond, between pg.Fragment, sort string) pg.Fragment {
	return pg.SQL("(SELECT "+l.columns+" FROM "+l.from+" WHERE ? AND ? AND "+l.parentCondition()+" AND ? ORDER BY "+sort+" LIMIT ?)",
		l.where, cond, between, pg.Limit(w.size+1))
}

func (l pageQuery[R]) parentCondition() string {
	if l.parent == "" {
		return "TRUE"
	}
	return l.parent
}

// dealRows gives each parent its page of the rows.
func dealRows[R any](w pageWindow, o sortOrder[R], found []*parentRow[R], of Parents) map[desk.ID]*Page[*R] {
	lists := make([][]*R, len(of.IDs))
	for _, r := range found {
		lists[r.Parent-1] = append(lists[r.Parent-1], &r.Row)
	}
	out := make(map[desk.ID]*Page[*R], len(of.IDs))
	for i, id := range of.IDs {
		out[id] = trimPage(w, o, lists[i])
	}
	return out
}

// trimPage makes a page of the rows, one more than it shows if there are more.
func trimPage[R any](w pageWindow, o sortOrder[R], found []*R) *Page[*R] {
	more := len(found) > w.size
	found = found[:min(len(found), w.size)]
	page := &Page[*R]{Nodes: found, HasNext: more || w.before != nil, HasPrevious: w.after != nil}
	if w.backwards {
		slices.Reverse(found)
		page.HasNext, page.HasPrevious = w.before != nil, more || w.after != nil
	}
	asRead := slices.Clone(found) // who has the page may show a row as it was read elsewhere
	page.cursor = func(i int) string { return o.newCursor(asRead[i]).String() }
	if page.Nodes == nil {
		page.Nodes = []*R{}
	}
	return page
}

// countRows counts the list of each parent, up to maxCount.
func countRows[R any](ctx context.Context, from pg.Source, l pageQuery[R], of Parents) (map[desk.ID]Count, error) {
	found, err := pg.Query[parentTotal](ctx, from, `SELECT p.i AS parent,
		(SELECT count(*) FROM (SELECT FROM `+l.from+` WHERE ? AND `+l.parentCondition()+` LIMIT ?) AS x) AS n
		FROM ?`, l.where, pg.Limit(maxCount+1), of.asRows())
	return countEach(found, of), err
}

// parentTotal is how many rows a parent has, and its place, from 1.
type parentTotal struct{ Parent, N int }

func countEach(found []*parentTotal, of Parents) map[desk.ID]Count {
	out := make(map[desk.ID]Count, len(of.IDs))
	for _, r := range found {
		out[of.IDs[r.Parent-1]] = Count{N: min(r.N, maxCount), Capped: r.N > maxCount}
	}
	return out
}

// MapPages gives the rows of pages another type.
func MapPages[K comparable, R, T any](in map[K]*Page[R], to func(R) T) map[K]*Page[T] {
	out := make(map[K]*Page[T], len(in))
	for id, p := range in {
		nodes := make([]T, len(p.Nodes))
		for i, r := range p.Nodes {
			nodes[i] = to(r)
		}
		out[id] = &Page[T]{Nodes: nodes, HasNext: p.HasNext, HasPrevious: p.HasPrevious, cursor: p.cursor}
	}
	return out
}
