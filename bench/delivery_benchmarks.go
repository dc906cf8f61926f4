//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// deliveryCost is the CPU time that deliveries took.
type deliveryCost struct {
	deliveries int64
	cpu, user  time.Duration
	mallocs    uint64
	late       []int64
}

func (c *deliveryCost) add(o deliveryCost) {
	c.deliveries += o.deliveries
	c.cpu += o.cpu
	c.user += o.user
	c.mallocs += o.mallocs
	c.late = append(c.late, o.late...)
}

func (c deliveryCost) microsEach() float64 { return micros(c.cpu, c.deliveries) }

// benchRun is a server process with its load clients.
type benchRun struct {
	*process
	*loadClient
}

func (c *benchRun) close() error {
	c.loadClient.close()
	return c.stop()
}

// startBenchRun starts a server of that kind, with n subscribers.
func startBenchRun(kind string, n int, what func(i int) subscription) (c *benchRun, err error) {
	c = &benchRun{}
	if c.process, err = start(kind); err != nil {
		return nil, err
	}
	c.loadClient, err = newLoadClient(target{addr: c.addr, token: "none", subscribe: func(i int) []subscription { return []subscription{what(i)} }})
	if err == nil {
		c.run()
		err = c.connect(0, n, true)
	}
	if err == nil {
		err = c.subscribed(n)
	}
	if err != nil {
		return nil, errors.Join(err, c.stop())
	}
	c.waitForSilence(300 * time.Millisecond)
	return c, nil
}

// measureCost says what deliveries cost while something is done.
func (c *benchRun) measureCost(do func() error) (deliveryCost, error) {
	var got deliveryCost
	c.onPayload(func(_ *clientConn, payload []byte, now int64) {
		if s, ok := stampOf(payload); ok {
			got.late = append(got.late, now-s.at)
		}
	})
	before, err := c.stats()
	if err != nil {
		return got, err
	}
	had := c.received.Load()
	if err := c.profiled(do); err != nil {
		return got, err
	}
	all := c.waitForSilence(500 * time.Millisecond)
	after, err := c.stats()
	c.onPayload(nil)
	got.deliveries, got.cpu, got.user, got.mallocs = all-had, after.cpu()-before.cpu(), after.User-before.User, after.Mallocs-before.Mallocs
	if err == nil && got.deliveries == 0 {
		err = errors.New("nothing was delivered")
	}
	return got, err
}

// publishOneByOne publishes events one after another, each when all have received the one before.
func (c *benchRun) publishOneByOne(events, n int) func() error {
	return func() error {
		for i := range events {
			want := c.received.Load() + int64(n)
			if _, err := c.publish(i+1, 1, 1, 0); err != nil {
				return err
			}
			if err := c.waitForPayloads(want, time.Minute); err != nil {
				return err
			}
		}
		return nil
	}
}

var compared = []string{"raw", "ours", "gqlgen"}

// compare has each server do the same, in turns.
func (b *bench) compare(n int, what func(i int) subscription, kinds []string, do func(c *benchRun) func() error) (map[string]*deliveryCost, error) {
	costs := map[string]*deliveryCost{}
	for range b.rounds {
		for _, kind := range kinds {
			c, err := startBenchRun(kind, n, what)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", kind, err)
			}
			got, err := c.measureCost(do(c))
			if err = errors.Join(err, c.close()); err != nil {
				return nil, fmt.Errorf("%s: %w", kind, err)
			}
			if costs[kind] == nil {
				costs[kind] = &deliveryCost{}
			}
			costs[kind].add(got)
		}
	}
	return costs, nil
}

