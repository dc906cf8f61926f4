package db

import (
	"fmt"
	"testing"

	"deskwire/desk"
)

func TestRendered(t *testing.T) {
	t.Parallel()
	a, b := desk.ID{1}, desk.ID{2}
	for _, c := range []struct {
		q    sqlText
		text string
		args int
	}{
		{sq("SELECT 1"), "SELECT 1", 0},
		{sq("SELECT ? LIMIT ?", 7, 8), "SELECT $1 LIMIT 8", 1},
		{sq("SELECT ? WHERE ? AND x = ?", "a?b", sq("y = ? OR z = ?", 1, 2), a), "SELECT $1 WHERE y = $2 OR z = $3 AND x = $4", 4},
		{sq("WHERE id = ANY(?::uuid[]) AND ?", uuidArray([]desk.ID{a}), always), "WHERE id = $1 AND TRUE", 1},
		{sq("WHERE id = ANY(?::uuid[]) AND ?", uuidArray([]desk.ID{a, b}), never), "WHERE id = ANY($1::uuid[]) AND FALSE", 1},
		{sq("WHERE id = ANY(?::uuid[])", uuidArray(nil)), "WHERE id = ANY($1::uuid[])", 1},
		{sq("FROM unnest(?::uuid[])", uuidArray([]desk.ID{a})), "FROM unnest($1::uuid[])", 1},
		{allOf(sq("a = ?", 1), anyOf(), sq("b")), "((a = $1) AND (FALSE) AND (b))", 1},
	} {
		if text, args := rendered(c.q); text != c.text || len(args) != c.args {
			t.Errorf("%v becomes %q with %v", c.q, text, args)
		}
	}
	_, args := rendered(sq("id = ANY(?::uuid[])", uuidArray([]desk.ID{a, b})))
	if ids := args[0].(uuids); len(ids) != 10 || ids[0] != a || ids[1] != b || ids[9] != a {
		t.Errorf("two ids become %v", args)
	}
	for n, want := range []string{"{}", "{" + a.String() + "}", "{" + a.String() + "," + b.String() + "}"} {
		if got, err := uuidArray([]desk.ID{a, b}[:n]).Value(); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%d ids are %v, %v", n, got, err)
		}
	}
}
