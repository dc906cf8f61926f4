package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// rights says who may write, bring messages in, and change the set-up. With no scopes
// a token allows what the role allows; a scope never allows what the role does not.
var rights = []struct {
	who                          string
	read, write, receive, admins bool
}{
	{"server", true, true, true, true},
	{"ada", true, true, true, true},
	{"ada READ", true, false, false, false},
	{"ada READ WRITE", true, true, true, false},
	{"ada CHANNEL", false, false, true, false},
	{"ada ADMIN", false, false, false, true},
	{"ada READ WRITE CHANNEL ADMIN", true, true, true, true},
	{"ben", true, true, true, false},
	{"ben READ", true, false, false, false},
	{"ben WRITE", false, true, true, false},
	{"ben CHANNEL", false, false, true, false},
	{"ben READ WRITE ADMIN", true, true, true, false},
	{"rio", true, false, false, false},
	{"rio READ WRITE CHANNEL ADMIN", true, false, false, false},
	{"bot", true, true, true, false},
	{"bot READ", true, false, false, false},
	{"bot CHANNEL", false, false, true, false},
	{"bot WRITE", false, true, true, false},
	{"bot ADMIN", false, false, false, false},
}

func TestMay(t *testing.T) {
	for _, r := range rights {
		t.Run("may/"+r.who, func(t *testing.T) {
			by := newWorld().actor(r.who)
			if by.MayRead() != r.read || by.MayWrite() != r.write || by.MayReceive() != r.receive || by.MayAdmin() != r.admins {
				t.Errorf("read %v, write %v, receive %v, admin %v", by.MayRead(), by.MayWrite(), by.MayReceive(), by.MayAdmin())
			}
		})
		for _, m := range mutations {
			may := map[Scope]bool{anybody: true, ScopeWrite: r.write, ScopeChannel: r.receive, ScopeAdmin: r.admins}[m.need]
			t.Run(fmt.Sprintf("may/%s by %s: %v", m.name, r.who, may), func(t *testing.T) {
				w := m.prepared()
				a, snapshot := w.act(r.who), w.snapshot()
				err := m.do(w, a)
				if may {
					mustTell(t, w, a, err)
					return
				}
				mustRefuse(t, err, CodeForbidden, "")
				w.mustBeUntouched(t, a, snapshot)
			})
		}
	}
}

func TestSees(t *testing.T) {
	for _, c := range []struct {
		who                       string
		support, hidden, helpdesk bool
	}{
		{"server", true, true, true}, {"ada", true, true, true}, {"ada READ", true, true, true}, {"bot CHANNEL", true, true, true},
		{"ben", true, false, true}, {"rio", true, false, true}, {"cleo", false, true, false}, {"gone", false, false, false},
	} {
		t.Run("D15/"+c.who+" sees the inboxes of their teams, admins and integrations all", func(t *testing.T) {
			w := newWorld()
			by := w.actor(c.who)
			if by.SeesInbox(w.support.ID) != c.support || by.SeesInbox(w.hidden.ID) != c.hidden || by.SeesInbox(w.helpdesk.ID) != c.helpdesk {
				t.Error("no")
			}
		})
	}
}

