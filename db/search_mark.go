package db

import (
	"context"

	"deskwire/desk"
)

// marks are how the database marks what was found.
const (
	markWhole   = `HighlightAll=true, StartSel="` + desk.HitBegins + `", StopSel="` + desk.HitEnds + `"`
	markExcerpt = `MaxFragments=2, MaxWords=25, MinWords=10, FragmentDelimiter=" … ", StartSel="` + desk.HitBegins + `", StopSel="` + desk.HitEnds + `"`
)

// unmarked takes marks that are there already out of a column. Of long texts only the beginning is shown.
func unmarked(column string) string {
	return "translate(left(" + column + ", 20000), '" + desk.HitBegins + desk.HitEnds + "', '')"
}

type markedRow struct {
	ID         desk.ID
	Name, Text string
	Email      *string
	Phone      *string
	ExternalID *string
}

func docsOf(hits []*Hit) []desk.ID {
	ids := make([]desk.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.Doc
	}
	return ids
}

// mark gives the subject, and an excerpt of the message.
func (SearchConversations) mark(ctx context.Context, r *Reader, w *sought, hits []*Hit) error {
	found, err := rows[markedRow](ctx, r, `SELECT c.id, ts_headline(?::regconfig, `+unmarked("c.subject")+`, ?::tsquery, ?) AS name,
			coalesce(ts_headline(?::regconfig, `+unmarked("m.text")+`, ?::tsquery, ?), '') AS text
		FROM unnest(?::uuid[], ?::uuid[]) AS h(id, doc) JOIN conversations AS c ON c.account_id = ? AND c.id = h.id
		LEFT JOIN messages AS m ON m.account_id = c.account_id AND m.id = h.doc`,
		w.Config, w.Query, markWhole, w.Config, w.Query, markExcerpt, uuidArray(recordsOf(hits)), uuidArray(docsOf(hits)), r.by.Account.ID)
	return marked(hits, found, err, func(r *markedRow) []string { return []string{r.Name, r.Text} })
}

// mark gives the name.
func (SearchTickets) mark(ctx context.Context, r *Reader, w *sought, hits []*Hit) error {
	found, err := rows[markedRow](ctx, r, `SELECT t.id, ts_headline(?::regconfig, `+unmarked("t.name")+`, ?::tsquery, ?) AS name
		FROM tickets AS t WHERE t.account_id = ? AND t.id = ANY(?::uuid[])`, w.Config, w.Query, markWhole, r.by.Account.ID, uuidArray(recordsOf(hits)))
	return marked(hits, found, err, func(r *markedRow) []string { return []string{r.Name} })
}

// mark gives name, address, phone number and external id; empty where there is none.
func (SearchContacts) mark(ctx context.Context, r *Reader, w *sought, hits []*Hit) error {
	found, err := rows[markedRow](ctx, r, "SELECT c.id, c.name, c.email, c.phone, c.external_id FROM contacts AS c WHERE c.account_id = ? AND c.id = ANY(?::uuid[])",
		r.by.Account.ID, uuidArray(recordsOf(hits)))
	return marked(hits, found, err, func(r *markedRow) []string {
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

func marked(hits []*Hit, found []*markedRow, err error, texts func(*markedRow) []string) error {
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