func (b *bench) group() error {
	costs, err := b.compare(b.n, func(int) subscription { return subscribeSidebar("Sidebar", conversationOf(0)) }, compared, func(c *benchRun) func() error {
		if c.kind == "gqlgen" {
			return c.publishOneByOne(4, b.n)
		}
		return c.publishOneByOne(20, b.n)
	})
	if err != nil {
		return err
	}
	raw, stock, ours := costs["raw"], costs["gqlgen"], costs["ours"]
	b.add(tableRow{name: fmt.Sprintf("CPU a delivery, %s subscribers in one group (no database)", formatCount(b.n)), unit: "µs", raw: raw.microsEach(), stock: stock.microsEach(), ours: ours.microsEach(),
		goal: "≤ 1.0 × raw, ≤ 0.1 × gqlgen", met: ours.microsEach() <= raw.microsEach() && ours.microsEach() <= stock.microsEach()/10})
	b.add(tableRow{name: "p99 until all of one group have it", unit: "ms", raw: quantile(raw.late, .99), stock: quantile(stock.late, .99), ours: quantile(ours.late, .99)})
	user, allocs := micros(ours.user, ours.deliveries), float64(ours.mallocs)/float64(ours.deliveries)
	b.add(tableRow{name: "user CPU a delivery of it, the one execution included", unit: "µs", raw: micros(raw.user, raw.deliveries), stock: micros(stock.user, stock.deliveries), ours: user,
		goal: "≤ 1 µs", met: user <= 1})
	b.add(tableRow{name: "allocations a delivery of it, the one execution included", raw: float64(raw.mallocs) / float64(raw.deliveries),
		stock: float64(stock.mallocs) / float64(stock.deliveries), ours: allocs, goal: "none: < 0.1", met: allocs < 0.1})
	return nil
}

func (b *bench) tens() error {
	groups := b.n / 10
	costs, err := b.compare(b.n, func(i int) subscription { return subscribeSidebar("Sidebar", conversationOf(i%groups)) }, append([]string{"prepared"}, compared...), func(c *benchRun) func() error {
		return func() error {
			_, err := c.publish(1, 1500, groups, 250)
			return err
		}
	})
	if err != nil {
		return err
	}
	raw, stock, ours := costs["raw"], costs["gqlgen"], costs["ours"]
	made := costs["prepared"]
	b.add(tableRow{name: "CPU a delivery, groups of 10, 250 events/s, of bytes that are there", unit: "µs", raw: raw.microsEach(), stock: stock.microsEach(), ours: made.microsEach(),
		goal: "≤ 1.5 × raw, ≤ 0.35 × gqlgen", met: made.microsEach() <= 1.5*raw.microsEach() && made.microsEach() <= .35*stock.microsEach()})
	b.add(tableRow{name: "the same with the one execution of a group (no database)", unit: "µs", raw: raw.microsEach(), stock: stock.microsEach(), ours: ours.microsEach(),
		goal: "≤ 1.5 × raw, ≤ 0.35 × gqlgen", met: ours.microsEach() <= 1.5*raw.microsEach() && ours.microsEach() <= .35*stock.microsEach()})
	b.add(tableRow{name: "p99 of these", unit: "ms", raw: quantile(raw.late, .99), stock: quantile(stock.late, .99), ours: quantile(ours.late, .99)})
	return nil
}

func (b *bench) different() error {
	n := b.n / 10
	costs, err := b.compare(n, func(i int) subscription { return subscribeSidebar(fmt.Sprint("Sidebar", i), conversationOf(0)) }, []string{"ours", "gqlgen"}, func(c *benchRun) func() error {
		return c.publishOneByOne(20, n)
	})
	if err != nil {
		return err
	}
	stock, ours := costs["gqlgen"], costs["ours"]
	b.add(tableRow{name: fmt.Sprintf("CPU a delivery, %s subscribers, every one different (no database)", formatCount(n)), unit: "µs", stock: stock.microsEach(), ours: ours.microsEach(),
		goal: "≤ 1.0 × gqlgen", met: ours.microsEach() <= stock.microsEach()})
	return b.statements()
}

// burst: a payload shows the newest state, so one payload may tell of several events. An event
// counts as told when the first payload comes that is not older.
func (b *bench) burst() error {
	const n, events = 500, 50
	p99 := map[string]float64{}
	sent := map[string]float64{}
	for _, kind := range compared {
		repeats := 10
		if kind == "gqlgen" { // ten would take minutes
			repeats = 2
		}
		c, err := startBenchRun(kind, n, func(int) subscription { return subscribeSidebar("Sidebar", conversationOf(0)) })
		if err != nil {
			return err
		}
		late, deliveries, err := c.publishBursts(events, repeats, n)
		if err = errors.Join(err, c.close()); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
		p99[kind], sent[kind] = quantile(late, .99), float64(deliveries)/float64(n*repeats)
	}
	b.add(tableRow{name: "burst of 50 events to 500 subscribers: p99 (no database)", unit: "ms", raw: p99["raw"], stock: p99["gqlgen"], ours: p99["ours"], goal: "≤ 30 ms", met: p99["ours"] <= 30})
	b.add(tableRow{name: "payloads that a subscriber gets of it", raw: sent["raw"], stock: sent["gqlgen"], ours: sent["ours"]})
	return nil
}

