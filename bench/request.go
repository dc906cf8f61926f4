//go:build linux

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// requestRun is one run of the benchmark of requests.
type requestRun struct {
	only, sizes, clients, data string
	each                       time.Duration
	rounds                     int
	write                      bool

	peers    *peers // nil: there is no PostGraphile
	figures  []figures
	overload *overloaded
	said     []string // what else the README should say
}

// figures are what one subject costs at one size and number of clients.
type figures struct {
	subject
	size, clients     int
	ours, limit, peer bill // of limit and peer 0 requests: they were not asked
}

func requestRows(args []string) error {
	r := &requestRun{}
	set := flag.NewFlagSet("requests", flag.ExitOnError)
	set.StringVar(&r.only, "row", "", "one of "+subjectNames()+", overload; several with commas")
	set.StringVar(&r.data, "data", "", "folder that keeps the seeded accounts for the next run; they are thrown away when not given")
	set.StringVar(&r.sizes, "conversations", "10000,100000,1000000", "sizes of the account")
	set.StringVar(&r.clients, "clients", "1,16,64", "clients at once")
	set.DurationVar(&r.each, "each", 1500*time.Millisecond, "how long each server is asked in each round")
	set.IntVar(&r.rounds, "rounds", 2, "how often the servers that are compared take turns")
	set.BoolVar(&r.write, "write", false, "write the tables into bench/README.md")
	set.StringVar(&profiles, "profile", "", "folder for profiles of the servers")
	if err := set.Parse(args); err != nil {
		return err
	}
	c, err := newCluster(r.data)
	if c != nil {
		defer c.close()
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(subjects, func(s subject) bool { return s.peer != nil && r.wants(s.name) }) {
		if r.peers, err = installPeers(); err != nil {
			r.said = append(r.said, fmt.Sprintf("PostGraphile could not be installed from npm (%v), so its columns are empty.", err))
		}
	}
	defer r.peers.remove()
	fmt.Print(requestHead)
	for _, size := range numbers(r.sizes) {
		if err := r.atSize(c, size); err != nil {
			return err
		}
	}
	fmt.Print("\n", r.growth(), "\n", r.depth(), "\n", r.overload.markdown(), "\n", strings.Join(append(r.said, machine()), "\n"), "\n")
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
	if e.took > 0 {
		r.said = append(r.said, fmt.Sprintf("Seeding %s conversations took %s.", count(size), e.took.Round(time.Second)))
	}
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
	var peer *process // in the largest account only
	if size == slices.Max(numbers(r.sizes)) {
		if peer, err = r.peers.start(e); err != nil {
			return err
		}
		defer func() { _ = peer.stop() }()
	}
	for _, s := range subjects {
		if !r.wants(s.name) {
			continue
		}
		if s.goal > 0 {
			if err := s.same(e, ours, limit); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		if err := s.answered(e, ours, peer); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		for _, clients := range numbers(r.clients) {
			if between := size != slices.Min(numbers(r.sizes)) && size != slices.Max(numbers(r.sizes)); between && clients != goalClients {
				continue
			}
			if err := r.compare(e, &s, clients, ours, limit, peer); err != nil {
				return fmt.Errorf("%s, %d clients: %w", s.name, clients, err)
			}
		}
	}
	if r.wants("overload") && size == slices.Max(numbers(r.sizes)) {
		r.overload, err = overload(e, 2*r.each)
	}
	return err
}

func (r *requestRun) wants(name string) bool {
	return r.only == "" || strings.Contains(","+r.only+",", ","+name+",")
}

// compare lets the servers take turns.
func (r *requestRun) compare(e *estate, s *subject, clients int, ours, limit, peer *process) error {
	f := figures{subject: *s, size: e.size, clients: clients}
	for round := range r.rounds + 1 { // the first one warms up
		for _, turn := range []struct {
			*process
			sum *bill
		}{{ours, &f.ours}, {limit, &f.limit}, {peer, &f.peer}} {
			if p := turn.process; p == nil || p == limit && s.goal == 0 || p == peer && (s.peer == nil || clients != goalClients) {
				continue
			}
			got, err := r.run(e, turn.process, s, clients, round == 0)
			if err != nil {
				return err
			}
			if round > 0 {
				turn.sum.add(got)
			}
		}
	}
	r.figures = append(r.figures, f)
	fmt.Println(f.markdown())
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
		if p.kind == peerKind {
			return s.peer(e, i)
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
