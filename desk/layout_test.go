package desk

import (
	"slices"
	"testing"
)

func TestInForce(t *testing.T) {
	t.Run("D11/the agent's own choice, else the account's, else the default", func(t *testing.T) {
		w := newWorld()
		of := func(scope LayoutScope, owner ID, keys ...string) *PropertyLayout {
			return &PropertyLayout{AccountID: w.account.ID, OwnerID: owner, Scope: scope, PropertyKeys: keys}
		}
		account, mine, theirs := of(LayoutAccount, w.account.ID, "size"), of(LayoutMine, w.agents["ben"].ID), of(LayoutMine, w.agents["cleo"].ID, "note")
		for _, c := range []struct {
			by     string
			chosen []*PropertyLayout
			want   *PropertyLayout // nil: the default
		}{
			{"ben", nil, nil},
			{"ben", []*PropertyLayout{theirs}, nil},
			{"ben", []*PropertyLayout{account, theirs}, account},
			{"ben", []*PropertyLayout{account, mine, theirs}, mine},
			{"ben", []*PropertyLayout{mine, account}, mine},
			{"ben", []*PropertyLayout{theirs, mine}, mine},
			{"server", []*PropertyLayout{mine, account}, account},
		} {
			got := InForce(w.actor(c.by), c.chosen)
			if c.want == nil && (got.Scope != LayoutAccount || !slices.Equal(got.PropertyKeys, DefaultDetailKeys) || got.OwnerID != w.account.ID) || c.want != nil && got != c.want {
				t.Errorf("for %s of %v: %+v", c.by, c.chosen, got)
			}
		}
	})
}
