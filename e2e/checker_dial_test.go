//go:build unix

package e2e

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
)

// connect opens a connection to one of the servers, now and then with a token that ends soon.
func (k *cachingClient) connect(trouble context.Context) (*websocket.Conn, error) {
	token := k.account.admin.token
	if trouble.Err() == nil && rand.IntN(4) == 0 {
		var err error
		if token, err = k.shortToken(time.Duration(300+rand.IntN(1000)) * time.Millisecond); err != nil {
			return nil, err
		}
	}
	d := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}, HandshakeTimeout: 5 * time.Second}
	conn, resp, err := d.Dial("ws"+strings.TrimPrefix(k.randomURL(), "http")+"/graphql", nil)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	var ack struct{ Type string }
	err = conn.WriteJSON(map[string]any{"type": "connection_init", "payload": map[string]any{"authorization": "Bearer " + token}})
	if err == nil {
		err = conn.ReadJSON(&ack)
	}
	if err == nil && ack.Type != "connection_ack" {
		err = errors.New("no connection_ack")
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	_ = conn.SetReadDeadline(time.Time{})
	return conn, nil
}

// shortToken is one that ends by itself.
func (k *cachingClient) shortToken(d time.Duration) (string, error) {
	ctx, until := context.Background(), time.Now().Add(d)
	by, err := k.account.store.ActorByEmail(ctx, k.account.slug, "ada@"+k.account.slug+".test")
	if err != nil || by == nil {
		return "", errors.Join(err, errors.New("nobody"))
	}
	out, err := k.account.store.Write(ctx, write.Write{By: read.Authenticated(by), Mutation: "test", Permission: (*desk.Actor).CheckMakeTokens}, func(ctx context.Context, tx *write.Tx) error {
		return tx.CreateToken(ctx, nil, "short", nil, &until)
	})
	if err != nil {
		return "", err
	}
	return *out.Secret, nil
}
