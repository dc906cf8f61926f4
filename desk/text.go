package desk

import (
	"strings"
	"unicode"
	"unicode/utf8"
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
	if _, err := Key(s, max, path...); err != nil {
		return "", err
	}
	return Subject(s, max, path...)
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
	if err == nil && strings.ContainsFunc(s, turnsText) {
		return "", Refuse(CodeInvalidInput,
			"This text must be a single line. Remove line breaks, control characters and marks that turn the direction of text.").At(path...)
	}
	return s, err
}

// TruncateText gives as much of a text as fits into max bytes, in whole characters.
func TruncateText(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max]
}

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

const previewRunes = 140

// Preview is the first 140 characters of a text with runs of white space folded.
func Preview(s string) string {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range s {
		if unicode.IsSpace(r) {
			gap = n > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			n++
			gap = false
		}
		if n >= previewRunes {
			return strings.TrimRight(b.String(), " ") + "…"
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
