package db

import (
	"context"
	"strings"

	"deskwire/desk"
)

// Agents are the account's agents by name, deactivated ones too.
func (r *Reader) Agents(ctx context.Context) ([]*desk.Agent, error) {
	return cached(r, func(c *configCache) *cachedList[desk.Agent] { return &c.agents }, func() ([]*desk.Agent, error) {
		return rows[desk.Agent](ctx, r, "SELECT * FROM agents WHERE account_id = ? ORDER BY name, id", r.by.Account.ID)
	})
}

// Teams are the account's teams by name, with their members.
func (r *Reader) Teams(ctx context.Context) ([]*desk.Team, error) {
	return cached(r, func(c *configCache) *cachedList[desk.Team] { return &c.teams }, func() ([]*desk.Team, error) { return r.readTeams(ctx) })
}

func (r *Reader) readTeams(ctx context.Context) ([]*desk.Team, error) {
	type row struct {
		desk.Team
		Members string
	}
	found, err := rows[row](ctx, r, `SELECT t.*, ARRAY(SELECT m.agent_id FROM team_members AS m
		WHERE m.account_id = t.account_id AND m.team_id = t.id ORDER BY m.agent_id)::text AS members
		FROM teams AS t WHERE t.account_id = ? ORDER BY t.name, t.id`, r.by.Account.ID)
	teams := make([]*desk.Team, len(found))
	for i, r := range found {
		teams[i], r.MemberIDs = &r.Team, idsOf(r.Members)
	}
	return teams, err
}

// idsOf reads a uuid[] in its text form.
func idsOf(array string) []desk.ID {
	ids := []desk.ID{}
	for _, s := range strings.Split(strings.Trim(array, "{}"), ",") {
		var id desk.ID
		if id.Scan(s) == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// TokensOf are the API tokens of agents, the newest first. The actor sees their own; admins see all.
func (r *Reader) TokensOf(ctx context.Context, agents []desk.ID) (map[desk.ID][]*desk.Token, error) {
	found, err := rows[desk.Token](ctx, r, `SELECT * FROM tokens AS t
		WHERE t.account_id = ? AND t.agent_id = ANY(?::uuid[]) AND ? ORDER BY t.created_at DESC, t.id DESC`,
		r.by.Account.ID, uuidArray(agents), seesToken(r.by))
	out := map[desk.ID][]*desk.Token{}
	for _, t := range found {
		out[t.AgentID] = append(out[t.AgentID], t)
	}
	return out, err
}

// Tokens are API tokens by their ids.
func (r *Reader) Tokens(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Token, error) {
	return rowsByID(ctx, r, func(t *desk.Token) desk.ID { return t.ID },
		"SELECT * FROM tokens AS t WHERE t.account_id = ? AND t.id = ANY(?::uuid[]) AND ?", r.by.Account.ID, uuidArray(ids), seesToken(r.by))
}

func seesToken(by *desk.Actor) sqlText {
	switch {
	case by.MayAdmin():
		return always
	case by.Agent == nil:
		return never
	}
	return sq("t.agent_id = ?", by.Agent.ID)
}
