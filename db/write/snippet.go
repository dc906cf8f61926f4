package write

import (
	"cmp"
	"context"

	"deskwire/desk"
)

// CreateSnippet makes a snippet.
func (t *Tx) CreateSnippet(ctx context.Context, scope desk.SnippetScope, p desk.SnippetPatch) error {
	owner := t.Act.By.Account.ID
	if scope == desk.SnippetPersonal && t.Act.By.Agent != nil {
		owner = t.Act.By.Agent.ID
	}
	if err := t.lock(ctx, "snippets", owner); err != nil {
		return err
	}
	n, err := t.NewSelect().Model((*desk.Snippet)(nil)).Where("account_id = ? AND COALESCE(agent_id, account_id) = ? AND deleted_at IS NULL", t.Act.By.Account.ID, owner).Count(ctx)
	if err != nil {
		return err
	}
	t.out.Snippet, err = desk.NewSnippet(t.Act, scope, p, int(n))
	return err
}

func (t *Tx) changeSnippet(ctx context.Context, id desk.ID, expected *int, rule func(*desk.Snippet) error) error {
	s, err := lockRecord[desk.Snippet](ctx, t, id, "snippet", "snippetId")
	if err != nil {
		return err
	}
	theirs := s.AgentID != nil && (t.Act.By.Agent == nil || *s.AgentID != t.Act.By.Agent.ID)
	if theirs || s.DeletedAt != nil {
		return desk.NotFound("snippet", "snippetId")
	}
	if err := cmp.Or(s.CheckEdit(t.Act.By), desk.Expect(s, expected)); err != nil {
		return err
	}
	t.out.Snippet = s
	return rule(s)
}

// UpdateSnippet changes a snippet.
func (t *Tx) UpdateSnippet(ctx context.Context, id desk.ID, expected *int, p desk.SnippetPatch) error {
	return t.changeSnippet(ctx, id, expected, func(s *desk.Snippet) error { return s.Update(t.Act, p) })
}

// DeleteSnippet takes a snippet away; its row stays for the log.
func (t *Tx) DeleteSnippet(ctx context.Context, id desk.ID, expected *int) error {
	return t.changeSnippet(ctx, id, expected, func(s *desk.Snippet) error { return s.Delete(t.Act) })
}
