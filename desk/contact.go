package desk

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Contact is a person who writes to the account.
type Contact struct {
	AccountID  ID      `bun:",pk"`
	ID         ID      `bun:",pk"`
	Email      *string // lower case; unique in the account
	Phone      *string // unique in the account
	ExternalID *string // the key in another system; unique in the account
	Name       string
	Version    int
	CreatedAt  time.Time
}

// Ref is the contact's public id.
func (c *Contact) Ref() Ref { return Ref{Kind: KindContact, ID: c.ID} }

func (c *Contact) revision() *int { return &c.Version }

func (c *Contact) fields() []field {
	return []field{
		textField("name", c.Name), optional("email", c.Email), optional("phone", c.Phone), optional("externalId", c.ExternalID),
	}
}

// Called is what people know the contact by: the name, else the address, the number or the external
// id.
func (c *Contact) Called() string {
	for _, known := range []*string{&c.Name, c.Email, c.Phone, c.ExternalID} {
		if known != nil && *known != "" {
			return *known
		}
	}
	return ""
}

// ContactInput says who a contact is. Nil means "not said".
type ContactInput struct {
	Email      *string
	Name       *string
	Phone      *string
	ExternalID *string
}

// Clean checks the parts and brings them into the form they are compared in. At
// least one of email, phone and external id must be there to know the contact by.
func (in ContactInput) Clean() (ContactInput, error) {
	out, err := in.cleanParts()
	if err == nil {
		err = out.checkKnown()
	}
	return out, err
}

func (in ContactInput) checkKnown() error {
	if in.Email == nil && in.Phone == nil && in.ExternalID == nil {
		return Refuse(CodeContactNotIdentified, "A contact needs an email address, a phone number or an externalId. Give at least one of them.")
	}
	return nil
}

func (in ContactInput) cleanParts() (out ContactInput, err error) {
	if in.Name != nil && *in.Name != "" {
		name, err := SingleLine(*in.Name, MaxName, "name")
		if err != nil {
			return out, err
		}
		out.Name = &name
	}
	if out.Email, err = cleanEmail(in.Email); err != nil {
		return out, err
	}
	if out.Phone, err = cleanPhone(in.Phone); err != nil {
		return out, err
	}
	if in.ExternalID != nil && *in.ExternalID != "" {
		key, err := Key(*in.ExternalID, MaxKey, "externalId")
		if err != nil {
			return out, err
		}
		out.ExternalID = &key
	}
	return out, nil
}

func cleanEmail(s *string) (*string, error) {
	if s == nil || *s == "" {
		return nil, nil
	}
	e, err := Email(*s, "email")
	if err != nil {
		return nil, err
	}
	return &e, nil
}

// cleanPhone keeps the digits and a leading plus, so that one number has one spelling: the digits
// of any script, whatever stands between, with 00 or + before the country, and without the (0) that
// is dialled inside of it only.
func cleanPhone(s *string) (*string, error) {
	p, err := OptionalText(s, 64, "phone")
	if err != nil || p == nil {
		return nil, err
	}
	n, err := Phone(*p, "phone")
	return &n, err
}

// Phone checks a phone number and gives it in the form it is compared in; see cleanPhone.
func Phone(s string, path ...string) (string, error) {
	text := strings.TrimSpace(norm.NFKC.String(withoutUnseen(s)))
	if len(text) > 4 && strings.EqualFold(text[:4], "tel:") {
		text = text[4:]
	}
	if start := strings.TrimLeft(text, " ("); strings.HasPrefix(start, "+") || strings.HasPrefix(start, "00") {
		text = strings.Replace(text, "(0)", "", 1)
	}
	var b strings.Builder
	for _, r := range text {
		switch digit, is := digitOf(r); {
		case is:
			b.WriteByte(digit)
		case r == '+' && b.Len() == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" ./()", r), unicode.Is(unicode.Pd, r), r == '\u2212':
		default:
			return "", Refuse(CodeInvalidInput, "A phone number can contain only digits, spaces and + - . / ( ).").At(path...)
		}
	}
	number := b.String()
	if strings.HasPrefix(number, "00") && len(number) > 4 {
		number = "+" + number[2:]
	}
	if n := len(strings.TrimPrefix(number, "+")); n < 3 || n > 20 {
		return "", Refuse(CodeInvalidInput, "A phone number must have 3 to 20 digits.").At(path...)
	}
	return number, nil
}

// digitOf is the digit of ASCII that a digit of another script is. In Unicode the ten of a script
// stand side by side, zero first.
func digitOf(r rune) (byte, bool) {
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	zero := r
	for unicode.Is(unicode.Nd, zero-1) && r-zero < 9 {
		zero--
	}
	return byte('0' + (r-zero)%10), true
}

