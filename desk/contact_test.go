package desk

import (
	"fmt"
	"strings"
	"testing"
)

func TestContactClean(t *testing.T) {
	long := func(n int) *string { return new(strings.Repeat("x", n)) }
	for _, c := range []struct {
		name string
		in   ContactInput
		want string // email, name, phone, external id; "-" for none
		code ErrorCode
		path string
		mend bool
	}{
		{name: "an email", in: ContactInput{Email: new(" Zoe@Example.COM")}, want: "zoe@example.com - - -"},
		{name: "a phone number", in: ContactInput{Phone: new("+49 (30) 1234-56.7/8")}, want: "- - +4930123456" + "78 -"},
		{name: "an external id, kept to the byte", in: ContactInput{ExternalID: new("Ab_1"), Name: new("Zoë")}, want: "- Zoë - Ab_1"},
		{name: "empty is absent", in: ContactInput{Email: new(""), Name: new(""), Phone: new(""), ExternalID: new("x")}, want: "- - - x"},
		{name: "nobody", in: ContactInput{Name: new("Zoe"), Email: new("")}, code: CodeContactNotIdentified},
		{name: "a bad email", in: ContactInput{Email: new("zoe"), ExternalID: new("x")}, code: CodeInvalidInput, path: "email"},
		{name: "an empty email in blanks", in: ContactInput{Email: new(" "), ExternalID: new("x")}, code: CodeInvalidInput, path: "email"},
		{name: "an address as people see it", in: ContactInput{Email: new("\u202aIvy\u00ad@Exam\u200bple.test\ufeff")}, want: "ivy@example.test - - -"},
		{name: "a domain in xn--", in: ContactInput{Email: new("Info@XN--bcher-kva.example")}, want: "info@bücher.example - - -"},
		{name: "a domain in full width", in: ContactInput{Email: new("a@ｅｘample。test")}, want: "a@example.test - - -"},
		{name: "the Kelvin sign is no k", in: ContactInput{Email: new("\u212aate@bank.test")}, want: "\u212aate@bank.test - - -"},
		{name: "a dotted capital is no i", in: ContactInput{Email: new("I\u0307sa@bank.test")}, want: "\u0130sa@bank.test - - -"},
		{name: "composed or not", in: ContactInput{Email: new("ZOE\u0308@bank.test")}, want: "zoë@bank.test - - -"},
		{name: "a name of two lines", in: ContactInput{Email: new("z@e"), Name: new("Ada\r\nBcc: all@e")}, code: CodeInvalidInput, path: "name"},
		{name: "a name that rings", in: ContactInput{Email: new("z@e"), Name: new("Ada\a")}, code: CodeInvalidInput, path: "name"},
		{name: "a name that turns", in: ContactInput{Email: new("z@e"), Name: new("Ada\u202etset")}, code: CodeInvalidInput, path: "name"},
		{name: "a name that nobody sees", in: ContactInput{Email: new("z@e"), Name: new("\u200b")}, code: CodeInvalidInput, path: "name"},
		{name: "an external id that nobody sees", in: ContactInput{Email: new("z@e"), ExternalID: new(" \u200b")}, code: CodeInvalidInput, path: "externalId"},
		{name: "an external id that nobody sees, from outside", in: ContactInput{Email: new("z@e"), ExternalID: new(" \u200b")}, mend: true, want: "z@e - - -"},
		{name: "mended from outside", in: ContactInput{Email: new("z@e"), Name: new("Ada\r\nBcc: all@e\u202e\x1b\x07 ")}, mend: true, want: "z@e Ada Bcc: all@e - -"},
		{name: "a name with NUL", in: ContactInput{Email: new("z@e"), Name: new("\x00")}, code: CodeInvalidText, path: "name"},
		{name: "a name that is too long", in: ContactInput{Email: new("z@e"), Name: long(MaxName + 1)}, code: CodeTextTooLong, path: "name"},
		{name: "an external id that is too long", in: ContactInput{ExternalID: long(MaxKey + 1)}, code: CodeTextTooLong, path: "externalId"},
		{name: "an external id that is not UTF-8", in: ContactInput{ExternalID: new("\xf0")}, code: CodeInvalidText, path: "externalId"},
	} {
		t.Run("contact/"+c.name, func(t *testing.T) {
			if c.mend {
				c.in = (&Mending{}).Called(c.in, "contact")
			}
			out, err := c.in.Clean()
			if c.code != "" {
				mustRefuse(t, err, c.code, c.path)
				return
			}
			if got := said(out); err != nil || got != c.want {
				t.Errorf("got %s, %v, want %s", got, err, c.want)
			}
		})
	}
}

