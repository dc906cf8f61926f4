package pg

import (
	"fmt"
	"testing"

	"deskwire/desk"
)

func TestRendered(t *testing.T) {
	t.Parallel()
	a, b := desk.ID{1}, desk.ID{2}
	for _, c := range []struct {
		q    Fragment
		text string
		args int
	}{
		{SQL("SELECT 1"), "SELECT 1", 0},
		{SQL("SELECT ? LIMIT ?", 7, Limit(8)), "SELECT $1 LIMIT 8", 1},
		{SQL("SELECT ? WHERE ? AND x = ?", "a?b", SQL("y = ? OR z = ?", 1, 2), a), "SELECT $1 WHERE y = $2 OR z = $3 AND x = $4", 4},
		{SQL("WHERE id = ? AND ?", OneOf([]desk.ID{a}), Always), "WHERE id = $1 AND TRUE", 1},
		{SQL("WHERE id = ? AND ?", OneOf([]desk.ID{a, b}), Never), "WHERE id = ANY($1::uuid[]) AND FALSE", 1},
		{SQL("WHERE id = ?", OneOf(nil)), "WHERE id = ANY($1::uuid[])", 1},
		{SQL("FROM unnest(?::uuid[])", UUIDs([]desk.ID{a})), "FROM unnest($1::uuid[])", 1},
		{AllOf(SQL("a = ?", 1), AnyOf(), SQL("b")), "((a = $1) AND (FALSE) AND (b))", 1},
	} {
		if text, args := Render(c.q); text != c.text || len(args) != c.args {
			t.Errorf("%v becomes %q with %v", c.q, text, args)
		}
	}
	_, args := Render(SQL("id = ?", OneOf([]desk.ID{a, b})))
	if ids := args[0].(UUIDs); len(ids) != 10 || ids[0] != a || ids[1] != b || ids[9] != a {
		t.Errorf("two ids become %v", args)
	}
	for n, want := range []string{"{}", "{" + a.String() + "}", "{" + a.String() + "," + b.String() + "}"} {
		if got, err := UUIDs([]desk.ID{a, b}[:n]).Value(); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%d ids are %v, %v", n, got, err)
		}
	}
}
