package desk

import (
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// signsOfKeys are those that go wrong most often: with and without accents, invisible, in two
// sizes, with more than one small letter.
var signsOfKeys = []rune("aAbBkK\u212aåÅ\u212biIıİſsSßẞéÉeE\u0301\u0308\u0307\u0323oOøØσςΣμµωΩ\u2126ǅǆǄﬁＡａ１ \t\n\u00a0\u2003\u3000\u200b\u200d\u200e\u00ad\ufeff\ufe0f\u202e\u3164\u034f-ñ각각爸👍👨ᾳᾼ\u0345ΐǰ\u030c")

func keyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringOfN(rapid.SampledFrom(signsOfKeys), 0, 8, -1), rapid.String())
}

func TestFold_isStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := keyText().Draw(t, "s")
		f := Fold(s)
		for how, same := range map[string]string{
			"folded again": f, "decomposed": norm.NFD.String(s), "composed": norm.NFC.String(s),
			"with blanks around": " " + s + "\u00a0", "with what nobody sees": "\u200b" + s + "\ufeff",
		} {
			if got := Fold(same); got != f {
				t.Fatalf("%q is %q, and %s %q", s, f, how, got)
			}
		}
	})
}

// Who is another person stays one.
func TestFold_addressesApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.SampledFrom([]rune("kK\u212aiIİıſsabé")), 1, 6, -1).Draw(t, "local")
		got, err := Email(s + "@bank.test")
		if err != nil {
			t.Fatal(err)
		}
		ascii := func(s string) (n int) {
			for _, r := range s {
				if r < 128 {
					n++
				}
			}
			return n
		}
		if again, err := Email(got); err != nil || again != got || ascii(got) != ascii(s+"@bank.test") {
			t.Fatalf("%q is %q, then %q, %v", s, got, again, err)
		}
	})
}

func TestFold_sameAndOther(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"VIP", "vip", true}, {"VIP", "VIP ", true}, {"VIP", "V\u200bI\u200dP\u00a0", true}, {"Über uns", "u\u0308ber\u3000 uns", true}, {"ΣΊΣΥΦΟΣ", "σίσυφος", true},
		{"Å", "\u212b", true}, {"K", "\u212a", true}, {"İ", "i\u0307", true},
		{"VIP", "VIP2", false}, {"m2", "m²", false}, {"i", "ı", false}, {"o", "ø", false}, {"e", "é", false}, {"a b", "ab", false}, {"А", "A", false},
	} {
		if (Fold(c.a) == Fold(c.b)) != c.same {
			t.Errorf("%q is %q, %q is %q; the same: %v", c.a, Fold(c.a), c.b, Fold(c.b), c.same)
		}
	}
}
