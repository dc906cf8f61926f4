package desk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// VisibleLine is a text of one line without the characters that nobody sees and that make it look
// like another one: controls (ESC, BEL), bidirectional embeddings and overrides (U+202E turns
// "gpj.exe" round), zero-width characters, soft hyphens, fillers. What joins the letters of a
// script or the parts of an emoji stays, and so do the marks of direction, which turn nothing
// round. Line breaks that are not CR or LF become blanks.
func VisibleLine(s string) string {
	if !strings.ContainsFunc(s, hasNoForm) {
		return s
	}
	var b strings.Builder
	before := rune(-1)
	for i, r := range s {
		after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		switch {
		case r == utf8.RuneError || !hasNoForm(r) || isJoiner(r) && joins(before, after), isTag(r) && (before == blackFlag || isTag(before)):
			b.WriteRune(r)
		case isLineSeparator(r):
			b.WriteByte(' ')
		default:
			continue // what is beside it comes together
		}
		before = r
	}
	return b.String()
}

const blackFlag = '\U0001F3F4' // with tags behind it, the flag of a part of a country

// hasNoForm says whether a character has no form of its own. Format characters (Cf) of scripts that
// have one, such as the Arabic sign for years, are seen.
func hasNoForm(r rune) bool {
	switch {
	case r < ' ' || r >= 0x7f && r < 0xa0:
		return r != 0 && r != '\t' && r != '\n' && r != '\r' // U+0000 is refused instead
	case r < 0xad:
		return false
	case isLineSeparator(r), r == 0x034f, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x17b4, r == 0x17b5:
		return true
	case r == 0x061c || r == 0x200e || r == 0x200f: // marks of direction
		return false
	case r >= 0x0600 && r < 0x0900 || r >= 0x110bd && r < 0x13460:
		return false
	}
	return unicode.Is(unicode.Cf, r)
}

func isLineSeparator(r rune) bool { return r == 0x85 || r == 0x2028 || r == 0x2029 }

// isJoiner: the zero-width joiner and non-joiner.
func isJoiner(r rune) bool { return r == 0x200c || r == 0x200d }

func isTag(r rune) bool { return r >= 0xe0020 && r <= 0xe007f }

// joins says whether a joiner has something to join: letters of a script that knows it, or emoji.
func joins(before, after rune) bool {
	return before >= 0x300 && after >= 0x300 && !hasNoForm(before) && !hasNoForm(after) && after != utf8.RuneError
}

// cutCharacters gives as many whole characters of a text as fit into so many bytes. A character is
// what people take for one: a letter with its accents, a flag, an emoji of a family. One that alone
// has more bytes than fit is cut.
func cutCharacters(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	end, state := 0, -1
	for rest := s; len(rest) > 0; {
		var character string
		character, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if end+len(character) > bytes {
			break
		}
		end += len(character)
	}
	for end == 0 && bytes > 0 && !utf8.RuneStart(s[bytes]) {
		bytes--
	}
	if end == 0 {
		end = bytes
	}
	return s[:end]
}
