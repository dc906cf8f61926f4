package read

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"deskwire/db/pg"
	"deskwire/desk"
)

// maxMarked is how much of a text is looked at for marks, in characters.
const maxMarked = "20000"

type markedRow struct {
	ID         desk.ID
	Name, Text string
	Email      *string
	Phone      *string
	ExternalID *string
}

// shownText is the beginning of a column without marks that are there already.
func shownText(column string) string {
	return "translate(left(" + column + ", " + maxMarked + "), '" + desk.HitBegins + desk.HitEnds + "', '')"
}

// markHits gives the subject, and an excerpt of the message.
func (SearchConversations) markHits(ctx context.Context, r *Reader, w *searchTerms, hits []*Hit) error {
	found, err := pg.Query[markedRow](ctx, r, "SELECT c.id, "+shownText("c.subject")+" AS name, coalesce("+shownText("m.text")+`, '') AS text
		FROM unnest(?::uuid[], ?::uuid[]) AS h(id, doc) JOIN conversations AS c ON c.account_id = ? AND c.id = h.id
		LEFT JOIN messages AS m ON m.account_id = c.account_id AND m.id = h.doc`,
		pg.UUIDs(recordsOf(hits)), pg.UUIDs(documentsOf(hits)), r.actor.Account.ID)
	if err != nil {
		return err
	}
	marks, err := r.marksOf(ctx, w, found)
	return markMatches(hits, found, err, func(row *markedRow) []string {
		return []string{desk.Mark(row.Name, marks(row.Name)), desk.Excerpt(row.Text, marks(row.Text))}
	})
}

// markHits gives the name.
func (SearchTickets) markHits(ctx context.Context, r *Reader, w *searchTerms, hits []*Hit) error {
	found, err := pg.Query[markedRow](ctx, r, "SELECT t.id, "+shownText("t.name")+" AS name FROM tickets AS t WHERE t.account_id = ? AND t.id = ?",
		r.actor.Account.ID, pg.OneOf(recordsOf(hits)))
	if err != nil {
		return err
	}
	marks, err := r.marksOf(ctx, w, found)
	return markMatches(hits, found, err, func(row *markedRow) []string { return []string{desk.Mark(row.Name, marks(row.Name))} })
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

// maxMarkedWords is how many different words the database is asked about, for the hits of a page.
// It takes some 20 µs for each.
const maxMarkedWords = 10_000

// marksOf finds what to mark in texts. Which words are meant is for the database to say, as it was
// when they were cut for the index; signs of scripts without blanks are compared here.
func (r *Reader) marksOf(ctx context.Context, w *searchTerms, rows []*markedRow) (func(text string) []desk.Span, error) {
	meant, err := r.wordsMeant(ctx, w, w.wordsToMark(rows))
	runs := w.unspacedRuns()
	return func(text string) []desk.Span {
		all := desk.TermSpans(text, runs)
		for _, s := range desk.WordSpans(text) {
			if meant[text[s.From:s.To]] {
				all = append(all, s)
			}
		}
		return all
	}, err
}

// wordsToMark are the words of texts that a search may mean: no stemmer changes a first letter that
// is in ASCII. Each row has its share of what may be asked, and of what the rows before it left.
func (w *searchTerms) wordsToMark(rows []*markedRow) (words []string) {
	first := map[rune]bool{}
	for _, terms := range w.alternatives {
		for _, t := range terms {
			for _, s := range desk.WordSpans(t.text) {
				first[desk.FirstLetter(t.text[s.From:s.To])] = true
			}
		}
	}
	seen := map[string]bool{}
	for i, row := range rows {
		until := len(words) + (maxMarkedWords-len(words))/(len(rows)-i)
		for _, text := range []string{row.Name, row.Text} {
			for _, s := range desk.WordSpans(text) {
				word := text[s.From:s.To]
				if seen[word] || len(words) >= until {
					continue
				}
				seen[word] = true
				if letter := desk.FirstLetter(word); first[letter] || letter >= utf8.RuneSelf {
					words = append(words, word)
				}
			}
		}
	}
	return words
}

// wordsMeant are those of the words that a search looks for.
func (r *Reader) wordsMeant(ctx context.Context, w *searchTerms, words []string) (map[string]bool, error) {
	meant := map[string]bool{}
	if w.tree == nil {
		return meant, nil
	}
	either := joinNodes('|', w.tree.wanted()...)
	if either == nil {
		return meant, nil
	}
	type row struct{ Word string }
	found, err := pg.Query[row](ctx, r, "SELECT w AS word FROM unnest(?::text[]) AS w WHERE search_words(?::regconfig, search_text(w)) @@ ?::tsquery",
		words, w.config, either.tsquery())
	for _, f := range found {
		meant[f.Word] = true
	}
	return meant, err
}

// unspacedRuns are what a search looks for in scripts without blanks.
func (w *searchTerms) unspacedRuns() (all []string) {
	for _, terms := range w.alternatives {
		for _, t := range terms {
			for _, run := range desk.SplitUnspaced(t.text) {
				if !t.not && strings.ContainsFunc(run, desk.IsUnspaced) {
					all = append(all, run)
				}
			}
		}
	}
	return all
}

func recordsOf(hits []*Hit) []desk.ID {
	ids := make([]desk.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.Record
	}
	return ids
}

func documentsOf(hits []*Hit) []desk.ID {
	ids := make([]desk.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.Doc
	}
	return ids
}

func markMatches(hits []*Hit, found []*markedRow, err error, texts func(*markedRow) []string) error {
	for _, h := range hits {
		if i := slices.IndexFunc(found, func(r *markedRow) bool { return r.ID == h.Record }); i >= 0 {
			h.Marked = texts(found[i])
		} else {
			h.Marked = make([]string, 4) // purged in between
		}
	}
	return err
}
