//go:build linux

package main

import (
	"fmt"
	"slices"
	"strings"
)

const requestHead = "| request | conversations | clients | requests/s | p50 | p99 | CPU of the server + Postgres | the limit | × the limit | goal | |\n" +
	"|---|---|---|---|---|---|---|---|---|---|---|\n"

// goalClients is how many clients the goals are for.
const goalClients = 16

func (f *figures) markdown() string {
	goal, verdict := "", ""
	times := f.ours.both() / f.limit.both()
	if f.clients == goalClients {
		goal, verdict = fmt.Sprintf("≤ %v", f.goal), "missed"
		if times <= f.goal {
			verdict = "met"
		}
	}
	return fmt.Sprintf("| %s | %s | %d | %.0f | %.1f ms | %.1f ms | **%s** | %s | %.2f | %s | %s |", f.what, count(f.size), f.clients,
		float64(f.ours.n)/f.ours.lasted.Seconds(), quantile(f.ours.took, .5), quantile(f.ours.took, .99), f.ours.parts(), f.limit.parts(), times, goal, verdict)
}

func (c *bill) parts() string {
	return fmt.Sprintf("%.0f + %.0f µs", micros(c.server, c.n), micros(c.postgres, c.n))
}

// growth compares the largest account with the smallest.
func (r *requestRun) growth() string {
	sizes := numbers(r.sizes)
	from, to := slices.Min(sizes), slices.Max(sizes)
	if from == to {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| CPU a request, %d clients | %s conversations | %s | growth | of the limit | goal | |\n|---|---|---|---|---|---|---|\n", goalClients, count(from), count(to))
	for _, small := range r.figures {
		for _, large := range r.figures {
			if small.name != large.name || small.size != from || large.size != to || small.clients != goalClients || large.clients != goalClients {
				continue
			}
			times, verdict := large.ours.both()/small.ours.both(), "missed"
			if times <= 1.4 {
				verdict = "met"
			}
			fmt.Fprintf(&b, "| %s | %.0f µs | %.0f µs | %.2f × | %.2f × | ≤ 1.4 | %s |\n", small.what, small.ours.both(), large.ours.both(), times,
				large.limit.both()/small.limit.both(), verdict)
		}
	}
	return b.String()
}

// writeTables puts them into the README.
func (r *requestRun) writeTables() error {
	var b strings.Builder
	b.WriteString(requestHead)
	for _, f := range r.figures {
		b.WriteString(f.markdown() + "\n")
	}
	return writeFigures("make bench", machine()+"\n\n"+b.String()+"\n"+r.growth())
}
