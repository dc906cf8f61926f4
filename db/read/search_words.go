package read

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"deskwire/db/pg"
	"deskwire/desk"
)

// searchTerms is a search as the database understands it.
type searchTerms struct {
	Query  string // a tsquery; empty when only stop words were asked for
	Folded string // in small letters, without accents
	Config string // how texts of the account are taken apart
	Latest int    // the place that the newest records have

	tree   *searchTerm
	terms  []string // of Folded, for names and addresses
	number int      // of a conversation or a ticket; 0 for none
	alike  bool     // nothing has the terms, so what is very similar will do
}

// maxTerms bounds what is looked up for one search.
const maxTerms = 16

// understand asks the database what the words of a search are in the account's language.
func (r *Reader) understand(ctx context.Context, kind desk.Kind, query string) (*searchTerms, error) {
	query = strings.Join(truncate(strings.Fields(unhyphened(query)), maxTerms), " ")
	latest := pg.SQL("(SELECT last FROM account_counters AS n WHERE n.account_id = a.id AND n.noun = ?)", map[desk.Kind]string{
		desk.KindConversation: "conversation", desk.KindTicket: "ticket",
	}[kind])
	if kind == desk.KindContact {
		latest = pg.SQL("(SELECT max(d.place) FROM search_docs AS d WHERE d.account_id = a.id AND d.kind = 'con')")
	}
	found, err := pg.Query[searchTerms](ctx, r, `SELECT websearch_to_tsquery(search_config(a.language), ?)::text AS query, lower(unaccent(?)) AS folded,
		search_config(a.language)::text AS config, coalesce(?, 0)::int AS latest FROM accounts AS a WHERE a.id = ?`, query, query, latest, r.actor.Account.ID)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	w := found[0]
	w.tree = parseWords(w.Query)
	w.terms = contactTerms(w.Folded)
	w.number = parseNumber(query)
	return w, nil
}

func truncate[T any](all []T, n int) []T { return all[:min(n, len(all))] }

// unhyphened does to a query what search_text does to texts, and leaves a minus before a word,
// which says "not".
func unhyphened(query string) string {
	before := ' '
	return strings.Map(func(r rune) rune {
		was := before
		before = r
		if strings.ContainsRune("/@_", r) || r == '-' && (unicode.IsLetter(was) || unicode.IsDigit(was)) {
			return ' '
		}
		return r
	}, query)
}

// parseNumber is the number that a query is, such as 4711 or #4711.
func parseNumber(query string) (n int) {
	digits := strings.TrimPrefix(query, "#")
	if len(digits) == 0 || len(digits) > 9 {
		return 0
	}
	for _, r := range digits {
		if r < '0' || r > '9' {
			return 0
		}
		n = 10*n + int(r-'0')
	}
	return n
}

// contactTerms are what must stand in a name, an address or a number. The digits of a phone number
// are one of them.
func contactTerms(folded string) []string {
	phone := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -./()", r) {
			return -1
		}
		return r
	}, folded)
	if digits := strings.TrimPrefix(phone, "+"); len(digits) > 2 && strings.Trim(digits, "0123456789") == "" {
		return []string{phone}
	}
	terms := strings.FieldsFunc(folded, func(r rune) bool { return unicode.IsSpace(r) || r == '"' })
	return slices.DeleteFunc(terms, func(t string) bool { return len(splitWords(t)) == 0 })
}

func splitWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// trigramsOf are the parts by which contacts with a term are found: what is shorter than three
// letters begins a word.
func trigramsOf(term string) (all []string) {
	for _, w := range splitWords(term) {
		letters := []rune(w)
		if len(letters) < 3 {
			all = append(all, string(append([]rune("  ")[len(letters)-1:], letters...)))
		}
		for i := 3; i <= len(letters); i++ {
			all = append(all, string(letters[i-3:i]))
		}
	}
	return all
}

// fewestAlike is how many letters a term has of which one may be wrong.
const fewestAlike = 5

func (w *searchTerms) allowsTypo(term string) bool {
	return w.alike && utf8.RuneCountInString(term) >= fewestAlike
}

