package desk

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// unseen are the signs that take no room and change no letter that people would name: joiners,
// marks of direction, soft hyphens, variants, tags and fillers. The database has the same list,
// unseen_signs.
var unseen = signRanges{
	{0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x061c, 0x061c}, {0x115f, 0x1160},
	{0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200f}, {0x202a, 0x202e},
	{0x2060, 0x206f}, {0x2800, 0x2800}, {0x3164, 0x3164}, {0xfe00, 0xfe0f},
	{0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff9, 0xfffb}, {0x1d173, 0x1d17a},
	{0xe0000, 0xe0fff},
}

// withoutUnseen is a text without the signs that nobody sees.
func withoutUnseen(s string) string {
	if !strings.ContainsFunc(s, isUnseen) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isUnseen(r) {
			return -1
		}
		return r
	}, s)
}

func isUnseen(r rune) bool { return r >= 0xad && unseen.has(r) }

// Fold gives the form in which what people call things is compared, so that two that look the same
// are the same: composed (NFC), in small letters, without what nobody sees, and with one blank
// wherever there is white space inside. Folding again changes nothing. The database has the same
// function, seen_as, for its unique keys.
func Fold(s string) string {
	s = strings.Join(strings.Fields(withoutUnseen(s)), " ")
	s = strings.ReplaceAll(norm.NFC.String(s), "\u0130", "i\u0307") // the small letter of İ keeps its dot
	return norm.NFC.String(strings.Map(foldCase, s))
}

// foldCase is the small letter, and one sigma for two.
func foldCase(r rune) rune {
	if r == 'ς' {
		return 'σ'
	}
	if low := unicode.ToLower(r); low != 'ς' {
		return low
	}
	return 'σ'
}

// foldAddress is the part of an address before the at sign as it is compared. Unlike a name it
// belongs to somebody: a letter that is another one beyond ASCII, such as the Kelvin sign, does not
// become one of ASCII.
func foldAddress(local string) string {
	const kelvin = "\u212a"
	parts := strings.Split(local, kelvin)
	for i, p := range parts {
		parts[i] = norm.NFC.String(strings.Map(func(r rune) rune {
			if low := unicode.ToLower(r); r < unicode.MaxASCII || low > unicode.MaxASCII {
				return low
			}
			return r
		}, norm.NFC.String(p)))
	}
	return strings.Join(parts, kelvin)
}

// domains are compared as names are looked up: without regard to case and width, and the same
// whether they are written in letters or in xn--.
var domains = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// foldDomain is a domain in letters, as people read it. What no domain can be is kept in small
// letters.
func foldDomain(domain string) string {
	ascii, err := domains.ToASCII(domain)
	if err != nil || ascii == "" {
		return foldAddress(domain)
	}
	letters, err := domains.ToUnicode(ascii)
	if back, again := domains.ToASCII(letters); err != nil || again != nil || letters == "" || back != ascii {
		return ascii
	}
	return letters
}

// turnsText says whether a sign ends a line, is a control, or turns the direction of what follows,
// so that a line with it shows as something else than it is.
func turnsText(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// withoutTurns is a text without the marks that turn its direction.
func withoutTurns(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			return -1
		}
		return r
	}, s)
}

// MendLine makes one line of what comes from outside: line breaks and controls become blanks, marks
// that turn the direction go.
func MendLine(s string) string {
	if !strings.ContainsFunc(s, turnsText) {
		return s
	}
	mended := strings.Map(func(r rune) rune {
		if turnsText(r) {
			return ' '
		}
		return r
	}, withoutTurns(s))
	return strings.TrimSpace(strings.ReplaceAll(mended, "  ", " "))
}

// HasUnseen says whether a text has signs that nobody sees.
func HasUnseen(s string) bool { return strings.ContainsFunc(s, isUnseen) }
