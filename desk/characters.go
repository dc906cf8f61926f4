package desk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// unseen are the signs that take no room and change no letter that people would name: joiners,
// marks of direction, soft hyphens, variants, tags, blank letters and the controls of scripts. It
// is the one list of them. The database has the same list, unseen_signs.
var unseen = signRanges{
	{0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x061c, 0x061c}, {0x115f, 0x1160},
	{0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200f}, {0x202a, 0x202e},
	{0x2060, 0x206f}, {0x2800, 0x2800}, {0x3164, 0x3164}, {0xfe00, 0xfe0f},
	{0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0x13430, 0x13442},
	{0x16fe4, 0x16fe4}, {0x1bca0, 0x1bca3}, {0x1d159, 0x1d159}, {0x1d173, 0x1d17a},
	{0xe0000, 0xe0fff},
}

func isUnseen(r rune) bool { return r >= 0xad && unseen.has(r) }

// HasUnseen says whether a text has signs that nobody sees.
func HasUnseen(s string) bool { return strings.ContainsFunc(s, isUnseen) }

// withoutUnseen is a text without the signs that nobody sees.
func withoutUnseen(s string) string { return without(s, isUnseen) }

func without(s string, some func(rune) bool) string {
	if !strings.ContainsFunc(s, some) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if some(r) {
			return -1
		}
		return r
	}, s)
}

// turnsDirection says whether a sign embeds text of another direction, or overrides the direction:
// U+202E shows "gpj.exe" as "exe.jpg".
func turnsDirection(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// breaksLine says whether a sign ends a line or is a control, such as ESC or BEL.
func breaksLine(r rune) bool { return unicode.IsControl(r) || r == 0x2028 || r == 0x2029 }

// VisibleLine makes one line of what comes from outside: what breaks the line becomes a blank, and
// what nobody sees goes where it only makes the text look like another one. What does something
// there stays, such as what joins the letters of a script or the parts of an emoji.
func VisibleLine(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return breaksLine(r) || isUnseen(r) }) {
		return s
	}
	var b strings.Builder
	before := rune(-1)
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		after, _ := utf8.DecodeRuneInString(s[i+size:])
		if breaksLine(r) {
			r = ' '
		}
		if r == ' ' && before == ' ' || isUnseen(r) && !doesSomething(before, r, after) {
			continue // what is beside it comes together
		}
		b.WriteRune(r)
		before = r
	}
	return strings.TrimSpace(b.String())
}

const blackFlag = '\U0001F3F4' // with tags behind it, the flag of a part of a country

// doesSomething says whether an unseen sign changes how the signs beside it look. Marks of
// direction stay everywhere: they turn nothing round.
func doesSomething(before, r, after rune) bool {
	switch {
	case r == 0x061c || r == 0x200e || r == 0x200f:
		return true
	case r == 0x200c || r == 0x200d: // the zero-width joiner and non-joiner
		return joins(before, after)
	case isTag(r):
		return before == blackFlag || isTag(before)
	case isVariant(r):
		return before > ' ' && !unicode.IsSpace(before) && !isUnseen(before)
	case r == 0x2800:
		return isBraille(before) || isBraille(after)
	case r >= 0x13430 && r <= 0x13442:
		return isHieroglyph(before)
	}
	return false
}

// joins says whether a joiner has something to join: letters of a script that knows it, or emoji.
func joins(before, after rune) bool {
	return before >= 0x300 && after >= 0x300 && (!isUnseen(before) || isVariant(before)) && !isUnseen(after) && after != utf8.RuneError
}

func isTag(r rune) bool { return r >= 0xe0020 && r <= 0xe007f }

// isVariant says whether a sign chooses between two forms of the one before it: a letter, or the
// picture of a heart instead of the sign.
func isVariant(r rune) bool {
	return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef || r >= 0x180b && r <= 0x180d || r == 0x180f
}

func isBraille(r rune) bool { return r > 0x2800 && r <= 0x28ff }

func isHieroglyph(r rune) bool { return r >= 0x13000 && r <= 0x1345f }

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
