package read

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/db/eventlog"
	"deskwire/db/pg"
	"deskwire/desk"
)

const (
	actorColumns = `a.id, a.slug, a.name, a.plan, a.trash_keep_days, a.language, a.version, a.created_at,
		g.id, g.email, g.name, g.role, g.deactivated_at, g.time_zone, g.version, g.created_at,
		ARRAY(SELECT DISTINCT i.inbox_id FROM team_members m
			JOIN inbox_teams i ON i.account_id = m.account_id AND i.team_id = m.team_id
			WHERE m.account_id = g.account_id AND m.agent_id = g.id ORDER BY 1)`

	// Up to the columns of the asking, it is always the same as long as nothing changes about who
	// asks, nor about the configuration.
	actorByToken = `SELECT ` + actorColumns + `, t.id, t.scopes, t.created_at, t.expires_at, t.revoked_at, ` + eventlog.CurrentEpoch + `, coalesce(a.setup_version, 0),
			t.last_used_at, pg_current_snapshot()::text, ` + eventlog.LastTransaction + `
		FROM tokens t
		JOIN agents g ON g.account_id = t.account_id AND g.id = t.agent_id
		JOIN accounts a ON a.id = t.account_id
		CROSS JOIN log_epoch
		WHERE t.hash = $1`
	volatileColumns = 3 // columns, the last ones

	actorByEmail = `SELECT ` + actorColumns + `
		FROM accounts a JOIN agents g ON g.account_id = a.id
		WHERE a.slug = $1 AND g.email = $2`

	actorByID = `SELECT ` + actorColumns + `, t.id, t.scopes, t.created_at, t.expires_at, t.revoked_at
		FROM accounts a
		JOIN agents g ON g.account_id = a.id AND g.id = $2
		LEFT JOIN tokens t ON t.account_id = a.id AND t.agent_id = g.id AND t.id = $3
		WHERE a.id = $1`
)

// rightsColumns are the names of the columns of actorByToken that say what somebody may do: who
// they are, their plan, role and inboxes, whether they are deactivated, and what their token is
// good for.
var rightsColumns = []string{"id", "plan", "role", "array", "deactivated_at", "scopes", "expires_at", "revoked_at"}

// TokenRefusal is a token that stands for nobody, and why. The reason is for the log and the
// metrics: clients are told the same, whatever it is.
type TokenRefusal struct {
	Reason  string
	TokenID desk.ID // of a token that was good once
	Cause   error   // what more is known of it; nil: nothing
}

// Why a token stands for nobody.
const (
	TokenUnknown     = "unknown"
	TokenRevoked     = "revoked"
	TokenExpired     = "expired"
	AgentDeactivated = "deactivated"
)

func (e *TokenRefusal) Error() string { return "the token is not good: " + e.Reason }

// IsTokenRefusal says whether an error is a TokenRefusal.
func IsTokenRefusal(err error) bool {
	var refused *TokenRefusal
	return errors.As(err, &refused)
}

