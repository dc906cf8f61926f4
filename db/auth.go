package db

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/desk"
)

const (
	actorColumns = `a.id, a.slug, a.name, a.plan, a.trash_keep_days, a.language, a.version, a.created_at,
		g.id, g.email, g.name, g.role, g.deactivated_at, g.version, g.created_at,
		ARRAY(SELECT DISTINCT i.inbox_id FROM team_members m
			JOIN inbox_teams i ON i.account_id = m.account_id AND i.team_id = m.team_id
			WHERE m.account_id = g.account_id AND m.agent_id = g.id ORDER BY 1)`

	// Up to the columns of the asking, it is always the same as long as nothing changes about who asks, nor about the set-up.
	actorByToken = `SELECT ` + actorColumns + `, t.id, t.scopes, t.expires_at, t.revoked_at, ` + epochNow + `, coalesce(a.setup_version, 0),
			t.last_used_at, pg_current_snapshot()::text, ` + lastInLog + `
		FROM tokens t
		JOIN agents g ON g.account_id = t.account_id AND g.id = t.agent_id
		JOIN accounts a ON a.id = t.account_id
		CROSS JOIN log_epoch
		WHERE t.hash = $1`
	ofTheAsking = 3 // columns, the last ones

	actorByEmail = `SELECT ` + actorColumns + `
		FROM accounts a JOIN agents g ON g.account_id = a.id
		WHERE a.slug = $1 AND g.email = $2`
)

// ActorByToken finds who an API token stands for, by the hash of its secret. Nil when the
// token is unknown, revoked or expired, or its agent is deactivated: the same answer,
// and the same work. Of a request that may be run for who they were, see Arriving, it is not known yet.
func (s *Store) ActorByToken(ctx context.Context, hash []byte) (*desk.Actor, error) {
	now := s.clock()
	if a := arrivalIn(ctx); a != nil && a.guesses && s.replica == nil {
		if was := s.callers.of(hash); was != nil && was.token.Valid(now) {
			a.guess = &guess{store: s, hash: hash, was: was}
			return was.actor(), nil
		}
	}
	c, err := patiently(ctx, s, func() (c *caller, err error) {
		err = s.ask(ctx, statement{text: actorByToken, args: []any{hash}, take: func(found pgx.Rows, _ *pgtype.Map) (err error) {
			c, err = callerIn(found)
			return err
		}})
		return c, err
	})
	if err != nil || c == nil || !c.by.Agent.Active() || !c.token.Valid(now) {
		return nil, err
	}
	s.callers.keep(hash, c)
	begunWith(ctx, c.by.Account.ID, &c.beginning)
	s.used.note(s, &c.token, now) //nolint:contextcheck // the note may outlive the request
	return c.actor(), nil
}

// ActorByEmail finds an agent by the account's slug and their address, for who has proven
// elsewhere that it is theirs. Nil when there is none, or they are deactivated.
func (s *Store) ActorByEmail(ctx context.Context, accountSlug, email string) (*desk.Actor, error) {
	if _, err := desk.SingleLine(accountSlug, desk.MaxName); err != nil {
		return nil, nil
	}
	if _, err := desk.Email(email); err != nil {
		return nil, nil
	}
	return patiently(ctx, s, func() (by *desk.Actor, err error) {
		err = s.ask(ctx, statement{text: actorByEmail, args: []any{accountSlug, lowerASCII(email)}, take: func(found pgx.Rows, _ *pgtype.Map) (err error) {
			by, err = actorIn(found)
			return err
		}})
		if by != nil && !by.Agent.Active() {
			by = nil
		}
		return by, err
	})
}

// actorIn reads an agent with their account and inboxes, and what more the statement selects; nil when it gives nothing.
func actorIn(found pgx.Rows, more ...any) (*desk.Actor, error) {
	if !found.Next() {
		return nil, found.Err()
	}
	a, g, inboxes := new(desk.Account), new(desk.Agent), []desk.ID{}
	err := found.Scan(append([]any{
		&a.ID, &a.Slug, &a.Name, &a.Plan, &a.TrashKeepDays, &a.Language, &a.Version, &a.CreatedAt,
		&g.ID, &g.Email, &g.Name, &g.Role, &g.DeactivatedAt, &g.Version, &g.CreatedAt, &inboxes,
	}, more...)...)
	g.AccountID = a.ID
	by := &desk.Actor{Account: a, Agent: g}
	if !by.SeesAll() {
		by.Inboxes = inboxes
	}
	return by, err
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
