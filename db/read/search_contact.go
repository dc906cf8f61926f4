package read

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"deskwire/db/pg"
	"deskwire/desk"
)

// parseNumber is the number that a query is, such as 4711 or #4711.
func parseNumber(query string) (n int) {
	digits := strings.TrimPrefix(strings.TrimSpace(query), "#")
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
	terms := strings.FieldsFunc(folded, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '*' })
	terms = slices.DeleteFunc(terms, func(t string) bool { return len(splitWords(t)) == 0 })
	return truncate(terms, maxTerms)
}

// splitWords gives the words of a text: the letters and digits side by side, and signs of scripts
// without blanks.
func splitWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !desk.IsUnspaced(r) })
}

// gramsOf are the parts by which the index finds contacts with a term: three letters side by side,
// and what is shorter at the beginning of a word; of scripts without blanks two signs.
func gramsOf(term string) (all []*searchNode) {
	for _, w := range splitWords(term) {
		for _, run := range desk.SplitUnspaced(w) {
			letters := []rune(run)
			switch unspaced := desk.IsUnspaced(letters[0]); {
			case unspaced && len(letters) == 1:
				all = append(all, &searchNode{word: run, goes: true})
			case unspaced:
				for i := 2; i <= len(letters); i++ {
					all = append(all, &searchNode{word: string(letters[i-2 : i])})
				}
			case len(letters) < 3:
				all = append(all, &searchNode{word: string(append([]rune("  ")[len(letters)-1:], letters...))})
			default:
				for i := 3; i <= len(letters); i++ {
					all = append(all, &searchNode{word: string(letters[i-3 : i])})
				}
			}
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

// contactNode is the condition of contacts that may have all terms. Of one that is alike, one half
// is as it was asked for, whichever letter is wrong.
func (w *searchTerms) contactNode() *searchNode {
	var all []*searchNode
	for _, t := range w.terms {
		if !w.allowsTypo(t) {
			all = append(all, gramsOf(t)...)
			continue
		}
		letters := []rune(t)
		half := len(letters) / 2
		all = append(all, joinNodes('|', joinNodes('&', gramsOf(string(letters[:half]))...), joinNodes('&', gramsOf(string(letters[half:]))...)))
	}
	return joinNodes('&', all...)
}

// contactMatch looks closer at the folded text f.t of a contact.
func (w *searchTerms) contactMatch() pg.Fragment {
	var each []pg.Fragment
	for _, t := range w.terms {
		if w.allowsTypo(t) {
			each = append(each, pg.SQL("word_similarity(?, f.t) >= 0.5", t))
		} else {
			each = append(each, pg.SQL("strpos(f.t, ?) > 0", t))
		}
	}
	return pg.AllOf(each...)
}
