package desk

import (
	"slices"
	"strings"
	"testing"
)

func TestCard(t *testing.T) {
	t.Run("D12/the fixed set", func(t *testing.T) {
		want := []string{"name", "status", "pipeline", "priority", "owner", "createdAt", "lastActivityAt"}
		if !slices.Equal(CardKeys, want) {
			t.Errorf("the card has %v", CardKeys)
		}
	})
	t.Run("R14/no choice of details changes the card", func(t *testing.T) {
		w, before := newWorld(), slices.Clone(CardKeys)
		for _, scope := range []LayoutScope{LayoutMine, LayoutAccount} {
			l := &PropertyLayout{OwnerID: w.account.ID, Scope: scope}
			if err := l.Set(w.act("ada"), []string{"number"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(CardKeys, before) {
			t.Errorf("the card has %v", CardKeys)
		}
	})
	for _, key := range append(slices.Clone(CardKeys), DefaultDetailKeys...) {
		t.Run("R14/every ticket has "+key, func(t *testing.T) {
			if builtIn(key) == nil {
				t.Error("no built-in property")
			}
		})
	}
	t.Run("D18/built-in properties are known by their key", func(t *testing.T) {
		w := newWorld()
		for _, d := range BuiltInProperties(w.account) {
			ref, err := ParseRef(d.Ref().String())
			if err != nil || ref.ID != w.account.ID || ref.Part != d.Key || !d.BuiltIn || d.AccountID != w.account.ID {
				t.Errorf("%s is %s, %v", d.Key, d.Ref(), err)
			}
			if d.Key == "priority" && !slices.Equal(d.Options, []PropertyOption{{"LOW", "Low"}, {"MEDIUM", "Medium"}, {"HIGH", "High"}, {"URGENT", "Urgent"}}) {
				t.Errorf("priorities are %v", d.Options)
			}
		}
	})
}

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

func TestLayout(t *testing.T) {
	var l *PropertyLayout
	layout := func(scope LayoutScope, version int, keys ...string) func(w *world) {
		return func(w *world) {
			properties(w)
			l = &PropertyLayout{AccountID: w.account.ID, OwnerID: w.account.ID, Scope: scope, Version: version}
			if version > 0 {
				l.PropertyKeys = append([]string{}, keys...)
			}
			if scope == LayoutMine {
				l.OwnerID = w.agents["ben"].ID
			}
			w.names[l.Ref().String()] = strings.ToLower(string(scope))
			w.watch(l)
		}
	}
	set := func(keys ...string) func(*world, *Act) error {
		return func(w *world, a *Act) error { return l.Set(a, keys, w.defs) }
	}
	run(t, []play{
		{name: "R13/an agent chooses what the details show", in: layout(LayoutMine, 1, "name"), do: set("status", "size", "name"), told: "R13 TICKET_DETAIL_LAYOUT_SET mine: propertyKeys [name]>[status,size,name]", check: func(t *testing.T, w *world, a *Act, _ error) {
			if !slices.Equal(l.PropertyKeys, []string{"status", "size", "name"}) || !l.UpdatedAt.Equal(w.now) || len(a.Touched()) != 1 {
				t.Errorf("chose %+v", l)
			}
		}},
		{name: "R13/the order is part of the choice", in: layout(LayoutMine, 1, "name", "size"), do: set("size", "name"), told: "R13 TICKET_DETAIL_LAYOUT_SET mine: propertyKeys [name,size]>[size,name]"},
		{name: "R13/the same choice again", in: layout(LayoutMine, 1, "name", "size"), do: set("name", "size")},
		{name: "R13/computed properties can be shown", in: layout(LayoutMine, 0), do: set("contact", "closedAt"), told: `R13 TICKET_DETAIL_LAYOUT_SET mine: propertyKeys nil>[contact,closedAt]`},
		{name: "R13/an unknown property", in: layout(LayoutMine, 1, "name"), do: set("name", "weight"), refused: CodePropertyUnknown, path: "propertyKeys/1"},
		{name: "R13/a hundred are not too many", in: layout(LayoutMine, 1, "name"), do: set(make([]string, MaxShownKeys)...), refused: CodePropertyUnknown, path: "propertyKeys/0"},
		{name: "R13/at most a hundred", in: layout(LayoutMine, 1, "name"), do: set(make([]string, MaxShownKeys+1)...), refused: CodeLimitReached, path: "propertyKeys"},
		{name: "R13/a property twice", in: layout(LayoutMine, 1, "name"), do: set("size", "name", "size"), refused: CodeInvalidInput, path: "propertyKeys/2"},
		{name: "D11/an admin chooses the account's default", by: "ada", in: layout(LayoutAccount, 1, "name"), do: set("size"), told: "R13 TICKET_DETAIL_LAYOUT_SET account: propertyKeys [name]>[size]"},
		{name: "D11/an agent does not", in: layout(LayoutAccount, 1, "name"), do: set("size"), refused: CodeForbidden},
		{name: "D11/showing nothing overrides the account's default, too", in: layout(LayoutMine, 0), do: set([]string{}...), told: `R13 TICKET_DETAIL_LAYOUT_SET mine: propertyKeys nil>[]`, check: func(t *testing.T, w *world, a *Act, _ error) {
			if len(a.Touched()) != 1 || !l.UpdatedAt.Equal(w.now) {
				t.Error("the choice is lost")
			}
		}},
		{name: "D11/showing nothing, once more", in: layout(LayoutMine, 1), do: set([]string{}...)},
		{name: "D11/the own choice is taken back", in: layout(LayoutMine, 3, "name"), do: set(), told: "R13 TICKET_DETAIL_LAYOUT_SET mine: propertyKeys [name]>nil", check: func(t *testing.T, w *world, a *Act, _ error) {
			if l.Chosen() || len(a.Touched()) != 1 {
				t.Errorf("there is still %+v", l)
			}
		}},
		{name: "D11/so is that of nothing", in: layout(LayoutMine, 1), do: set(), told: `R13 TICKET_DETAIL_LAYOUT_SET mine: propertyKeys []>nil`},
		{name: "D11/what was not chosen", in: layout(LayoutMine, 0), do: set()},
		{name: "D11/an admin takes the account's back", by: "ada", in: layout(LayoutAccount, 1, "name"), do: set(), told: "R13 TICKET_DETAIL_LAYOUT_SET account: propertyKeys [name]>nil"},
		{name: "D11/an agent does not take it back", in: layout(LayoutAccount, 1, "name"), do: set(), refused: CodeForbidden},
	})
	t.Run("D11/each has a name of its own", func(t *testing.T) {
		w := newWorld()
		layout(LayoutMine, 1)(w)
		mine := l.Ref()
		layout(LayoutAccount, 1)(w)
		if mine == l.Ref() || mine.Part != "mine" || l.Ref().Part != "account" {
			t.Errorf("%s and %s", mine, l.Ref())
		}
	})
}
