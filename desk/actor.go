package desk

import (
	"slices"
	"time"
)

// Actor is who acts: an agent of an account, with what they see and what their token allows.
type Actor struct {
	Account *Account
	Agent   *Agent    // nil for what the server does by itself
	TokenID ID        // zero when they came without an API token
	Scopes  []Scope   // empty: all that the role allows
	Inboxes []ID      // the inboxes of their teams; not asked when SeesAll
	Until   time.Time // when the token ends by itself; zero for never
}

// System acts for the server itself: purge, import, set-up.
func System(a *Account) *Actor { return &Actor{Account: a} }

// SeesAll says whether every inbox of the account is open to the actor.
func (a *Actor) SeesAll() bool {
	return a.Agent == nil || a.Agent.Role == RoleAdmin || a.Agent.Role == RoleIntegration
}

// SeesInbox says whether the actor sees what is in the inbox.
func (a *Actor) SeesInbox(id ID) bool { return a.SeesAll() || slices.Contains(a.Inboxes, id) }

func (a *Actor) hasScope(s Scope) bool { return len(a.Scopes) == 0 || slices.Contains(a.Scopes, s) }

// coversScopes says whether the actor's own scopes allow all of these. Empty scopes allow
// everything.
func (a *Actor) coversScopes(scopes []Scope) bool {
	if len(a.Scopes) == 0 {
		return true
	}
	return len(scopes) > 0 && !slices.ContainsFunc(scopes, func(s Scope) bool { return !slices.Contains(a.Scopes, s) })
}

// MayRead says whether the actor may read at all.
func (a *Actor) MayRead() bool { return a.hasScope(ScopeRead) }

// MayWrite says whether the actor may work on conversations, tickets and contacts.
func (a *Actor) MayWrite() bool {
	return a.Agent == nil || a.Agent.Role != RoleReadOnly && a.hasScope(ScopeWrite)
}

// MayReceive says whether the actor may bring messages in and report on deliveries.
func (a *Actor) MayReceive() bool {
	return a.MayWrite() || a.Agent.Role != RoleReadOnly && a.hasScope(ScopeChannel)
}

// IsChannel says whether a program acts that brings in what others have written.
func (a *Actor) IsChannel() bool {
	return a.Agent == nil || a.Agent.Role == RoleIntegration || !a.MayWrite()
}

// MayAdmin says whether the actor may change the account's configuration.
func (a *Actor) MayAdmin() bool {
	return a.Agent == nil || a.Agent.Role == RoleAdmin && a.hasScope(ScopeAdmin)
}

// CheckWrite refuses who may not work on conversations, tickets and contacts.
func (a *Actor) CheckWrite() error {
	if a.MayWrite() {
		return nil
	}
	return readsOnly()
}

// CheckReceive refuses who may not bring in messages or contacts.
func (a *Actor) CheckReceive() error {
	if a.MayReceive() {
		return nil
	}
	return Refuse(CodeForbidden, "You may not deliver messages, files or contacts. Use a token with the scope CHANNEL or WRITE.")
}

// CheckAdmin refuses who may not change the account's configuration.
func (a *Actor) CheckAdmin() error {
	if a.MayAdmin() {
		return nil
	}
	return Refuse(CodeForbidden, "Only admins may change this. Ask one, or use an admin's token with the scope ADMIN.")
}

// CheckAny refuses who may change nothing at all but what is their own.
func (a *Actor) CheckAny() error {
	if a.MayReceive() || a.MayAdmin() { // who may write may receive
		return nil
	}
	return readsOnly()
}

// CheckWriteOrAdmin refuses who may keep neither things of their own nor those of the account.
func (a *Actor) CheckWriteOrAdmin() error {
	if a.MayAdmin() {
		return nil
	}
	return a.CheckWrite()
}

// CheckMakeTokens refuses tokens that can't do everything and have not the scope ADMIN: they could
// give themselves more.
func (a *Actor) CheckMakeTokens() error {
	if a.hasScope(ScopeAdmin) {
		return nil
	}
	return Refuse(CodeForbidden, "This token cannot create tokens. Use one with the scope ADMIN.")
}

func readsOnly() error {
	return Refuse(CodeForbidden, "You may only read. Ask an admin for the role AGENT, or use a token with the scope WRITE.")
}
