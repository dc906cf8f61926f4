package read

import (
	"context"

	"deskwire/db/pg"
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

func (w *SnippetWhere) subFilters() (and, or []*SnippetWhere, not *SnippetWhere) {
	return w.And, w.Or, w.Not
}

func (w *SnippetWhere) addConditions(c *conditions) {
	c.filterID("id", "s.id", desk.KindSnippet, w.ID)
	c.filterText("name", "s.name", w.Name)
	c.filterKey("shortcut", "s.shortcut", w.Shortcut, func(s string, _ ...string) (string, error) { return desk.Fold(s), nil })
	c.filterText("text", "s.text", w.Text)
	filterEnum(c, "scope", "CASE WHEN s.agent_id IS NULL THEN 'ACCOUNT' ELSE 'PERSONAL' END", w.Scope)
	c.filterTime("createdAt", "s.created_at", w.CreatedAt)
}

// seesSnippet says whether the actor has the snippet: their own, and the account's.
func seesSnippet(by *desk.Actor, table string) pg.Fragment {
	if by.Agent == nil {
		return pg.SQL(table + ".agent_id IS NULL")
	}
	return pg.SQL("("+table+".agent_id IS NULL OR "+table+".agent_id = ?)", by.Agent.ID)
}

func snippetList(sc *FilterScope, where *SnippetWhere) (pageQuery[desk.Snippet], error) {
	cond, err := FilterSQL(sc, where)
	return pageQuery[desk.Snippet]{
		columns: "s.*", from: "snippets AS s", where: pg.AllOf(pg.SQL("s.account_id = ? AND s.deleted_at IS NULL", sc.by.Account.ID), seesSnippet(sc.by, "s"), cond),
		order: byName("snp.name", "s.name", "s.id", func(s *desk.Snippet) string { return s.Name }, func(s *desk.Snippet) desk.ID { return s.ID }),
	}, err
}

// SnippetPages are pages of the snippets that the actor has, by name.
func (r *Reader) SnippetPages(ctx context.Context, of Parents, where *SnippetWhere, p Paging) (map[desk.ID]*Page[*desk.Snippet], error) {
	l, err := snippetList(r.FilterScope(ctx), where)
	if err != nil {
		return nil, err
	}
	return loadPages(ctx, r, l, of, p)
}

// SnippetCounts counts what SnippetPages shows.
func (r *Reader) SnippetCounts(ctx context.Context, of Parents, where *SnippetWhere) (map[desk.ID]Count, error) {
	l, err := snippetList(r.FilterScope(ctx), where)
	if err != nil {
		return nil, err
	}
	return countRows(ctx, r, l, of)
}

// Snippets are snippets by their ids.
func (r *Reader) Snippets(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Snippet, error) {
	return pg.QueryByID(ctx, r, func(x *desk.Snippet) desk.ID { return x.ID },
		"SELECT * FROM snippets AS s WHERE s.account_id = ? AND s.id = ? AND s.deleted_at IS NULL AND ?", r.actor.Account.ID, pg.OneOf(ids), seesSnippet(r.actor, "s"))
}
