package desk

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Role is what an agent may do in general.
type Role string

// The roles.
const (
	RoleAdmin       Role = "ADMIN"       // everything, in every inbox
	RoleAgent       Role = "AGENT"       // works in the inboxes of their teams
	RoleReadOnly    Role = "READ_ONLY"   // reads the inboxes of their teams
	RoleIntegration Role = "INTEGRATION" // a program: brings messages in and works in every inbox
)

// Scope narrows what a token may do below what its agent's role allows.
type Scope string

// The scopes.
const (
	ScopeRead    Scope = "READ"
	ScopeWrite   Scope = "WRITE"
	ScopeChannel Scope = "CHANNEL" // messageReceive, messageDeliveryReport and contactUpsert
	ScopeAdmin   Scope = "ADMIN"
)

// Agent is a person or a program that works in an account.
type Agent struct {
	AccountID     ID `bun:",pk"`
	ID            ID `bun:",pk"`
	Email         string
	Name          string
	Role          Role
	DeactivatedAt *time.Time
	TimeZone      *string // such as Europe/Berlin; nil: UTC
	SuccessorID   *ID     // who gets what a deactivated agent owns
	Version       int
	CreatedAt     time.Time
}

// Ref is the agent's public id.
func (a *Agent) Ref() Ref { return Ref{Kind: KindAgent, ID: a.ID} }

func (a *Agent) revision() *int { return &a.Version }

func (a *Agent) fields() []field {
	return []field{
		textField("email", a.Email), textField("name", a.Name), textField("role", string(a.Role)),
		timeField("deactivatedAt", a.DeactivatedAt), optional("timeZone", a.TimeZone), optionalRef("successor", KindAgent, a.SuccessorID),
	}
}

// Active says whether the agent may sign in and own records.
func (a *Agent) Active() bool { return a.DeactivatedAt == nil }

// NewAgent makes an agent.
func NewAgent(act *Act, email, name string, role Role) (*Agent, error) {
	if err := act.By.CheckAdmin(); err != nil {
		return nil, err
	}
	email, err := Email(email, "email")
	if err != nil {
		return nil, err
	}
	if name, err = SingleLine(name, MaxName, "name"); err != nil {
		return nil, err
	}
	a := &Agent{AccountID: act.By.Account.ID, ID: act.NewID(), Email: email, Name: name, Role: role, CreatedAt: act.Now}
	act.recordCreated(a, AgentCreated, "")
	return a, nil
}

// AgentPatch says what to change of an agent; absent values stay.
type AgentPatch struct {
	Name         *string
	Role         *Role
	Active       *bool
	SetSuccessor bool
	Successor    *Agent // nil: nobody
}

// Update changes an agent. An active admin must be left: others counts those beside this agent.
func (a *Agent) Update(act *Act, p AgentPatch, others int) error {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	name, role, active := p.Name, p.Role, p.Active
	if name != nil {
		n, err := SingleLine(*name, MaxName, "name")
		if err != nil {
			return err
		}
		name = &n
	}
	self := act.By.Agent != nil && act.By.Agent.ID == a.ID
	if self && (role != nil && *role != a.Role || active != nil && !*active) {
		return Refuse(CodeInvalidInput, "You cannot deactivate yourself or take away your own admin role. Ask another admin.")
	}
	leaves := role != nil && *role != RoleAdmin || active != nil && !*active
	if leaves && a.Role == RoleAdmin && a.Active() && others == 0 {
		return Refuse(CodeLastAdmin, "This is the last active admin of the account. Make another agent an admin first.").At("agentId")
	}
	stays := a.Active() && (active == nil || *active) || active != nil && *active
	if err := a.checkSuccessor(p, stays); err != nil {
		return err
	}
	act.recordChange(a, AgentUpdated, "", func() {
		setIfGiven(&a.Name, name)
		setIfGiven(&a.Role, role)
		switch {
		case stays:
			a.SuccessorID = nil
		case p.SetSuccessor:
			a.SuccessorID = ownerID(p.Successor)
		}
		switch {
		case active == nil:
		case *active:
			a.DeactivatedAt = nil
		case a.DeactivatedAt == nil:
			a.DeactivatedAt = &act.Now
		}
	})
	return nil
}

// checkSuccessor refuses who can't be handed what the agent owns, and a successor of who stays.
func (a *Agent) checkSuccessor(p AgentPatch, stays bool) error {
	s := p.Successor
	switch {
	case s == nil || isOwner(a.SuccessorID, s):
		return nil
	case stays:
		return Refuse(CodeInvalidInput, "Only a deactivated agent has a successor. Send active: false with it.").At("successorId")
	case s.ID == a.ID || !s.MayOwn():
		return Refuse(CodeOwnerCannotOwn, "This agent cannot own conversations or tickets. Choose another active agent who may write.").At("successorId")
	}
	return nil
}

