package write

import (
	"cmp"
	"context"

	"deskwire/db/read"
	"deskwire/desk"
)

// SaveView says what a view shows.
type SaveView struct {
	Name     *string
	SetWhere bool
	Where    *read.ConversationWhere // nil: all conversations
	SetOrder bool
	Order    *read.ConversationOrder // nil: the most recently active first
}

// viewPatch checks what the view is to show, and writes it as it is kept.
func (in SaveView) viewPatch(ctx context.Context, r *read.Reader) (p desk.ViewPatch, err error) {
	sc := r.FilterScope(ctx)
	p.Name = in.Name
	if in.SetWhere {
		filter := "{}"
		if in.Where != nil {
			filter = read.EncodeJSON(in.Where)
		}
		// A view follows what it shows: from a conversation to its ticket and its contact, and no
		// further.
		sc.Most = 1
		if _, err := read.FilterSQL(sc, in.Where); err != nil {
			return p, err
		}
		if len(filter) > maxViewFilter {
			return p, desk.Refuse(desk.CodeInvalidInput, "The filter has %d bytes as JSON, and the limit is %d. Use fewer or shorter conditions.", len(filter), maxViewFilter).At("where")
		}
		if err := r.CheckNamed(ctx, sc.Named); err != nil {
			return p, err
		}
		p.Filter = &filter
	}
	if in.SetOrder {
		order := ""
		if in.Order != nil {
			order = read.EncodeJSON(in.Order)
		}
		p.Order = &order
	}
	return p, nil
}

const maxViewFilter = 16 << 10

// ownTeams are the teams of the actor.
func (t *Tx) ownTeams(ctx context.Context) ([]desk.ID, error) {
	if t.Act.By.Agent == nil {
		return nil, nil
	}
	t.lockConfigShared()
	return t.linkedIDs(ctx, "team_members", "team_id", "agent_id", t.Act.By.Agent.ID)
}

// CreateView saves a view.
func (t *Tx) CreateView(ctx context.Context, given *desk.ViewScope, team *desk.ID, in SaveView) error {
	scope := desk.ViewPersonal
	switch {
	case given != nil:
		scope = *given
	case team != nil:
		scope = desk.ViewTeam
	}
	teams, err := t.ownTeams(ctx)
	if err != nil {
		return err
	}
	if team != nil {
		if _, err := t.checkIDs(ctx, "teams", []desk.ID{*team}, "team", "teamId"); err != nil {
			return err
		}
	}
	p, err := in.viewPatch(ctx, t.reader)
	if err != nil {
		return err
	}
	if in.Name == nil || p.Filter == nil {
		all := "{}"
		p.Filter = &all
	}
	like := &desk.InboxView{AccountID: t.Act.By.Account.ID, Scope: scope, TeamID: team}
	if scope == desk.ViewPersonal && t.Act.By.Agent != nil {
		like.AgentID = &t.Act.By.Agent.ID
	}
	others, err := t.lockViewsOf(ctx, like)
	if err != nil {
		return err
	}
	t.out.View, err = desk.NewInboxView(t.Act, scope, team, teams, p, len(others))
	return err
}

// lockViewsOf locks an owner's views and reads them in their order.
func (t *Tx) lockViewsOf(ctx context.Context, like *desk.InboxView) (all []*desk.InboxView, err error) {
	if err := t.lock(ctx, "views", like.Owner()); err != nil {
		return nil, err
	}
	err = t.NewSelect().Model(&all).Where("account_id = ? AND COALESCE(agent_id, team_id, account_id) = ? AND deleted_at IS NULL", like.AccountID, like.Owner()).
		OrderExpr("position, id").Scan(ctx)
	return all, err
}

func (t *Tx) changeView(ctx context.Context, id desk.ID, expected *int, rule func(*desk.InboxView, []desk.ID) error) error {
	teams, err := t.ownTeams(ctx)
	if err != nil {
		return err
	}
	v, err := findRecord[desk.InboxView](ctx, t, id, "view", "viewId")
	if err != nil {
		return err
	}
	all, err := t.lockViewsOf(ctx, v)
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.ID != id || !v.SeenBy(t.Act.By, teams) {
			continue
		}
		if err := cmp.Or(v.CheckEdit(t.Act.By, teams), desk.Expect(v, expected)); err != nil {
			return err
		}
		t.out.View = v
		return rule(v, teams)
	}
	return desk.NotFound("view", "viewId")
}

// UpdateView changes what a view is called and shows.
func (t *Tx) UpdateView(ctx context.Context, id desk.ID, expected *int, in SaveView) error {
	p, err := in.viewPatch(ctx, t.reader)
	if err != nil {
		return err
	}
	return t.changeView(ctx, id, expected, func(v *desk.InboxView, teams []desk.ID) error { return v.Update(t.Act, teams, p) })
}

// DeleteView takes a view away; its row stays for the log.
func (t *Tx) DeleteView(ctx context.Context, id desk.ID, expected *int) error {
	return t.changeView(ctx, id, expected, func(v *desk.InboxView, teams []desk.ID) error { return v.Delete(t.Act, teams) })
}

// ReorderViews puts the views of one owner into an order: of the owner of the first one that is
// named.
func (t *Tx) ReorderViews(ctx context.Context, ids []desk.ID) error {
	if len(ids) == 0 || len(ids) > desk.MaxViews {
		return desk.Refuse(desk.CodeInvalidInput, "Give 1 to %d views.", desk.MaxViews).At("viewIds")
	}
	teams, err := t.ownTeams(ctx)
	if err != nil {
		return err
	}
	first, err := findRecord[desk.InboxView](ctx, t, ids[0], "view", "viewIds", "0")
	if err != nil {
		return err
	}
	all, err := t.lockViewsOf(ctx, first)
	if err != nil {
		return err
	}
	if !first.SeenBy(t.Act.By, teams) || first.DeletedAt != nil {
		return desk.NotFound("view", "viewIds", "0")
	}
	if err := desk.ReorderViews(t.Act, all, teams, ids); err != nil {
		return err
	}
	t.out.Views = all
	return nil
}
