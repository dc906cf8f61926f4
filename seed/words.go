package seed

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// newRandom is one stream of the random numbers; its name keeps it apart from others of the same
// seed.
func newRandom(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// vocabulary makes texts whose words come as often as words of a language do: a few everywhere,
// most hardly ever.
type vocabulary struct {
	r     *rand.Rand
	words []string
	often *rand.Zipf
	first []string
	last  []string
}

const frequent = `the to and you your a for is in we it of have order invoice please thanks refund password login account shipping
	delivery payment not received help error issue update billing plan cancel upgrade team support reset problem with on our can this
	that are be tent boots lamp pack stove warranty broken torn lost late parcel carrier address street number monday week photo
	attached return exchange size colour price discount voucher shop website café müller straße garçon señor`

const syllables = `ba be bi bo bu ca ce ci co cu da de di do du fa fe fi fo fu ga ge gi go gu la le li lo lu ma me mi mo mu na ne ni no nu
	pa pe pi po pu ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo vu za ze zi zo zu tion ment ing er est al`

const vocabularySize = 20_000

func newVocabulary(r *rand.Rand) *vocabulary {
	v := &vocabulary{r: r, words: strings.Fields(frequent)}
	known, parts := map[string]bool{}, strings.Fields(syllables)
	for _, w := range v.words {
		known[w] = true
	}
	for len(v.words) < vocabularySize {
		w := ""
		for range 2 + r.IntN(3) {
			w += parts[r.IntN(len(parts))]
		}
		if !known[w] {
			known[w] = true
			v.words = append(v.words, w)
		}
	}
	v.often = rand.NewZipf(r, 1.08, 4, vocabularySize-1)
	rare := v.words[len(strings.Fields(frequent)):]
	for i := range 2_400 {
		if w := titleCase(rare[r.IntN(len(rare))]); i < 400 {
			v.first = append(v.first, w)
		} else {
			v.last = append(v.last, w)
		}
	}
	return v
}

func titleCase(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func (v *vocabulary) randomWord() string { return v.words[v.often.Uint64()] }

func (v *vocabulary) personName() string {
	return v.first[v.r.IntN(len(v.first))] + " " + v.last[v.r.IntN(len(v.last))]
}

// phrase is a subject, or the beginning of a sentence.
func (v *vocabulary) phrase(words int) string {
	var b strings.Builder
	for i := range words {
		w := v.randomWord()
		if i == 0 {
			w = titleCase(w)
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

// messageText is what a message says: mostly one to four sentences, sometimes a page.
func (v *vocabulary) messageText() string {
	n := 1 + v.r.IntN(4)
	if v.r.IntN(40) == 0 {
		n = 10 + v.r.IntN(20)
	}
	var b strings.Builder
	for i := range n {
		switch {
		case i > 0 && i%4 == 0:
			b.WriteString("\n\n")
		case i > 0:
			b.WriteByte(' ')
		}
		b.WriteString(v.phrase(5 + v.r.IntN(11)))
		b.WriteByte('.')
	}
	return b.String()
}
