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

func (f *measurement) markdown() string {
	ms, limit, peer := f.inMillis(), f.besideLimit(), f.besidePeer()
	verdict := ""
	if f.clients == goalClients {
		verdict = summary(ms, limit, peer)
	}
	return fmt.Sprintf("| %s | %s | %d | %.0f | %.1f ms | %.1f ms | **%s** | %s | %s | %s |", f.what, formatCount(f.size), f.clients,
		float64(f.ours.n)/f.ours.lasted.Seconds(), quantile(f.ours.took, .5), quantile(f.ours.took, .99), f.ours.markdown(), ms.cells, limit.cells+" | "+peer.cells, verdict)
}

// verdict is a cell of a row, and whether its goal is met; has says that there is one.
type verdict struct {
	cells    string
	has, met bool
}

func summary(parts ...verdict) string {
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

func (f *measurement) inMillis() verdict {
	if f.ms == 0 || f.clients != goalClients {
		return verdict{}
	}
	return verdict{cells: fmt.Sprintf("≤ %v ms", f.ms), has: true, met: f.ours.microsEach() <= 1000*f.ms}
}

func (f *measurement) besideLimit() verdict {
	if f.limit.n == 0 {
		return verdict{cells: " | | "}
	}
	times, goal := f.ours.microsEach()/f.limit.microsEach(), ""
	if f.clients == goalClients {
		goal = fmt.Sprintf("≤ %v", f.goal)
	}
	return verdict{cells: fmt.Sprintf("%s | %.2f | %s", f.limit.markdown(), times, goal), has: true, met: times <= f.goal}
}

func (f *measurement) besidePeer() verdict {
	if f.peer.n == 0 {
		return verdict{cells: " | | "}
	}
	times := f.peer.microsEach() / f.ours.microsEach()
	return verdict{cells: fmt.Sprintf("%s | %.1f | ≥ %v", f.peer.markdown(), times, f.beside), has: true, met: times >= f.beside}
}

func (c *resourceUse) markdown() string {
	return fmt.Sprintf("%.0f + %.0f µs", micros(c.server, c.n), micros(c.postgres, c.n))
}

// maxSizeGrowth is how much more a request may cost in the largest account than in the smallest,
// and maxSearchGrowth, from 100,000 conversations on.
const (
	maxSizeGrowth   = 1.4
	maxSearchGrowth = 1.3
	searchFrom      = 100_000
)

// find gives the measurement of a kind of request with the clients that goals are for.
func (r *requestRun) find(name string, size int) *measurement {
	for i, f := range r.figures {
		if f.name == name && f.size == size && f.clients == goalClients {
			return &r.figures[i]
		}
	}
	return nil
}

// growthTable compares the largest account with the smallest.
func (r *requestRun) growthTable() string {
	sizes := numbers(r.sizes)
	to := slices.Max(sizes)
	var b strings.Builder
	for _, s := range requestKinds {
		from, most := slices.Min(sizes), maxSizeGrowth
		if s.goal == 0 && slices.Contains(sizes, searchFrom) && (s.name == "common" || s.name == "rare") {
			from, most = searchFrom, maxSearchGrowth
		}
		small, large := r.find(s.name, from), r.find(s.name, to)
		if from == to || small == nil || large == nil {
			continue
		}
		times, verdict, limit := large.ours.microsEach()/small.ours.microsEach(), "missed", ""
		if times <= most {
			verdict = "met"
		}
		if large.limit.n > 0 {
			limit = fmt.Sprintf("%.2f ×", large.limit.microsEach()/small.limit.microsEach())
		}
		fmt.Fprintf(&b, "| %s | %s: %.0f µs | %s: %.0f µs | %.2f × | %s | ≤ %v | %s |\n", s.what, formatCount(from), small.ours.microsEach(), formatCount(to), large.ours.microsEach(), times,
			limit, most, verdict)
	}
	if b.Len() == 0 {
		return ""
	}
	return fmt.Sprintf("| CPU a request, %d clients | in an account of | in one of | growth | of the limit | goal | |\n|---|---|---|---|---|---|---|\n", goalClients) + b.String()
}

// maxDepthGrowth is how much more a page far down a list may cost than the first one.
const maxDepthGrowth = 1.1

// depthTable compares a page far down a list with the first one.
func (r *requestRun) depthTable() string {
	var b strings.Builder
	for _, size := range numbers(r.sizes) {
		first, deep := r.find("first", size), r.find("deep", size)
		if first == nil || deep == nil {
			continue
		}
		times, verdict := deep.ours.microsEach()/first.ours.microsEach(), "missed"
		if times <= maxDepthGrowth {
			verdict = "met"
		}
		fmt.Fprintf(&b, "| %s | %.0f µs | %.0f µs | %.2f × | ≤ %v | %s |\n", formatCount(size), first.ours.microsEach(), deep.ours.microsEach(), times, maxDepthGrowth, verdict)
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
	parts := append([]string{machineInfo(), strings.TrimSpace(b.String())}, r.growthTable(), r.depthTable(), r.overload.markdown(), strings.Join(r.said, "\n\n"))
	return writeFigures("make bench", strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n\n"))
}
