package desk

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// CardKeys is the fixed set of properties on the ticket card (R14, D12).
var CardKeys = []string{"name", "status", "pipeline", "priority", "owner", "createdAt", "lastActivityAt"}

// DefaultDetailKeys is what the details panel shows until somebody chooses (R13).
var DefaultDetailKeys = []string{"name", "status", "pipeline", "priority", "owner", "contact", "createdAt", "lastActivityAt"}

// LayoutScope says whose choice a layout is (D11).
type LayoutScope string

// The scopes of a layout.
const (
	LayoutMine    LayoutScope = "MINE"
	LayoutAccount LayoutScope = "ACCOUNT"
)

// PropertyLayout is the choice of the properties that the details panel shows (R13). The
// agent's own overrides the account's (D11).
type PropertyLayout struct {
	AccountID    ID `bun:",pk"`
	OwnerID      ID `bun:",pk"` // the agent for MINE, the account for ACCOUNT
	Scope        LayoutScope
	PropertyKeys []string `bun:",array"` // nil: nobody has chosen, and there is no row
	Version      int
	UpdatedAt    time.Time
}

// Ref is the layout's public id.
func (l *PropertyLayout) Ref() Ref {
	return Ref{Kind: KindPropertyLayout, ID: l.OwnerID, Part: strings.ToLower(string(l.Scope))}
}

func (l *PropertyLayout) revision() *int { return &l.Version }

func (l *PropertyLayout) fields() []field {
	if !l.Chosen() {
		return []field{optional("propertyKeys", nil)}
	}
	return []field{listField("propertyKeys", l.PropertyKeys)}
}

// Chosen says whether somebody has chosen. To show nothing is a choice, too: it overrides the
// account's.
func (l *PropertyLayout) Chosen() bool { return l.PropertyKeys != nil }

// Set chooses the shown properties, in that order; nil keys take the choice back, so that what
// stands behind it applies again (D11). Everybody chooses for themselves, admins also for the
// account.
func (l *PropertyLayout) Set(act *Act, keys []string, defs Definitions) error {
	if l.Scope == LayoutAccount {
		if err := act.By.CheckAdmin(); err != nil {
			return err
		}
	}
	if len(keys) > max(MaxShownKeys, len(l.PropertyKeys)) {
		return Refuse(CodeLimitReached, "The panel can show at most %d properties.", MaxShownKeys).At("propertyKeys")
	}
	seen := map[string]bool{}
	for i, k := range keys {
		if builtIn(k) == nil && defs.Key(k) == nil && !slices.Contains(l.PropertyKeys, k) {
			return Refuse(CodePropertyUnknown, "There is no property with this key. Check its spelling.").At("propertyKeys", strconv.Itoa(i))
		}
		if seen[k] {
			return Refuse(CodeInvalidInput, "The property %q is listed twice. Remove one of them.", k).At("propertyKeys", strconv.Itoa(i))
		}
		seen[k] = true
	}
	if act.recordChange(l, LayoutSet, "R13", func() { l.PropertyKeys = keys }) {
		l.UpdatedAt = act.Now
	}
	return nil
}

// InForce says which layout applies to an actor: their own choice, else the account's, else what
// everybody begins with (D11).
func InForce(by *Actor, chosen []*PropertyLayout) *PropertyLayout {
	applies := &PropertyLayout{
		AccountID: by.Account.ID, OwnerID: by.Account.ID, Scope: LayoutAccount, PropertyKeys: DefaultDetailKeys,
	}
	for _, l := range chosen {
		mine := by.Agent != nil && l.Scope == LayoutMine && l.OwnerID == by.Agent.ID
		if mine || l.Scope == LayoutAccount && applies.Scope == LayoutAccount {
			applies = l
		}
	}
	return applies
}
