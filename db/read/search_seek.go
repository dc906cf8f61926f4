package read

import (
	"context"

	"deskwire/db/pg"
	"deskwire/desk"
)

// searchSeeker goes through the slices of an account until it has enough.
type searchSeeker struct {
	searchSource
	reader *Reader
	by     *desk.Actor
	words  *searchTerms
	window pageWindow

	exact *Hit // what has the number that was asked for; it comes first
	found []*Hit
}

// findNumber finds what has the number.
func (k *searchSeeker) findNumber(ctx context.Context) error {
	if k.number == "" || k.words.number == 0 {
		return nil
	}
	found, err := pg.Query[Hit](ctx, k.reader, "SELECT "+k.id+" AS record, "+k.id+" AS doc, ?::int AS slice, 0 AS score FROM "+k.from+" WHERE ? AND "+k.number+" = ?",
		topSlice, k.where, k.words.number)
	if err != nil || len(found) == 0 {
		return err
	}
	k.where = pg.AllOf(k.where, pg.SQL(k.id+" <> ?", found[0].Record))
	if h := found[0]; k.contains(h) {
		if k.exact = h; !k.window.backwards {
			k.found = append(k.found, h)
		}
	}
	return nil
}

// contains says whether the window lets a hit in.
func (k *searchSeeker) contains(h *Hit) bool {
	after, before := k.window.after, k.window.before
	return (after == nil || h.matchRank() < after.key.(int64)) && (before == nil || h.matchRank() > before.key.(int64))
}

// searchSlices reads slices until there are enough hits: first the two at the near end, where a
// common word has plenty, then wide ones, one alone and ever more at once.
func (k *searchSeeker) searchSlices(ctx context.Context) error {
	top, bottom := k.words.latest>>sliceBits, 0
	if at := k.window.after; at != nil {
		top = min(top, int(at.key.(int64)>>32))
	}
	if at := k.window.before; at != nil {
		bottom = max(bottom, int(at.key.(int64)>>32))
	}
	if k.window.backwards {
		near := min(bottom+nearSlices, top+1)
		if err := k.readHits(ctx, k.sliceHits(), bottom, near-1, 1); err != nil {
			return err
		}
		bottom = near
	} else {
		near := max(top-nearSlices, bottom-1)
		if err := k.readHits(ctx, k.sliceHits(), top, near+1, -1); err != nil {
			return err
		}
		top = near
	}
	return k.throughWide(ctx, top, bottom)
}

// nearSlices is how many slices are read by themselves at first.
const nearSlices = 2

func (k *searchSeeker) throughWide(ctx context.Context, top, bottom int) error {
	if top < bottom {
		return nil
	}
	first, last, way := top>>wideBits, bottom>>wideBits, -1
	if k.window.backwards {
		first, last, way = last, first, 1
	}
	for n, many := first, 1; (last-n)*way >= 0 && len(k.found) <= k.window.size; many *= 16 {
		end := n + way*(many-1)
		if (last-end)*way < 0 {
			end = last
		}
		if err := k.readHits(ctx, k.wideSliceHits(top, bottom), n, end, way); err != nil {
			return err
		}
		n = end + way
	}
	return nil
}

// readHits adds what these slices have, in their order, until there is enough.
func (k *searchSeeker) readHits(ctx context.Context, each pg.Fragment, first, last, way int) error {
	found, err := pg.Query[Hit](ctx, k.reader, "SELECT r.* FROM generate_series(?::int, ?::int, ?::int) AS s(n) CROSS JOIN LATERAL ? AS r LIMIT ?",
		first, last, way, each, pg.Limit(k.window.size+1-len(k.found)))
	k.found = append(k.found, found...)
	return err
}

func (k *searchSeeker) direction(column string) string {
	if k.window.backwards {
		return column + " ASC"
	}
	return column + " DESC"
}

// sliceHits is what a slice s.n has.
func (k *searchSeeker) sliceHits() pg.Fragment { return k.hitsWhere(k.sliceCondition("s.n")) }

