package pg

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"deskwire/desk"
)

// Source is where the statement of a read goes: to the primary (Client), or to where an operation
// reads (Reader).
type Source interface {
	Run(context.Context, Statement) error
	Tables() Tables
}

// Query runs a statement that only reads, and gives its rows.
func Query[R any](ctx context.Context, from Source, words string, values ...any) (out []*R, err error) {
	text, args := Render(SQL(words, values...))
	if err = from.Run(ctx, ScanInto(from.Tables(), &out, text, args)); err != nil {
		return nil, err
	}
	return out, nil
}

// ScanInto is a statement that reads rows into out.
func ScanInto[R any](tables Tables, out *[]*R, text string, args []any) Statement {
	return Statement{Text: text, Args: args, Scan: func(found pgx.Rows, types *pgtype.Map) (err error) {
		*out, err = ScanRows[R](found, types, tables, text)
		return err
	}}
}

// QueryByID runs a statement that only reads, and gives its rows by their ids, without those that
// are missing or not the actor's to see.
func QueryByID[R any](ctx context.Context, from Source, id func(*R) desk.ID, words string, values ...any) (map[desk.ID]*R, error) {
	return ByID(id)(Query[R](ctx, from, words, values...))
}

// ByID makes rows a map.
func ByID[R any](id func(*R) desk.ID) func([]*R, error) (map[desk.ID]*R, error) {
	return func(found []*R, err error) (map[desk.ID]*R, error) {
		byID := make(map[desk.ID]*R, len(found))
		for _, r := range found {
			byID[id(r)] = r
		}
		return byID, err
	}
}
