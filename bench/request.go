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

	peers    *postgraphile // nil: there is no PostGraphile
	figures  []measurement
	overload *overloadResult
	said     []string // what else the README should say
}

// measurement is what one kind of request costs at one size and number of clients.
type measurement struct {
	requestKind
	size, clients     int
	ours, limit, peer resourceUse // of limit and peer 0 requests: they were not asked
}

func requestRows(args []string) error {
	r := &requestRun{}
	set := flag.NewFlagSet("requests", flag.ExitOnError)
	set.StringVar(&r.only, "row", "", "one of "+requestKindNames()+", overload; several with commas")
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
	if slices.ContainsFunc(requestKinds, func(s requestKind) bool { return s.peer != nil && r.isSelected(s.name) }) {
		if r.peers, err = installPostgraphile(); err != nil {
			r.said = append(r.said, fmt.Sprintf("PostGraphile could not be installed from npm (%v), so its columns are empty.", err))
		}
	}
	defer r.peers.remove()
	fmt.Print(requestHead)
	for _, size := range numbers(r.sizes) {
		if err := r.runSize(c, size); err != nil {
			return err
		}
	}
	fmt.Print("\n", r.growthTable(), "\n", r.depthTable(), "\n", r.overload.markdown(), "\n", strings.Join(append(r.said, machineInfo()), "\n"), "\n")
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

func (r *requestRun) runSize(c *postgresCluster, size int) error {
	ctx := context.Background()
	e, err := c.account(ctx, size)
	if err != nil {
		return err
	}
	defer func() { _ = e.hand.Close(ctx) }()
	if e.took > 0 {
		r.said = append(r.said, fmt.Sprintf("Seeding %s conversations took %s.", formatCount(size), e.took.Round(time.Second)))
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
	for _, s := range requestKinds {
		if !r.isSelected(s.name) {
			continue
		}
		if s.goal > 0 {
			if err := s.compareAnswers(e, ours, limit); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		if err := s.compareWithPeer(e, ours, peer); err != nil {
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
	if r.isSelected("overload") && size == slices.Max(numbers(r.sizes)) {
		r.overload, err = measureOverload(e, 2*r.each)
	}
	return err
}

func (r *requestRun) isSelected(name string) bool {
	return r.only == "" || strings.Contains(","+r.only+",", ","+name+",")
}

// compare lets the servers take turns.
func (r *requestRun) compare(e *benchAccount, s *requestKind, clients int, ours, limit, peer *process) error {
	f := measurement{requestKind: *s, size: e.size, clients: clients}
	for round := range r.rounds + 1 { // the first one warms up
		for _, turn := range []struct {
			*process
			sum *resourceUse
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

func (r *requestRun) run(e *benchAccount, p *process, s *requestKind, clients int, warm bool) (c *resourceUse, err error) {
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
		return p.sendLoad(e, clients, r.each/4, next)
	}
	err = p.profiled(func() error { c, err = p.sendLoad(e, clients, r.each, next); return err })
	return c, err
}

// compareAnswers compares what the two servers answer to a read: a limit that does less is none.
func (s *requestKind) compareAnswers(e *benchAccount, ours, limit *process) error {
	q := s.ask(e, 1)
	if strings.Contains(string(q), "mutation") {
		return nil
	}
	var said [2]struct{ Data any }
	for i, p := range []*process{ours, limit} {
		body, err := p.requestOnce(q)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(body, &said[i]); err != nil {
			return fmt.Errorf("%s answered %.300s: %w", p.kind, body, err)
		}
	}
	if said[0].Data == nil || !reflect.DeepEqual(said[0].Data, said[1].Data) {
		return firstDifference(said[0].Data, said[1].Data)
	}
	return nil
}

// firstDifference shows where two answers part.
func firstDifference(ours, limit any) error {
	a, _ := json.Marshal(ours) // it was JSON before
	b, _ := json.Marshal(limit)
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-60)
	return fmt.Errorf("the limit does not answer the same: we say %q, it says %q", a[from:min(len(a), i+60)], b[from:min(len(b), i+60)])
}
