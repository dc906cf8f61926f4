package desk

import (
	"regexp"
	"time"
)

// Plan is what an account has subscribed to.
type Plan string

// The plans.
const (
	PlanFree         Plan = "FREE"
	PlanStarter      Plan = "STARTER"
	PlanProfessional Plan = "PROFESSIONAL"
	PlanEnterprise   Plan = "ENTERPRISE"
)

// Plans lists every plan.
var Plans = []Plan{PlanFree, PlanStarter, PlanProfessional, PlanEnterprise}

// Language is how the words of an account's texts are taken for one another by search: those that
// Postgres knows.
type Language string

// DefaultLanguage is that of a new account.
const DefaultLanguage Language = "ENGLISH"

// Workspace is where a conversation or a ticket is worked on.
type Workspace string

// The workspaces.
const (
	WorkspaceInbox    Workspace = "INBOX"
	WorkspaceHelpDesk Workspace = "HELP_DESK"
)

// Account is a tenant: nothing is shared between two accounts.
type Account struct {
	ID            ID     `bun:",pk"`
	Slug          string // unique on the server; what tokens and settings call it
	Name          string
	Plan          Plan
	TrashKeepDays int // D4
	Language      Language
	Version       int
	CreatedAt     time.Time
}

// DefaultTrashKeepDays is how long the trash keeps what is in it, unless the account says otherwise
// (D4).
const DefaultTrashKeepDays = 30

// MaxTrashKeepDays is the longest an account may ask the trash to keep: ten years.
const MaxTrashKeepDays = 3650

// Ref is the account's public id.
func (a *Account) Ref() Ref { return Ref{Kind: KindAccount, ID: a.ID} }

func (a *Account) fields() []field {
	return []field{
		textField("slug", a.Slug), textField("name", a.Name), textField("plan", string(a.Plan)),
		numberField("trashKeepDays", a.TrashKeepDays), textField("language", string(a.Language)),
	}
}

func (a *Account) revision() *int { return &a.Version }

// Gate decides which accounts keep tickets out of the inbox (R2). Its values are
// data of the deployment (D10).
type Gate struct {
	Plans  []Plan
	Cutoff time.Time // accounts created at or after it are gated
}

// DefaultGate is R2 as D10 reads it.
func DefaultGate() Gate {
	return Gate{
		Plans:  []Plan{PlanProfessional, PlanEnterprise},
		Cutoff: time.Date(2024, time.April, 2, 0, 0, 0, 0, time.UTC),
	}
}

// TicketHome says where the tickets of an account live: in the inbox (R1), or in
// the help desk for accounts on a gated plan created at or after the cutoff (R2).
func (g Gate) TicketHome(a *Account) Workspace {
	for _, p := range g.Plans {
		if a.Plan == p && !a.CreatedAt.Before(g.Cutoff) {
			return WorkspaceHelpDesk
		}
	}
	return WorkspaceInbox
}

var accountSlug = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)

// NewAccount makes the account that the act is in. It takes its key and its time from
// there: nobody can act in an account before it is made, but the server itself.
func NewAccount(act *Act, slug, name string, plan Plan) (*Account, error) {
	if err := act.By.CheckAdmin(); err != nil {
		return nil, err
	}
	if !accountSlug.MatchString(slug) {
		return nil, Refuse(CodeInvalidInput, "A slug starts with a lower-case letter and contains only lower-case letters, digits and -, at most 63 characters.").At("slug")
	}
	name, err := SingleLine(name, MaxName, "name")
	if err != nil {
		return nil, err
	}
	a := act.By.Account
	a.Slug, a.Name, a.Plan, a.TrashKeepDays, a.Language, a.CreatedAt = slug, name, plan, DefaultTrashKeepDays, DefaultLanguage, act.Now
	act.recordCreated(a, AccountCreated, "")
	return a, nil
}

// Update changes the account's settings. Absent values stay.
func (a *Account) Update(act *Act, name *string, trashKeepDays *int, language *Language) error {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	if name != nil {
		n, err := SingleLine(*name, MaxName, "name")
		if err != nil {
			return err
		}
		name = &n
	}
	if trashKeepDays != nil && (*trashKeepDays < 1 || *trashKeepDays > MaxTrashKeepDays) {
		return Refuse(CodeInvalidInput, "The trash can keep records for 1 to %d days. Choose a number in this range.", MaxTrashKeepDays).At("trashKeepDays")
	}
	act.recordChange(a, AccountUpdated, "", func() {
		setIfGiven(&a.Name, name)
		setIfGiven(&a.TrashKeepDays, trashKeepDays)
		setIfGiven(&a.Language, language)
	})
	return nil
}

func setIfGiven[T any](dst *T, v *T) {
	if v != nil {
		*dst = *v
	}
}
