//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// overloadResult is what a server does with four times the load that it can carry.
type overloadResult struct {
	best      resourceUse      // as many as come from 16 clients, or 64, whichever gets more done
	served    resourceUse      // of this only those that were served
	clients   float64          // CPU of the clients meanwhile, in seconds
	idle      [2]time.Duration // of the CPUs of the server, in both parts
	offered   float64          // requests that were due
	shed      int64            // refused with 503
	told      int64            // of these with Retry-After
	refused   []int64          // how long that took, in nanoseconds
	wentWrong error
}

// overloadTimes is how much more than it can carry is offered, overloadClients are the connections
// that it comes over, and overloadRounds how often both parts take turns.
const (
	overloadTimes   = 4
	overloadRounds  = 3
	overloadClients = 1200
)

// measureOverload asks for inbox pages: first as fast as they come, for the best throughput, then
// at four times that rate, whatever comes back. Clients are not where the server is, in life: so
// they have a CPU of their own here, and the server and its Postgres have the others, for both
// parts. Else it is the clients' work that is measured.
func measureOverload(e *benchAccount, lasting time.Duration) (o *overloadResult, err error) {
	apart, err := e.isolateClients()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, apart.unpin()) }()
	p, err := start("desk", "-dsn", e.dsn)
	if err != nil {
		return nil, err
	}
	defer func() { _ = p.stop() }()
	if err := apart.pinClients(); err != nil {
		return nil, err
	}
	o = &overloadResult{}
	inbox := requestKinds[0]
	for round := range 1 + overloadRounds { // the first one warms up
		best, idle := &resourceUse{}, time.Duration(0)
		for _, clients := range []int{goalClients, 64} {
			var n atomic.Int64
			before := apart.idleTime()
			got, err := p.sendLoad(e, clients, lasting, func() []byte { return inbox.ask(e, int(n.Add(1))) })
			if err != nil {
				return nil, err
			}
			if got.rate() > best.rate() {
				best, idle = got, apart.idleTime()-before
			}
		}
		if round == 0 {
			continue
		}
		o.best.add(best)
		before := apart.idleTime()
		if err := p.profiled(func() error { return o.measure(e, p, overloadTimes*best.rate(), lasting, inbox) }); err != nil {
			return nil, err
		}
		o.idle[0], o.idle[1] = o.idle[0]+idle, o.idle[1]+apart.idleTime()-before
	}
	return o, nil
}

func (c *resourceUse) rate() float64 { return float64(c.n) / max(c.lasted.Seconds(), 1e-9) }

// measure sends the load, and takes down what it took of the CPUs.
func (o *overloadResult) measure(e *benchAccount, p *process, rate float64, lasting time.Duration, s requestKind) error {
	before, err := p.cpuUsed(e)
	if err != nil {
		return err
	}
	mine, err := statsOf(os.Getpid())
	if err != nil {
		return err
	}
	had, began := int64(len(o.served.took)), time.Now()
	o.sendOpenLoop(p, rate, lasting, func(n int) []byte { return s.ask(e, n) })
	got := resourceUse{n: int64(len(o.served.took)) - had, lasted: time.Since(began)}
	after, err := p.cpuUsed(e)
	if err != nil {
		return err
	}
	now, err := statsOf(os.Getpid())
	got.server, got.postgres = after.server-before.server, after.postgres-before.postgres
	o.served.add(&got)
	o.offered, o.clients = o.offered+rate*got.lasted.Seconds(), o.clients+(now.cpu()-mine.cpu()).Seconds()
	return errors.Join(err, o.wentWrong)
}