// Email checks an address and gives it as it is compared: in small letters, without what nobody
// sees, its domain in letters and not in xn--. The check is loose on purpose: who can be written to
// is known by writing.
func Email(s string, path ...string) (string, error) {
	s, err := SingleLine(strings.TrimSpace(withoutUnseen(s)), 254, path...) // RFC 5321, 4.5.3.1.3
	if err != nil {
		return "", err
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || strings.ContainsAny(s, " \t\r\n<>") {
		return "", Refuse(CodeInvalidInput, "This is not an email address. Write it as name@host.").At(path...)
	}
	return SingleLine(foldAddress(s[:at])+"@"+foldDomain(s[at+1:]), 254, path...) // a few letters are longer when small
}

// RefoldedEmail is the address as it is compared today, where it was kept in a form of before.
func (a *Agent) RefoldedEmail() *string { return refolded(a.Email, Email) }

// Refold brings the address into the form of today.
func (a *Agent) Refold(act *Act) error {
	if err := act.By.CheckAdmin(); err != nil {
		return err
	}
	act.recordChange(a, AgentUpdated, "", func() { setIfGiven(&a.Email, a.RefoldedEmail()) })
	return nil
}

// ProvenEmail is Email for an address that somebody has proven to be theirs elsewhere. What is
// folded beyond case may be an address of somebody else: who has proven one with the Kelvin sign in
// its domain has not proven the one with a k.
func ProvenEmail(s string) (string, error) {
	e, err := Email(s)
	if err != nil {
		return "", err
	}
	domain := strings.TrimSpace(s[strings.LastIndexByte(s, '@')+1:])
	isASCII := strings.IndexFunc(domain, func(r rune) bool { return r > unicode.MaxASCII }) < 0
	if HasUnseen(s) || !isASCII && !strings.HasSuffix(e, "@"+foldAddress(domain)) {
		return "", Refuse(CodeInvalidInput, "This address is written in signs that stand for others.")
	}
	return e, nil
}

// CheckSetTimeZone refuses who may not say where an agent is: admins may, and they themselves.
func CheckSetTimeZone(by *Actor, agent ID) error {
	if by.Agent != nil && by.Agent.ID == agent && by.hasScope(ScopeWrite) {
		return nil
	}
	return by.CheckAdmin()
}

// SetTimeZone says where an agent is.
func (a *Agent) SetTimeZone(act *Act, name string) error {
	if err := CheckSetTimeZone(act.By, a.ID); err != nil {
		return err
	}
	zone, err := TimeZone(name, "timeZone")
	if err != nil {
		return err
	}
	act.recordChange(a, AgentUpdated, "", func() { a.TimeZone = &zone })
	return nil
}

// Team is a group of agents; inboxes are opened to teams.
type Team struct {
	AccountID ID `bun:",pk"`
	ID        ID `bun:",pk"`
	Name      string
	MemberIDs []ID `bun:"-"`
	Version   int
	CreatedAt time.Time
}

// Ref is the team's public id.
func (t *Team) Ref() Ref { return Ref{Kind: KindTeam, ID: t.ID} }

func (t *Team) revision() *int { return &t.Version }

func (t *Team) fields() []field {
	return []field{textField("name", t.Name), listField("members", refTexts(KindAgent, t.MemberIDs))}
}

func refTexts(k Kind, ids []ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = Ref{Kind: k, ID: id}.String()
	}
	return out
}

// NewTeam makes a team.
func NewTeam(act *Act, name string, members []ID) (*Team, error) {
	if err := act.By.CheckAdmin(); err != nil {
		return nil, err
	}
	name, err := SingleLine(name, MaxName, "name")
	if err != nil {
		return nil, err
	}
	t := &Team{AccountID: act.By.Account.ID, ID: act.NewID(), Name: name, MemberIDs: members, CreatedAt: act.Now}
	act.recordCreated(t, TeamCreated, "")
	return t, nil
}

// Update renames a team or says who is in it. Absent values stay.
func (t *Team) Update(act *Act, name *string, members *[]ID) error {
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
	act.recordChange(t, TeamUpdated, "", func() {
		setIfGiven(&t.Name, name)
		setIfGiven(&t.MemberIDs, members)
	})
	return nil
}