// ActorByToken finds who an API token stands for, by the hash of its secret. Nil when the token is
// unknown, revoked or expired, or its agent is deactivated: the same answer, and the same work.
func (s *Database) ActorByToken(ctx context.Context, hash []byte) (*desk.Actor, error) {
	p, err := s.PrincipalByToken(ctx, hash, false)
	switch {
	case IsTokenRefusal(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return p.Verified(ctx)
}

// PrincipalByToken is ActorByToken for one request with one operation that has come already: what
// is found out on the way about where the log stands is as good as if the operation had asked, so
// it need not. It may be speculation, if that is allowed. A token that is not good is a
// TokenRefusal.
func (s *Database) PrincipalByToken(ctx context.Context, hash []byte, speculate bool) (*Principal, error) {
	now := s.Clock()
	if speculate && s.Replica == nil {
		if was := s.principals.get(hash); was != nil && was.token.Valid(now) {
			again := was.verifier(hash, time.Time{})
			return &Principal{actor: was.copyActor(), speculation: &speculation{store: s, hash: hash, was: was, verifier: again}, verifier: again}, nil
		}
	}
	var asked time.Time
	c, err := pg.WithRetry(ctx, s.client, func() (c *lookedUpPrincipal, err error) {
		asked = time.Now()
		err = s.client.Send(ctx, nil, pg.Statement{Text: actorByToken, Args: []any{hash}, Scan: func(found pgx.Rows, _ *pgtype.Map) (err error) {
			c, err = scanPrincipal(found, s.TokenLifetime)
			return err
		}})
		return c, err
	})
	if err == nil {
		err = c.refuse(now)
	}
	if err != nil {
		s.principals.evict(hash)
		return nil, err
	}
	s.principals.put(hash, c)
	s.used.record(s, &c.token, now) //nolint:contextcheck // the note may outlive the request
	return &Principal{actor: c.copyActor(), verifier: c.verifier(hash, asked), snapshot: &c.snapshot}, nil
}

// refuse says why the token does not open the door; nil when it does.
func (p *lookedUpPrincipal) refuse(now time.Time) error {
	if p == nil {
		return &TokenRefusal{Reason: TokenUnknown}
	}
	refused := &TokenRefusal{TokenID: p.token.ID}
	switch {
	case p.token.RevokedAt != nil:
		refused.Reason = TokenRevoked
	case !p.token.Valid(now):
		refused.Reason = TokenExpired
	case !p.by.Agent.Active():
		refused.Reason = AgentDeactivated
	default:
		return nil
	}
	return refused
}

// RemembersToken says whether a token was good when it last came, and has not expired since. It
// asks nobody.
func (s *Database) RemembersToken(hash []byte) bool {
	was := s.principals.get(hash)
	return was != nil && was.token.Valid(s.Clock())
}

// KnownTokens are those of some hashes that are of tokens, good ones or not.
func (s *Database) KnownTokens(ctx context.Context, hashes [][]byte) (known [][]byte, err error) {
	err = s.client.Send(ctx, nil, pg.Statement{Text: "SELECT hash FROM tokens WHERE hash = ANY($1)", Args: []any{hashes}, Scan: func(found pgx.Rows, _ *pgtype.Map) (err error) {
		known, err = pgx.CollectRows(found, pgx.RowTo[[]byte])
		return err
	}})
	return known, err
}

// ActorByEmail is PrincipalByEmail without the means to verify them once more.
func (s *Database) ActorByEmail(ctx context.Context, accountSlug, email string) (*desk.Actor, error) {
	p, err := s.PrincipalByEmail(ctx, accountSlug, email)
	if p == nil || err != nil {
		return nil, err
	}
	return p.actor, nil
}

// PrincipalByEmail finds an agent by the account's slug and their address, for who has proven
// elsewhere that it is theirs. Nil when there is none, or they are deactivated.
func (s *Database) PrincipalByEmail(ctx context.Context, accountSlug, email string) (*Principal, error) {
	if _, err := desk.SingleLine(accountSlug, desk.MaxName); err != nil {
		return nil, nil
	}
	address, err := desk.ProvenEmail(email)
	if err != nil {
		return nil, nil
	}
	return pg.WithRetry(ctx, s.client, func() (p *Principal, err error) {
		again := &verifier{text: actorByEmail, args: []any{accountSlug, address}, verifiedAt: time.Now()}
		var by *desk.Actor
		err = s.client.Send(ctx, nil, pg.Statement{Text: again.text, Args: again.args, Scan: func(found pgx.Rows, _ *pgtype.Map) (err error) {
			by, err = scanActor(found)
			if by != nil {
				again.rights = cloneValues(rightsIn(found))
			}
			return err
		}})
		if by == nil || err != nil || !by.Agent.Active() {
			return nil, err
		}
		return &Principal{actor: by, verifier: again}, nil
	})
}

// ActorByID finds an agent who has asked before, with the token that they had then; a zero token is
// one of an identity provider. Nil when the agent is deactivated, or the token not good any more.
func (s *Database) ActorByID(ctx context.Context, account, agent, token desk.ID) (*desk.Actor, error) {
	return pg.WithRetry(ctx, s.client, func() (by *desk.Actor, err error) {
		var id *desk.ID
		var created *time.Time
		had := desk.Token{}
		err = s.client.Send(ctx, nil, pg.Statement{Text: actorByID, Args: []any{account, agent, token}, Scan: func(found pgx.Rows, _ *pgtype.Map) (err error) {
			by, err = scanActor(found, &id, &had.Scopes, &created, &had.ExpiresAt, &had.RevokedAt)
			return err
		}})
		if by == nil || err != nil || !by.Agent.Active() {
			return nil, err
		}
		if token == (desk.ID{}) {
			return by, nil
		}
		if id == nil {
			return nil, nil
		}
		had.CreatedAt = *created
		if had.LimitLife(s.TokenLifetime); !had.Valid(s.Clock()) {
			return nil, nil
		}
		by.TokenID, by.Scopes = *id, had.Scopes
		return by, nil
	})
}

// scanActor reads an agent with their account and inboxes, and what more the statement selects; nil
// when it gives nothing.
func scanActor(found pgx.Rows, more ...any) (*desk.Actor, error) {
	if !found.Next() {
		return nil, found.Err()
	}
	a, g, inboxes := new(desk.Account), new(desk.Agent), []desk.ID{}
	err := found.Scan(append([]any{
		&a.ID, &a.Slug, &a.Name, &a.Plan, &a.TrashKeepDays, &a.Language, &a.Version, &a.CreatedAt,
		&g.ID, &g.Email, &g.Name, &g.Role, &g.DeactivatedAt, &g.TimeZone, &g.Version, &g.CreatedAt, &inboxes,
	}, more...)...)
	g.AccountID = a.ID
	by := &desk.Actor{Account: a, Agent: g}
	if !by.SeesAll() {
		by.Inboxes = inboxes
	}
	return by, err
}
