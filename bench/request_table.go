//go:build linux

package main

import (
	"fmt"
	"slices"
	"strings"
)

const requestHead = "| request | conversations | clients | requests/s | p50 | p99 | CPU of the server + Postgres | goal | the limit | × the limit | goal | PostGraphile | × cheaper | goal | |\n" +
	"|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"

// goalClients is how many clients the goals are for.
const goalClients = 16

func (f *figures) markdown() string {
	ms, limit, peer := f.inMillis(), f.besideLimit(), f.besidePeer()
	verdict := ""
	if f.clients == goalClients {
		verdict = summary(ms, limit, peer)
	}
	return fmt.Sprintf("| %s | %s | %d | %.0f | %.1f ms | %.1f ms | **%s** | %s | %s | %s |", f.what, count(f.size), f.clients,
		float64(f.ours.n)/f.ours.lasted.Seconds(), quantile(f.ours.took, .5), quantile(f.ours.took, .99), f.ours.parts(), ms.cells, limit.cells+" | "+peer.cells, verdict)
}

// judged is a part of a line, and whether its goal is met; has says that there is one.
type judged struct {
	cells    string
	has, met bool
}

func summary(parts ...judged) string {
	verdict := ""
	for _, p := range parts {
		switch {
		case p.has && !p.met:
			return "missed"
		case p.has:
			verdict = "met"
		}
	}
	return verdict
}

func (f *figures) inMillis() judged {
	if f.ms == 0 || f.clients != goalClients {
		return judged{}
	}
	return judged{cells: fmt.Sprintf("≤ %v ms", f.ms), has: true, met: f.ours.both() <= 1000*f.ms}
}

func (f *figures) besideLimit() judged {
	if f.limit.n == 0 {
		return judged{cells: " | | "}
	}
	times, goal := f.ours.both()/f.limit.both(), ""
	if f.clients == goalClients {
		goal = fmt.Sprintf("≤ %v", f.goal)
	}
	return judged{cells: fmt.Sprintf("%s | %.2f | %s", f.limit.parts(), times, goal), has: true, met: times <= f.goal}
}

func (f *figures) besidePeer() judged {
	if f.peer.n == 0 {
		return judged{cells: " | | "}
	}
	times := f.peer.both() / f.ours.both()
	return judged{cells: fmt.Sprintf("%s | %.1f | ≥ %v", f.peer.parts(), times, f.beside), has: true, met: times >= f.beside}
}

func (c *bill) parts() string {
	return fmt.Sprintf("%.0f + %.0f µs", micros(c.server, c.n), micros(c.postgres, c.n))
}

// mostGrowth is how much more a request may cost in the largest account than in the smallest, and mostSearchGrowth, from 100,000 conversations on.
const (
	mostGrowth       = 1.4
	mostSearchGrowth = 1.3
	searchFrom       = 100_000
)

// at finds what a subject cost with the clients that goals are for.
func (r *requestRun) at(name string, size int) *figures {
	for i, f := range r.figures {
		if f.name == name && f.size == size && f.clients == goalClients {
			return &r.figures[i]
		}
	}
	return nil
}

// growth compares the largest account with the smallest.
func (r *requestRun) growth() string {
	sizes := numbers(r.sizes)
	to := slices.Max(sizes)
	var b strings.Builder
	for _, s := range subjects {
		from, most := slices.Min(sizes), mostGrowth
		if s.goal == 0 && slices.Contains(sizes, searchFrom) && (s.name == "common" || s.name == "rare") {
			from, most = searchFrom, mostSearchGrowth
		}
		small, large := r.at(s.name, from), r.at(s.name, to)
		if from == to || small == nil || large == nil {
			continue
		}
		times, verdict, limit := large.ours.both()/small.ours.both(), "missed", ""
		if times <= most {
			verdict = "met"
		}
		if large.limit.n > 0 {
			limit = fmt.Sprintf("%.2f ×", large.limit.both()/small.limit.both())
		}
		fmt.Fprintf(&b, "| %s | %s: %.0f µs | %s: %.0f µs | %.2f × | %s | ≤ %v | %s |\n", s.what, count(from), small.ours.both(), count(to), large.ours.both(), times,
			limit, most, verdict)
	}
	if b.Len() == 0 {
		return ""
	}
	return fmt.Sprintf("| CPU a request, %d clients | in an account of | in one of | growth | of the limit | goal | |\n|---|---|---|---|---|---|---|\n", goalClients) + b.String()
}

// flat is how much more a page far down a list may cost than the first one.
const flat = 1.1

// depth compares a page far down a list with the first one.
func (r *requestRun) depth() string {
	var b strings.Builder
	for _, size := range numbers(r.sizes) {
		first, deep := r.at("first", size), r.at("deep", size)
		if first == nil || deep == nil {
			continue
		}
		times, verdict := deep.ours.both()/first.ours.both(), "missed"
		if times <= flat {
			verdict = "met"
		}
		fmt.Fprintf(&b, "| %s | %.0f µs | %.0f µs | %.2f × | ≤ %v | %s |\n", count(size), first.ours.both(), deep.ours.both(), times, flat, verdict)
	}
	if b.Len() == 0 {
		return ""
	}
	return "| conversations | page 1 | page 400, or the last | | goal | |\n|---|---|---|---|---|---|\n" + b.String()
}

// writeTables puts them into the README.
func (r *requestRun) writeTables() error {
	var b strings.Builder
	b.WriteString(requestHead)
	for _, f := range r.figures {
		b.WriteString(f.markdown() + "\n")
	}
	parts := append([]string{machine(), strings.TrimSpace(b.String())}, r.growth(), r.depth(), r.overload.markdown(), strings.Join(r.said, "\n\n"))
	return writeFigures("make bench", strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n\n"))
}
