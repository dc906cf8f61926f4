//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

const tableHead = "| what | raw loop | gqlgen's transport | ours | ours / raw | ours / gqlgen | goal | |\n|---|---|---|---|---|---|---|---|\n"

func (l tableRow) markdown() string {
	verdict := "missed"
	switch {
	case l.goal == "":
		verdict = ""
	case l.met:
		verdict = "met"
	}
	return fmt.Sprintf("| %s | %s | %s | **%s** | %s | %s | %s | %s |",
		l.name, formatOptional(l.raw, l.unit), formatOptional(l.stock, l.unit), formatFigure(l.ours, l.unit), ratio(l.ours, l.raw), ratio(l.ours, l.stock), l.goal, verdict)
}

// formatOptional is the figure of a server that may not have been in the row.
func formatOptional(v float64, unit string) string {
	if v == 0 {
		return ""
	}
	return formatFigure(v, unit)
}

func formatFigure(v float64, unit string) string {
	digits := 0
	if v == math.Trunc(v) && unit == "" {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	if a := math.Abs(v); a < 100 {
		digits = 2 - int(math.Ceil(math.Log10(max(a, 0.1))))
	}
	return strings.TrimSpace(strconv.FormatFloat(v, 'f', max(0, digits), 64) + " " + unit)
}

func ratio(a, b float64) string {
	if a == 0 || b == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", a/b)
}

// quantile of latencies in nanoseconds, as milliseconds.
func quantile(all []int64, q float64) float64 {
	if len(all) == 0 {
		return math.NaN()
	}
	slices.Sort(all)
	return float64(all[int(q*float64(len(all)-1))]) / 1e6
}

func micros(d time.Duration, n int64) float64 { return float64(d) / 1e3 / float64(n) }

// machineInfo says where this ran.
func machineInfo() string {
	cpu := "?"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for l := range strings.Lines(string(text)) {
			if name, v, ok := strings.Cut(l, ":"); ok && strings.TrimSpace(name) == "model name" {
				cpu = strings.TrimSpace(v)
			}
		}
	}
	pg, err := exec.Command("pg_config", "--version").Output()
	if err != nil {
		pg = []byte("Postgres")
	}
	load, _ := os.ReadFile("/proc/loadavg")
	return fmt.Sprintf("%d cores (%s), %s, %s, load %s", runtime.NumCPU(), cpu, runtime.Version(), strings.TrimSpace(string(pg)), firstWord(string(load)))
}

func firstWord(s string) string {
	f := strings.Fields(s)
	if len(f) == 0 {
		return "?"
	}
	return f[0]
}

const readme = "bench/README.md"

// writeFigures puts what was measured into its place in the README, the one that names the command.
func writeFigures(command, figures string) error {
	text, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	begin, end := []byte("<!-- figures: written by "+command+" -->\n"), []byte("<!-- end of figures -->\n")
	before, rest, ok := bytes.Cut(text, begin)
	_, after, too := bytes.Cut(rest, end)
	if !ok || !too {
		return errors.New(readme + " has no place for the figures of " + command)
	}
	return os.WriteFile(readme, slices.Concat(before, begin, []byte("\n"+figures+"\n"), end, after), 0o644)
}

// write puts the table into the README, and the chart beside it.
func (b *bench) write() error {
	out := machineInfo() + "\n\n" + tableHead
	for _, l := range b.lines {
		out += l.markdown() + "\n"
	}
	if err := writeFigures("make bench-live", out); err != nil {
		return err
	}
	return os.WriteFile("bench/live.svg", chart(b.lines), 0o644)
}
