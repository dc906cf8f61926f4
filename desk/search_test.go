package desk

import (
	"slices"
	"strings"
	"testing"
)

func TestPartsOf(t *testing.T) {
	for _, tc := range []struct {
		text  string
		terms string
		want  []TextPart
	}{
		{"", "a", []TextPart{}},
		{"nothing", "x", []TextPart{{"nothing", false}}},
		{"Amara Okafor", "amar oka", []TextPart{{"Amar", true}, {"a ", false}, {"Oka", true}, {"for", false}}},
		{"aaaa", "aa", []TextPart{{"aaaa", true}}},
		{"<b>x</b>", "x", []TextPart{{"<b>", false}, {"x", true}, {"</b>", false}}},
		{HitBegins + "x" + HitEnds, "x", []TextPart{{"x", true}}},
		{"İx", "x", []TextPart{{"İ", false}, {"x", true}}},
		{"Zoe\u0308 Straße", "zoe strasse", []TextPart{{"Zoe\u0308", true}, {" ", false}, {"Straße", true}}},
		{"我的爸爸", "爸爸", []TextPart{{"我的", false}, {"爸爸", true}}},
	} {
		if got := PartsOf(MarkTerms(tc.text, strings.Fields(tc.terms))); !slices.Equal(got, tc.want) {
			t.Errorf("%q in %q: %v, want %v", tc.terms, tc.text, got, tc.want)
		}
	}
}

func TestSearchIDs(t *testing.T) {
	by, other := &Actor{Account: &Account{ID: ID{1}}}, &Actor{Account: &Account{ID: ID{2}}}
	for _, q := range []string{"", "tent", "Zelt_ß \"x\" -y", strings.Repeat("ü", 100)} {
		s, err := NewSearch(by, q)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ParseRef(s.Ref().String())
		if err != nil || SearchOf(by, r) == nil || SearchOf(by, r).Query != q || SearchOf(other, r) != nil {
			t.Errorf("%q is %s, %v", q, s.Ref(), err)
		}
	}
	for _, part := range []string{"", "q=", "x", "qzz"} {
		if s := SearchOf(by, Ref{Kind: KindSearch, ID: ID{1}, Part: part}); s != nil {
			t.Errorf("%q is taken for %v", part, s)
		}
	}
	if _, err := NewSearch(by, strings.Repeat("x", MaxSearch+1)); err == nil {
		t.Error("a very long query is taken")
	}
}