func said(in ContactInput) string {
	var out []string
	for _, s := range []*string{in.Email, in.Name, in.Phone, in.ExternalID} {
		if s == nil {
			s = new("-")
		}
		out = append(out, *s)
	}
	return strings.Join(out, " ")
}

func TestPhone(t *testing.T) {
	for _, c := range []struct{ in, want string }{ // want "": refused
		{"112", "112"}, {"+112", "+112"}, {" 030 / 12 34\u00a056 ", "030123456"}, {"+1.415.555.2671", "+14155552671"}, {strings.Repeat("1", 20), strings.Repeat("1", 20)},
		{"11", ""}, {"+11", ""}, {"+", ""}, {" ", ""}, {strings.Repeat("1", 21), ""}, {"1+12", ""}, {"++112", ""}, {"112a", ""}, {"112\n113", ""}, {"١١٢", "112"}, {"１１２", "112"}, {"۱۱۲", "112"}, {"00 49 30 1234", "+49301234"}, {"+49 (0)30 1234", "+49301234"}, {"tel:+1-555-0104", "+15550104"},
		{"\u202a+1 (555)\u00a0010‑4477\u202c", "+15550104477"}, {"＋1－555", "+1555"}, {"+1\u202f555–0104", "+15550104"}, {"000", "000"}, {"(0)30 1234", "0301234"}, {"112 x4", ""}, {"(+49) 30 1234", "+49301234"}, {"( +49 ) (0)30 1234", "+49301234"}, {"tel: +49 30 1234", "+49301234"}, {"(0049) 30 1234", "+49301234"}, {"(+)+112", ""}, {"112;113", ""},
		{"112" + strings.Repeat(" ", 62), ""}, {"112\x00", ""},
	} {
		t.Run(fmt.Sprintf("phone/%.20q", c.in), func(t *testing.T) {
			out, err := ContactInput{Phone: &c.in}.Clean()
			if c.want == "" {
				mustRefuse(t, err, refusal(err).Code, "phone")
				return
			}
			if err != nil || *out.Phone != c.want {
				t.Errorf("got %v, %v, want %s", out.Phone, err, c.want)
			}
			if again, err := out.Clean(); err != nil || *again.Phone != c.want {
				t.Errorf("cleaned again it is %v, %v", again.Phone, err)
			}
		})
	}
}

