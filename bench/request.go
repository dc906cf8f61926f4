//go:build linux

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// subject is one kind of request.
type subject struct {
	name, what string
	goal       float64                       // at most so many times the limit
	ask        func(e *estate, n int) []byte // the n-th request of a run
	before     func(*estate) error           // makes ready for a run; may be nil
	most       int                           // requests in a run; 0 is as many as fit into the time
}

// stamps makes the keys of mutations, of all runs.
var stamps atomic.Int64

func pick(of []string, n int) string { return of[n*7919%len(of)] }

var subjects = []subject{
	{name: "inbox", what: "inbox page of 25", goal: 1.25, ask: func(e *estate, n int) []byte {
		return asked(e.token, inboxPage, map[string]any{"inbox": pick(e.inboxes, n)})
	}},
	{name: "sidebar", what: "sidebar", goal: 1.15, ask: func(e *estate, n int) []byte {
		return asked(e.token, sidebarOnce, map[string]any{"id": pick(e.cases, n)})
	}},
	{name: "thread", what: "thread of 50", goal: 1.15, ask: func(e *estate, n int) []byte {
		return asked(e.token, threadOf50, map[string]any{"id": pick(e.threads, n)})
	}},
	{name: "reply", what: "posting a reply", goal: 1.5, ask: func(e *estate, n int) []byte {
		return asked(e.token, postReply, map[string]any{"input": map[string]any{
			"conversationId": pick(e.open, n), "text": lastWords, "idempotencyKey": fmt.Sprint("reply-", stamps.Add(1)),
		}})
	}},
	{name: "close", what: "closing a ticket with 3 conversations", goal: 2, before: (*estate).reopen, most: closings, ask: func(e *estate, n int) []byte {
		return asked(e.token, closeTicket, map[string]any{"input": map[string]any{
			"ticketId": e.closing[n%len(e.closing)], "statusId": e.closed, "idempotencyKey": fmt.Sprint("close-", stamps.Add(1)),
		}})
	}},
}

// requestRun is one run of the benchmark of requests.
type requestRun struct {
	only, sizes, clients string
	each                 time.Duration
	rounds               int
	write                bool

	figures []figures
}

// figures are what one subject costs at one size and number of clients.
type figures struct {
	subject
	size, clients int
	ours, limit   bill
}

func requestRows(args []string) error {
	r := &requestRun{}
	set := flag.NewFlagSet("requests", flag.ExitOnError)
	set.StringVar(&r.only, "row", "", "one of inbox, sidebar, thread, reply, close; several with commas")
	set.StringVar(&r.sizes, "conversations", "10000,1000000", "sizes of the account")
	set.StringVar(&r.clients, "clients", "1,16,64", "clients at once")
	set.DurationVar(&r.each, "each", 2*time.Second, "how long each server is asked in each round")
	set.IntVar(&r.rounds, "rounds", 2, "how often the servers that are compared take turns")
	set.BoolVar(&r.write, "write", false, "write the tables into bench/README.md")
	set.StringVar(&profiles, "profile", "", "folder for profiles of the servers")
	if err := set.Parse(args); err != nil {
		return err
	}
	c, err := newCluster()
	if c != nil {
		defer c.close()
	}
	if err != nil {
		return err
	}
	fmt.Print(requestHead)
	for _, size := range numbers(r.sizes) {
		if err := r.atSize(c, size); err != nil {
			return err
		}
	}
	fmt.Print("\n", r.growth(), "\n", machine(), "\n")
	if r.write {
		return r.writeTables()
	}
	return nil
}

func numbers(list string) (ns []int) {
	for _, s := range strings.Split(list, ",") {
		n, _ := strconv.Atoi(s)
		ns = append(ns, n)
	}
	return ns
}

func (r *requestRun) atSize(c *cluster, size int) error {
	ctx := context.Background()
	e, err := c.estate(ctx, size)
	if err != nil {
		return err
	}
	defer func() { _ = e.hand.Close(ctx) }()
	ours, err := start("desk", "-dsn", e.dsn)
	if err != nil {
		return err
	}
	defer func() { _ = ours.stop() }()
	limit, err := start("limit", "-dsn", e.dsn)
	if err != nil {
		return err
	}
	defer func() { _ = limit.stop() }()
	for _, s := range subjects {
		if r.only != "" && !strings.Contains(","+r.only+",", ","+s.name+",") {
			continue
		}
		if err := s.same(e, ours, limit); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		for _, clients := range numbers(r.clients) {
			f := figures{subject: s, size: size, clients: clients}
			for round := range r.rounds + 1 { // the first one warms up
				for _, p := range []*process{ours, limit} {
					got, err := r.run(e, p, &s, clients, round == 0)
					if err != nil {
						return fmt.Errorf("%s, %d clients: %w", s.name, clients, err)
					}
					switch {
					case round == 0:
					case p == ours:
						f.ours.add(got)
					default:
						f.limit.add(got)
					}
				}
			}
			r.figures = append(r.figures, f)
			fmt.Println(f.markdown())
		}
	}
	return nil
}

func (r *requestRun) run(e *estate, p *process, s *subject, clients int, warm bool) (c *bill, err error) {
	if s.before != nil {
		if err := s.before(e); err != nil {
			return nil, err
		}
	}
	var n atomic.Int64
	next := func() []byte {
		i := int(n.Add(1)) - 1
		if s.most > 0 && i >= s.most {
			return nil
		}
		return s.ask(e, i)
	}
	if warm {
		return p.load(e, clients, r.each/4, next)
	}
	err = p.profiled(func() error { c, err = p.load(e, clients, r.each, next); return err })
	return c, err
}

// same compares what the two servers answer to a read: a limit that does less is none.
func (s *subject) same(e *estate, ours, limit *process) error {
	q := s.ask(e, 1)
	if strings.Contains(string(q), "mutation") {
		return nil
	}
	var said [2]struct{ Data any }
	for i, p := range []*process{ours, limit} {
		body, err := p.once(q)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(body, &said[i]); err != nil {
			return fmt.Errorf("%s answered %.300s: %w", p.kind, body, err)
		}
	}
	if said[0].Data == nil || !reflect.DeepEqual(said[0].Data, said[1].Data) {
		return differ(said[0].Data, said[1].Data)
	}
	return nil
}

// differ shows where two answers part.
func differ(ours, limit any) error {
	a, _ := json.Marshal(ours) // it was JSON before
	b, _ := json.Marshal(limit)
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-60)
	return fmt.Errorf("the limit does not answer the same: we say %q, it says %q", a[from:min(len(a), i+60)], b[from:min(len(b), i+60)])
}
