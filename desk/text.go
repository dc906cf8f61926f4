package desk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// The longest texts taken, in bytes of UTF-8. They bound a row, not a habit:
// the longest mail of the public archives used in tests has 60 kB of text.
const (
	MaxName    = 200
	MaxSubject = 998 // a header line of RFC 5322
	MaxText    = 256 << 10
	MaxHTML    = 512 << 10
	MaxKey     = 512 // ids of other systems: thread keys, message ids, idempotency keys
)

// The longest lists taken.
const (
	MaxLinks     = 250 // members of a team, teams of an inbox
	MaxValues    = 250 // properties of one call
	MaxShownKeys = 100 // properties on the details panel
)

// Text checks a text of several lines: UTF-8 without U+0000, at most max bytes. It
// is kept as it is, to the byte.
func Text(s string, max int, path ...string) (string, error) {
	switch {
	case !utf8.ValidString(s):
		return "", Refuse(CodeInvalidText, "The text is not valid UTF-8. Send it as UTF-8.").At(path...)
	case strings.IndexByte(s, 0) >= 0:
		return "", Refuse(CodeInvalidText, "The text contains the character U+0000. Remove it.").At(path...)
	case len(s) > max:
		return "", Refuse(CodeTextTooLong, "The text has %d bytes, and the limit is %d. Shorten it.", len(s), max).At(path...)
	}
	return s, nil
}

// SingleLine checks a text of one line that must say something, such as a name.
func SingleLine(s string, max int, path ...string) (string, error) {
	s, err := Subject(s, max, path...)
	if err != nil {
		return "", err
	}
	return Key(s, max, path...)
}

// Key checks a text that must say something and is only ever compared, such as another system's id.
func Key(s string, max int, path ...string) (string, error) {
	s, err := Text(s, max, path...)
	if err != nil {
		return "", err
	}
	if Fold(s) == "" {
		what := "This"
		if len(path) > 0 {
			what = path[len(path)-1]
		}
		return "", Refuse(CodeInvalidInput, "%s must not be empty.", what).At(path...)
	}
	return s, nil
}

// Subject checks a text of one line that may be empty. A line break in it would become a header of
// its own in a mail, and a mark that turns the direction would show what is not there.
func Subject(s string, max int, path ...string) (string, error) {
	s, err := Text(s, max, path...)
	if err == nil && strings.ContainsFunc(s, func(r rune) bool { return breaksLine(r) || turnsDirection(r) }) {
		return "", Refuse(CodeInvalidInput,
			"This text must be a single line. Remove line breaks, control characters and marks that turn the direction of text.").At(path...)
	}
	return s, err
}

// TruncateText gives as much of a text as fits into max bytes, in whole characters.
func TruncateText(s string, max int) string { return cutCharacters(s, max) }

// OptionalText checks a text that may be absent; empty counts as absent.
func OptionalText(s *string, max int, path ...string) (*string, error) {
	if s == nil || *s == "" {
		return nil, nil
	}
	t, err := Text(*s, max, path...)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// A preview has at most so many characters, and so many bytes: one character may have any number of
// accents.
const (
	previewCharacters = 140
	previewBytes      = 2000
)

// Preview is the first 140 characters of a text with runs of white space folded. It ends between
// two characters as people count them, never inside of an emoji, a flag or an accented letter.
func Preview(s string) string {
	folded := foldSpace(s, previewBytes+utf8.UTFMax)
	end, state := 0, -1
	for n, rest := 0, folded; len(rest) > 0; n++ {
		var character string
		character, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if n == previewCharacters || end+len(character) > previewBytes {
			return strings.TrimRight(cutCharacters(folded, max(end, min(len(character), previewBytes))), " ") + "…"
		}
		end += len(character)
	}
	return folded
}

// foldSpace gives at least so many bytes of the text, if it has them, with runs of white space
// folded and none at its ends. It reads no more of the text than that takes.
func foldSpace(s string, bytes int) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			gap = b.Len() > 0
			continue
		}
		if b.Len() > bytes {
			break
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
