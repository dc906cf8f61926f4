package read

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// queryTerm is a part of what somebody searches for: what stands between blanks, or in quotes. Its
// words must stand side by side.
type queryTerm struct {
	text   string
	quoted bool
	not    bool // it must not be there
	begins bool // its last word may go on
}

// maxTerms bounds what is looked up for one search, and maxBeginnings how many of its terms may go
// on.
const (
	maxTerms      = 32
	maxBeginnings = 4
)

// parseSearch takes a query apart: alternatives, and the terms that each must have. Every text is a
// query; what is not understood divides words.
func parseSearch(query string) (alternatives [][]queryTerm) {
	if isPhoneNumber(query) {
		return [][]queryTerm{{{text: query, begins: true}}}
	}
	all := splitTerms(query)
	alternatives = [][]queryTerm{nil}
	beginnings := 0
	for i, t := range truncate(all, maxTerms) {
		last := &alternatives[len(alternatives)-1]
		if strings.EqualFold(t.text, "or") && !t.not && !t.quoted && len(*last) > 0 && i < len(all)-1 {
			alternatives = append(alternatives, nil)
			continue
		}
		if t.begins {
			beginnings++
			t.begins = beginnings <= maxBeginnings || i == len(all)-1
		}
		*last = append(*last, t)
	}
	return alternatives
}

// splitTerms gives the terms in their order. A minus says "not" directly before a word and behind a
// blank, an asterisk that a word may go on. The last word may go on as long as somebody types it:
// nothing stands behind.
func splitTerms(query string) (all []queryTerm) {
	for rest := query; ; {
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if rest == "" {
			return all
		}
		t := queryTerm{}
		if after, ok := strings.CutPrefix(rest, "-"); ok && (after != "" && after[0] == '"' || beginsWord(after)) {
			t.not, rest = true, after
		}
		if after, ok := strings.CutPrefix(rest, `"`); ok {
			t.quoted = true
			t.text, rest, _ = strings.Cut(after, `"`)
		} else {
			end := strings.IndexFunc(rest, unicode.IsSpace)
			if end < 0 {
				end = len(rest)
			}
			t.text, rest = withoutScheme(rest[:end]), rest[end:]
			t.begins = !t.not && (rest == "" || strings.HasSuffix(t.text, "*"))
		}
		all = append(all, t)
	}
}

var scheme = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*://(?:www\.)?`)

// withoutScheme is an address as people write it in a sentence.
func withoutScheme(term string) string { return term[len(scheme.FindString(term)):] }

func beginsWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// isPhoneNumber says whether a query is one, whatever stands between its digits.
func isPhoneNumber(query string) bool {
	digits := 0
	for _, r := range query {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+ -./()\u00a0", r):
			return false
		}
	}
	return digits > 6 && digits < 20
}

// searchNode is a condition on the words of a row: a word, or what its parts have in common.
type searchNode struct {
	op    byte   // '&', '|', '!', '<' for words side by side, or 0 for a word
	word  string // as the index has it
	goes  bool   // the word may go on
	gap   int    // of a part of '<': how many places it stands behind the one before
	parts []*searchNode
}

func joinNodes(op byte, parts ...*searchNode) *searchNode {
	some := parts[:0:0]
	for _, p := range parts {
		if p != nil {
			some = append(some, p)
		}
	}
	switch {
	case len(some) == 0:
		return nil
	case len(some) == 1 && op != '!':
		return some[0]
	}
	return &searchNode{op: op, parts: some}
}

// tsquery writes the condition as Postgres reads it.
func (n *searchNode) tsquery() string {
	switch n.op {
	case 0:
		return quoteWord(n.word, n.goes)
	case '!':
		return "!(" + n.parts[0].tsquery() + ")"
	}
	var b strings.Builder
	b.WriteByte('(')
	for i, p := range n.parts {
		switch {
		case i == 0:
		case n.op == '<':
			b.WriteString(phraseOperator(p.gap))
		default:
			b.WriteString(" " + string(n.op) + " ")
		}
		b.WriteString(p.tsquery())
	}
	return b.String() + ")"
}

// indexQuery is the condition of rows that may fulfil the node, by their words alone, with U+0001
// where the key of a slice belongs. It is false when any row may.
func (n *searchNode) indexQuery() (query string, bounded bool) {
	switch n.op {
	case 0:
		return quoteWord("\x01"+truncateRunes(n.word, maxIndexWord), n.goes), true
	case '!':
		return "", false
	}
	var each []string
	for _, p := range n.parts {
		q, bounded := p.indexQuery()
		if bounded {
			each = append(each, q)
		} else if n.op == '|' {
			return "", false
		}
	}
	op := " & "
	if n.op == '|' {
		op = " | "
	}
	return "(" + strings.Join(each, op) + ")", len(each) > 0
}

// maxIndexWord is how much of a word the index has, in characters; see search_slice_words.
const maxIndexWord = 40

func truncateRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

func quoteWord(word string, goes bool) string {
	quoted := "'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(word) + "'"
	if goes {
		return quoted + ":*"
	}
	return quoted
}

// wanted are the words of the node that a row should have.
func (n *searchNode) wanted() (all []*searchNode) {
	switch n.op {
	case 0:
		return []*searchNode{n}
	case '!':
		return nil
	}
	for _, p := range n.parts {
		all = append(all, p.wanted()...)
	}
	return all
}