func (c *benchRun) publishBursts(events, repeats, n int) (late []int64, deliveries int64, err error) {
	type arrival struct{ after, seq, at int64 }
	had := c.received.Load()
	for r := range repeats {
		var got []arrival
		c.onPayload(func(p *clientConn, payload []byte, now int64) {
			if s, ok := stampOf(payload); ok && s.seq > p.last {
				got = append(got, arrival{p.last, s.seq, now})
				p.last = s.seq
			}
		})
		from := 1 + r*events
		at, err := c.publish(from, events, 1, 0)
		if err != nil {
			return nil, 0, err
		}
		told := func() (sum int64) {
			c.mu.Lock()
			defer c.mu.Unlock()
			for _, a := range got {
				sum += a.seq - a.after
			}
			return sum
		}
		for end := time.Now().Add(30 * time.Second); told() < int64(n*events); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				return nil, 0, fmt.Errorf("%d of %d events were told", told(), n*events)
			}
		}
		deliveries = c.waitForSilence(100*time.Millisecond) - had
		c.onPayload(nil)
		for _, a := range got {
			for seq := a.after + 1; seq <= a.seq; seq++ {
				late = append(late, a.at-at[seq-int64(from)])
			}
		}
	}
	return late, deliveries, nil
}

// stuck: after a time of health, as many more come who never read.
func (b *bench) stuck() error {
	const n, never, events, rate = 900, 100, 200, 20
	c, err := startBenchRun("ours", n, func(int) subscription { return subscribeSidebar("Sidebar", conversationOf(0)) })
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	tell := func() error {
		_, err := c.publish(1, events, 1, rate)
		return err
	}
	well, err := c.measureCost(tell)
	if err != nil {
		return err
	}
	before, err := c.statsAfterGC()
	if err != nil {
		return err
	}
	c.to.buffer = 4 << 10
	if err := c.connect(n, n+never, false); err != nil {
		return err
	}
	if err := c.subscribed(n + never); err != nil {
		return err
	}
	hurt, err := c.measureCost(tell)
	if err != nil {
		return err
	}
	during, err := c.statsAfterGC()
	if err != nil {
		return err
	}
	queued := kernelQueues(int(c.addr.Port()))
	each := (float64(during.RSS-before.RSS) + float64(queued)) / never / 1024
	began, left := time.Now(), during.Connections
	for left > n && time.Since(began) < 30*time.Second {
		time.Sleep(100 * time.Millisecond)
		st, err := c.stats()
		if err != nil {
			return err
		}
		left = st.Connections
	}
	b.add(tableRow{name: "100 of 1,000 clients never read: how many were cut", ours: float64(n + never - left), goal: "all", met: left == n && during.Connections >= n})
	b.add(tableRow{name: "memory of one of them at the most, the kernel's queue included", unit: "KiB", ours: each, goal: "≤ 128 KiB", met: each <= 128})
	p99, was := quantile(hurt.late, .99), quantile(well.late, .99)
	b.add(tableRow{name: fmt.Sprintf("p99 of the others (%s before)", formatFigure(was, "ms")), unit: "ms", ours: p99, goal: "≤ 1.1 ×", met: p99 <= 1.1*was})
	return nil
}

// kernelQueues are the bytes that wait in the kernel to be sent from a port.
func kernelQueues(port int) (sum int64) {
	text, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return 0
	}
	from := fmt.Sprintf(":%04X", port)
	for l := range strings.Lines(string(text)) {
		f := strings.Fields(l)
		if len(f) < 5 || !strings.HasSuffix(f[1], from) {
			continue
		}
		tx, _, _ := strings.Cut(f[4], ":")
		n, _ := strconv.ParseInt(tx, 16, 64)
		sum += n
	}
	return sum
}

// formatCount writes a number as people do.
func formatCount(n int) string {
	s := []byte(strconv.Itoa(n))
	for i := len(s) - 3; i > 0; i -= 3 {
		s = slices.Insert(s, i, ',')
	}
	return string(s)
}