// sliceCondition is the condition of rows of a slice that the index finds.
func (k *searchSeeker) sliceCondition(n string) pg.Fragment {
	return pg.SQL("d.account_id = ? AND d.kind = ? AND d.place >> 10 = "+n+" AND ?", k.by.Account.ID, string(k.kind), k.hasKeys(string(k.kind), n))
}

// hasKeys is the condition of rows that have the words in a slice, as the index finds them.
func (k *searchSeeker) hasKeys(kind, slice string) pg.Fragment {
	return pg.SQL("search_slice_words(d.account_id, d.kind, d.place, d.words) @@ search_slice_query(?, ?, "+slice+", ?)", k.by.Account.ID, kind, k.keys)
}

// wideSliceHits is what a wide slice s.n has: when few rows come into question they are read at
// once, else slice by slice. The order of the parts is that of the loops, so the first rows are the
// best.
func (k *searchSeeker) wideSliceHits(top, bottom int) pg.Fragment {
	keys := k.hasKeys(string(k.kind)+"w", "s.n")
	wide := pg.SQL("d.account_id = ? AND d.kind = ? AND d.place >> 16 = s.n AND d.place >> 10 BETWEEN ? AND ? AND ?", k.by.Account.ID, string(k.kind), bottom, top, keys)
	slices := pg.SQL("generate_series(least(s.n * 64 + 63, ?::int), greatest(s.n * 64, ?::int), -1)", top, bottom)
	if k.window.backwards {
		slices = pg.SQL("generate_series(greatest(s.n * 64, ?::int), least(s.n * 64 + 63, ?::int), 1)", bottom, top)
	}
	return pg.SQL(`(SELECT z.record, z.doc, z.slice, z.score FROM (SELECT count(*) AS n FROM (SELECT FROM search_docs AS d WHERE ? LIMIT ?) AS q) AS m
		CROSS JOIN LATERAL (
			(SELECT x.* FROM ? AS x WHERE m.n <= ?)
			UNION ALL
			(SELECT y.* FROM ? AS o(n) CROSS JOIN LATERAL ? AS y WHERE m.n > ?)
		) AS z)`, wide, pg.Limit(fewRows+1), k.hitsWhere(wide), fewRows, slices, k.hitsWhere(k.sliceCondition("o.n")), fewRows)
}

// hitsWhere is the hits among the rows with these keys, the best first.
func (k *searchSeeker) hitsWhere(keys pg.Fragment) pg.Fragment {
	score := pg.SQL("("+k.score+")::int AS score", k.args...)
	docs := pg.SQL("SELECT d.record, d.id, d.place >> 10 AS slice, ? FROM search_docs AS d "+k.join+" WHERE ? AND ?", score, keys, k.match)
	order := k.direction("g.slice") + ", " + k.direction("g.score") + ", " + k.direction("g.record")
	return pg.SQL(`(SELECT g.record, g.doc, g.slice, g.score FROM (
			SELECT d.record, max(d.slice) AS slice, max(d.score) AS score, (array_agg(d.id ORDER BY d.score DESC, d.id DESC))[1] AS doc
			FROM (?) AS d GROUP BY d.record) AS g
		JOIN `+k.from+` ON `+k.id+` = g.record
		WHERE ? AND ? ORDER BY `+order+` LIMIT ?)`, docs, k.where, k.windowCondition(), pg.Limit(k.window.size+1))
}

// windowCondition is the condition of hits after the one place and before the other.
func (k *searchSeeker) windowCondition() pg.Fragment {
	var parts []pg.Fragment
	for _, end := range []struct {
		at       *cursorPosition
		operator string
	}{{k.window.after, " < "}, {k.window.before, " > "}} {
		if end.at != nil {
			parts = append(parts, pg.SQL("(g.slice::bigint << 32 | g.score, g.record)"+end.operator+"(?, ?)", end.at.key, end.at.id))
		}
	}
	return pg.AllOf(parts...)
}
