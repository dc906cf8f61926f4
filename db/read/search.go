package read

import (
	"context"
	"math"
	"strconv"

	"deskwire/db/pg"
	"deskwire/desk"
)

// Hit is a record that a search has found.
type Hit struct {
	Record desk.ID // the conversation, ticket or contact
	Doc    desk.ID // what was found of it: the message of a conversation, else the record
	Slice  int
	Score  int

	Marked []string // its texts with marks around what was searched for; see SearchPage
}

func (h *Hit) matchRank() int64 { return int64(h.Slice)<<32 | int64(h.Score) }

// The slices of the index; see the migration.
const (
	sliceBits = 10 // 1,024 records
	wideBits  = 6  // 64 slices
	topSlice  = math.MaxInt32
)

// fewRows is how many rows of a wide slice are read at once; if there are more, its slices are read
// one by one.
const fewRows = 500

// maxSearchCount is how far the hits of a search are counted.
const maxSearchCount = 1_000

// searchSource is a kind of record that can be found.
type searchSource struct {
	kind   desk.Kind
	join   string      // of search_docs d, to what is needed to look closer
	match  pg.Fragment // looks closer than the index does
	score  string      // of a row that matches, 0 to 2^30
	args   []any       // of the score
	keys   string      // what the index knows of it, as indexQuery says it; empty: any row may match
	from   string      // the record, where it is filtered
	id     string
	number string // its column, for who asks for a number
	where  pg.Fragment
}

// searchOrder is the order of hits: those in newer slices first, in a slice the better ones.
func searchOrder(kind desk.Kind) sortOrder[Hit] {
	return sortOrder[Hit]{code: "sea." + string(kind), desc: true, idOf: func(h *Hit) desk.ID { return h.Record },
		key: func(h *Hit) string { return strconv.FormatInt(h.matchRank(), 10) },
		value: func(key string) (any, bool) {
			n, err := strconv.ParseInt(key, 10, 64)
			return n, err == nil && n >= 0 && n>>32 <= topSlice
		}}
}

// Filters of searches; nil is all.
type (
	// SearchConversations finds conversations by their subject and messages.
	SearchConversations struct{ Where *ConversationWhere }
	// SearchTickets finds tickets by their name.
	SearchTickets struct{ Where *TicketWhere }
	// SearchContacts finds contacts by name, address, number and external id.
	SearchContacts struct{ Where *ContactWhere }
)

// Searcher is one of the filters of searches.
type Searcher interface {
	searchQuery(sc *FilterScope, w *searchTerms) (searchSource, error)
	docKind() desk.Kind
	markHits(ctx context.Context, r *Reader, w *searchTerms, hits []*Hit) error
}

func (SearchConversations) docKind() desk.Kind { return desk.KindConversation }
func (SearchTickets) docKind() desk.Kind       { return desk.KindTicket }
func (SearchContacts) docKind() desk.Kind      { return desk.KindContact }

// matchWords is what kinds that are found by words have in common.
func matchWords(w *searchTerms, kind desk.Kind) searchSource {
	return searchSource{
		kind: kind, match: pg.SQL("d.words @@ ?::tsquery", w.query),
		score: "ts_rank(d.words, ?::tsquery, 1) * 1000000", args: []any{w.query},
		keys: indexQueryOf(w.tree),
	}
}

func indexQueryOf(n *searchNode) string {
	if n == nil {
		return ""
	}
	query, bounded := n.indexQuery()
	if !bounded {
		return ""
	}
	return query
}

func (q SearchConversations) searchQuery(sc *FilterScope, w *searchTerms) (searchSource, error) {
	l, err := conversationList(sc, WholeAccount(sc.by), q.Where)
	k := matchWords(w, desk.KindConversation)
	k.from, k.id, k.number, k.where = l.from, "c.id", "c.number", pg.AllOf(l.where, pg.SQL(l.parent))
	return k, err
}

func (q SearchTickets) searchQuery(sc *FilterScope, w *searchTerms) (searchSource, error) {
	l, err := ticketList(sc, WholeAccount(sc.by), q.Where)
	k := matchWords(w, desk.KindTicket)
	k.from, k.id, k.number, k.where = l.from, "t.id", "t.number", pg.AllOf(l.where, pg.SQL(l.parent))
	return k, err
}

func (q SearchContacts) searchQuery(sc *FilterScope, w *searchTerms) (searchSource, error) {
	l, err := contactList(sc, q.Where)
	k := searchSource{
		kind: desk.KindContact, from: l.from, id: "k.id", where: l.where,
		join: `JOIN contacts AS kd ON kd.account_id = d.account_id AND kd.id = d.id
			CROSS JOIN LATERAL (SELECT search_contact(kd.name, kd.email, kd.phone, kd.external_id) AS t) AS f`,
		score: "CASE WHEN f.t = ? THEN 900000 WHEN starts_with(f.t, ?) THEN 600000 ELSE 0 END + similarity(f.t, ?) * 100000",
		args:  []any{w.folded, w.folded, w.folded},
		keys:  indexQueryOf(w.contactNode()), match: w.contactMatch(),
	}
	return k, err
}

// SearchPage is a page of what a search finds: the newest thousand records first, of these the
// best, then those before.
func (r *Reader) SearchPage(ctx context.Context, query string, in Searcher, p Paging) (*Page[*Hit], error) {
	o := searchOrder(in.docKind())
	w, err := o.windowOf(p)
	if err != nil {
		return nil, err
	}
	found, words, err := r.seekHits(ctx, query, in, w)
	if err != nil {
		return nil, err
	}
	page := trimPage(w, o, found)
	if len(page.Nodes) == 0 {
		return page, nil
	}
	return page, in.markHits(ctx, r, words, page.Nodes)
}

// SearchCount counts what SearchPage shows, up to a thousand.
func (r *Reader) SearchCount(ctx context.Context, query string, in Searcher) (Count, error) {
	found, _, err := r.seekHits(ctx, query, in, pageWindow{size: maxSearchCount})
	return Count{N: min(len(found), maxSearchCount), Capped: len(found) > maxSearchCount}, err
}

// seekHits gives the hits of a window, and one more if there are more.
func (r *Reader) seekHits(ctx context.Context, query string, in Searcher, w pageWindow) ([]*Hit, *searchTerms, error) {
	words, err := r.understand(ctx, in.docKind(), query)
	if err != nil {
		return nil, nil, err
	}
	found, err := r.seekWords(ctx, words, in, w)
	if err != nil || len(found) > 0 || !words.mayBeAlike() {
		return found, words, err
	}
	if w.after != nil || w.before != nil { // is there nothing at all, or only no more?
		if all, err := r.seekWords(ctx, words, in, pageWindow{}); err != nil || len(all) > 0 {
			return nil, words, err
		}
	}
	words.alike = true
	words.compile()
	found, err = r.seekWords(ctx, words, in, w)
	return found, words, err
}

func (r *Reader) seekWords(ctx context.Context, words *searchTerms, in Searcher, w pageWindow) ([]*Hit, error) {
	k, err := in.searchQuery(r.FilterScope(ctx), words)
	if err != nil {
		return nil, err
	}
	sk := &searchSeeker{reader: r, by: r.actor, searchSource: k, words: words, window: w}
	if err := sk.findNumber(ctx); err != nil {
		return nil, err
	}
	if k.keys != "" { // else there is nothing but words to be left out
		if err := sk.searchSlices(ctx); err != nil {
			return nil, err
		}
	}
	if w.backwards && sk.exact != nil && len(sk.found) <= w.size {
		sk.found = append(sk.found, sk.exact)
	}
	return sk.found, nil
}
