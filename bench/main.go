//go:build linux

// Bench measures what Deskwire costs, beside the limit that it is measured against, on one machine
// and in one run:
//
//	go run ./bench requests          what requests cost, in accounts of several sizes
//	go run ./bench hostile           what hostile clients make it hold, and others notice
//	go run ./bench live              every row, as a table
//	go run ./bench live -row burst   one of them
//	go run ./bench live -write       and put table and chart into bench/README.md
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) > 0 && args[0] == "live":
		return liveRows(args[1:])
	case len(args) > 0 && args[0] == "requests":
		return requestRows(args[1:])
	case len(args) > 0 && args[0] == "hostile":
		return hostileRows(args[1:])
	case len(args) > 0 && args[0] == "serve": // a child
		return serve(args[1:])
	}
	return errors.New("say what is to be measured: bench requests, bench hostile or bench live; all take -row")
}

// bench is one run.
type bench struct {
	n      int // subscribers
	rounds int // of the comparisons, each server once in each
	lines  []tableRow
	db     *fixture // made when a row first needs it
}

// tableRow is a row of the table; a zero figure is left out.
type tableRow struct {
	name, unit       string
	raw, stock, ours float64
	goal             string
	met              bool
}

func (b *bench) add(l tableRow) {
	b.lines = append(b.lines, l)
	fmt.Println(l.markdown())
}

// benchmark is a part of a run that can be selected alone.
type benchmark struct {
	name, what string
	run        func(*bench) error
}

var benchmarks = []benchmark{
	{"group", "all in one group: CPU a delivery", (*bench).group},
	{"tens", "groups of 10, 250 events/s: CPU a delivery", (*bench).tens},
	{"different", "every subscriber different: CPU a delivery, statements an event", (*bench).different},
	{"burst", "50 events at once to 500 subscribers", (*bench).burst},
	{"stuck", "a tenth of the clients stop reading", (*bench).stuck},
	{"idle", "memory of an idle subscriber", (*bench).idle},
	{"commits", "from a commit's answer to the clients", (*bench).commits},
	{"resume", "all clients reconnect and resume", (*bench).resume},
	{"crowd", "19,900 sockets, 39,800 subscriptions", (*bench).crowd},
	{"writers", "what the log costs the writers", (*bench).writers},
}

func liveRows(args []string) error {
	b := &bench{}
	set := flag.NewFlagSet("live", flag.ExitOnError)
	names := make([]string, len(benchmarks))
	for i, r := range benchmarks {
		names[i] = r.name
	}
	only := set.String("row", "", "one of "+strings.Join(names, ", ")+"; several with commas")
	write := set.Bool("write", false, "write table and chart into bench/")
	set.IntVar(&b.n, "n", 10_000, "subscribers")
	set.IntVar(&b.rounds, "rounds", 2, "how often the servers that are compared take turns")
	set.StringVar(&profiles, "profile", "", "folder for profiles of the servers")
	if err := set.Parse(args); err != nil {
		return err
	}
	began := time.Now()
	defer b.close()
	fmt.Print(tableHead)
	for _, r := range benchmarks {
		if *only != "" && !strings.Contains(","+*only+",", ","+r.name+",") {
			continue
		}
		if err := r.run(b); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	fmt.Printf("\n%s, %s\n", machineInfo(), time.Since(began).Round(time.Second))
	if *write {
		return b.write()
	}
	return nil
}
