package write

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"deskwire/db/pg"
	"deskwire/db/read"
	"deskwire/desk"
)

// UpdateAccount changes the account's settings.
func (t *Tx) UpdateAccount(ctx context.Context, expected *int, name *string, keepDays *int, language *desk.Language) error {
	a := new(desk.Account)
	if err := t.lock(ctx, "account", t.Act.By.Account.ID); err != nil {
		return err
	}
	if err := t.NewSelect().Model(a).Where("id = ?", t.Act.By.Account.ID).Scan(ctx); err != nil {
		return err
	}
	if err := desk.Expect(a, expected); err != nil {
		return err
	}
	t.out.Account = a
	return a.Update(t.Act, name, keepDays, language)
}

// CreateAgent adds an agent.
func (t *Tx) CreateAgent(_ context.Context, email, name string, role desk.Role) (err error) {
	t.out.Agent, err = desk.NewAgent(t.Act, email, name, role)
	return err
}

// UpdateAgent changes an agent.
func (t *Tx) UpdateAgent(ctx context.Context, id desk.ID, expected *int, name *string, role *desk.Role, active *bool) error {
	if err := t.lockConfig(ctx); err != nil {
		return err
	}
	a, err := findRecord[desk.Agent](ctx, t, id, "agent", "agentId")
	if err != nil {
		return err
	}
	if err := desk.Expect(a, expected); err != nil {
		return err
	}
	admins, err := t.NewSelect().Model((*desk.Agent)(nil)).Where("account_id = ? AND id <> ?", a.AccountID, a.ID).
		Where("role = ? AND deactivated_at IS NULL", desk.RoleAdmin).Count(ctx)
	if err != nil {
		return err
	}
	t.out.Agent = a
	return a.Update(t.Act, name, role, active, int(admins))
}

// CreateTeam makes a team.
func (t *Tx) CreateTeam(ctx context.Context, name string, members []desk.ID) (err error) {
	if members, err = t.checkIDs(ctx, "agents", members, "agent", "memberIds"); err != nil {
		return err
	}
	t.out.Team, err = desk.NewTeam(t.Act, name, members)
	return err
}

// UpdateTeam renames a team or says who is in it.
func (t *Tx) UpdateTeam(ctx context.Context, id desk.ID, expected *int, name *string, members *[]desk.ID) error {
	team, err := lockRecord[desk.Team](ctx, t, id, "team", "teamId")
	if err != nil {
		return err
	}
	if err := desk.Expect(team, expected); err != nil {
		return err
	}
	if team.MemberIDs, err = t.linkedIDs(ctx, "team_members", "agent_id", "team_id", id); err != nil {
		return err
	}
	if members != nil {
		ids, err := t.checkIDs(ctx, "agents", *members, "agent", "memberIds")
		if err != nil {
			return err
		}
		members = &ids
	}
	t.out.Team = team
	return team.Update(t.Act, name, members)
}

// checkIDs gives ids without doubles and in the order that linked gives them, or refuses those that
// name nothing in the account. The table's name is ours.
func (t *Tx) checkIDs(ctx context.Context, table string, ids []desk.ID, noun, path string) ([]desk.ID, error) {
	unique, seen := []desk.ID{}, map[desk.ID]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			unique = append(unique, id)
		}
	}
	if len(unique) == 0 {
		return unique, nil
	}
	if len(unique) > desk.MaxLinks {
		return nil, desk.Refuse(desk.CodeLimitReached, "This list can have at most %d ids.", desk.MaxLinks).At(path)
	}
	slices.SortFunc(unique, func(a, b desk.ID) int { return bytes.Compare(a[:], b[:]) })
	n, err := t.NewSelect().Table(table).Where("account_id = ? AND id = ?", t.Act.By.Account.ID, pg.OneOf(unique)).Count(ctx)
	if err != nil || int(n) != len(unique) {
		return nil, orNotFound(err, noun, path)
	}
	return unique, nil
}

// linkedIDs reads the list of what an owner is linked to. The names are ours.
func (t *Tx) linkedIDs(ctx context.Context, table, column, ownerColumn string, owner desk.ID) (ids []desk.ID, err error) {
	err = t.NewSelect().Table(table).Column(column).Where("account_id = ?", t.Act.By.Account.ID).
		Where("? = ?", bun.Ident(ownerColumn), owner).Order(column).Scan(ctx, &ids)
	return ids, err
}

// CreateToken makes an API token and shows its secret, this once.
func (t *Tx) CreateToken(ctx context.Context, agentID *desk.ID, name string, scopes []desk.Scope, expires *time.Time) error {
	if agentID == nil {
		if t.Act.By.Agent == nil {
			return desk.NotFound("agent", "agentId")
		}
		agentID = &t.Act.By.Agent.ID
	}
	t.lockConfigShared()
	agent, err := findRecord[desk.Agent](ctx, t, *agentID, "agent", "agentId")
	if err != nil {
		return err
	}
	secret, hash := read.NewSecret()
	if scopes == nil {
		scopes = []desk.Scope{}
	}
	token, err := desk.NewToken(t.Act, agent, name, hash, scopes, expires)
	t.out.APIToken, t.out.Secret = token, &secret
	return err
}

// RevokeToken ends a token.
func (t *Tx) RevokeToken(ctx context.Context, id desk.ID) error {
	token, err := lockRecord[desk.Token](ctx, t, id, "token", "apiTokenId")
	if err != nil {
		return err
	}
	t.out.APIToken = token
	return token.Revoke(t.Act)
}