func TestContact(t *testing.T) {
	watch := func(w *world) { w.watch(w.contact) }
	learn := func(in ContactInput) func(*world, *Act) error {
		return func(w *world, a *Act) error {
			w.contact.Learn(a, in)
			return nil
		}
	}
	overwrite := func(in ContactInput) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.contact.Overwrite(a, in) }
	}
	update := func(p ContactPatch) func(*world, *Act) error {
		return func(w *world, a *Act) error { return w.contact.Update(a, p) }
	}
	stranger := ContactInput{Name: new("Mallory"), Email: new("mallory@example.com"), Phone: new("112")}
	run(t, []play{
		{name: "contact/learns what is not known", by: "bot CHANNEL", in: watch, do: learn(stranger), told: "CONTACT_UPDATED contact: phone nil>112"},
		{name: "contact/learns a name and an id", by: "bot", in: func(w *world) {
			w.contact.Name, w.contact.Email = "", nil
			watch(w)
		}, do: learn(ContactInput{Name: new("Zoe"), ExternalID: new("x"), Email: new("z@e")}), told: `CONTACT_UPDATED contact: name "">Zoe, email nil>z@e, externalId nil>x`},
		{name: "contact/has nothing to learn", by: "bot", in: watch, do: learn(ContactInput{Name: new("Mallory")})},
		{name: "contact/is overwritten where it is said", by: "bot", in: watch, do: overwrite(stranger), told: "CONTACT_UPDATED contact: name Zoe>Mallory, email zoe@example.com>mallory@example.com, phone nil>112"},
		{name: "contact/is overwritten with the same", by: "bot", in: watch, do: overwrite(ContactInput{Name: new("Zoe")})},
		{name: "contact/is changed part by part", in: watch, do: update(ContactPatch{SetName: true, SetPhone: true, ContactInput: ContactInput{Name: new("Zoë"), Phone: new("+49 30 1")}}), told: "CONTACT_UPDATED contact: name Zoe>Zoë, phone nil>+49301"},
		{name: "contact/keeps what is not said", in: watch, do: update(ContactPatch{ContactInput: stranger})},
		{name: "contact/loses its name", in: watch, do: update(ContactPatch{SetName: true}), told: `CONTACT_UPDATED contact: name Zoe>""`},
		{name: "contact/gets another email, cleaned", in: watch, do: update(ContactPatch{SetEmail: true, ContactInput: ContactInput{Email: new(" ZOE@Demo.Test")}}), told: "CONTACT_UPDATED contact: email zoe@example.com>zoe@demo.test"},
		{name: "contact/the same email in capitals is the same", in: watch, do: update(ContactPatch{SetEmail: true, ContactInput: ContactInput{Email: new("ZOE@example.com")}})},
		{name: "contact/swaps its email for an id", in: watch, do: update(ContactPatch{SetEmail: true, SetExternalID: true, ContactInput: ContactInput{ExternalID: new("x")}}), told: "CONTACT_UPDATED contact: email zoe@example.com>nil, externalId nil>x"},
		{name: "contact/keeps one way to know them", in: watch, do: update(ContactPatch{SetEmail: true, SetName: true}), refused: CodeContactNotIdentified},
		{name: "contact/refuses a bad phone number, and all with it", in: watch, do: update(ContactPatch{SetName: true, SetPhone: true, ContactInput: ContactInput{Name: new("Zoë"), Phone: new("x")}}), refused: CodeInvalidInput, path: "phone"},
	})
	for _, c := range []struct {
		contact Contact
		want    string
	}{
		{Contact{Name: "Zoe", Email: new("z@e"), Phone: new("112"), ExternalID: new("x")}, "Zoe"},
		{Contact{Email: new("z@e"), Phone: new("112"), ExternalID: new("x")}, "z@e"},
		{Contact{Phone: new("112"), ExternalID: new("x")}, "112"}, {Contact{ExternalID: new("x")}, "x"}, {Contact{Email: new("")}, ""},
	} {
		t.Run("contact/is called "+c.want, func(t *testing.T) {
			if got := c.contact.Called(); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
	// Knows says beforehand whether Learn will do something.
	all := ContactInput{Name: new("Zoe"), Email: new("z@e"), Phone: new("112"), ExternalID: new("x")}
	for known := range 16 {
		for told := range 16 {
			c, in := partOf(all, known), partOf(all, told)
			w := newWorld()
			contact := &Contact{Email: c.Email, Phone: c.Phone, ExternalID: c.ExternalID}
			setIfGiven(&contact.Name, c.Name)
			a := w.act("bot")
			knows := contact.Knows(in)
			contact.Learn(a, in)
			if knows != (len(a.Events) == 0) {
				t.Errorf("contact/knows %s of %s: %v, told %q", said(c), said(in), knows, w.told(a))
			}
		}
	}
	t.Run("contact/made", func(t *testing.T) {
		w := newWorld()
		a := w.act("bot")
		c, _ := NewContact(a, stranger)
		if c.Name != "Mallory" || c.ExternalID != nil || c.AccountID != w.account.ID || w.changes(a.Events[0].Changes) != "name nil>Mallory, email nil>mallory@example.com, phone nil>112" {
			t.Errorf("made %+v, told %+v", c, a.Events[0])
		}
		if c, _ = NewContact(w.act("bot"), ContactInput{Phone: new("112")}); c.Name != "" {
			t.Errorf("made %+v", c)
		}
	})
}

// partOf leaves only the parts whose bits are set.
func partOf(all ContactInput, bits int) (in ContactInput) {
	for i, p := range []struct{ dst, src **string }{
		{&in.Name, &all.Name}, {&in.Email, &all.Email}, {&in.Phone, &all.Phone}, {&in.ExternalID, &all.ExternalID},
	} {
		if bits&(1<<i) != 0 {
			*p.dst = *p.src
		}
	}
	return in
}
