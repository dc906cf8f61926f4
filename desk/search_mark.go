package desk

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Span is a piece of a text, in bytes.
type Span struct{ From, To int }

// stripMarks takes marks that stand in a text already out of it.
func stripMarks(text string) string {
	return strings.NewReplacer(HitBegins, "", HitEnds, "").Replace(text)
}

// WordSpans are the words of a text as search cuts them: whatever is not a letter or a digit
// divides, but for what nobody sees. Signs of scripts without blanks are left out.
func WordSpans(text string) (all []Span) {
	from := -1
	for i, r := range text {
		is := !IsUnspaced(r) && (unicode.In(r, unicode.L, unicode.N, unicode.M) || unicode.Is(unicode.Cf, r) && from >= 0)
		switch {
		case is && from < 0:
			from = i
		case !is && from >= 0:
			all = append(all, Span{from, i})
			from = -1
		}
	}
	if from >= 0 {
		all = append(all, Span{from, len(text)})
	}
	return all
}

// lettersApart are letters that are compared as others, and have no accent that can be taken off.
var lettersApart = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ħ': "h", 'ı': "i",
}

// foldLetters brings a text into the form that search compares letters in, and says where each byte
// of it was.
func foldLetters(text string) (folded string, at []int) {
	var b strings.Builder
	for i, r := range text {
		if unicode.Is(unicode.Cf, r) || r >= '\U0001f3fb' && r <= '\U0001f3ff' {
			continue // what nobody sees, and colours of skin
		}
		for _, d := range norm.NFKD.String(string(r)) {
			if unicode.Is(unicode.Mn, d) && !IsUnspaced(r) {
				continue
			}
			d = unicode.ToLower(d)
			if other, ok := lettersApart[d]; ok {
				b.WriteString(other)
			} else {
				b.WriteRune(d)
			}
		}
		for len(at) < b.Len() {
			at = append(at, i)
		}
	}
	return b.String(), append(at, len(text))
}

// FirstLetter is the first letter of a word in the form that search compares letters in.
func FirstLetter(word string) rune {
	if word != "" && word[0] < utf8.RuneSelf {
		return unicode.ToLower(rune(word[0]))
	}
	folded, _ := foldLetters(word)
	letter, _ := utf8.DecodeRuneInString(folded)
	return letter
}

// TermSpans are the places in a text where the terms stand, without regard to case and accents.
func TermSpans(text string, terms []string) (all []Span) {
	if len(terms) == 0 {
		return nil
	}
	folded, at := foldLetters(text)
	for _, term := range terms {
		term, _ = foldLetters(term)
		for from := 0; term != ""; {
			i := strings.Index(folded[from:], term)
			if i < 0 {
				break
			}
			begin, end := from+i, from+i+len(term)
			to := end
			for to < len(folded) && at[to] == at[end-1] {
				to++ // the letter that the term ends in became several
			}
			all = append(all, Span{at[begin], at[to]})
			from = end
		}
	}
	return all
}

// Mark puts marks around pieces of a text. Those that touch become one.
func Mark(text string, spans []Span) string {
	slices.SortFunc(spans, func(a, b Span) int { return a.From - b.From })
	var b strings.Builder
	done := 0
	for i := 0; i < len(spans); {
		s := spans[i]
		for i++; i < len(spans) && spans[i].From <= s.To; i++ {
			s.To = max(s.To, spans[i].To)
		}
		b.WriteString(text[done:s.From] + HitBegins + text[s.From:s.To] + HitEnds)
		done = s.To
	}
	return b.String() + text[done:]
}

// MarkTerms puts marks around the terms, without regard to case and accents.
func MarkTerms(text string, terms []string) string {
	text = stripMarks(text)
	return Mark(text, TermSpans(text, terms))
}

// An excerpt has two pieces of a text at most, each with so many characters before what was found
// and behind it.
const (
	excerptBefore = 60
	excerptBehind = 120
	excerptPieces = 2
)

// Excerpt marks what was found and leaves out most of the rest; without anything it begins with the
// text.
func Excerpt(text string, spans []Span) string {
	slices.SortFunc(spans, func(a, b Span) int { return a.From - b.From })
	if len(spans) == 0 {
		spans = []Span{{0, 0}}
	}
	var pieces []string
	end := 0
	for n, s := range spans {
		if n > 0 && s.From < end || len(pieces) == excerptPieces {
			continue
		}
		begin := max(end, before(text, s.From, excerptBefore))
		end = max(s.To, behind(text, s.From, excerptBehind))
		var inside []Span
		for _, o := range spans[n:] {
			if o.From >= begin && o.To <= end && o.To > o.From {
				inside = append(inside, Span{o.From - begin, o.To - begin})
			}
		}
		pieces = append(pieces, strings.TrimSpace(Mark(text[begin:end], inside)))
	}
	return strings.Join(pieces, " … ")
}

// wordSearched is how far an excerpt looks for the beginning or the end of a word, in bytes.
const wordSearched = 40

// before is a place up to so many characters before another, where a word begins if one does
// nearby.
func before(text string, at, characters int) int {
	i := at
	for ; i > 0 && characters > 0; characters-- {
		_, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
	}
	if i == 0 {
		return 0
	}
	if blank := strings.IndexFunc(text[i:min(at, i+wordSearched)], unicode.IsSpace); blank >= 0 {
		return i + blank
	}
	return i
}

// behind is a place up to so many characters behind another, where a word ends if one does nearby.
func behind(text string, at, characters int) int {
	i := at
	for ; i < len(text) && characters > 0; characters-- {
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	if i == len(text) {
		return i
	}
	if blank := strings.LastIndexFunc(text[max(at, i-wordSearched):i], unicode.IsSpace); blank >= 0 {
		return max(at, i-wordSearched) + blank
	}
	return i
}
