package write

import (
	"bytes"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"deskwire/db/pg"
	"deskwire/desk"
)

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

// checkIDs gives ids without doubles and in the order that linkedIDs gives them, or refuses those
// that name nothing in the account. The table's name is ours.
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
