package desk

import (
	"net/mail"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Contact mends what is said of a contact, and refuses only who is not said to be anybody. An
// address or a number that is none is left out; where nothing else tells who it is, it becomes the
// external id, so that the same one is the same contact again.
func (m *Mending) Contact(in ContactInput, path string) (ContactInput, error) {
	out := m.Called(in, path)
	out.Email = m.email(in.Email, &out, path)
	out.Phone = m.phone(in.Phone, path)
	if out.Email == nil && out.Phone == nil && out.ExternalID == nil {
		m.knowBy(&out, "email", in.Email, path)
		m.knowBy(&out, "phone", in.Phone, path)
	}
	return out.Clean()
}

// Called mends the name and the external id of a contact, and leaves the rest to Clean. What nobody
// sees counts as not said.
func (m *Mending) Called(in ContactInput, path string) ContactInput {
	if in.ExternalID != nil && Fold(*in.ExternalID) == "" {
		in.ExternalID = nil
	}
	in.ExternalID = m.OptionalKey(in.ExternalID, path, "externalId")
	if in.Name != nil {
		in.Name = seenOrNil(m.Line(*in.Name, MaxName, path, "name"))
	}
	return in
}

// knownByPrefix begins the external ids that are made here, so that none is one of a channel's own.
const knownByPrefix = "deskwire:"

// knowBy makes what is no address an external id, unless there is one.
func (m *Mending) knowBy(out *ContactInput, kind string, said *string, path string) {
	if out.ExternalID != nil || said == nil || Fold(*said) == "" {
		return
	}
	as := m.Key(knownByPrefix+kind+":"+foldAddress(strings.TrimSpace(*said)), path, "externalId")
	out.ExternalID = &as
	if out.Name == nil {
		out.Name = seenOrNil((&Mending{}).Line(*said, MaxName))
	}
}

// seenOrNil is nil for a text of which nobody sees anything.
func seenOrNil(s string) *string {
	if Fold(s) == "" {
		return nil
	}
	return &s
}

// email reads an address as mails have it, with a name before it, and leaves out what is none.
func (m *Mending) email(s *string, contact *ContactInput, path string) *string {
	if s == nil || Fold(*s) == "" {
		return nil
	}
	const scheme = "mailto:"
	if e, err := Email(*s); err == nil && !strings.HasPrefix(e, scheme) {
		return &e
	}
	line := (&Mending{}).Line(*s, MaxSubject)
	name, address := "", line
	if parsed, err := mail.ParseAddress(line); err == nil {
		name, address = parsed.Name, parsed.Address
	} else if before, rest, ok := strings.Cut(line, "<"); ok {
		name = strings.Trim(before, ` "'`+"`")
		address, _, _ = strings.Cut(rest, ">")
	}
	// Letters stay as they are here. Email makes them small, and knows which must not become
	// others.
	if len(address) > len(scheme) && strings.EqualFold(address[:len(scheme)], scheme) {
		address = address[len(scheme):]
	}
	e, err := Email(strings.Trim(address, ` .,;"'`))
	if err != nil {
		m.warn([]string{path, "email"}, "This is not an email address, and was left out.")
		return nil
	}
	m.warn([]string{path, "email"}, "The email address was read as %s.", e)
	if contact.Name == nil {
		contact.Name = seenOrNil((&Mending{}).Line(name, MaxName))
	}
	return &e
}

// saidPhone is a number with what people write around it: what kind of number it is, an extension,
// a second number. Other words make it something else: "1-800-FLOWERS" and "1-800-CONTACTS" are
// not the same one, and neither are the parcels of "DHL 4711" and "UPS 4711".
var saidPhone = func() *regexp.Regexp {
	const (
		kinds     = `tel|telephone|t[eé]l[eé]phone|telefon|tel[eé]fono|telefoon|t[eé]l|phone|fon|mobile?|m[oó]vil|handy|portable|cell|cellulare|whatsapp|sms|fax`
		places    = `home|work|office|private?|privat|büro`
		around    = `[\s<>"'\[\]☎📞📱]*`
		extension = `(?:(?:x|ext|extension|durchwahl|poste|app)[.:\s]*|#\s*)\d+`
	)
	return regexp.MustCompile(`(?i)^` + around + `(?:(?:(?:` + kinds + `)(?:[ .-]*(?:number|nummer|nr|no))?|[tmp]:)[.:\s]*)*` + around +
		`([+(]{0,2}\d(?:[\d\s./()\p{Pd}−]*[\d\s()])?)` + around +
		`(?P<behind>(?:` + extension + `)?` + around + `(?:\(?(?:` + kinds + `|` + places + `)\.?\)?)?)` + around +
		`(?:[,;](?:[^\pL]*|(?:ext|phone-context|isub)=.*))?$`)
}()

// minPhoneWithWords is the shortest number that words may stand behind: a shorter one is part of a
// name, as in "1 800 MOBILE".
const minPhoneWithWords = 7

// phone reads a number in any digits, with or without words that say what it is, and leaves out
// what is none.
func (m *Mending) phone(s *string, path string) *string {
	if s == nil || Fold(*s) == "" {
		return nil
	}
	if p, err := cleanPhone(s); err == nil {
		return p
	}
	text := strings.Map(func(r rune) rune {
		if digit, is := digitOf(r); is {
			return rune(digit)
		}
		return r
	}, norm.NFKC.String(withoutUnseen(VisibleLine(*s))))
	if said := saidPhone.FindStringSubmatch(text); said != nil {
		p, err := Phone(said[1])
		if err == nil && (said[2] == "" || len(p) >= minPhoneWithWords) {
			m.warn([]string{path, "phone"}, "The phone number was read as %s.", p)
			return &p
		}
	}
	m.warn([]string{path, "phone"}, "This is not a phone number, and was left out.")
	return nil
}
