package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// InputWarning says what of an input was mended or left out, so that the rest could be taken.
type InputWarning struct {
	Message string
	Path    []string
}

// Mending brings what strangers have sent into a form that can be kept. Nobody who brings a message
// in can ask its sender to write it better, so a detail is mended or left out, and never a reason
// to refuse the message. What was done is told in warnings.
type Mending struct{ Warnings []InputWarning }

func (m *Mending) warn(path []string, message string, args ...any) {
	m.Warnings = append(m.Warnings, InputWarning{fmt.Sprintf(message, args...), path})
}

// Text mends a text of several lines: what could not be kept becomes U+FFFD, and what is too long
// is cut.
func (m *Mending) Text(s string, max int, path ...string) string {
	kept := m.readable(s, path)
	if len(kept) > max {
		m.warn(path, "The text had %d bytes, and was cut to %d.", len(kept), max)
		kept = cutCharacters(kept, max)
	}
	return kept
}

// readable is a text with U+FFFD for what is no UTF-8 and for U+0000.
func (m *Mending) readable(s string, path []string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	m.warn(path, "Characters that cannot be kept were replaced by U+FFFD.")
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

// HTML mends HTML: it is cut between two tags, or in a text.
func (m *Mending) HTML(s *string, path ...string) *string {
	if s == nil || *s == "" {
		return nil
	}
	kept := m.readable(*s, path)
	if len(kept) > MaxHTML {
		m.warn(path, "The HTML had %d bytes, and was cut to %d.", len(kept), MaxHTML)
		kept = cutCharacters(kept, MaxHTML)
		if tag := strings.LastIndexByte(kept, '<'); tag > strings.LastIndexByte(kept, '>') {
			kept = kept[:tag]
		}
	}
	return &kept
}

// Line mends a text of one line that may be empty: its lines come together, what nobody sees is
// taken out, and what is too long is cut.
func (m *Mending) Line(s string, max int, path ...string) string {
	kept := m.readable(s, path)
	if seen := VisibleLine(MendLine(kept)); seen != kept {
		m.warn(path, "Line breaks and characters that nobody sees were taken out.")
		kept = seen
	}
	if len(kept) > max {
		m.warn(path, "The text had %d bytes, and was cut to %d.", len(kept), max)
		kept = cutCharacters(kept, max-len("…")) + "…"
	}
	return kept
}

// Key mends another system's id. Two that differ must stay two, so what is cut or replaced leaves
// the checksum of the whole.
func (m *Mending) Key(s string, path ...string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 && len(s) <= MaxKey {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	suffix := "~" + hex.EncodeToString(sum[:16])
	kept := strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
	kept = cutCharacters(kept, MaxKey-len(suffix)) + suffix
	m.warn(path, "The id cannot be kept as it is. It was replaced by %q.", kept)
	return kept
}

// OptionalKey is Key for an id that may be absent; empty counts as absent.
func (m *Mending) OptionalKey(s *string, path ...string) *string {
	if s == nil || *s == "" {
		return nil
	}
	kept := m.Key(*s, path...)
	return &kept
}

// SentAt leaves out a time that the sender's clock can't have shown.
func (m *Mending) SentAt(at *time.Time, now time.Time, path ...string) *time.Time {
	if at == nil || !at.After(now.Add(24*time.Hour)) {
		return at
	}
	m.warn(path, "This time is more than a day in the future, and was left out.")
	return nil
}

// Files leaves out the files that are too many.
func (m *Mending) Files(ids []ID, path ...string) []ID {
	if len(ids) <= MaxAttachments {
		return ids
	}
	m.warn(path, "A message can have at most %d files. The first ones were taken, and %d were left out.", MaxAttachments, len(ids)-MaxAttachments)
	return ids[:MaxAttachments]
}

// Contact mends what is said of a contact, and refuses only who is not said to be anybody. An
// address or a number that is none is left out; where nothing else tells who it is, it becomes the
// external id, so that the same one is the same contact again.
func (m *Mending) Contact(in ContactInput, path string) (ContactInput, error) {
	out := ContactInput{ExternalID: m.OptionalKey(in.ExternalID, path, "externalId")}
	if in.Name != nil {
		out.Name = textOrNil(m.Line(*in.Name, MaxName, path, "name"))
	}
	out.Email = m.email(in.Email, &out, path)
	out.Phone = m.phone(in.Phone, path)
	if out.Email == nil && out.Phone == nil && out.ExternalID == nil {
		m.knowBy(&out, "email", in.Email, path)
		m.knowBy(&out, "phone", in.Phone, path)
	}
	return out.Clean()
}

// knowBy makes what is no address an external id, unless there is one.
func (m *Mending) knowBy(out *ContactInput, kind string, said *string, path string) {
	if out.ExternalID != nil || said == nil || strings.TrimSpace(withoutUnseen(*said)) == "" {
		return
	}
	as := m.Key(kind+":"+strings.ToLower(strings.TrimSpace(*said)), path, "externalId")
	out.ExternalID = &as
	if out.Name == nil {
		out.Name = textOrNil((&Mending{}).Line(*said, MaxName))
	}
}

func textOrNil(s string) *string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return &s
}

// email reads an address as mails have it, with a name before it, and leaves out what is none.
func (m *Mending) email(s *string, contact *ContactInput, path string) *string {
	if s == nil || strings.TrimSpace(*s) == "" {
		return nil
	}
	if e, err := Email(*s); err == nil && !strings.HasPrefix(e, "mailto:") {
		return &e
	}
	line := (&Mending{}).Line(*s, MaxSubject)
	name, address := "", line
	if parsed, err := mail.ParseAddress(line); err == nil {
		name, address = parsed.Name, parsed.Address
	} else if before, rest, ok := strings.Cut(line, "<"); ok {
		name = strings.Trim(before, ` "'`)
		address, _, _ = strings.Cut(rest, ">")
	}
	address = strings.Trim(strings.TrimPrefix(strings.ToLower(address), "mailto:"), ` .,;"'`)
	e, err := Email(address)
	if err != nil {
		m.warn([]string{path, "email"}, "This is not an email address, and was left out.")
		return nil
	}
	m.warn([]string{path, "email"}, "The email address was read as %s.", e)
	if contact.Name == nil {
		contact.Name = textOrNil((&Mending{}).Line(name, MaxName))
	}
	return &e
}

// phone reads a number in any digits, up to the first letter behind them, and leaves out what is
// none.
func (m *Mending) phone(s *string, path string) *string {
	if s == nil || strings.TrimSpace(*s) == "" {
		return nil
	}
	if p, err := cleanPhone(s); err == nil {
		return p
	}
	var b strings.Builder
	for _, r := range strings.TrimPrefix(strings.ToLower(strings.TrimSpace(withoutUnseen(*s))), "tel:") {
		if unicode.IsLetter(r) || r == ';' || r == ',' {
			if b.Len() > 0 {
				break
			}
			continue
		}
		if r == '+' && b.Len() == 0 {
			b.WriteByte('+')
		}
		if d, ok := digitOf(r); ok {
			b.WriteByte(d)
		}
	}
	number := b.String()
	p, err := cleanPhone(&number)
	if err != nil || p == nil {
		m.warn([]string{path, "phone"}, "This is not a phone number, and was left out.")
		return nil
	}
	m.warn([]string{path, "phone"}, "The phone number was read as %s.", *p)
	return p
}
