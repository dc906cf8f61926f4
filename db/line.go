package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// statement stands in line.
type statement struct {
	text string
	args []any
	bun  bool                              // the values are in the text, so it is not prepared
	take func(pgx.Rows, *pgtype.Map) error // reads what it gives; nil when that is nothing
	miss func(err error, rows int64) error // tells that it did not change what it should; may be nil
}

// stale says that a statement was prepared before a migration changed what it gives, or is not there any more.
func stale(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "0A000" || pg.Code == "26000")
}

// ask sends statements that only read to the primary, all together. Each sees what was committed before it. What they bring is on the
// budget, if there is one.
func (s *Store) ask(ctx context.Context, b *Budget, line ...statement) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	return s.askOn(ctx, conn.Conn(), b, line)
}

// query is ask for one statement, and asks again for a short time while the database can't be reached.
func (s *Store) query(ctx context.Context, q statement) error {
	_, err := patiently(ctx, s, func() (struct{}, error) { return struct{}{}, s.ask(ctx, nil, q) })
	return err
}

func (s *Store) bunTables() tables { return s.bun }

func (s *Store) askOn(ctx context.Context, c *pgx.Conn, b *Budget, line []statement) error {
	if m, ok := c.PgConn().Conn().(*meteredConn); ok {
		m.budget.Store(b)
		defer m.budget.Store(nil)
	}
	err := s.sendLine(ctx, c, line)
	if stale(err) {
		known := c.PgConn().CustomData()[preparedKey].(*preparedLines)
		known.old, known.of = slices.AppendSeq(known.old, maps.Values(known.of)), map[string]*preparedLine{}
		err = s.sendLine(ctx, c, line)
	}
	return err
}

// sendLine sends statements all together, and has each take what it gives.
func (s *Store) sendLine(ctx context.Context, c *pgx.Conn, line []statement) (err error) {
	if s.meter.trace != nil {
		texts := make([]string, len(line))
		for i, q := range line {
			texts[i] = q.text
		}
		ctx = s.meter.begin(ctx, strings.Join(texts, ";\n"))
		defer func() { s.meter.end(ctx, err) }()
	}
	known, err := prepared(ctx, c.PgConn(), line)
	if err != nil {
		return err
	}
	pipe, build := c.PgConn().StartPipeline(ctx), pgx.ExtendedQueryBuilder{}
	defer func() {
		// What breaks after the COMMIT was answered takes nothing back.
		if end := pipe.Close(); err == nil && line[len(line)-1].text != commitWords {
			err = end
		}
	}()
	for _, q := range line {
		if s.meter.saw != nil {
			s.meter.saw(ctx, q.text)
		}
		if q.bun {
			pipe.SendQueryParams(q.text, nil, nil, nil, nil)
			continue
		}
		if err := build.Build(c.TypeMap(), known[q.text].StatementDescription, q.args); err != nil {
			return fmt.Errorf("%w in %s", err, q.text)
		}
		pipe.SendQueryStatement(known[q.text].StatementDescription, build.ParamValues, build.ParamFormats, append([]int16(nil), build.ResultFormats...))
	}
	if err := pipe.Sync(); err != nil {
		return unknownAfter(line, 0, err)
	}
	for i, q := range line {
		if err := q.result(pipe, c.TypeMap()); err != nil {
			return unknownAfter(line, i, err)
		}
	}
	return nil
}

// result reads what the statement gives.
func (q *statement) result(from *pgconn.Pipeline, types *pgtype.Map) error {
	got, err := from.GetResults()
	var n int64
	if err == nil {
		found := pgx.RowsFromResultReader(types, got.(*pgconn.ResultReader))
		if q.take != nil {
			err = q.take(found, types)
		}
		found.Close()
		if err == nil {
			err = found.Err()
		}
		n = found.CommandTag().RowsAffected()
	}
	if q.miss != nil {
		err = q.miss(err, n)
	}
	return err
}

// preparedKey is where a connection keeps what it has prepared.
const preparedKey = "deskwire"

// preparedStatements is how many statements a connection keeps. Those of the product's own screens and of mutations are fewer; filters make
// ever new ones, and each takes some 100 kB of Postgres's memory, on each connection.
const preparedStatements = 192

// preparedLines are the statements that a connection has prepared, by their texts.
type preparedLines struct {
	of    map[string]*preparedLine
	old   []*preparedLine // are to be forgotten by Postgres, too, if it knows them
	lines int64           // that it has sent
}

type preparedLine struct {
	*pgconn.StatementDescription
	used int64 // by which line it was last sent
}

// statements gives each prepared statement a name of its own.
var statements atomic.Int64

// prepared prepares what the connection does not know yet, in one round trip.
func prepared(ctx context.Context, c *pgconn.PgConn, line []statement) (map[string]*preparedLine, error) {
	known, _ := c.CustomData()[preparedKey].(*preparedLines)
	if known == nil {
		known = &preparedLines{of: map[string]*preparedLine{}}
		c.CustomData()[preparedKey] = known
	}
	known.lines++
	var news []*preparedLine
	for _, q := range line {
		if q.bun {
			continue
		}
		p := known.of[q.text]
		if p == nil {
			p = &preparedLine{StatementDescription: &pgconn.StatementDescription{Name: "deskwire_" + strconv.FormatInt(statements.Add(1), 10), SQL: q.text}}
			known.of[q.text], news = p, append(news, p)
		}
		p.used = known.lines
	}
	if len(news) == 0 {
		return known.of, nil
	}
	old := append(known.old, known.tooMany()...)
	known.old = nil
	err := describe(ctx, c, news, old)
	if err != nil {
		for _, p := range news {
			delete(known.of, p.SQL)
		}
	}
	return known.of, err
}

// tooMany forgets those that were not sent for longest, a quarter of all, when there are too many.
func (k *preparedLines) tooMany() []*preparedLine {
	if len(k.of) <= preparedStatements {
		return nil
	}
	old := slices.SortedFunc(maps.Values(k.of), func(a, b *preparedLine) int { return cmp.Compare(a.used, b.used) })[:preparedStatements/4]
	old = slices.DeleteFunc(old, func(p *preparedLine) bool { return p.used == k.lines })
	for _, p := range old {
		delete(k.of, p.SQL)
	}
	return old
}

func describe(ctx context.Context, c *pgconn.PgConn, news, old []*preparedLine) (err error) {
	pipe := c.StartPipeline(ctx)
	defer func() {
		if end := pipe.Close(); err == nil {
			err = end
		}
	}()
	for _, d := range old {
		pipe.SendDeallocate(d.Name)
	}
	for _, d := range news {
		pipe.SendPrepare(d.Name, d.SQL, nil)
	}
	if err := pipe.Sync(); err != nil {
		return err
	}
	for range old {
		if _, err := pipe.GetResults(); err != nil {
			return err
		}
	}
	for _, d := range news {
		got, err := pipe.GetResults()
		if err != nil {
			return fmt.Errorf("%w in %s", err, d.SQL)
		}
		about := got.(*pgconn.StatementDescription)
		d.ParamOIDs, d.Fields = about.ParamOIDs, about.Fields
	}
	return nil
}
