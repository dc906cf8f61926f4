package read

import (
	"context"
	"strings"

	"deskwire/db/pg"
	"deskwire/desk"
)

// Agents are the account's agents by name, deactivated ones too.
func (r *Reader) Agents(ctx context.Context) ([]*desk.Agent, error) {
	return cachedRows(r, func(c *configCache) *cachedList[desk.Agent] { return &c.agents }, func() ([]*desk.Agent, error) {
		return pg.Query[desk.Agent](ctx, r, "SELECT * FROM agents WHERE account_id = ? ORDER BY name"+nameCollation+", id", r.actor.Account.ID)
	})
}

// Teams are the account's teams by name, with their members.
func (r *Reader) Teams(ctx context.Context) ([]*desk.Team, error) {
	return cachedRows(r, func(c *configCache) *cachedList[desk.Team] { return &c.teams }, func() ([]*desk.Team, error) { return r.readTeams(ctx) })
}

func (r *Reader) readTeams(ctx context.Context) ([]*desk.Team, error) {
	type row struct {
		desk.Team
		Members string
	}
	found, err := pg.Query[row](ctx, r, `SELECT t.*, ARRAY(SELECT m.agent_id FROM team_members AS m
		WHERE m.account_id = t.account_id AND m.team_id = t.id ORDER BY m.agent_id)::text AS members
		FROM teams AS t WHERE t.account_id = ? ORDER BY t.name`+nameCollation+`, t.id`, r.actor.Account.ID)
	teams := make([]*desk.Team, len(found))
	for i, r := range found {
		teams[i], r.MemberIDs = &r.Team, idsFrom(r.Members)
	}
	return teams, err
}

// idsFrom reads a uuid[] in its text form.
func idsFrom(array string) []desk.ID {
	ids := []desk.ID{}
	for _, s := range strings.Split(strings.Trim(array, "{}"), ",") {
		var id desk.ID
		if id.Scan(s) == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// TokensOf are the API tokens of agents, the newest first. The actor sees their own; admins see
// all.
func (r *Reader) TokensOf(ctx context.Context, agents []desk.ID) (map[desk.ID][]*desk.Token, error) {
	found, err := pg.Query[desk.Token](ctx, r, `SELECT * FROM tokens AS t
		WHERE t.account_id = ? AND t.agent_id = ? AND ? ORDER BY t.created_at DESC, t.id DESC`,
		r.actor.Account.ID, pg.OneOf(agents), seesToken(r.actor))
	out := map[desk.ID][]*desk.Token{}
	for _, t := range found {
		t.LimitLife(r.database.TokenLifetime)
		out[t.AgentID] = append(out[t.AgentID], t)
	}
	return out, err
}

// Tokens are API tokens by their ids.
func (r *Reader) Tokens(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Token, error) {
	found, err := pg.QueryByID(ctx, r, func(t *desk.Token) desk.ID { return t.ID },
		"SELECT * FROM tokens AS t WHERE t.account_id = ? AND t.id = ? AND ?", r.actor.Account.ID, pg.OneOf(ids), seesToken(r.actor))
	for _, t := range found {
		t.LimitLife(r.database.TokenLifetime)
	}
	return found, err
}

func seesToken(by *desk.Actor) pg.Fragment {
	switch {
	case by.MayAdmin():
		return pg.Always
	case by.Agent == nil:
		return pg.Never
	}
	return pg.SQL("t.agent_id = ?", by.Agent.ID)
}

// AgentWhere is a filter of the agents that something is of.
type AgentWhere struct {
	IsActive *bool
	Role     []desk.Role
}

// filterAgent compares the agent of a column. The agents are looked up first and by themselves, as
// they are few: what is theirs is then found by its index.
func (c *conditions) filterAgent(name, column string, w *AgentWhere) {
	if w == nil {
		return
	}
	c.deps.Agent = true
	inside := c.nested(name)
	if w.IsActive != nil {
		inside.addCondition(pg.SQL("(g.deactivated_at IS NULL) = ?", *w.IsActive))
	}
	filterEnum(inside, "role", "g.role", w.Role)
	c.failWith(inside.err)
	c.addCondition(pg.SQL(column+" = ANY (ARRAY(SELECT g.id FROM agents AS g WHERE g.account_id = ? AND ?))", c.by.Account.ID, pg.AllOf(inside.all...)))
}
