package desk

import (
	"slices"
	"strconv"
)

// ViewScope says who has a view.
type ViewScope string

// The scopes of a view.
const (
	ViewSystem   ViewScope = "SYSTEM"   // everybody who sees the inbox
	ViewAccount  ViewScope = "ACCOUNT"  // everybody; admins edit it
	ViewTeam     ViewScope = "TEAM"     // a team; its members edit it, and admins
	ViewPersonal ViewScope = "PERSONAL" // who made it
)

// MaxViews bounds the saved views of one owner: the account, a team or an agent.
const MaxViews = 100

func (v *InboxView) revision() *int { return &v.Version }

func (v *InboxView) fields() []field {
	return []field{
		textField("name", v.Name), textField("scope", string(v.Scope)), optionalRef("team", KindTeam, v.TeamID), textField("where", v.Filter),
		textField("orderBy", v.Order), numberField("position", v.Position), timeField("deletedAt", v.DeletedAt),
	}
}

// Owner is whose view it is: the agent, the team or the account.
func (v *InboxView) Owner() ID {
	switch {
	case v.AgentID != nil:
		return *v.AgentID
	case v.TeamID != nil:
		return *v.TeamID
	}
	return v.AccountID
}

// SeenBy says whether the actor has the view. Teams are those of the actor.
func (v *InboxView) SeenBy(by *Actor, teams []ID) bool {
	switch v.Scope {
	case ViewPersonal:
		return by.Agent != nil && v.AgentID != nil && *v.AgentID == by.Agent.ID
	case ViewTeam:
		return by.MayAdmin() || slices.Contains(teams, *v.TeamID)
	}
	return true
}

// MayEdit says whether the actor may change it: everybody their own, members those of their team,
// admins all that are not somebody's own.
func (v *InboxView) MayEdit(by *Actor, teams []ID) bool { return v.CheckEdit(by, teams) == nil }

// CheckEdit refuses who may not change it.
func (v *InboxView) CheckEdit(by *Actor, teams []ID) error {
	switch {
	case !v.SeenBy(by, teams):
		return NotFound("view", "viewId")
	case v.Scope == ViewSystem:
		return Refuse(CodeForbidden, "The standing views of an inbox cannot be changed. Save a view of your own instead.").At("viewId")
	case v.Scope == ViewAccount:
		return by.CheckAdmin()
	case v.Scope == ViewTeam && by.MayAdmin():
		return nil
	}
	return by.CheckWrite()
}

// ViewPatch says what to change of a view; nil keeps.
type ViewPatch struct{ Name, Filter, Order *string }

// NewInboxView saves a view behind the others of its owner, of which there are so many.
func NewInboxView(act *Act, scope ViewScope, team *ID, teams []ID, p ViewPatch, others int) (*InboxView, error) {
	v := &InboxView{AccountID: act.By.Account.ID, ID: act.NewID(), Scope: scope, TeamID: team, Position: others, CreatedAt: act.Now}
	switch {
	case scope == ViewSystem:
		return nil, Refuse(CodeInvalidInput, "Views of the scope SYSTEM cannot be saved. Choose another scope.").At("scope")
	case (scope == ViewTeam) != (team != nil):
		return nil, Refuse(CodeInvalidInput, "A view of the scope TEAM needs a teamId, and other views cannot have one.").At("teamId")
	case scope == ViewPersonal && act.By.Agent == nil:
		return nil, NotFound("agent")
	case scope == ViewPersonal:
		v.AgentID = &act.By.Agent.ID
	case scope == ViewTeam && !v.SeenBy(act.By, teams):
		return nil, Refuse(CodeForbidden, "Only members of the team and admins may save views for it.").At("teamId")
	}
	if err := v.CheckEdit(act.By, teams); err != nil {
		return nil, err
	}
	if others >= MaxViews {
		return nil, Refuse(CodeLimitReached, "There are already %d views, which is the limit. Delete some first.", others)
	}
	if err := v.applyViewPatch(p); err != nil {
		return nil, err
	}
	act.recordCreated(v, InboxViewCreated, "")
	return v, nil
}

func (v *InboxView) applyViewPatch(p ViewPatch) (err error) {
	if p.Name != nil {
		if v.Name, err = SingleLine(*p.Name, MaxName, "name"); err != nil {
			return err
		}
	}
	setIfGiven(&v.Filter, p.Filter)
	setIfGiven(&v.Order, p.Order)
	return nil
}

// Update changes what a view is called and shows.
func (v *InboxView) Update(act *Act, teams []ID, p ViewPatch) error {
	if err := v.CheckEdit(act.By, teams); err != nil {
		return err
	}
	draft := *v
	if err := draft.applyViewPatch(p); err != nil {
		return err
	}
	act.recordChange(v, InboxViewUpdated, "", func() { *v = draft })
	return nil
}

// Delete takes a view away.
func (v *InboxView) Delete(act *Act, teams []ID) error {
	if err := v.CheckEdit(act.By, teams); err != nil {
		return err
	}
	act.recordChange(v, InboxViewDeleted, "", func() { v.DeletedAt = &act.Now })
	return nil
}

// ReorderViews puts all views of one owner into an order. Those that are not named follow in the
// order that they had.
func ReorderViews(act *Act, all []*InboxView, teams []ID, ids []ID) error {
	rank := map[ID]int{}
	for i, id := range ids {
		at := slices.IndexFunc(all, func(v *InboxView) bool { return v.ID == id })
		if at < 0 {
			return Refuse(CodeInvalidInput, "All views must belong to the same owner: the account, one team, or you.").At("viewIds", strconv.Itoa(i))
		}
		if _, twice := rank[id]; twice {
			return Refuse(CodeInvalidInput, "This view is listed twice. Remove one of them.").At("viewIds", strconv.Itoa(i))
		}
		rank[id] = i
	}
	for _, v := range all {
		if err := v.CheckEdit(act.By, teams); err != nil {
			return err
		}
	}
	place := func(v *InboxView) int {
		if i, named := rank[v.ID]; named {
			return i
		}
		return len(ids)
	}
	slices.SortStableFunc(all, func(a, b *InboxView) int { return place(a) - place(b) })
	for i, v := range all {
		act.recordChange(v, InboxViewUpdated, "", func() { v.Position = i })
	}
	return nil
}
