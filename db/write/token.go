package write

import (
	"context"
	"time"

	"deskwire/db/read"
	"deskwire/desk"
)

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
	token, err := desk.NewToken(t.Act, agent, name, hash, scopes, expires, t.store.TokenLifetime)
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