func TestAgent(t *testing.T) {
	watch := func(w *world) { w.watch(w.agents["ada"], w.agents["cleo"], w.agents["gone"]) }
	on := func(who string, name *string, role *Role, active *bool) func(*world, *Act) error {
		return func(w *world, a *Act) error {
			return w.agents[who].Update(a, AgentPatch{Name: name, Role: role, Active: active}, 1)
		}
	}
	last := func(name *string, role *Role, active *bool) func(*world, *Act) error {
		return func(w *world, a *Act) error {
			return w.agents["ada"].Update(a, AgentPatch{Name: name, Role: role, Active: active}, 0)
		}
	}
	run(t, []play{
		{name: "agent/renamed, with another role", by: "ada", in: watch, do: on("cleo", new("Cleopatra"), new(RoleReadOnly), nil), told: "AGENT_UPDATED cleo: name cleo>Cleopatra, role AGENT>READ_ONLY"},
		{name: "agent/deactivated", by: "ada", in: watch, do: on("cleo", nil, nil, new(false)), told: "AGENT_UPDATED cleo: deactivatedAt nil>now"},
		{name: "agent/deactivated already", by: "ada", in: watch, do: on("gone", nil, nil, new(false))},
		{name: "agent/activated again", by: "ada", in: watch, do: on("gone", nil, nil, new(true)), told: "AGENT_UPDATED gone: deactivatedAt before>nil"},
		{name: "agent/active already", by: "ada", in: watch, do: on("cleo", new("cleo"), new(RoleAgent), new(true))},
		{name: "agent/no name", by: "ada", in: watch, do: on("cleo", new(""), new(RoleAdmin), nil), refused: CodeInvalidInput, path: "name"},
		{name: "agent/nobody takes their own role away", by: "ada", in: watch, do: on("ada", new("Ada L."), new(RoleAgent), nil), refused: CodeInvalidInput},
		{name: "agent/nobody deactivates themselves", by: "ada", in: watch, do: on("ada", nil, nil, new(false)), refused: CodeInvalidInput},
		{name: "agent/but one may change one's name", by: "ada", in: watch, do: on("ada", new("Ada L."), new(RoleAdmin), new(true)), told: "AGENT_UPDATED ada: name ada>Ada L."},
		{name: "agent/the server takes anybody's role away", by: "server", in: watch, do: on("ada", nil, new(RoleAgent), nil), told: "AGENT_UPDATED ada: role ADMIN>AGENT"},
		{name: "agent/the last active admin is not deactivated", by: "server", in: watch, do: last(nil, nil, new(false)), refused: CodeLastAdmin, path: "agentId"},
		{name: "agent/the last active admin keeps the role", by: "server", in: watch, do: last(nil, new(RoleIntegration), nil), refused: CodeLastAdmin, path: "agentId"},
		{name: "agent/the last active admin may be renamed", by: "server", in: watch, do: last(new("Ada L."), new(RoleAdmin), new(true)), told: "AGENT_UPDATED ada: name ada>Ada L."},
		{name: "agent/an admin who has left is no last one", by: "server", in: func(w *world) {
			w.agents["ada"].DeactivatedAt = &w.before
			watch(w)
		}, do: last(nil, new(RoleAgent), nil), told: "AGENT_UPDATED ada: role ADMIN>AGENT"},
	})
	for _, c := range []struct {
		name, email, label string
		code               ErrorCode
		path               string
	}{
		{name: "agent/made", email: " Dan@Demo.Test ", label: "Dan"},
		{name: "agent/not without an email", email: "dan", label: "Dan", code: CodeInvalidInput, path: "email"},
		{name: "agent/not without a name", email: "dan@demo.test", label: " ", code: CodeInvalidInput, path: "name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			a := w.act("ada")
			got, err := NewAgent(a, c.email, c.label, RoleAgent)
			if c.code != "" {
				mustRefuse(t, err, c.code, c.path)
				w.mustBeUntouched(t, a, w.snapshot())
				return
			}
			if err != nil || got.Email != "dan@demo.test" || !got.Active() || got.AccountID != w.account.ID || w.told(a) != "AGENT_CREATED new-agt" {
				t.Errorf("made %+v, %v", got, err)
			}
		})
	}
}