// sendOpenLoop sends requests at a fixed rate (an open loop): one that finds no free connection is
// late, and not left out.
func (o *overloadResult) sendOpenLoop(p *process, rate float64, lasting time.Duration, ask func(n int) []byte) {
	began := time.Now()
	var next atomic.Int64
	var mu sync.Mutex
	var all sync.WaitGroup
	for range overloadClients {
		all.Go(func() {
			c := &openLoopConn{p: p}
			defer c.disconnect()
			var err error
			for err == nil {
				n := next.Add(1)
				due := began.Add(time.Duration(float64(n) / rate * float64(time.Second)))
				if due.Sub(began) > lasting || time.Since(began) > lasting {
					break
				}
				time.Sleep(time.Until(due))
				err = c.send(ask(int(n)))
			}
			mu.Lock()
			defer mu.Unlock()
			o.shed, o.told, o.wentWrong = o.shed+c.shed, o.told+c.told, errors.Join(o.wentWrong, err)
			o.served.took, o.refused = append(o.served.took, c.took...), append(o.refused, c.refused...)
		})
	}
	all.Wait()
}

// openLoopConn is one connection, opened again when the server has closed it.
type openLoopConn struct {
	p          *process
	conn       net.Conn
	in         *bufio.Reader
	shed, told int64

	took, refused []int64
}

func (c *openLoopConn) disconnect() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

func (c *openLoopConn) send(q []byte) (err error) {
	if c.conn == nil {
		if c.conn, err = net.Dial("tcp", c.p.addr.String()); err != nil {
			return err
		}
		c.in = bufio.NewReaderSize(c.conn, 16<<10)
	}
	began := time.Now()
	if _, err := c.conn.Write(q); err != nil {
		return err
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode == http.StatusOK:
		c.took = append(c.took, int64(time.Since(began)))
	case resp.StatusCode == http.StatusServiceUnavailable:
		c.shed++
		c.refused = append(c.refused, int64(time.Since(began)))
		if resp.Header.Get("Retry-After") != "" {
			c.told++
		}
	default:
		return fmt.Errorf("overloaded, it answered %d: %.200s", resp.StatusCode, body)
	}
	if resp.Close {
		c.disconnect()
	}
	return nil
}

func (o *overloadResult) markdown() string {
	if o == nil {
		return ""
	}
	// What others on the machine take of the CPUs is nobody's fault here; what was idle is.
	there := func(b resourceUse, idle time.Duration) float64 { return (b.server + b.postgres + idle).Seconds() }
	best, served := float64(o.best.n)/there(o.best, o.idle[0]), float64(o.served.n)/there(o.served, o.idle[1])
	verdict := "missed"
	if served >= .9*best && o.shed == o.told {
		verdict = "met"
	}
	cpus := func(d time.Duration, of resourceUse) string {
		return fmt.Sprintf("%.2f", d.Seconds()/of.lasted.Seconds())
	}
	seconds := o.served.lasted.Seconds()
	return fmt.Sprintf("| overload, inbox pages | served/s | p50, p99 | told 503/s, with Retry-After | p50, p99 | CPUs used: server, Postgres; idle; clients | served a second of CPU that was there | of the best | goal | |\n"+
		"|---|---|---|---|---|---|---|---|---|---|\n"+
		"| the best, from 16 or 64 clients | %.0f | %.0f, %.0f ms | | | %s, %s; %s | %.0f | | | |\n"+
		"| offered %.0f/s, came %.0f/s from %s connections | %.0f | %.0f, %.0f ms | %.0f, %.0f %% | %.0f, %.0f ms | %s, %s; %s; %.2f | **%.0f** | %.0f %% | ≥ 90 %% | %s |\n",
		o.best.rate(), quantile(o.best.took, .5), quantile(o.best.took, .99), cpus(o.best.server, o.best), cpus(o.best.postgres, o.best), cpus(o.idle[0], o.best), best,
		o.offered/seconds, float64(o.served.n+o.shed)/seconds, formatCount(overloadClients), o.served.rate(), quantile(o.served.took, .5), quantile(o.served.took, .99),
		float64(o.shed)/seconds, 100*float64(o.told)/max(1, float64(o.shed)), quantile(o.refused, .5), quantile(o.refused, .99),
		cpus(o.served.server, o.served), cpus(o.served.postgres, o.served), cpus(o.idle[1], o.served), o.clients/seconds, served, 100*served/best, verdict)
}
