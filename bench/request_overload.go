//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// overloaded is what a server does with four times the load that it can carry.
type overloaded struct {
	best, offered, served float64 // requests a second
	shed, told            int64   // refused with 503, and of these with Retry-After
	took                  []int64 // those served, in nanoseconds
}

// overloadTimes is how much more than it can carry is offered, and overloadClients are the connections that it comes over.
const (
	overloadTimes   = 4
	overloadClients = 600
)

// overload asks for inbox pages: first as fast as they come, for the best throughput, then at four times that rate, whatever comes back.
func overload(e *estate, p *process, lasting time.Duration) (*overloaded, error) {
	o := &overloaded{}
	inbox := subjects[0]
	for _, clients := range []int{goalClients, 64, goalClients, 64} {
		var n atomic.Int64
		got, err := p.load(e, clients, lasting, func() []byte { return inbox.ask(e, int(n.Add(1))) })
		if err != nil {
			return nil, err
		}
		o.best = max(o.best, float64(got.n)/got.lasted.Seconds())
	}
	o.offered = overloadTimes * o.best
	return o, o.pour(p, 2*lasting, func(n int) []byte { return inbox.ask(e, n) })
}

// pour sends requests at their times: one that finds no free connection is late, and not left out.
func (o *overloaded) pour(p *process, lasting time.Duration, ask func(n int) []byte) error {
	began := time.Now()
	var next atomic.Int64
	var mu sync.Mutex
	var failed error
	var all sync.WaitGroup
	for range overloadClients {
		all.Go(func() {
			c := &pourer{p: p}
			defer c.hangUp()
			for {
				n := next.Add(1)
				due := began.Add(time.Duration(float64(n) / o.offered * float64(time.Second)))
				if due.Sub(began) > lasting || time.Since(began) > lasting {
					break
				}
				time.Sleep(time.Until(due))
				if err := c.send(ask(int(n))); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					break
				}
			}
			mu.Lock()
			defer mu.Unlock()
			o.shed, o.told, o.took = o.shed+c.shed, o.told+c.told, append(o.took, c.took...)
		})
	}
	all.Wait()
	o.served = float64(len(o.took)) / time.Since(began).Seconds()
	return failed
}

// pourer is one connection, made anew when the server has closed it.
type pourer struct {
	p          *process
	conn       net.Conn
	in         *bufio.Reader
	shed, told int64
	took       []int64
}

func (c *pourer) hangUp() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

func (c *pourer) send(q []byte) (err error) {
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
		if resp.Header.Get("Retry-After") != "" {
			c.told++
		}
	default:
		return fmt.Errorf("overloaded, it answered %d: %.200s", resp.StatusCode, body)
	}
	if resp.Close {
		c.hangUp()
	}
	return nil
}

func (o *overloaded) markdown() string {
	if o == nil {
		return ""
	}
	share, verdict := o.served/o.best, "missed"
	if share >= .9 && o.shed == o.told {
		verdict = "met"
	}
	return fmt.Sprintf("| overload | best | offered | served | share of the best | p50, p99 of these | told 503 | with Retry-After | goal | |\n"+
		"|---|---|---|---|---|---|---|---|---|---|\n"+
		"| inbox pages from %d connections | %.0f/s | %.0f/s | **%.0f/s** | %.0f %% | %.0f, %.0f ms | %s | %s | ≥ 90 %% | %s |\n",
		overloadClients, o.best, o.offered, o.served, 100*share, quantile(o.took, .5), quantile(o.took, .99), count(int(o.shed)), count(int(o.told)), verdict)
}
