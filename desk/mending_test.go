package desk

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestMending(t *testing.T) {
	long := strings.Repeat("é", 600)
	for _, c := range []struct {
		name string
		do   func(m *Mending) string
		want string
		told int
	}{
		{"a good text", func(m *Mending) string { return m.Text("a\nb\u200b", 10) }, "a\nb\u200b", 0},
		{"a text with NUL", func(m *Mending) string { return m.Text("a\x00b", 10) }, "a\ufffdb", 1},
		{"a text of half letters", func(m *Mending) string { return m.Text("a\xed\xa0\x80b", 10) }, "a\ufffdb", 1},
		{"a text that is too long", func(m *Mending) string { return m.Text("ab👩\u200d👧", 8) }, "ab", 1},
		{"a good line", func(m *Mending) string { return m.Line("a b", 10) }, "a b", 0},
		{"a line of lines", func(m *Mending) string { return m.Line("Hi\r\nBcc: all\n", 20) }, "Hi Bcc: all", 1},
		{"a line that turns", func(m *Mending) string { return m.Line("a\u202eb\x1b[1m\x07", 20) }, "ab [1m", 1},
		{"a line that is too long", func(m *Mending) string { return m.Line(long, 99) }, strings.Repeat("é", 48) + "…", 1},
		{"all of it", func(m *Mending) string { return m.Line("\x00\n\u202e"+long, 20) }, "\ufffd éééééé…", 3},
		{"a good key", func(m *Mending) string { return m.Key("<a@b>") }, "<a@b>", 0},
		{"a good telephone number", func(m *Mending) string { return *m.phone(new("+49 (30) 12-34"), "contact") }, "+49301234", 0},
		{"a number with words", func(m *Mending) string { return *m.phone(new("Tel: +49 30 1234 ext. 5"), "contact") }, "+49301234", 1},
		{"a number in other digits", func(m *Mending) string { return *m.phone(new("٠٣٠١٢٣٤"), "contact") }, "0301234", 0},
		{"a number in mathematical digits", func(m *Mending) string { return *m.phone(new("𝟘𝟛𝟘𝟙𝟚"), "contact") }, "03012", 0},
		{"a number with other dashes", func(m *Mending) string { return *m.phone(new("030–12‑34"), "contact") }, "0301234", 0},
		{"HTML that is cut in a tag", func(m *Mending) string { return *m.HTML(new("ab<img src='" + strings.Repeat("x", MaxHTML))) }, "ab", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &Mending{}
			if got := c.do(m); got != c.want || len(m.Warnings) != c.told {
				t.Errorf("got %q, want %q; told %v", got, c.want, m.Warnings)
			}
		})
	}
}

// TestMending_phones: words that say what a number is may stand beside it. With any others it may
// be something else, which two strangers would have in common.
func TestMending_phones(t *testing.T) {
	for in, want := range map[string]string{
		"Tel: +49 30 1234567": "+49301234567", "tel. 030 1234567 (mobile)": "0301234567", "Telephone number: 0301234567": "0301234567", "Mobil: 0171/1234567": "01711234567",
		"☎ 030 1234567": "0301234567", "T: 030 1234567 x 12": "0301234567", "(+49) 30 1234567 Durchwahl 8": "+49301234567", "030 1234567, 030 7654321": "0301234567",
		"tel:+49301234567;ext=5": "+49301234567", "<030 1234567>": "0301234567", "TÉLÉPHONE ٠٣٠١٢٣٤٥": "03012345", "Tel+49 30 1234567": "+49301234567", "030 1234567 home": "0301234567",
		"030 1234567\nfax": "0301234567", "+49 30 1234567 #12": "+49301234567",

		"1-800-FLOWERS": "", "1-800-CONTACTS": "", "DHL 4711": "", "UPS 4711": "", "Room 4711": "", "4711 DHL": "", "order 1234567890": "", "1 800 MOBILE": "", "1-800-555-1-PHONE": "",
		"A4711": "", "4711A": "", "Zimmer №4711": "", "4711@voip.test": "", "030 1234567 or 0307654321": "", "4711, DHL": "", "4711€": "", "office 4711": "", "x": "", "Tel:": "", "привет 4711": "", "部屋4711": "",
	} {
		got := (&Mending{}).phone(&in, "contact")
		if got == nil {
			got = new("")
		}
		if *got != want {
			t.Errorf("%q was read as %q, not %q", in, *got, want)
		}
	}
}

// TestMending_keys: two ids that differ stay two, however they are mended, and one stays one.
func TestMending_keys(t *testing.T) {
	long := strings.Repeat("k", MaxKey)
	seen := map[string]string{}
	for _, in := range []string{long, long + "a", long + "b", "a\x00", "a\xff", "a\ufffd", "a\xfe"} {
		got := (&Mending{}).Key(in)
		if other, twice := seen[got]; twice || len(got) > MaxKey || !utf8.ValidString(got) || strings.Contains(got, "\x00") {
			t.Errorf("%q became %q, as did %q", in, got, other)
		}
		if seen[got] = in; (&Mending{}).Key(in) != got {
			t.Errorf("%q becomes something else the second time", in)
		}
	}
}

