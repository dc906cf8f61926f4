package read

import (
	"context"
	"strconv"
	"unicode/utf8"

	"deskwire/db/pg"
	"deskwire/desk"
)

// searchTerms is a search as the database understands it.
type searchTerms struct {
	folded string // in small letters, without accents
	config string // how texts of the account are taken apart
	latest int    // the place that the newest records have

	query  string      // a tsquery; empty when only stop words were asked for
	tree   *searchNode // the same
	terms  []string    // of the folded query, for names and addresses
	number int         // of a conversation or a ticket; 0 for none
	alike  bool        // nothing has the terms, so what is very similar will do

	alternatives [][]queryTerm
	lexemes      []*queryLexeme
}

// queryLexeme is a word of a term, cut as those of texts are, beside what holds for the whole
// query.
type queryLexeme struct {
	Folded, Config string
	Latest         int

	Term   int    // which, from 1 on
	Part   string // what it is of the term
	Lexeme string
	Place  int // in the term
}

// What a lexeme is of a term.
const (
	partWord   = "word"   // a word of the language, without its ending
	partTyped  = "typed"  // the same as it was typed
	partPair   = "pair"   // a pair of signs, or one alone at the end of a run
	partJoined = "joined" // the whole as one word
)

// understand asks the database what the words of a search are in the account's language.
func (r *Reader) understand(ctx context.Context, kind desk.Kind, query string) (*searchTerms, error) {
	latest := pg.SQL("(SELECT last FROM account_counters AS n WHERE n.account_id = a.id AND n.noun = ?)", map[desk.Kind]string{
		desk.KindConversation: "conversation", desk.KindTicket: "ticket",
	}[kind])
	if kind == desk.KindContact {
		latest = pg.SQL("(SELECT max(d.place) FROM search_docs AS d WHERE d.account_id = a.id AND d.kind = 'con')")
	}
	alternatives := parseSearch(query)
	texts := []string{}
	for _, terms := range alternatives {
		for _, t := range terms {
			texts = append(texts, t.text)
		}
	}
	found, err := pg.Query[queryLexeme](ctx, r, `SELECT search_fold(?) AS folded, search_config(a.language)::text AS config, coalesce(?, 0)::int AS latest,
			coalesce(l.term, 0)::int AS term, coalesce(l.part, '') AS part, coalesce(l.lexeme, '') AS lexeme, coalesce(l.place, 0)::int AS place
		FROM accounts AS a LEFT JOIN LATERAL (
			SELECT q.term, v.part, w.lexeme, p.place
			FROM (SELECT q.term, q.text, search_text(q.text) AS cut FROM unnest(?::text[]) WITH ORDINALITY AS q(text, term)) AS q
			CROSS JOIN LATERAL (VALUES ('word', search_words(search_config(a.language), q.cut)), ('typed', search_words('search_simple', q.cut)),
				('pair', search_pairs(q.cut)), ('joined', search_joined(q.text))) AS v(part, words)
			CROSS JOIN LATERAL unnest(v.words) AS w LEFT JOIN LATERAL unnest(w.positions) AS p(place) ON TRUE
		) AS l ON TRUE WHERE a.id = ? ORDER BY term, part, place`, query, latest, texts, r.actor.Account.ID)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	first := found[0]
	w := &searchTerms{
		folded: first.Folded, config: first.Config, latest: first.Latest, terms: contactTerms(first.Folded), number: parseNumber(query),
		alternatives: alternatives, lexemes: found,
	}
	w.compile()
	return w, nil
}

func truncate[T any](all []T, n int) []T { return all[:min(n, len(all))] }

// compile makes the condition from the words.
func (w *searchTerms) compile() {
	var each []*searchNode
	n := 0
	for _, terms := range w.alternatives {
		var all []*searchNode
		for _, t := range terms {
			n++
			node := w.termNode(n, t)
			if t.not && node != nil {
				node = joinNodes('!', node)
			}
			all = append(all, node)
		}
		each = append(each, joinNodes('&', all...))
	}
	if w.tree = joinNodes('|', each...); w.tree != nil {
		w.query = w.tree.tsquery()
	}
}

// termNode is the condition of a term: its words side by side, or all of it as one word.
func (w *searchTerms) termNode(number int, t queryTerm) *searchNode {
	of := map[string][]*queryLexeme{}
	for _, l := range w.lexemes {
		if l.Term == number {
			of[l.Part] = append(of[l.Part], l)
		}
	}
	words := phrase(of[partWord], func(l *queryLexeme) *searchNode { return &searchNode{word: l.Lexeme} })
	if n := len(of[partTyped]); t.begins && words != nil && n > 0 {
		if typed := of[partTyped][n-1]; typed.Place == of[partWord][len(of[partWord])-1].Place {
			words = w.letLastGoOn(words, typed.Lexeme)
		}
	}
	either := []*searchNode{joinNodes('&', words, phrase(withoutEnds(of[partPair]), func(l *queryLexeme) *searchNode {
		return &searchNode{word: l.Lexeme, goes: utf8.RuneCountInString(l.Lexeme) == 1}
	}))}
	for _, l := range of[partJoined] {
		either = append(either, &searchNode{word: l.Lexeme})
	}
	return joinNodes('|', either...)
}

// Words of so many letters and more may go on. One letter begins too many.
const fewestTyped = 2

// A word that is longer than what is left of it without its ending is not its beginning:
// "replaceme" and "replac". When nothing else is found, what begins the typed word will do, up to
// so many letters less, and of no fewer than the other number.
const (
	longestEnding = 5
	shortestStem  = 4
)

// letLastGoOn lets the last word of a term be the beginning of another.
func (w *searchTerms) letLastGoOn(words *searchNode, typed string) *searchNode {
	if utf8.RuneCountInString(typed) < fewestTyped {
		return words
	}
	last := words
	if words.op == '<' {
		last = words.parts[len(words.parts)-1]
	}
	either := []*searchNode{{word: last.word}, {word: typed, goes: true}}
	if letters := []rune(typed); w.alike {
		for n := max(shortestStem, len(letters)-longestEnding); n < len(letters); n++ {
			either = append(either, &searchNode{word: string(letters[:n])})
		}
	}
	*last = searchNode{op: '|', gap: last.gap, parts: either}
	return words
}

// phrase has words side by side, as far from each other as they stand in the term.
func phrase(lexemes []*queryLexeme, node func(*queryLexeme) *searchNode) *searchNode {
	var all []*searchNode
	for i, l := range lexemes {
		n := node(l)
		if i > 0 {
			n.gap = l.Place - lexemes[i-1].Place
		}
		all = append(all, n)
	}
	return joinNodes('<', all...)
}

func phraseOperator(gap int) string { return " <" + strconv.Itoa(gap) + "> " }

// withoutEnds leaves out the single sign that ends each run of pairs: in a text the run may go on.
func withoutEnds(pairs []*queryLexeme) (all []*queryLexeme) {
	for i, l := range pairs {
		if i > 0 && pairs[i-1].Place == l.Place-1 && utf8.RuneCountInString(l.Lexeme) == 1 {
			continue
		}
		all = append(all, l)
	}
	return all
}