func (w *searchTerms) mayBeAlike() bool {
	return slices.ContainsFunc(w.terms, func(t string) bool { return utf8.RuneCountInString(t) >= fewestAlike })
}

// contactKeys is the condition of contacts that may have all terms. Of one that is alike, one half
// is as it was asked for, whichever letter is wrong.
func (w *searchTerms) contactKeys(has func(grams []string) pg.Fragment) pg.Fragment {
	var exact []string
	var conds []pg.Fragment
	for _, t := range w.terms {
		if !w.allowsTypo(t) {
			exact = append(exact, trigramsOf(t)...)
			continue
		}
		letters := []rune(t)
		half := len(letters) / 2
		conds = append(conds, pg.AnyOf(has(trigramsOf(string(letters[:half]))), has(trigramsOf(string(letters[half:])))))
	}
	if len(exact) > 0 {
		conds = append(conds, has(exact))
	}
	return pg.AllOf(conds...)
}

// searchTerm is a part of a tsquery: a word, or what its parts have in common.
type searchTerm struct {
	word  string
	op    byte // '&', '|', '!', or 0 for a word; a phrase is '&' here, the database looks closer
	parts []*searchTerm
}

// parseWords reads a tsquery as Postgres writes it: 'word' & ( 'a' <-> 'b' ) | !'c'.
func parseWords(query string) *searchTerm {
	p := &wordParser{rest: query}
	if p.skipBlanks(); p.rest == "" {
		return nil
	}
	return p.parseOr()
}

type wordParser struct{ rest string }

func (p *wordParser) skipBlanks() { p.rest = strings.TrimLeft(p.rest, " ") }

func (p *wordParser) takeToken(op string) bool {
	p.skipBlanks()
	rest, ok := strings.CutPrefix(p.rest, op)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *wordParser) parseOr() *searchTerm {
	t := &searchTerm{op: '|', parts: []*searchTerm{p.parseAnd()}}
	for p.takeToken("|") {
		t.parts = append(t.parts, p.parseAnd())
	}
	return t
}

func (p *wordParser) parseAnd() *searchTerm {
	t := &searchTerm{op: '&', parts: []*searchTerm{p.parseTerm()}}
	for {
		switch {
		case p.takeToken("&"):
		case p.takeToken("<"): // <-> or <2>
			_, p.rest, _ = strings.Cut(p.rest, ">")
		default:
			return t
		}
		t.parts = append(t.parts, p.parseTerm())
	}
}

func (p *wordParser) parseTerm() *searchTerm {
	if p.takeToken("!") {
		return &searchTerm{op: '!', parts: []*searchTerm{p.parseTerm()}}
	}
	if p.takeToken("(") {
		t := p.parseOr()
		p.takeToken(")")
		return t
	}
	p.takeToken("'")
	var word strings.Builder
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '\\' || c == '\'' && strings.HasPrefix(p.rest[i+1:], "'"):
			i++
			if i < len(p.rest) {
				word.WriteByte(p.rest[i])
			}
		case c == '\'':
			p.rest = p.rest[i+1:]
			return &searchTerm{word: word.String()}
		default:
			word.WriteByte(c)
		}
	}
	p.rest = ""
	return &searchTerm{word: word.String()}
}

// termCondition is the condition of rows that may have the term, and false when any row may: by the
// keys of its words.
func (t *searchTerm) termCondition(keys func(words []string) pg.Fragment) (pg.Fragment, bool) {
	if t == nil || t.op == '!' {
		return pg.Always, false
	}
	if t.op == 0 {
		return keys([]string{t.word}), true
	}
	var words []string
	var conds []pg.Fragment
	for _, p := range t.parts {
		for p.op != 0 && p.op != '!' && len(p.parts) == 1 {
			p = p.parts[0]
		}
		if p.op == 0 && t.op == '&' {
			words = append(words, p.word)
			continue
		}
		c, bounded := p.termCondition(keys)
		if bounded {
			conds = append(conds, c)
		} else if t.op == '|' {
			return pg.Always, false
		}
	}
	if len(words) > 0 {
		conds = append(conds, keys(words))
	}
	if t.op == '|' {
		return pg.AnyOf(conds...), true
	}
	return pg.AllOf(conds...), len(conds) > 0
}