func TestMending_contact(t *testing.T) {
	is := func(p *string) string {
		if p == nil {
			return "-"
		}
		return *p
	}
	for _, c := range []struct {
		name string
		in   ContactInput
		want string // name, email, phone, externalId
		told int
	}{
		{"good", ContactInput{Name: new("Kate"), Email: new("Kate@x.test")}, "Kate|kate@x.test|-|-", 0},
		{"an address with a name", ContactInput{Email: new(`"Kate M." <kate@x.test>`)}, "Kate M.|kate@x.test|-|-", 1},
		{"an address to click on", ContactInput{Email: new("mailto:kate@x.test")}, "-|kate@x.test|-|-", 1},
		{"an address in a sentence", ContactInput{Name: new("K"), Email: new("<kate@x.test>.")}, "K|kate@x.test|-|-", 1},
		{"an address that turns", ContactInput{Email: new("\u202ekate@x.test\u202c")}, "-|kate@x.test|-|-", 0},
		{"no address beside a number", ContactInput{Email: new("undisclosed-recipients:;"), Phone: new("0301234")}, "-|-|0301234|-", 1},
		{"no address at all", ContactInput{Email: new("Undisclosed recipients")}, "Undisclosed recipients|-|-|deskwire:email:undisclosed recipients", 1},
		{"no number at all", ContactInput{Phone: new("anonymous")}, "anonymous|-|-|deskwire:phone:anonymous", 1},
		{"a name of two lines", ContactInput{Name: new("Ada\r\nBcc: all@x.test"), ExternalID: new("1")}, "Ada Bcc: all@x.test|-|-|1", 1},
		{"a name that is too long", ContactInput{Name: new(strings.Repeat("n", 300)), ExternalID: new("1")}, strings.Repeat("n", 197) + "…|-|-|1", 1},
		{"an address that is too long", ContactInput{Email: new(strings.Repeat("a", 300) + "@x.test"), ExternalID: new("1")}, "-|-|-|1", 1},
		{"the Kelvin sign is no k behind a name", ContactInput{Email: new("Kate <\u212aate@bank.test>")}, "Kate|\u212aate@bank.test|-|-", 1},
		{"the Kelvin sign is no k in a quoted name", ContactInput{Email: new("\"K\" <\u212aATE@bank.test>.")}, "K|\u212aate@bank.test|-|-", 1},
		{"a dotted capital is no i in brackets", ContactInput{Email: new("<\u0130sa@bank.test>")}, "-|\u0130sa@bank.test|-|-", 1},
		{"the Kelvin sign is no k in a link", ContactInput{Email: new("MAILTO:\u212aate@bank.test")}, "-|\u212aate@bank.test|-|-", 1},
		{"a long s is no s in brackets", ContactInput{Email: new("<\u017fam@bank.test>,")}, "-|\u017fam@bank.test|-|-", 1},
		{"the Kelvin sign in no address", ContactInput{Email: new("\u212aate")}, "\u212aate|-|-|deskwire:email:\u212aate", 1},
		{"an address in capitals behind a name", ContactInput{Email: new("Z <ZOË@BÜCHER.example>")}, "Z|zoë@bücher.example|-|-", 1},
		{"a blank name", ContactInput{Email: new("a@x.test"), Name: new("\u2800")}, "-|a@x.test|-|-", 1},
		{"a name of a variant", ContactInput{Email: new("a@x.test"), Name: new("\ufe0f")}, "-|a@x.test|-|-", 1},
		{"a name of Mongolian variants", ContactInput{Email: new("a@x.test"), Name: new(" \u180b\u180d")}, "-|a@x.test|-|-", 1},
		{"a name of marks of direction", ContactInput{Email: new("a@x.test"), Name: new("\u200e\u200f")}, "-|a@x.test|-|-", 0},
		{"a name of a filler between quotes", ContactInput{Email: new("\"\u3164\" <a@x.test>")}, "-|a@x.test|-|-", 1},
		{"an external id that nobody sees", ContactInput{Email: new("a@x.test"), ExternalID: new("\u200b")}, "-|a@x.test|-|-", 0},
		{"an external id of a blank", ContactInput{Email: new("a@x.test"), ExternalID: new(" ")}, "-|a@x.test|-|-", 0},
		{"an address that nobody sees", ContactInput{Email: new("\u2800"), Phone: new("\u200b"), ExternalID: new("1")}, "-|-|-|1", 0},
		{"a number in letters", ContactInput{Phone: new("1-800-FLOWERS")}, "1-800-FLOWERS|-|-|deskwire:phone:1-800-flowers", 1},
		{"a parcel", ContactInput{Phone: new("DHL 4711")}, "DHL 4711|-|-|deskwire:phone:dhl 4711", 1},
		{"nobody", ContactInput{Name: new("Somebody"), Email: new(" ")}, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &Mending{}
			got, err := m.Contact(c.in, "contact")
			if c.want == "" {
				mustRefuse(t, err, CodeContactNotIdentified, "")
				return
			}
			if s := strings.Join([]string{is(got.Name), is(got.Email), is(got.Phone), is(got.ExternalID)}, "|"); s != c.want || err != nil || len(m.Warnings) != c.told {
				t.Errorf("got %s, %v, want %s; told %v", s, err, c.want, m.Warnings)
			}
		})
	}
}

func TestMending_times(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for after, stays := range map[time.Duration]bool{-time.Hour: true, 24 * time.Hour: true, 25 * time.Hour: false} {
		m, at := &Mending{}, now.Add(after)
		if got := m.SentAt(&at, now, "sentAt"); (got != nil) != stays || len(m.Warnings) > 0 == stays {
			t.Errorf("%v from now is %v, told %v", after, got, m.Warnings)
		}
	}
	m := &Mending{}
	if got := m.Files(make([]ID, MaxAttachments+3)); len(got) != MaxAttachments || len(m.Warnings) != 1 {
		t.Errorf("%d files stay, told %v", len(got), m.Warnings)
	}
}
