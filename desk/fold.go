package desk

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

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

// FormerEmail is how an address may have been kept before its domain was kept in letters.
func FormerEmail(email string) string {
	at := strings.LastIndexByte(email, '@')
	if ascii, err := domains.ToASCII(email[at+1:]); err == nil {
		return email[:at+1] + ascii
	}
	return email
}

// FormerPhone is how a number may have been kept before its 00 became a plus.
func FormerPhone(number string) string {
	if digits, ok := strings.CutPrefix(number, "+"); ok {
		return "00" + digits
	}
	return number
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