// Token is an API token of an agent. The secret itself is shown once and never kept.
type Token struct {
	AccountID  ID `bun:",pk"`
	ID         ID `bun:",pk"`
	AgentID    ID
	Name       string
	Hash       []byte  `json:"-"` // SHA-256 of the secret
	Scopes     []Scope `bun:",array"`
	ExpiresAt  *time.Time
	RevokedAt  *time.Time
	LastUsedAt *time.Time `bun:",scanonly"`
	Version    int
	CreatedAt  time.Time
}

// Ref is the token's public id; it is not the secret.
func (t *Token) Ref() Ref { return Ref{Kind: KindToken, ID: t.ID} }

func (t *Token) revision() *int { return &t.Version }

func (t *Token) fields() []field {
	scopes := make([]string, len(t.Scopes))
	for i, s := range t.Scopes {
		scopes[i] = string(s)
	}
	return []field{
		textField("name", t.Name), refField("agent", KindAgent, t.AgentID), listField("scopes", scopes),
		timeField("expiresAt", t.ExpiresAt), timeField("revokedAt", t.RevokedAt),
	}
}

// Valid says whether the token opens the door at that time.
func (t *Token) Valid(now time.Time) bool {
	return t.RevokedAt == nil && (t.ExpiresAt == nil || now.Before(*t.ExpiresAt))
}

// LimitLife has the token end when it is as old as a token may be; zero is as old as it likes.
func (t *Token) LimitLife(most time.Duration) {
	if end := t.CreatedAt.Add(most); most > 0 && (t.ExpiresAt == nil || t.ExpiresAt.After(end)) {
		t.ExpiresAt = &end
	}
}

// clockTolerance is how far the clock of who asks for an end may be ahead.
const clockTolerance = time.Minute

// NewToken makes a token for an agent: admins for anybody, others for themselves. No token is to
// become older than most, unless that is zero.
func NewToken(act *Act, agent *Agent, name string, hash []byte, scopes []Scope, expires *time.Time, most time.Duration) (*Token, error) {
	if act.By.Agent != nil && act.By.Agent.ID != agent.ID && !act.By.MayAdmin() {
		return nil, Refuse(CodeForbidden, "Only admins may create tokens for other agents.").At("agentId")
	}
	if err := act.By.CheckMakeTokens(); err != nil {
		return nil, err
	}
	if !act.By.coversScopes(scopes) {
		return nil, Refuse(CodeForbidden, "A token cannot create another one with more rights than its own. Choose from its own scopes.").At("scopes")
	}
	name, err := SingleLine(name, MaxName, "name")
	if err != nil {
		return nil, err
	}
	if !agent.Active() {
		return nil, Refuse(CodeInvalidInput, "This agent is deactivated. Activate them first.").At("agentId")
	}
	if expires != nil && !expires.After(act.Now) {
		return nil, Refuse(CodeInvalidInput, "This time is in the past. Choose a later one.").At("expiresAt")
	}
	if expires != nil && most > 0 && expires.Sub(act.Now) > most+clockTolerance {
		return nil, Refuse(CodeInvalidInput, "A token of this server is good for %s at most. Choose an earlier end.", lifeText(most)).At("expiresAt")
	}
	t := &Token{
		AccountID: act.By.Account.ID, ID: act.NewID(), AgentID: agent.ID, Name: name,
		Hash: hash, Scopes: scopes, ExpiresAt: expires, CreatedAt: act.Now,
	}
	t.LimitLife(most)
	act.recordCreated(t, TokenCreated, "")
	return t, nil
}

// lifeText is a duration in whole days where it is some.
func lifeText(d time.Duration) string {
	const day = 24 * time.Hour
	if days := d / day; days > 1 && d%day == 0 {
		return fmt.Sprintf("%d days", days)
	}
	return d.String()
}

// Revoke ends a token at once: admins any, others their own. A token without the scope ADMIN ends
// itself only, so that who has found one can't lock its agent out.
func (t *Token) Revoke(act *Act) error {
	if act.By.Agent != nil && act.By.Agent.ID != t.AgentID && !act.By.MayAdmin() {
		return NotFound("token", "apiTokenId")
	}
	if len(act.By.Scopes) > 0 && !act.By.hasScope(ScopeAdmin) && act.By.TokenID != t.ID {
		return Refuse(CodeForbidden, "A token without the scope ADMIN can revoke only itself.").At("apiTokenId")
	}
	act.recordChange(t, TokenRevoked, "", func() {
		if t.RevokedAt == nil {
			t.RevokedAt = &act.Now
		}
	})
	return nil
}
