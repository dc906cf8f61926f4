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

// Who has proven an address elsewhere has proven that one, and no other that looks like it.
func TestProvenEmail(t *testing.T) {
	for in, want := range map[string]string{
		"Kate@BANK.test": "kate@bank.test", " kate@bank.test ": "kate@bank.test", "info@BÜCHER.example": "info@bücher.example",
		"info@XN--bcher-kva.example": "info@bücher.example", "info@bu\u0308cher.example": "info@bücher.example", "ZOË@x.test": "zoë@x.test",
		"kate@ban\u212a.test": "", "kate@ｂank.test": "", "kate@bank。test": "", "kate@b\u00adank.test": "", "kate@ban\u24da.test": "", "kate@\u017ft.test": "",
		"ka\u200bte@bank.test": "", "kate": "", "": "",
	} {
		if got, err := ProvenEmail(in); got != want || (err != nil) != (want == "") {
			t.Errorf("%q proves %q, not %q: %v", in, got, want, err)
		}
	}
}

// What was kept by rules of before is found by them, and brought into the form of today once.
func TestRefolded(t *testing.T) {
	for _, c := range []struct{ email, phone, want string }{
		{"info@xn--bcher-kva.example", "004930123", "info@bücher.example - +4930123 -"}, {"zoe\u0308@x.test", "+4930123", "zoë@x.test - - -"},
		{"kate@x.test", "0049", "- - - -"}, {"kate@x.test", "00493", "- - +493 -"}, {"no address", "1", "- - - -"}, {"info@bücher.example", "030123", "- - - -"},
	} {
		in := (&Contact{Email: &c.email, Phone: &c.phone}).Refolded()
		if got := said(in); got != c.want {
			t.Errorf("%q, %q: %s, not %s", c.email, c.phone, got, c.want)
		}
		if again := (&Contact{Email: in.Email, Phone: in.Phone}).Refolded(); said(again) != "- - - -" {
			t.Errorf("%q, %q becomes %s, and then %s", c.email, c.phone, said(in), said(again))
		}
	}
	for now, former := range map[string]string{"info@bücher.example": "info@xn--bcher-kva.example", "kate@x.test": "kate@x.test", "a@b@c.test": "a@b@c.test"} {
		if got := FormerEmail(now); got != former {
			t.Errorf("%s was kept as %s, not %s", now, got, former)
		}
	}
	if a, b := FormerPhone("+4930123"), FormerPhone("030123"); a != "004930123" || b != "030123" {
		t.Errorf("numbers were kept as %s and %s", a, b)
	}
}

func TestFold_sameAndOther(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"VIP", "vip", true}, {"VIP", "VIP ", true}, {"VIP", "V\u200bI\u200dP\u00a0", true}, {"Über uns", "u\u0308ber\u3000 uns", true}, {"ΣΊΣΥΦΟΣ", "σίσυφος", true},
		{"Å", "\u212b", true}, {"K", "\u212a", true}, {"İ", "i\u0307", true},
		{"VIP", "VIP\U0001bca0", true}, {"VIP", "V\ufff0IP\U00013430", true}, {"VIP", "VIP\U00016fe4\U00013441", true},
		{"VIP", "VIP2", false}, {"m2", "m²", false}, {"i", "ı", false}, {"o", "ø", false}, {"e", "é", false}, {"a b", "ab", false}, {"А", "A", false},
	} {
		if (Fold(c.a) == Fold(c.b)) != c.same {
			t.Errorf("%q is %q, %q is %q; the same: %v", c.a, Fold(c.a), c.b, Fold(c.b), c.same)
		}
	}
}
