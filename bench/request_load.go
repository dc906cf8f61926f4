//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// resourceUse is the time and CPU that a number of requests took.
type resourceUse struct {
	n                int64
	lasted           time.Duration
	server, postgres time.Duration // CPU
	took             []int64       // each of them, in nanoseconds
}

func (c *resourceUse) add(o *resourceUse) {
	c.n, c.lasted, c.server, c.postgres = c.n+o.n, c.lasted+o.lasted, c.server+o.server, c.postgres+o.postgres
	c.took = append(c.took, o.took...)
}

func (c *resourceUse) microsEach() float64 { return micros(c.server+c.postgres, c.n) }

// sendLoad sends requests from so many clients at once, each over a connection of its own: next
// gives one after the other until there are none, or the time is over.
func (p *process) sendLoad(e *benchAccount, clients int, lasting time.Duration, next func() []byte) (*resourceUse, error) {
	before, err := p.cpuUsed(e)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	end := began.Add(lasting)
	var mu sync.Mutex
	var all resourceUse
	var failed atomic.Pointer[error]
	var wait sync.WaitGroup
	for range clients {
		wait.Go(func() {
			took, err := p.sendInTurn(func() []byte {
				if failed.Load() != nil || time.Now().After(end) {
					return nil
				}
				return next()
			})
			if err != nil {
				failed.Store(&err)
			}
			mu.Lock()
			defer mu.Unlock()
			all.took = append(all.took, took...)
		})
	}
	wait.Wait()
	all.lasted, all.n = time.Since(began), int64(len(all.took))
	if err := failed.Load(); err != nil {
		return nil, *err
	}
	after, err := p.cpuUsed(e)
	all.server, all.postgres = after.server-before.server, after.postgres-before.postgres
	return &all, err
}

// sendInTurn sends one request after the other.
func (p *process) sendInTurn(next func() []byte) (took []int64, err error) {
	conn, err := net.Dial("tcp", p.addr.String())
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	in := bufio.NewReaderSize(conn, 64<<10)
	for q := next(); q != nil; q = next() {
		began := time.Now()
		body, err := roundTrip(conn, in, q)
		if err != nil {
			return nil, err
		}
		took = append(took, int64(time.Since(began)))
		if bytes.Contains(body, []byte(`"errors":[{`)) || !bytes.HasPrefix(body, []byte(`{"data":{`)) {
			return nil, fmt.Errorf("%s answered %.300s", p.kind, body)
		}
	}
	return took, nil
}

func roundTrip(conn net.Conn, in *bufio.Reader, q []byte) ([]byte, error) {
	if _, err := conn.Write(q); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return io.ReadAll(resp.Body)
}

// requestOnce sends one request.
func (p *process) requestOnce(q []byte) (body []byte, err error) {
	conn, err := net.Dial("tcp", p.addr.String())
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	return roundTrip(conn, bufio.NewReader(conn), q)
}

// cpuUsed is the CPU of the server and of Postgres so far.
func (p *process) cpuUsed(e *benchAccount) (c resourceUse, err error) {
	st, err := p.stats()
	if err != nil {
		return c, err
	}
	c.server = st.cpu()
	rows, err := e.hand.Query(context.Background(), "SELECT pid FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walwriter', 'checkpointer', 'background writer')")
	if err != nil {
		return c, err
	}
	defer rows.Close()
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			return c, err
		}
		text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/schedstat") // gone is nothing
		if f := strings.Fields(string(text)); len(f) > 0 {
			ns, _ := strconv.ParseInt(f[0], 10, 64)
			c.postgres += time.Duration(ns)
		}
	}
	return c, rows.Err()
}
