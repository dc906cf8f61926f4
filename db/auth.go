package db

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"deskwire/desk"
)

// Asked with every request, so these go as prepared statements through pgx.
const (
	actorColumns = `a.id, a.slug, a.name, a.plan, a.trash_keep_days, a.language, a.version, a.created_at,
		g.id, g.email, g.name, g.role, g.deactivated_at, g.version, g.created_at,
		ARRAY(SELECT DISTINCT i.inbox_id FROM team_members m
			JOIN inbox_teams i ON i.account_id = m.account_id AND i.team_id = m.team_id
			WHERE m.account_id = g.account_id AND m.agent_id = g.id ORDER BY 1)`

	actorByToken = `SELECT ` + actorColumns + `, t.id, t.scopes, t.expires_at, t.revoked_at, t.last_used_at, ` + beginningColumns + `
		FROM tokens t
		JOIN agents g ON g.account_id = t.account_id AND g.id = t.agent_id
		JOIN accounts a ON a.id = t.account_id
		CROSS JOIN log_epoch
		WHERE t.hash = $1`

	actorByEmail = `SELECT ` + actorColumns + `
		FROM accounts a JOIN agents g ON g.account_id = a.id
		WHERE a.slug = $1 AND g.email = $2`
)

// ActorByToken finds who an API token stands for, by the hash of its secret. Nil when the
// token is unknown, revoked or expired, or its agent is deactivated: the same answer,
// and the same work.
func (s *Store) ActorByToken(ctx context.Context, hash []byte) (*desk.Actor, error) {
	var t desk.Token
	var b beginning
	by, err := s.actor(ctx, actorByToken, []any{hash}, &t.ID, &t.Scopes, &t.ExpiresAt, &t.RevokedAt, &t.LastUsedAt, &b.Epoch, &b.Snapshot, &b.Last, &b.Setup)
	now := s.clock()
	if by == nil || err != nil || !t.Valid(now) {
		return nil, err
	}
	begunWith(ctx, by.Account.ID, &b)
	by.TokenID, by.Scopes = t.ID, t.Scopes
	if t.ExpiresAt != nil {
		by.Until = *t.ExpiresAt
	}
	t.AccountID = by.Account.ID
	s.used.note(s, &t, now) //nolint:contextcheck // the note may outlive the request
	return by, nil
}

// ActorByEmail finds an agent by the account's slug and their address, for who has proven
// elsewhere that it is theirs. Nil when there is none, or they are deactivated.
func (s *Store) ActorByEmail(ctx context.Context, accountSlug, email string) (*desk.Actor, error) {
	if _, err := desk.Line(accountSlug, desk.MaxName); err != nil {
		return nil, nil
	}
	if _, err := desk.Email(email); err != nil {
		return nil, nil
	}
	return s.actor(ctx, actorByEmail, []any{accountSlug, lowerASCII(email)})
}

// actor reads an active agent with their account and inboxes, and what more the statement selects.
func (s *Store) actor(ctx context.Context, sql string, args []any, more ...any) (*desk.Actor, error) {
	return patiently(ctx, s, func() (*desk.Actor, error) { return s.actorOnce(ctx, sql, args, more...) })
}

func (s *Store) actorOnce(ctx context.Context, sql string, args []any, more ...any) (*desk.Actor, error) {
	a, g, inboxes := new(desk.Account), new(desk.Agent), []desk.ID{}
	into := append([]any{
		&a.ID, &a.Slug, &a.Name, &a.Plan, &a.TrashKeepDays, &a.Language, &a.Version, &a.CreatedAt,
		&g.ID, &g.Email, &g.Name, &g.Role, &g.DeactivatedAt, &g.Version, &g.CreatedAt, &inboxes,
	}, more...)
	args = append([]any{pgx.QueryExecModeCacheStatement}, args...)
	err := s.pool.QueryRow(ctx, sql, args...).Scan(into...)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil || !g.Active() {
		return nil, err
	}
	g.AccountID = a.ID
	by := &desk.Actor{Account: a, Agent: g}
	if !by.SeesAll() {
		by.Inboxes = inboxes
	}
	return by, nil
}

// lowerASCII leaves other letters alone. Addresses are kept in lower case, but some letters
// become ASCII when lowered (K, the Kelvin sign), and would open somebody else's door.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(s))
}
