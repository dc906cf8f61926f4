package desk

import (
	"strings"
	"testing"
)

func TestVisibleLine(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Ada Lovelace", "Ada Lovelace"},
		{"accents and scripts", "Émile, 東京, עברית, हिन्दी", "Émile, 東京, עברית, हिन्दी"},
		{"a tab", "a\tb", "a b"},
		{"an override", "invoice\u202efdp.exe", "invoicefdp.exe"},
		{"embeddings and isolates", "\u202aa\u202c\u2066b\u2069\u2067c\u2068", "abc"},
		{"zero width", "V\u200bI\ufeffP\u2060\u00ad\u180e", "VIP"},
		{"escapes and bells", "\x1b[31mred\x07\x7f\u009b", "[31mred"},
		{"lines", "Hi\r\nBcc: all\n\nBye ", "Hi Bcc: all Bye"},
		{"NUL", "a\x00b", "a b"},
		{"line separators", "a\u2028b\u2029c\u0085d", "a b c d"},
		{"fillers", "a\u3164\u115f\u1160\uffa0\u034f", "a"},
		{"musical and annotation signs", "a\U0001D173\ufff9b\ufffbc", "abc"},
		{"tags", "a\U000E0041\U000E007F", "a"},
		{"the flag of Scotland", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F"},
		{"a family", "👩\u200d👧", "👩\u200d👧"},
		{"a heart on fire", "❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"},
		{"a joiner of Persian", "می\u200cخواهم", "می\u200cخواهم"},
		{"joiners beside Latin", "pay\u200dpal\u200c", "paypal"},
		{"joiners at the ends", "\u200dא\u200d", "א"},
		{"joiners beside each other", "א\u200d\u200dב", "א\u200dב"},
		{"marks of direction", "\u200fעברית!\u200e", "\u200fעברית!\u200e"},
		{"the Arabic sign for years", "\u0601٢٠٢٦", "\u0601٢٠٢٦"},
		{"what could not be read", "a\ufffdb", "a\ufffdb"},
		{"variants that choose nothing", "\ufe0fa \ufe0fb\ufe0f\ufe0f", "a b\ufe0f"},
		{"a keycap", "1\ufe0f\u20e3", "1\ufe0f\u20e3"},
		{"blank letters", "\u2800", ""},
		{"blank letters in a name", "Ka\u2800te", "Kate"},
		{"Braille", "\u2801\u2800\u2803", "\u2801\u2800\u2803"},
		{"controls of shorthand and hieroglyphs", "VIP\U0001bca0\U00013430\ufff0", "VIP"},
		{"hieroglyphs", "\U00013000\U00013430\U00013001", "\U00013000\U00013430\U00013001"},
		{"half a letter at the end", "a\n\xe2", "a \ufffd"},
		{"nothing but what is not seen", "\u200b\u202e", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := VisibleLine(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestCutCharacters: a text that is cut ends between two characters, also where one is longer than
// all that fits.
func TestCutCharacters(t *testing.T) {
	for _, c := range []struct {
		in    string
		bytes int
		want  string
	}{
		{"abc", 3, "abc"}, {"abc", 2, "ab"}, {"aé", 2, "a"}, {"a🇫🇷", 8, "a"}, {"a🇫🇷b", 9, "a🇫🇷"}, {"e\u0301", 2, "e"},
		{"ae\u0301", 3, "a"}, {"👩\u200d👧", 5, "👩"}, {"é", 1, ""}, {"", 0, ""}, {strings.Repeat("👩\u200d👧x", 3), 13, "👩\u200d👧x"},
	} {
		if got := cutCharacters(c.in, c.bytes); got != c.want {
			t.Errorf("%d bytes of %q are %q, not %q", c.bytes, c.in, got, c.want)
		}
	}
}
