//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is one of those compared.
type server interface {
	http.Handler
	publish(group int, s stamp) // to the subscribers of that conversation
	count(*stats)
	close()
}

// kinds are the servers, by the names that -kind takes.
var kinds = map[string]func(serveFlags) (server, error){
	"raw": newRawLoop, "gqlgen": newGqlgenServer, "ours": newHubServer, "prepared": newPrepared, "desk": newProgram, "limit": newLimitServer,
}

type serveFlags struct {
	kind, dsn string
	hook      bool
}

// stats is what a server process says of itself.
type stats struct {
	User, System  time.Duration // CPU since its beginning
	RSS           int64         // bytes
	Heap          int64         // bytes of it that are reachable, or not collected yet
	Mallocs       uint64
	Goroutines    int
	Subscriptions int
	Joining       int
	Connections   int
	Renders       int64
	Statements    int64 // of the database, when hooked
}

func (s stats) cpu() time.Duration { return s.User + s.System }

// serve is the child process: it serves, answers at a second address what the rows ask, and ends
// with its parent.
func serve(args []string) error {
	var f serveFlags
	set := flag.NewFlagSet("serve", flag.ExitOnError)
	set.StringVar(&f.kind, "kind", "ours", "raw, gqlgen, ours, prepared, desk or limit")
	set.StringVar(&f.dsn, "dsn", "", "address of the database, for desk and limit")
	set.BoolVar(&f.hook, "hook", false, "count the statements of the database")
	if err := set.Parse(args); err != nil {
		return err
	}
	s, err := kinds[f.kind](f)
	if err != nil {
		return err
	}
	clients, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	control, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = web.Serve(clients) }()
	go func() { _ = http.Serve(control, controlHandler(s)) }() //nolint:gosec // loopback, for the parent alone
	if err := json.NewEncoder(os.Stdout).Encode([]string{clients.Addr().String(), control.Addr().String()}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin) // until the parent ends
	_ = web.Close()
	s.close()
	return err
}

func controlHandler(s server) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/stats", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(measure(s, r.FormValue("tidy") != ""))
	})
	mux.HandleFunc("/publish", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(publish(s, formInt(r, "from"), formInt(r, "events"), formInt(r, "groups"), formInt(r, "rate")))
	})
	mux.HandleFunc("/profile", func(w http.ResponseWriter, r *http.Request) {
		err := profile(r.FormValue("to"), r.FormValue("stop") != "")
		_ = json.NewEncoder(w).Encode(fmt.Sprint(err))
	})
	return mux
}

// profile begins or ends a profile of the CPU, and writes one of the memory at its end.
func profile(to string, stop bool) error {
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	if !stop {
		return pprof.StartCPUProfile(f) // the file stays open until it ends
	}
	pprof.StopCPUProfile()
	runtime.GC()
	return errors.Join(pprof.Lookup("heap").WriteTo(f, 0), f.Close())
}

func formInt(r *http.Request, name string) int {
	n, _ := strconv.Atoi(r.FormValue(name))
	return n
}

// publish tells of events to the groups in turn, so many a second, or all at once, and says when
// each happened.
func publish(s server, from, events, groups, rate int) []int64 {
	began, at := time.Now(), make([]int64, events)
	for i := range events {
		if rate > 0 {
			time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))))
		}
		at[i] = time.Now().UnixNano()
		s.publish((from+i)%groups, stamp{int64(from + i), at[i]})
	}
	return at
}

func measure(s server, tidy bool) stats {
	var st stats
	if tidy {
		debug.FreeOSMemory()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	st.Mallocs, st.Goroutines, st.Heap = m.Mallocs, runtime.NumGoroutine(), int64(m.HeapAlloc)
	s.count(&st)
	text, _ := os.ReadFile("/proc/self/statm")
	if f := strings.Fields(string(text)); len(f) > 1 {
		pages, _ := strconv.ParseInt(f[1], 10, 64)
		st.RSS = pages * int64(os.Getpagesize())
	}
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) == nil {
		st.User, st.System = time.Duration(used.Utime.Nano()), time.Duration(used.Stime.Nano())
	}
	return st
}

// process is a server process, from outside.
type process struct {
	kind    string
	cmd     *exec.Cmd
	stdin   io.Closer
	addr    netip.AddrPort
	control string
}

func start(kind string, args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{kind: kind, cmd: exec.Command(self, append([]string{"serve", "-kind", kind}, args...)...)}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	var at []string
	if err := json.NewDecoder(out).Decode(&at); err != nil || len(at) != 2 {
		return nil, errors.Join(fmt.Errorf("the server %s did not start: %w", kind, err), p.stop())
	}
	p.control = "http://" + at[1]
	p.addr, err = netip.ParseAddrPort(at[0])
	return p, err
}

func (p *process) stop() error {
	if p == nil {
		return nil
	}
	_ = p.stdin.Close()
	killer := time.AfterFunc(20*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer killer.Stop()
	return p.cmd.Wait()
}

func (p *process) ask(path string, answer any) error {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.control+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	return json.NewDecoder(resp.Body).Decode(answer)
}

func (p *process) stats() (st stats, err error) {
	if p.control == "" { // not one of ours
		return statsOf(p.cmd.Process.Pid)
	}
	return st, p.ask("/stats", &st)
}

// clockTick is the unit in which the kernel counts CPU; it is 100 Hz on all that we know.
const clockTick = 10 * time.Millisecond

// statsOf is the CPU of any process.
func statsOf(pid int) (st stats, err error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return st, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest) // the third field of the file is the first here
	user, err := strconv.Atoi(f[11])
	if err != nil {
		return st, err
	}
	system, err := strconv.Atoi(f[12])
	st.User, st.System = time.Duration(user)*clockTick, time.Duration(system)*clockTick
	return st, err
}

// statsAfterGC are the stats after a garbage collection.
func (p *process) statsAfterGC() (st stats, err error) { return st, p.ask("/stats?tidy=1", &st) }

// profiles is the folder for profiles of the servers; empty: none are wanted.
var profiles string

// profiled has what a server does meanwhile profiled, when that is wanted.
func (p *process) profiled(do func() error) error {
	if profiles == "" || p.control == "" {
		return do()
	}
	var said string
	at := fmt.Sprintf("%s/%s-%d", profiles, p.kind, p.cmd.Process.Pid)
	err := p.ask("/profile?to="+at+".cpu", &said)
	err = errors.Join(err, do(), p.ask("/profile?stop=1&to="+at+".heap", &said))
	fmt.Fprintln(os.Stderr, "profile:", at, said)
	return err
}

func (p *process) publish(from, events, groups, rate int) (at []int64, err error) {
	return at, p.ask(fmt.Sprintf("/publish?from=%d&events=%d&groups=%d&rate=%d", from, events, groups, rate), &at)
}

// subscribed waits until so many subscriptions are served.
func (p *process) subscribed(n int) error {
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		st, err := p.stats()
		if err != nil {
			return err
		}
		if st.Subscriptions == n && st.Joining == 0 {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("%d of %d subscriptions are served", st.Subscriptions, n)
		}
	}
}