func TestOwner(t *testing.T) {
	for who, may := range map[string]bool{"ada": true, "ben": true, "bot": true, "rio": false, "gone": false, "nobody": true} {
		t.Run(fmt.Sprintf("R17/%s may own: %v", who, may), func(t *testing.T) {
			err := checkOwner(newWorld().agents[who])
			if may != (err == nil) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestEmail(t *testing.T) {
	for _, c := range []struct{ in, want string }{ // want "": refused
		{"ada@demo.test", "ada@demo.test"}, {" Ada@Demo.TEST\n", "ada@demo.test"}, {"a+b@c", "a+b@c"}, {`"a@b"@c`, `"a@b"@c`}, {"ä@ö.de", "ä@ö.de"}, {"Ä@Ö.DE", "ä@ö.de"},
		{strings.Repeat("a", 252) + "@b", strings.Repeat("a", 252) + "@b"},
		{"", ""}, {"  ", ""}, {"ada", ""}, {"@demo", ""}, {"ada@", ""}, {"a b@c", ""}, {"a@b c", ""}, {"a\nb@c", ""}, {"<a@b>", ""}, {"a@b\x00", ""}, {"a\xff@b", ""},
		{strings.Repeat("a", 253) + "@b", ""}, {strings.Repeat("Ⱥ", 126) + "@b", ""}, // longer when small
	} {
		t.Run(fmt.Sprintf("email/%.20q", c.in), func(t *testing.T) {
			got, err := Email(c.in, "email")
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
			if err != nil {
				mustRefuse(t, err, refusal(err).Code, "email")
			}
		})
	}
}

func FuzzEmail(f *testing.F) {
	for _, s := range []string{"ada@demo.test", "İ@x", "a@\u2028", strings.Repeat("Ⱥ", 80) + "@b"} {
		f.Add(s)
	}
	for _, s := range []string{"\u212aate@x", "a@\u212a", "a@xn--bcher-kva.de", "a@xn--.de", "a@xn--a", "a@ß.de", "a@faß", "a@ⅷ.", "a@-x", "a@1.2.3.4", "I\u0307@I\u0307", "ς@ς", "a@\u200d.x", "a@a..b", "a@☃"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Email(s)
		if err != nil {
			return
		}
		if again, err := Email(got); err != nil || again != got || len(got) > 254 {
			t.Errorf("%q is %q, and then %q, %v", s, got, again, err)
		}
	})
}

func TestTeam(t *testing.T) {
	w := newWorld()
	ben, cleo := w.agents["ben"].ID, w.agents["cleo"].ID
	a := w.act("ada")
	team, err := NewTeam(a, "Team", []ID{ben})
	if err != nil || w.told(a) != "TEAM_CREATED new-tea" || w.changes(a.Events[0].Changes) != "name nil>Team, members nil>[ben]" {
		t.Fatalf("made %+v, %v, told %q", team, err, w.told(a))
	}
	_, err = NewTeam(w.act("ada"), "", nil)
	mustRefuse(t, err, CodeInvalidInput, "name")
	watch := func(w *world) {
		team = &Team{AccountID: w.account.ID, ID: w.id(KindTeam, "team"), Name: "Team", MemberIDs: []ID{ben}, Version: 1}
		w.watch(team)
	}
	update := func(name *string, members *[]ID) func(*world, *Act) error {
		return func(_ *world, a *Act) error { return team.Update(a, name, members) }
	}
	run(t, []play{
		{name: "team/renamed", by: "ada", in: watch, do: update(new("Crew"), nil), told: "TEAM_UPDATED team: name Team>Crew"},
		{name: "team/other members", by: "ada", in: watch, do: update(nil, &[]ID{cleo}), told: "TEAM_UPDATED team: members [ben]>[cleo]"},
		{name: "team/no members", by: "ada", in: watch, do: update(nil, &[]ID{}), told: `TEAM_UPDATED team: members [ben]>[]`},
		{name: "team/as it is", by: "ada", in: watch, do: update(new("Team"), &[]ID{ben})},
		{name: "team/no name", by: "ada", in: watch, do: update(new(""), &[]ID{}), refused: CodeInvalidInput, path: "name"},
	})
}

func TestToken(t *testing.T) {
	var tk *Token
	create := func(who, name string, expires time.Duration) func(*world, *Act) error {
		return func(w *world, a *Act) (err error) {
			var at *time.Time
			if expires != 0 {
				at = new(w.now.Add(expires))
			}
			tk, err = NewToken(a, w.agents[who], name, []byte("hash"), []Scope{ScopeRead}, at, 0)
			return err
		}
	}
	revoke := func(_ *world, a *Act) error { return tk.Revoke(a) }
	of := func(who string) func(w *world) {
		return func(w *world) {
			tk = &Token{AccountID: w.account.ID, ID: w.id(KindToken, "token"), AgentID: w.agents[who].ID, Name: "T", Version: 1}
			w.watch(tk)
		}
	}
	const created, revoked = "API_TOKEN_CREATED new-tok", "API_TOKEN_REVOKED token: revokedAt nil>now"
	run(t, []play{
		{name: "token/for oneself", by: "ben", do: create("ben", "T", time.Hour), told: created, check: func(t *testing.T, w *world, a *Act, _ error) {
			if tk.AgentID != w.agents["ben"].ID || !tk.ExpiresAt.Equal(w.now.Add(time.Hour)) || len(tk.Scopes) != 1 || string(tk.Hash) != "hash" {
				t.Errorf("made %+v", tk)
			}
			if got := w.changes(a.Events[0].Changes); strings.Contains(got, "hash") || !strings.Contains(got, "agent nil>ben, scopes nil>[READ], expiresAt nil>") {
				t.Errorf("told %s", got)
			}
		}},
		{name: "token/for another by an admin", by: "ada", do: create("ben", "T", 0), told: created},
		{name: "token/for anybody by the server", by: "server", do: create("ben", "T", 0), told: created},
		{name: "token/by a token with the scope ADMIN, one that may do everything", by: "ada ADMIN", do: create("ada", "T", 0), refused: CodeForbidden, path: "scopes"},
		{name: "token/for another by an agent", by: "ben", do: create("cleo", "T", 0), refused: CodeForbidden, path: "agentId"},
		{name: "token/by a token without the scope ADMIN", by: "ada READ WRITE", do: create("ada", "T", 0), refused: CodeForbidden},
		{name: "token/without a name", by: "ben", do: create("ben", "", 0), refused: CodeInvalidInput, path: "name"},
		{name: "token/for who is deactivated", by: "ada", do: create("gone", "T", 0), refused: CodeInvalidInput, path: "agentId"},
		{name: "token/that expires now", by: "ben", do: create("ben", "T", -time.Nanosecond), refused: CodeInvalidInput, path: "expiresAt"},
		{name: "token/one's own revoked", by: "rio", in: of("rio"), do: revoke, told: revoked},
		{name: "token/one's own, by another one without the scope ADMIN", by: "rio READ", in: of("rio"), do: revoke, refused: CodeForbidden, path: "apiTokenId"},
		{name: "token/itself, without the scope ADMIN", by: "rio READ", in: of("rio"), do: func(_ *world, a *Act) error {
			a.By.TokenID = tk.ID
			return tk.Revoke(a)
		}, told: revoked},
		{name: "token/another's revoked by an admin", by: "ada", in: of("ben"), do: revoke, told: revoked},
		{name: "token/another's revoked by the server", by: "server", in: of("ben"), do: revoke, told: revoked},
		{name: "token/another's is not there for an agent", by: "ben", in: of("cleo"), do: revoke, refused: CodeNotFound, path: "apiTokenId"},
		{name: "token/nor for an admin without the scope ADMIN", by: "ada READ", in: of("cleo"), do: revoke, refused: CodeNotFound},
		{name: "token/revoked already", by: "ben", in: func(w *world) {
			of("ben")(w)
			tk.RevokedAt = &w.before
		}, do: revoke},
	})
	w := newWorld()
	for _, c := range []struct {
		name  string
		token Token
		want  bool
	}{
		{"token/is valid", Token{}, true},
		{"token/is valid until it expires", Token{ExpiresAt: new(w.now.Add(1))}, true},
		{"token/is not valid when it expires", Token{ExpiresAt: &w.now}, false},
		{"token/is not valid when it is revoked", Token{RevokedAt: &w.now, ExpiresAt: new(w.now.Add(time.Hour))}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.token.Valid(w.now) != c.want {
				t.Error("no")
			}
		})
	}
}

func TestTokenLife(t *testing.T) {
	made := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		most, expires, want time.Duration // zero: without an end
	}{
		"no bound, no end": {}, "no bound": {expires: time.Hour, want: time.Hour}, "no end": {most: time.Hour, want: time.Hour},
		"an earlier end": {most: time.Hour, expires: time.Minute, want: time.Minute}, "a later end": {most: time.Hour, expires: 2 * time.Hour, want: time.Hour},
	} {
		tk := &Token{CreatedAt: made}
		if c.expires != 0 {
			tk.ExpiresAt = new(made.Add(c.expires))
		}
		tk.LimitLife(c.most)
		if c.want == 0 != (tk.ExpiresAt == nil) || c.want != 0 && !tk.ExpiresAt.Equal(made.Add(c.want)) {
			t.Errorf("%s: it ends at %v", name, tk.ExpiresAt)
		}
		if last := made.Add(c.want); c.want != 0 && (tk.Valid(last) || !tk.Valid(last.Add(-time.Second))) {
			t.Errorf("%s: it does not end then", name)
		}
	}
}
