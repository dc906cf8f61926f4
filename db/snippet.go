package db

import (
	"context"

	"deskwire/desk"
)

// SnippetWhere is a filter of snippets.
type SnippetWhere struct {
	And, Or        []*SnippetWhere
	Not            *SnippetWhere
	ID             *IDComparator
	Name, Shortcut *StringComparator
	Text           *StringComparator
	Scope          []desk.SnippetScope
	CreatedAt      *TimeComparator
}

func (w *SnippetWhere) groups() (and, or []*SnippetWhere, not *SnippetWhere) {
	return w.And, w.Or, w.Not
}

func (w *SnippetWhere) fields(c *conds) {
	c.id("id", "s.id", desk.KindSnippet, w.ID)
	c.text("name", "s.name", w.Name)
	c.lowText("shortcut", "s.shortcut", w.Shortcut)
	c.text("text", "s.text", w.Text)
	oneOf(c, "scope", "CASE WHEN s.agent_id IS NULL THEN 'ACCOUNT' ELSE 'PERSONAL' END", w.Scope)
	c.time("createdAt", "s.created_at", w.CreatedAt)
}

// seesSnippet says whether the actor has the snippet: their own, and the account's.
func seesSnippet(by *desk.Actor, table string) sqlText {
	if by.Agent == nil {
		return sq(table + ".agent_id IS NULL")
	}
	return sq("("+table+".agent_id IS NULL OR "+table+".agent_id = ?)", by.Agent.ID)
}

func snippetList(sc *scope, where *SnippetWhere) (list[desk.Snippet], error) {
	cond, err := filterSQL(sc, where)
	return list[desk.Snippet]{
		columns: "s.*", from: "snippets AS s", where: allOf(sq("s.account_id = ? AND s.deleted_at IS NULL", sc.by.Account.ID), seesSnippet(sc.by, "s"), cond),
		order: byText("snp.name", "s.name", "s.id", func(s *desk.Snippet) string { return s.Name }, func(s *desk.Snippet) desk.ID { return s.ID }),
	}, err
}

// SnippetPages are pages of the snippets that the actor has, by name.
func (s *Store) SnippetPages(ctx context.Context, by *desk.Actor, of Parents, where *SnippetWhere, p Paging) (map[desk.ID]*Page[*desk.Snippet], error) {
	l, err := snippetList(s.scope(ctx, by), where)
	if err != nil {
		return nil, err
	}
	return pages(ctx, s, l, of, p)
}

// SnippetCounts counts what SnippetPages shows.
func (s *Store) SnippetCounts(ctx context.Context, by *desk.Actor, of Parents, where *SnippetWhere) (map[desk.ID]Count, error) {
	l, err := snippetList(s.scope(ctx, by), where)
	if err != nil {
		return nil, err
	}
	return counts(ctx, s, l, of)
}

// Snippets are snippets by their ids.
func (s *Store) Snippets(ctx context.Context, by *desk.Actor, ids []desk.ID) (map[desk.ID]*desk.Snippet, error) {
	return rowsByID(ctx, s, func(x *desk.Snippet) desk.ID { return x.ID },
		"SELECT * FROM snippets AS s WHERE s.account_id = ? AND s.id = ANY(?::uuid[]) AND s.deleted_at IS NULL AND ?", by.Account.ID, uuidArray(ids), seesSnippet(by, "s"))
}

// CreateSnippet makes a snippet.
func (t *Tx) CreateSnippet(ctx context.Context, scope desk.SnippetScope, p desk.SnippetPatch) error {
	owner := t.act.By.Account.ID
	if scope == desk.SnippetPersonal && t.act.By.Agent != nil {
		owner = t.act.By.Agent.ID
	}
	if err := t.turn(ctx, "snippets", owner); err != nil {
		return err
	}
	n, err := t.NewSelect().Model((*desk.Snippet)(nil)).Where("account_id = ? AND COALESCE(agent_id, account_id) = ? AND deleted_at IS NULL", t.act.By.Account.ID, owner).Count(ctx)
	if err != nil {
		return err
	}
	t.out.Snippet, err = desk.NewSnippet(t.act, scope, p, int(n))
	return err
}

func (t *Tx) changeSnippet(ctx context.Context, id desk.ID, expected *int, rule func(*desk.Snippet) error) error {
	s, err := load[desk.Snippet](ctx, t, id, "snippet", "snippetId")
	if err != nil {
		return err
	}
	theirs := s.AgentID != nil && (t.act.By.Agent == nil || *s.AgentID != t.act.By.Agent.ID)
	if theirs || s.DeletedAt != nil {
		return desk.NotFound("snippet", "snippetId")
	}
	if err := desk.Expect(s, expected); err != nil {
		return err
	}
	t.out.Snippet = s
	return rule(s)
}

// UpdateSnippet changes a snippet.
func (t *Tx) UpdateSnippet(ctx context.Context, id desk.ID, expected *int, p desk.SnippetPatch) error {
	return t.changeSnippet(ctx, id, expected, func(s *desk.Snippet) error { return s.Update(t.act, p) })
}

// DeleteSnippet takes a snippet away; its row stays for the log.
func (t *Tx) DeleteSnippet(ctx context.Context, id desk.ID, expected *int) error {
	return t.changeSnippet(ctx, id, expected, func(s *desk.Snippet) error { return s.Delete(t.act) })
}