// NewContact makes a contact from clean input.
func NewContact(act *Act, in ContactInput) (*Contact, error) {
	if err := act.By.CheckReceive(); err != nil {
		return nil, err
	}
	c := &Contact{
		AccountID: act.By.Account.ID, ID: act.NewID(), Email: in.Email, Phone: in.Phone,
		ExternalID: in.ExternalID, CreatedAt: act.Now,
	}
	setIfGiven(&c.Name, in.Name)
	act.recordCreated(c, ContactCreated, "")
	return c, nil
}

// Learn fills what is not known yet; what is known stays, so that a stranger who
// writes under somebody's address can't rename them.
func (c *Contact) Learn(act *Act, in ContactInput) {
	act.recordChange(c, ContactUpdated, "", func() {
		if c.Name == "" {
			setIfGiven(&c.Name, in.Name)
		}
		setIfNil(&c.Email, in.Email)
		setIfNil(&c.Phone, in.Phone)
		setIfNil(&c.ExternalID, in.ExternalID)
	})
}

// Knows says whether there is nothing for Learn in the input.
func (c *Contact) Knows(in ContactInput) bool {
	return (c.Name != "" || in.Name == nil) && (c.Email != nil || in.Email == nil) &&
		(c.Phone != nil || in.Phone == nil) && (c.ExternalID != nil || in.ExternalID == nil)
}

// IsAnother says whether the input is of somebody else: both have an external id, and not the same.
func (c *Contact) IsAnother(in ContactInput) bool {
	return c.ExternalID != nil && in.ExternalID != nil && *c.ExternalID != *in.ExternalID
}

// Refolded are the address and the number as they are compared today, where they were kept in a
// form of before.
func (c *Contact) Refolded() (in ContactInput) {
	if c.Email != nil {
		in.Email = refolded(*c.Email, Email)
	}
	if c.Phone != nil {
		in.Phone = refolded(*c.Phone, Phone)
	}
	return in
}

func refolded(kept string, fold func(string, ...string) (string, error)) *string {
	now, err := fold(kept)
	if err != nil || now == kept {
		return nil
	}
	return &now
}

func setIfNil(dst **string, v *string) {
	if *dst == nil {
		*dst = v
	}
}

// Overwrite sets every part that is said, as contactUpsert asks for.
func (c *Contact) Overwrite(act *Act, in ContactInput) error {
	if err := act.By.CheckReceive(); err != nil {
		return err
	}
	act.recordChange(c, ContactUpdated, "", func() {
		setIfGiven(&c.Name, in.Name)
		for _, p := range []struct{ dst, src **string }{
			{&c.Email, &in.Email}, {&c.Phone, &in.Phone}, {&c.ExternalID, &in.ExternalID},
		} {
			if *p.src != nil {
				*p.dst = *p.src
			}
		}
	})
	return nil
}

// ContactPatch changes a contact: for each part, whether it is said, and the value or nil to clear
// it.
type ContactPatch struct {
	SetName, SetEmail, SetPhone, SetExternalID bool
	ContactInput
}

// Update changes a contact. One way to know them must stay. What stays as it is was checked by the
// rules of its time, and is not checked again.
func (c *Contact) Update(act *Act, p ContactPatch) error {
	if err := act.By.CheckWrite(); err != nil {
		return err
	}
	name := c.Name
	next := ContactInput{Email: c.Email, Name: &name, Phone: c.Phone, ExternalID: c.ExternalID}
	changed := ContactInput{}
	parts := []struct {
		set                bool
		next, said, change **string
	}{
		{p.SetName, &next.Name, &p.Name, &changed.Name}, {p.SetEmail, &next.Email, &p.Email, &changed.Email},
		{p.SetPhone, &next.Phone, &p.Phone, &changed.Phone}, {p.SetExternalID, &next.ExternalID, &p.ExternalID, &changed.ExternalID},
	}
	for i, part := range parts {
		if parts[i].set = part.set && !sameValue(*part.next, *part.said); parts[i].set {
			*part.change = *part.said
		}
	}
	changed, err := changed.cleanParts()
	if err != nil {
		return err
	}
	for _, part := range parts {
		if part.set {
			*part.next = *part.change
		}
	}
	if err := next.checkKnown(); err != nil {
		return err
	}
	act.recordChange(c, ContactUpdated, "", func() {
		c.Name, c.Email, c.Phone, c.ExternalID = "", next.Email, next.Phone, next.ExternalID
		setIfGiven(&c.Name, next.Name)
	})
	return nil
}
