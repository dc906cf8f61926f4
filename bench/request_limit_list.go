//go:build linux

package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// limitFiltered names the columns that the account's properties have.
const limitFiltered = `SELECT x.id, x.number, x.name, x.priority, s.id, s.name, s.state
	FROM (SELECT t.id, t.number, t.name, t.priority, t.status_id, s.%[3]s AS amount
		FROM ticket_slots s JOIN tickets t ON t.account_id = s.account_id AND t.id = s.ticket_id
		WHERE s.account_id = $1 AND s.%[1]s = $2 AND s.%[2]s = $3 AND s.%[3]s IS NOT NULL AND t.trash_group_id IS NULL
		ORDER BY s.%[3]s DESC, s.ticket_id DESC LIMIT 26) x
	JOIN ticket_statuses s ON s.account_id = $1 AND s.id = x.status_id
	ORDER BY x.amount DESC, x.id DESC`

// filteredSQL is made once: columns are the account's, and there is one.
func (l *limitServer) filteredSQL(ctx context.Context) (string, error) {
	l.once.Lock()
	defer l.once.Unlock()
	if l.list != "" {
		return l.list, nil
	}
	var columns [3]string
	for i, key := range []string{"region", "severity", "amount"} {
		if err := l.pool.QueryRow(ctx, "SELECT slot FROM property_definitions WHERE key = $1", key).Scan(&columns[i]); err != nil {
			return "", err
		}
	}
	l.list = fmt.Sprintf(limitFiltered, columns[0], columns[1], columns[2])
	return l.list, nil
}

func (l *limitServer) filtered(ctx context.Context, v viewer, q request) ([]byte, error) {
	sql, err := l.filteredSQL(ctx)
	if err != nil {
		return nil, err
	}
	return l.batch(ctx, func(b *pgx.Batch) {
		b.Queue(sql, v.account, q.Variables.Region, q.Variables.Severity)
	}, func(answers pgx.BatchResults, b []byte) ([]byte, error) {
		rows, err := answers.Query()
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		b = append(b, `{"tickets":{"nodes":[`...)
		n := 0
		for ; rows.Next(); n++ {
			if n == 25 {
				continue
			}
			if n > 0 {
				b = append(b, ',')
			}
			r := rows.RawValues()
			b = append(appendObject(appendFields(append(b, '{'), ticketFields, r), "status", statusFields, r[4:]), '}')
		}
		return append(strconv.AppendBool(append(b, `],"pageInfo":{"hasNextPage":`...), n > 25), "}}}"...), rows.Err()
	})
}
