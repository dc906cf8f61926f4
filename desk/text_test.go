package desk

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

func TestText(t *testing.T) {
	for _, c := range []struct {
		name, in   string
		text, line ErrorCode // "": taken
	}{
		{"plain", "Hello", "", ""},
		{"lines and tabs", "a\r\n\tb", "", CodeInvalidInput},
		{"one line ends", "a\n", "", CodeInvalidInput},
		{"tabs", "a\tb", "", CodeInvalidInput},
		{"blanks around are kept", "  a ", "", ""},
		{"controls are kept", "a\x01\x7f\u200b", "", CodeInvalidInput},
		{"what nobody sees alone", "\u200b\u3164\ufe0f", "", CodeInvalidInput},
		{"joiners are kept", "a\u200db", "", ""},
		{"a mark that turns", "a\u202eb", "", CodeInvalidInput},
		{"a line separator", "a\u2028b", "", CodeInvalidInput},
		{"next line", "a\u0085b", "", CodeInvalidInput},
		{"ten bytes", "0123456789", "", ""},
		{"eleven bytes", "0123456789a", CodeTextTooLong, CodeTextTooLong},
		{"ten bytes in five letters", "ééééé", "", ""},
		{"eleven bytes in six letters", "éééééa", CodeTextTooLong, CodeTextTooLong},
		{"empty", "", "", CodeInvalidInput},
		{"blank", " \t\n\u00a0\u2003", "", CodeInvalidInput},
		{"NUL", "a\x00b", CodeInvalidText, CodeInvalidText},
		{"NUL alone", "\x00", CodeInvalidText, CodeInvalidText},
		{"not UTF-8", "a\xffb", CodeInvalidText, CodeInvalidText},
		{"half a letter", "é"[:1], CodeInvalidText, CodeInvalidText},
		{"a surrogate", "\xed\xa0\x80", CodeInvalidText, CodeInvalidText},
		{"not UTF-8 and too long", "\xff0123456789", CodeInvalidText, CodeInvalidText},
		{"the sign for what could not be read is UTF-8", "\ufffd", "", ""},
	} {
		t.Run("text/"+c.name, func(t *testing.T) {
			check := func(how, got string, err error, code ErrorCode) {
				t.Helper()
				if code == "" && (err != nil || got != c.in) {
					t.Errorf("%s: %q, %v", how, got, err)
				}
				if code != "" {
					mustRefuse(t, err, code, "a/b")
				}
			}
			got, err := Text(c.in, 10, "a", "b")
			check("text", got, err, c.text)
			got, err = SingleLine(c.in, 10, "a", "b")
			check("line", got, err, c.line)
			optional, err := OptionalText(&c.in, 10, "a", "b")
			if c.in == "" {
				if optional != nil || err != nil {
					t.Errorf("optional: %v, %v", optional, err)
				}
				return
			}
			if optional == nil {
				optional = new("")
			}
			check("optional", *optional, err, c.text)
		})
	}
	if got, err := OptionalText(nil, 10); got != nil || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

// The limits are promises of the schema.
// What must say something is named, for who sees the text alone.
func TestKey_namesWhatIsEmpty(t *testing.T) {
	for path, want := range map[string]string{"name": "name must not be empty.", "": "This must not be empty."} {
		var at []string
		if path != "" {
			at = []string{"input", path}
		}
		if _, err := Key(" ", 10, at...); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: %v", path, err)
		}
	}
}

func TestLimits(t *testing.T) {
	for name, l := range map[string][2]int{
		"a name": {MaxName, 200}, "a subject": {MaxSubject, 998}, "a text": {MaxText, 262144}, "HTML": {MaxHTML, 524288}, "a key": {MaxKey, 512},
		"a property's text": {maxPropertyText, 65536}, "properties": {MaxProperties, 500}, "options": {MaxOptions, 500}, "pipelines": {MaxPipelines, 100},
		"statuses": {MaxStatuses, 100}, "links": {MaxLinks, 250}, "values": {MaxValues, 250},
		"shown properties": {MaxShownKeys, 100}, "a file's bytes": {MaxAttachment, 10485760}, "files": {MaxAttachments, 20}, "days in the trash": {MaxTrashKeepDays, 3650}, "days by default": {DefaultTrashKeepDays, 30},
	} {
		t.Run("limit/"+name, func(t *testing.T) {
			if l[0] != l[1] {
				t.Errorf("is %d, was promised as %d", l[0], l[1])
			}
		})
	}
}

func TestPreview(t *testing.T) {
	word, family := strings.Repeat("é", 140), "👩\u200d👩\u200d👧\u200d👦"
	for _, c := range []struct{ name, in, want string }{
		{"short", "Hello", "Hello"},
		{"empty", "", ""},
		{"blank", " \n\t\u00a0 ", ""},
		{"folded", "\n Hello,\r\n\r\n  dear\u2003 Ada \n", "Hello, dear Ada"},
		{"140 letters", word, word},
		{"140 letters and a blank", word + "\n", word},
		{"141 letters", word + "x", word + "…"},
		{"140 letters and a word", word + " x", word + "…"},
		{"139 letters and a word", word[2:] + "  x", word[2:] + "…"},
		{"138 letters and a word", word[4:] + " x", word[4:] + " x"},
		{"138 letters and a longer word", word[4:] + " xy", word[4:] + " x…"},
		{"a family at the end", word[2:] + family + "x", word[2:] + family + "…"},
		{"a family behind the end", word + family, word + "…"},
		{"two families at the end", word[2:] + family + family, word[2:] + family + "…"},
		{"a flag at the end", word[2:] + "🇫🇷🇩🇪", word[2:] + "🇫🇷…"},
		{"accents at the end", word[2:] + "e\u0301\u0323x", word[2:] + "e\u0301\u0323…"},
		{"a skin at the end", word[2:] + "👍🏽x", word[2:] + "👍🏽…"},
		{"a key at the end", word[2:] + "1\ufe0f\u20e3x", word[2:] + "1\ufe0f\u20e3…"},
		{"jamo at the end", word[2:] + "\u1112\u1161\u11abx", word[2:] + "\u1112\u1161\u11ab…"},
		{"one letter of many accents", "e" + strings.Repeat("\u0301", 5000), "e" + strings.Repeat("\u0301", 999) + "…"},
		{"a word and a letter of many accents", "ab " + strings.Repeat("\u0301", 5000) + "e", "ab…"},
	} {
		t.Run("preview/"+c.name, func(t *testing.T) {
			if got := Preview(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzPreview(f *testing.F) {
	for _, s := range []string{"a  b", strings.Repeat("é ", 100), "\xff", " \u0085"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Preview(s)
		body := strings.TrimSuffix(got, "…")
		if n := uniseg.GraphemeClusterCount(body); n > 140 || len(body) > 2000+utf8.UTFMax {
			t.Errorf("%q has %d characters and %d bytes", got, n, len(body))
		}
		if strings.Join(strings.Fields(got), " ") != got {
			t.Errorf("%q is not folded", got)
		}
		if whole := strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " "); utf8.ValidString(s) && !strings.HasPrefix(whole, body) {
			t.Errorf("%q is not how %q begins", got, s)
		}
	})
}
