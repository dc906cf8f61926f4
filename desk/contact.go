package desk

import (
	"strings"
	"time"
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
func (in ContactInput) Clean() (out ContactInput, err error) {
	if out.Name, err = OptionalText(in.Name, MaxName, "name"); err != nil {
		return out, err
	}
	if out.Email, err = cleanEmail(in.Email); err != nil {
		return out, err
	}
	if out.Phone, err = cleanPhone(in.Phone); err != nil {
		return out, err
	}
	if out.ExternalID, err = OptionalText(in.ExternalID, MaxKey, "externalId"); err != nil {
		return out, err
	}
	if out.Email == nil && out.Phone == nil && out.ExternalID == nil {
		return out, Refuse(CodeContactNotIdentified, "A contact needs an email address, a phone number or an externalId. Give at least one of them.")
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

// cleanPhone keeps the digits and a leading plus, so that one number has one spelling.
func cleanPhone(s *string) (*string, error) {
	p, err := OptionalText(s, 64, "phone")
	if err != nil || p == nil {
		return nil, err
	}
	var b strings.Builder
	for i, r := range strings.TrimSpace(*p) {
		switch {
		case r >= '0' && r <= '9', r == '+' && i == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" -./()\u00a0", r):
		default:
			return nil, Refuse(CodeInvalidInput, "A phone number can contain only digits, spaces and + - . / ( ).").At("phone")
		}
	}
	if n := len(strings.TrimPrefix(b.String(), "+")); n < 3 || n > 20 {
		return nil, Refuse(CodeInvalidInput, "A phone number must have 3 to 20 digits.").At("phone")
	}
	n := b.String()
	return &n, nil
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

// Update changes a contact. One way to know them must stay.
func (c *Contact) Update(act *Act, p ContactPatch) error {
	if err := act.By.CheckWrite(); err != nil {
		return err
	}
	next := ContactInput{Email: c.Email, Name: &c.Name, Phone: c.Phone, ExternalID: c.ExternalID}
	for _, part := range []struct {
		set      bool
		dst, src **string
	}{
		{p.SetName, &next.Name, &p.Name}, {p.SetEmail, &next.Email, &p.Email},
		{p.SetPhone, &next.Phone, &p.Phone}, {p.SetExternalID, &next.ExternalID, &p.ExternalID},
	} {
		if part.set {
			*part.dst = *part.src
		}
	}
	next, err := next.Clean()
	if err != nil {
		return err
	}
	act.recordChange(c, ContactUpdated, "", func() {
		c.Name, c.Email, c.Phone, c.ExternalID = "", next.Email, next.Phone, next.ExternalID
		setIfGiven(&c.Name, next.Name)
	})
	return nil
}
