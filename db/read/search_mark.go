package read

import (
	"context"

	"deskwire/db/pg"
	"deskwire/desk"
)

// marks are how the database marks what was found.
const (
	markWhole   = `HighlightAll=true, StartSel="` + desk.HitBegins + `", StopSel="` + desk.HitEnds + `"`
	markExcerpt = `MaxFragments=2, MaxWords=25, MinWords=10, FragmentDelimiter=" … ", StartSel="` + desk.HitBegins + `", StopSel="` + desk.HitEnds + `"`
)

// stripMarks takes marks that are there already out of a column. Of long texts only the beginning
// is shown.
func stripMarks(column string) string {
	return "translate(left(" + column + ", 20000), '" + desk.HitBegins + desk.HitEnds + "', '')"
}

type markedRow struct {
	ID         desk.ID
	Name, Text string
	Email      *string
	Phone      *string
	ExternalID *string
}

func documentsOf(hits []*Hit) []desk.ID {
	ids := make([]desk.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.Doc
	}
	return ids
}

// markHits gives the subject, and an excerpt of the message.
func (SearchConversations) markHits(ctx context.Context, r *Reader, w *searchTerms, hits []*Hit) error {
	found, err := pg.Query[markedRow](ctx, r, `SELECT c.id, ts_headline(?::regconfig, `+stripMarks("c.subject")+`, ?::tsquery, ?) AS name,
			coalesce(ts_headline(?::regconfig, `+stripMarks("m.text")+`, ?::tsquery, ?), '') AS text
		FROM unnest(?::uuid[], ?::uuid[]) AS h(id, doc) JOIN conversations AS c ON c.account_id = ? AND c.id = h.id
		LEFT JOIN messages AS m ON m.account_id = c.account_id AND m.id = h.doc`,
		w.Config, w.Query, markWhole, w.Config, w.Query, markExcerpt, pg.UUIDs(recordsOf(hits)), pg.UUIDs(documentsOf(hits)), r.actor.Account.ID)
	return markMatches(hits, found, err, func(r *markedRow) []string { return []string{r.Name, r.Text} })
}

// markHits gives the name.
func (SearchTickets) markHits(ctx context.Context, r *Reader, w *searchTerms, hits []*Hit) error {
	found, err := pg.Query[markedRow](ctx, r, `SELECT t.id, ts_headline(?::regconfig, `+stripMarks("t.name")+`, ?::tsquery, ?) AS name
		FROM tickets AS t WHERE t.account_id = ? AND t.id = ?`, w.Config, w.Query, markWhole, r.actor.Account.ID, pg.OneOf(recordsOf(hits)))
	return markMatches(hits, found, err, func(r *markedRow) []string { return []string{r.Name} })
}

// markHits gives name, address, phone number and external id; empty where there is none.
func (SearchContacts) markHits(ctx context.Context, r *Reader, w *searchTerms, hits []*Hit) error {
	found, err := pg.Query[markedRow](ctx, r, "SELECT c.id, c.name, c.email, c.phone, c.external_id FROM contacts AS c WHERE c.account_id = ? AND c.id = ?",
		r.actor.Account.ID, pg.OneOf(recordsOf(hits)))
	return markMatches(hits, found, err, func(r *markedRow) []string {
		texts := []string{desk.MarkTerms(r.Name, w.terms)}
		for _, t := range []*string{r.Email, r.Phone, r.ExternalID} {
			if t == nil {
				t = new(string)
			}
			texts = append(texts, desk.MarkTerms(*t, w.terms))
		}
		return texts
	})
}

func recordsOf(hits []*Hit) []desk.ID {
	ids := make([]desk.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.Record
	}
	return ids
}

func markMatches(hits []*Hit, found []*markedRow, err error, texts func(*markedRow) []string) error {
	for _, r := range found {
		for _, h := range hits {
			if h.Record == r.ID {
				h.Marked = texts(r)
			}
		}
	}
	for _, h := range hits {
		if h.Marked == nil {
			h.Marked = make([]string, 4) // purged in between
		}
	}
	return err
}
