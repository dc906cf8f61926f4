package pg

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

// Statement is one statement of a pipeline, with who reads its result.
type Statement struct {
	Text    string
	Args    []any
	Inlined bool                              // the values are in the text, so it is not prepared
	Scan    func(pgx.Rows, *pgtype.Map) error // reads what it gives; nil when that is nothing
	Check   func(err error, rows int64) error // tells that it did not change what it should; may be nil
}

// IsPlanOutdated says that a statement was prepared before a migration changed what it gives, or is
// not there any more.
func IsPlanOutdated(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "0A000" || pg.Code == "26000")
}

// Send sends statements that only read to the primary, all together. Each sees what was committed
// before it. What they bring is on the budget, if there is one.
func (s *Client) Send(ctx context.Context, b *Budget, statements ...Statement) error {
	conn, err := s.Pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	return s.SendOn(ctx, conn.Conn(), b, statements)
}

// Run sends one statement, and tries again for a short time while the database can't be reached.
func (s *Client) Run(ctx context.Context, q Statement) error {
	_, err := WithRetry(ctx, s, func() (struct{}, error) { return struct{}{}, s.Send(ctx, nil, q) })
	return err
}

// Tables is Bun, which knows which column is which field.
func (s *Client) Tables() Tables { return s.Bun }

// SendOn is Send on a given connection. Prepared statements that a migration has outdated are
// prepared anew, once.
func (s *Client) SendOn(ctx context.Context, c *pgx.Conn, b *Budget, statements []Statement) error {
	if m, ok := c.PgConn().Conn().(*meteredConn); ok {
		m.budget.Store(b)
		defer m.budget.Store(nil)
	}
	err := s.sendPipeline(ctx, c, statements)
	if IsPlanOutdated(err) {
		known := c.PgConn().CustomData()[preparedKey].(*preparedStatements)
		known.evicted, known.byText = slices.AppendSeq(known.evicted, maps.Values(known.byText)), map[string]*preparedStatement{}
		err = s.sendPipeline(ctx, c, statements)
	}
	return err
}

// sendPipeline sends statements as one pipeline, in one round trip, and has each scan what it
// gives.
func (s *Client) sendPipeline(ctx context.Context, c *pgx.Conn, statements []Statement) (err error) {
	if s.meter.trace != nil {
		texts := make([]string, len(statements))
		for i, q := range statements {
			texts[i] = q.Text
		}
		ctx = s.meter.traceStart(ctx, strings.Join(texts, ";\n"))
		defer func() { s.meter.traceEnd(ctx, err) }()
	}
	known, err := prepareMissing(ctx, c.PgConn(), statements)
	if err != nil {
		return err
	}
	pipe, build := c.PgConn().StartPipeline(ctx), pgx.ExtendedQueryBuilder{}
	defer func() {
		// What breaks after the COMMIT was answered takes nothing back.
		if end := pipe.Close(); err == nil && statements[len(statements)-1].Text != CommitStatement {
			err = end
		}
	}()
	for _, q := range statements {
		if s.meter.observe != nil {
			s.meter.observe(ctx, q.Text)
		}
		if q.Inlined {
			pipe.SendQueryParams(q.Text, nil, nil, nil, nil)
			continue
		}
		if err := build.Build(c.TypeMap(), known[q.Text].StatementDescription, q.Args); err != nil {
			return fmt.Errorf("%w in %s", err, q.Text)
		}
		pipe.SendQueryStatement(known[q.Text].StatementDescription, build.ParamValues, build.ParamFormats, append([]int16(nil), build.ResultFormats...))
	}
	if err := pipe.Sync(); err != nil {
		return unknownAfter(statements, 0, err)
	}
	for i, q := range statements {
		if err := q.readResult(pipe, c.TypeMap()); err != nil {
			return unknownAfter(statements, i, err)
		}
	}
	return nil
}

// readResult reads what the statement gives.
func (q *Statement) readResult(from *pgconn.Pipeline, types *pgtype.Map) error {
	got, err := from.GetResults()
	var n int64
	if err == nil {
		found := pgx.RowsFromResultReader(types, got.(*pgconn.ResultReader))
		if q.Scan != nil {
			err = q.Scan(found, types)
		}
		found.Close()
		if err == nil {
			err = found.Err()
		}
		n = found.CommandTag().RowsAffected()
	}
	if q.Check != nil {
		err = q.Check(err, n)
	}
	return err
}

// preparedKey is where a connection keeps what it has prepared.
const preparedKey = "deskwire"

// maxPreparedStatements is how many statements a connection keeps. Those of the product's own
// screens and of mutations are fewer; filters make ever new ones, and each takes some 100 kB of
// Postgres's memory, on each connection.
const maxPreparedStatements = 192

// preparedStatements are the statements that a connection has prepared, by their texts.
type preparedStatements struct {
	byText   map[string]*preparedStatement
	evicted  []*preparedStatement // are to be forgotten by Postgres, too, if it knows them
	sequence int64                // of the pipelines that it has sent
}

type preparedStatement struct {
	*pgconn.StatementDescription
	lastUsed int64 // the number of the pipeline that it was last sent in
}

// statementNumber gives each prepared statement a name of its own.
var statementNumber atomic.Int64

// prepareMissing prepares what the connection does not know yet, in one round trip.
func prepareMissing(ctx context.Context, c *pgconn.PgConn, statements []Statement) (map[string]*preparedStatement, error) {
	known, _ := c.CustomData()[preparedKey].(*preparedStatements)
	if known == nil {
		known = &preparedStatements{byText: map[string]*preparedStatement{}}
		c.CustomData()[preparedKey] = known
	}
	known.sequence++
	var news []*preparedStatement
	for _, q := range statements {
		if q.Inlined {
			continue
		}
		p := known.byText[q.Text]
		if p == nil {
			p = &preparedStatement{StatementDescription: &pgconn.StatementDescription{Name: "deskwire_" + strconv.FormatInt(statementNumber.Add(1), 10), SQL: q.Text}}
			known.byText[q.Text], news = p, append(news, p)
		}
		p.lastUsed = known.sequence
	}
	if len(news) == 0 {
		return known.byText, nil
	}
	old := append(known.evicted, known.evictLeastUsed()...)
	known.evicted = nil
	err := prepareAll(ctx, c, news, old)
	if err != nil {
		for _, p := range news {
			delete(known.byText, p.SQL)
		}
	}
	return known.byText, err
}

// evictLeastUsed forgets those that were not sent for longest, a quarter of all, when there are too
// many.
func (k *preparedStatements) evictLeastUsed() []*preparedStatement {
	if len(k.byText) <= maxPreparedStatements {
		return nil
	}
	old := slices.SortedFunc(maps.Values(k.byText), func(a, b *preparedStatement) int { return cmp.Compare(a.lastUsed, b.lastUsed) })[:maxPreparedStatements/4]
	old = slices.DeleteFunc(old, func(p *preparedStatement) bool { return p.lastUsed == k.sequence })
	for _, p := range old {
		delete(k.byText, p.SQL)
	}
	return old
}

func prepareAll(ctx context.Context, c *pgconn.PgConn, news, old []*preparedStatement) (err error) {
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
