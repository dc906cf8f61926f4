package read

import (
	"context"
	"slices"
	"sync"

	"deskwire/desk"
)

// configCache is the configuration of an account, as far as somebody has asked for it: small lists
// that nearly every answer needs something of. It is kept in memory under its version, which
// triggers count up, so it is never invalidated: who begins after a change asks for another
// version.
type configCache struct {
	epoch   string
	version int64

	agents      cachedList[desk.Agent]
	teams       cachedList[desk.Team]
	inboxes     cachedList[desk.Inbox]
	channels    cachedList[desk.Channel]
	pipelines   cachedList[desk.Pipeline]
	definitions cachedList[desk.PropertyDefinition]
	labels      cachedList[desk.Label]
}

// cachedList is a list that was read once. Its rows are shared by all who ask, and nobody changes
// them.
type cachedList[R any] struct {
	mu    sync.Mutex
	there bool
	rows  []*R
}

// configCaches are those of the accounts that asked lately.
type configCaches struct {
	mu sync.Mutex
	of map[desk.ID]*configCache
}

// maxConfigCaches bounds them: that of a large account takes some 100 kB.
const maxConfigCaches = 500

// ConfigVersion is what state of its configuration an account has.
type ConfigVersion struct {
	Epoch  string
	Config int64
}

// CurrentConfigVersion is the version of the account's configuration now.
func (r *Reader) CurrentConfigVersion(ctx context.Context) (*ConfigVersion, error) {
	found, err := currentSnapshot(ctx, r, r.actor.Account.ID)
	if err != nil {
		return nil, err
	}
	at, err := found.EventCursor()
	return &ConfigVersion{at.Epoch, found.Config}, err
}

// WithConfig has the account's configuration in memory, as it is at that version or later.
func (r *Reader) WithConfig(at *ConfigVersion) *Reader {
	with := *r
	with.config = r.database.configs.atVersion(r.actor.Account.ID, at.Epoch, at.Config)
	return &with
}

// atVersion is the configuration at that version, or a later one, which is as good: an answer may
// be newer than its cursor.
func (c *configCaches) atVersion(account desk.ID, epoch string, version int64) *configCache {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.of[account]
	if known != nil && known.epoch == epoch && known.version >= version {
		return known
	}
	if c.of == nil || known == nil && len(c.of) >= maxConfigCaches {
		c.of = map[desk.ID]*configCache{}
	}
	known = &configCache{epoch: epoch, version: version}
	c.of[account] = known
	return known
}

// atSameVersion is the configuration in memory if it is exactly what an operation sees: what that
// reads may be put there. Nil: it is another.
func (c *configCaches) atSameVersion(account desk.ID, epoch string, version int64) *configCache {
	if known := c.atVersion(account, epoch, version); known.version == version {
		return known
	}
	return nil
}

// cachedRows gives a list of the configuration: the one in memory where the operation has begun
// with it, else as it is read now.
func cachedRows[R any](r *Reader, list func(*configCache) *cachedList[R], read func() ([]*R, error)) ([]*R, error) {
	if r.config == nil {
		return read()
	}
	k := list(r.config)
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.there {
		found, err := read()
		if err != nil {
			return nil, err
		}
		k.rows, k.there = found, true
	}
	return slices.Clone(k.rows), nil
}
