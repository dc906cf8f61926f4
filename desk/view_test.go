package desk

import (
	"slices"
	"strings"
	"testing"
)

// views are one of each scope, of ben and of his team.
func (w *world) views(t *testing.T) (all map[ViewScope]*InboxView, team ID) {
	t.Helper()
	team = w.id(KindTeam, "support")
	all = map[ViewScope]*InboxView{}
	for scope, by := range map[ViewScope]string{ViewAccount: "ada", ViewTeam: "ben", ViewPersonal: "ben"} {
		of := map[ViewScope]*ID{ViewTeam: &team}[scope]
		v, err := NewInboxView(w.act(by), scope, of, []ID{team}, ViewPatch{Name: new("Mine"), Filter: new("{}")}, 3)
		if err != nil || v.Position != 3 {
			t.Fatalf("%s: %+v %v", scope, v, err)
		}
		all[scope] = v
	}
	return all, team
}

func TestInboxView_whoMay(t *testing.T) {
	w := newWorld()
	w.put("new", "open")
	all, team := w.views(t)
	for _, c := range []struct {
		by    string
		teams []ID
		sees  string
		edits string
	}{
		{"ben", []ID{team}, "ACCOUNT PERSONAL TEAM", "PERSONAL TEAM"},
		{"ben", nil, "ACCOUNT PERSONAL", "PERSONAL"},
		{"cleo", []ID{team}, "ACCOUNT TEAM", "TEAM"},
		{"cleo", []ID{w.id(KindTeam, "other")}, "ACCOUNT", ""},
		{"ada", nil, "ACCOUNT TEAM", "ACCOUNT TEAM"},
		{"rio", []ID{team}, "ACCOUNT TEAM", ""},
	} {
		var sees, edits []string
		for scope, v := range all {
			a := w.act(c.by)
			if v.SeenBy(a.By, c.teams) {
				sees = append(sees, string(scope))
			}
			if v.MayEdit(a.By, c.teams) {
				edits = append(edits, string(scope))
			}
			draft := *v
			errs := []error{draft.Update(a, c.teams, ViewPatch{Name: new("Other")}), draft.Delete(a, c.teams), ReorderViews(a, []*InboxView{&draft}, c.teams, []ID{v.ID})}
			for i, err := range errs {
				if (err == nil) != v.MayEdit(a.By, c.teams) || err != nil && v.SeenBy(a.By, c.teams) == (refusal(err).Code == CodeNotFound) {
					t.Errorf("%s with the view of %s, %d: %v", c.by, scope, i, err)
				}
			}
			if told := len(a.Events) > 0; told != v.MayEdit(a.By, c.teams) {
				t.Errorf("%s with the view of %s told %v", c.by, scope, a.Events)
			}
		}
		slices.Sort(sees)
		slices.Sort(edits)
		if strings.Join(sees, " ") != c.sees || strings.Join(edits, " ") != c.edits {
			t.Errorf("%s of %d teams sees %v, and edits %v", c.by, len(c.teams), sees, edits)
		}
	}
}

func TestInboxView_refusals(t *testing.T) {
	w := newWorld()
	w.put("new", "open")
	all, team := w.views(t)
	name := ViewPatch{Name: new("View"), Filter: new("{}")}
	for what, c := range map[string]struct {
		scope  ViewScope
		team   *ID
		patch  ViewPatch
		others int
		code   ErrorCode
		path   string
	}{
		"standing":      {ViewSystem, nil, name, 0, CodeInvalidInput, "scope"},
		"no team":       {ViewTeam, nil, name, 0, CodeInvalidInput, "teamId"},
		"a team too":    {ViewPersonal, &team, name, 0, CodeInvalidInput, "teamId"},
		"another team":  {ViewTeam, new(w.id(KindTeam, "other")), name, 0, CodeForbidden, "teamId"},
		"the account's": {ViewAccount, nil, name, 0, CodeForbidden, ""},
		"no name":       {ViewPersonal, nil, ViewPatch{Name: new("\t")}, 0, CodeInvalidInput, "name"},
		"too long":      {ViewPersonal, nil, ViewPatch{Name: new(strings.Repeat("a", 201))}, 0, CodeTextTooLong, "name"},
		"one too many":  {ViewPersonal, nil, name, MaxViews, CodeLimitReached, ""},
	} {
		t.Run(what, func(t *testing.T) {
			a := w.act("ben")
			_, err := NewInboxView(a, c.scope, c.team, []ID{team}, c.patch, c.others)
			mustRefuse(t, err, c.code, c.path)
			if len(a.Events) > 0 {
				t.Errorf("it told %v", a.Events)
			}
		})
	}
	mine := all[ViewPersonal]
	mustRefuse(t, ReorderViews(w.act("ben"), []*InboxView{mine}, nil, []ID{mine.ID, all[ViewTeam].ID}), CodeInvalidInput, "viewIds/1")
	mustRefuse(t, ReorderViews(w.act("ben"), []*InboxView{mine}, nil, []ID{mine.ID, mine.ID}), CodeInvalidInput, "viewIds/1")
}
