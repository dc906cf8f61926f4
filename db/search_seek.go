package db

import (
	"context"

	"deskwire/desk"
)

// seeker goes through the slices of an account until it has enough.
type seeker struct {
	searched
	reader *Reader
	by     *desk.Actor
	words  *sought
	window window

	exact *Hit // what has the number that was asked for; it comes first
	found []*Hit
}

// exactly finds what has the number.
func (k *seeker) exactly(ctx context.Context) error {
	if k.number == "" || k.words.number == 0 {
		return nil
	}
	found, err := rows[Hit](ctx, k.reader, "SELECT "+k.id+" AS record, "+k.id+" AS doc, ?::int AS slice, 0 AS score FROM "+k.from+" WHERE ? AND "+k.number+" = ?",
		topSlice, k.where, k.words.number)
	if err != nil || len(found) == 0 {
		return err
	}
	k.where = allOf(k.where, sq(k.id+" <> ?", found[0].Record))
	if h := found[0]; k.holds(h) {
		if k.exact = h; !k.window.backwards {
			k.found = append(k.found, h)
		}
	}
	return nil
}

// holds says whether the window lets a hit in.
func (k *seeker) holds(h *Hit) bool {
	after, before := k.window.after, k.window.before
	return (after == nil || h.rank() < after.key.(int64)) && (before == nil || h.rank() > before.key.(int64))
}

// through reads slices until there are enough hits: first the two at the near end, where a common word has plenty, then wide ones,
// one alone and ever more at once.
func (k *seeker) through(ctx context.Context) error {
	top, bottom := k.words.Latest>>sliceBits, 0
	if at := k.window.after; at != nil {
		top = min(top, int(at.key.(int64)>>32))
	}
	if at := k.window.before; at != nil {
		bottom = max(bottom, int(at.key.(int64)>>32))
	}
	if k.window.backwards {
		near := min(bottom+nearSlices, top+1)
		if err := k.read(ctx, k.inSlices(), bottom, near-1, 1); err != nil {
			return err
		}
		bottom = near
	} else {
		near := max(top-nearSlices, bottom-1)
		if err := k.read(ctx, k.inSlices(), top, near+1, -1); err != nil {
			return err
		}
		top = near
	}
	return k.throughWide(ctx, top, bottom)
}

// nearSlices is how many slices are read by themselves at first.
const nearSlices = 2

func (k *seeker) throughWide(ctx context.Context, top, bottom int) error {
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
		if err := k.read(ctx, k.inWide(top, bottom), n, end, way); err != nil {
			return err
		}
		n = end + way
	}
	return nil
}

// read adds what these slices have, in their order, until there is enough.
func (k *seeker) read(ctx context.Context, each sqlText, first, last, way int) error {
	found, err := rows[Hit](ctx, k.reader, "SELECT r.* FROM generate_series(?::int, ?::int, ?::int) AS s(n) CROSS JOIN LATERAL ? AS r LIMIT ?",
		first, last, way, each, k.window.size+1-len(k.found))
	k.found = append(k.found, found...)
	return err
}

func (k *seeker) direction(column string) string {
	if k.window.backwards {
		return column + " ASC"
	}
	return column + " DESC"
}

// inSlices is what a slice s.n has.
func (k *seeker) inSlices() sqlText { return k.part(k.inSlice("s.n")) }

// inSlice is the condition of rows of a slice that the index finds.
func (k *seeker) inSlice(n string) sqlText {
	keys, _ := k.keys(string(k.kind), n)
	return sq("d.account_id = ? AND d.kind = ? AND d.place >> 10 = "+n+" AND ?", k.by.Account.ID, string(k.kind), keys)
}

// inWide is what a wide slice s.n has: when few rows come into question they are read at once, else slice by slice. The order
// of the parts is that of the loops, so the first rows are the best.
func (k *seeker) inWide(top, bottom int) sqlText {
	keys, _ := k.keys(string(k.kind)+"w", "s.n")
	wide := sq("d.account_id = ? AND d.kind = ? AND d.place >> 16 = s.n AND d.place >> 10 BETWEEN ? AND ? AND ?", k.by.Account.ID, string(k.kind), bottom, top, keys)
	slices := sq("generate_series(least(s.n * 64 + 63, ?::int), greatest(s.n * 64, ?::int), -1)", top, bottom)
	if k.window.backwards {
		slices = sq("generate_series(greatest(s.n * 64, ?::int), least(s.n * 64 + 63, ?::int), 1)", bottom, top)
	}
	return sq(`(SELECT z.record, z.doc, z.slice, z.score FROM (SELECT count(*) AS n FROM (SELECT FROM search_docs AS d WHERE ? LIMIT ?) AS q) AS m
		CROSS JOIN LATERAL (
			(SELECT x.* FROM ? AS x WHERE m.n <= ?)
			UNION ALL
			(SELECT y.* FROM ? AS o(n) CROSS JOIN LATERAL ? AS y WHERE m.n > ?)
		) AS z)`, wide, fewRows+1, k.part(wide), fewRows, slices, k.part(k.inSlice("o.n")), fewRows)
}

// part is the hits among the rows with these keys, the best first.
func (k *seeker) part(keys sqlText) sqlText {
	score := sq("("+k.score+")::int AS score", k.args...)
	docs := sq("SELECT d.record, d.id, d.place >> 10 AS slice, ? FROM search_docs AS d "+k.join+" WHERE ? AND ?", score, keys, k.match)
	order := k.direction("g.slice") + ", " + k.direction("g.score") + ", " + k.direction("g.record")
	return sq(`(SELECT g.record, g.doc, g.slice, g.score FROM (
			SELECT d.record, max(d.slice) AS slice, max(d.score) AS score, (array_agg(d.id ORDER BY d.score DESC, d.id DESC))[1] AS doc
			FROM (?) AS d GROUP BY d.record) AS g
		JOIN `+k.from+` ON `+k.id+` = g.record
		WHERE ? AND ? ORDER BY `+order+` LIMIT ?)`, docs, k.where, k.between(), k.window.size+1)
}

// between is the condition of hits after the one place and before the other.
func (k *seeker) between() sqlText {
	var parts []sqlText
	for _, end := range []struct {
		at       *place
		operator string
	}{{k.window.after, " < "}, {k.window.before, " > "}} {
		if end.at != nil {
			parts = append(parts, sq("(g.slice::bigint << 32 | g.score, g.record)"+end.operator+"(?, ?)", end.at.key, end.at.id))
		}
	}
	return allOf(parts...)
}
