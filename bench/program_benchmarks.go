//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// sidebarOfTicket is the same from the ticket's side: another document, another group.
const sidebarOfTicket = `subscription Ticket($id: ID!) { ticketLive(id: $id) { cursor reason ticketId events { id kind }
	ticket { id number name priority createdAt closedAt status { id name state } owner { id name email } contact { id name email phone }
		conversations(first: 5) { nodes { id number subject preview status unreadCount } } } } }`

// startProgram starts the whole program with n clients, in groups of 10; what each follows is said
// by what.
func (b *bench) startProgram(n int, what func(f *fixture, i int) []subscription, args ...string) (*benchRun, *fixture, error) {
	f, err := b.fixture()
	if err != nil {
		return nil, nil, err
	}
	c := &benchRun{}
	if c.process, err = start("desk", append([]string{"-dsn", f.pg.DSN()}, args...)...); err != nil {
		return nil, nil, err
	}
	c.loadClient, err = newLoadClient(target{addr: c.addr, token: f.token, subscribe: func(i int) []subscription { return what(f, i) }})
	if err != nil {
		return nil, nil, errors.Join(err, c.stop())
	}
	c.run()
	if err := c.connectMore(0, n); err != nil {
		return nil, nil, errors.Join(err, c.close())
	}
	return c, f, nil
}

// connectMore connects more clients, and waits until each has the first payload of each of its
// subscriptions.
func (c *benchRun) connectMore(from, until int) error {
	had := c.received.Load()
	want := int64(0)
	for i := from; i < until; i++ {
		want += int64(len(c.to.subscribe(i)))
	}
	if err := c.connect(from, until, true); err != nil {
		return err
	}
	return c.waitForPayloads(had+want, time.Minute)
}

func groupsOfTen(f *fixture, i int) []subscription {
	return []subscription{subscribeSidebar("Sidebar", f.conversations[i/10%len(f.conversations)])}
}

// latencies are the times from the commits' answers to each client. A client may be told before the
// writer is: that counts as no time.
func (c *benchRun) latencies(w *ticketWriter, do func() error) ([]int64, error) {
	type arrival struct{ seq, at int64 }
	var got []arrival
	c.onPayload(func(_ *clientConn, payload []byte, now int64) {
		if s, ok := stampOf(payload); ok {
			got = append(got, arrival{s.seq, now})
		}
	})
	if err := c.profiled(do); err != nil {
		return nil, err
	}
	c.waitForSilence(300 * time.Millisecond)
	c.onPayload(nil)
	late := make([]int64, 0, len(got))
	for _, a := range got {
		if answered := w.answered[a.seq]; answered != 0 {
			late = append(late, max(0, a.at-answered))
		}
	}
	if len(late) == 0 {
		return nil, errors.New("nothing was delivered")
	}
	return late, nil
}

func (b *bench) commits() error {
	c, f, err := b.startProgram(b.n, groupsOfTen)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	for _, rate := range []int{200, 350} {
		w := f.newTicketWriter(c.process)
		if err := w.updateAtRate(rate, time.Second, b.n/10); err != nil { // connections are made, statements are known
			return err
		}
		w.took = nil
		before, err := c.stats()
		if err != nil {
			return err
		}
		late, err := c.latencies(w, func() error { return w.updateAtRate(rate, 8*time.Second, b.n/10) })
		if err != nil {
			return err
		}
		after, err := c.stats()
		if err != nil {
			return err
		}
		p50, p99 := quantile(late, .5), quantile(late, .99)
		name := fmt.Sprintf("commit answered → client, %s clients in groups of 10, %d commits/s", formatCount(b.n), rate)
		b.add(tableRow{name: name + ": p50", unit: "ms", ours: max(p50, 0.001), goal: "≤ 1 ms", met: p50 <= 1})
		b.add(tableRow{name: name + ": p99", unit: "ms", ours: p99, goal: "≤ 5 ms", met: p99 <= 5})
		b.add(tableRow{name: "the mutation there, as its writer sees it: p50", unit: "ms", ours: quantile(w.took, .5)})
		b.add(tableRow{name: "CPU of the server for one commit: mutation, reading, 10 deliveries", unit: "µs", ours: micros(after.cpu()-before.cpu(), int64(8*rate))})
	}
	return nil
}

func (b *bench) idle() error {
	c, f, err := b.startProgram(200, groupsOfTen)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	before, err := c.statsAfterGC()
	if err != nil {
		return err
	}
	if err := c.connectMore(200, b.n); err != nil {
		return err
	}
	time.Sleep(time.Second)
	with, err := c.statsAfterGC()
	if err != nil {
		return err
	}
	for i := range b.n {
		if err := c.subscribe(c.peers[i], 2, subscription{Query: sidebarOfTicket, Variables: map[string]string{"id": f.tickets[i/10%len(f.tickets)].String()}}); err != nil {
			return err
		}
	}
	if err := c.profiled(func() error { return c.waitForPayloads(int64(2*b.n), time.Minute) }); err != nil {
		return err
	}
	time.Sleep(time.Second)
	twice, err := c.statsAfterGC()
	if err != nil {
		return err
	}
	added := b.n - 200
	each := float64(with.RSS-before.RSS) / float64(added) / 1024
	routines := float64(with.Goroutines-before.Goroutines) / float64(added)
	further := float64(twice.RSS-with.RSS) / float64(b.n) / 1024
	b.add(tableRow{name: "memory of an idle subscriber", unit: "KiB", ours: each, goal: "≤ 9 KiB", met: each <= 9})
	b.add(tableRow{name: "its live heap, without what the collector keeps in hand", unit: "KiB", ours: float64(with.Heap-before.Heap) / float64(added) / 1024})
	b.add(tableRow{name: "goroutines of it", ours: routines, goal: "1", met: routines < 1.05})
	b.add(tableRow{name: "a further subscription on the socket, in groups of 10", unit: "KiB", ours: further, goal: "≤ 0.5 KiB", met: further <= .5})
	b.add(tableRow{name: "its live heap", unit: "KiB", ours: float64(twice.Heap-with.Heap) / float64(b.n) / 1024})
	return nil
}

func (b *bench) crowd() error {
	const n = 19_900 // below the usual limit of 20,000 descriptors
	c, f, err := b.startProgram(n, func(f *fixture, i int) []subscription {
		return append(groupsOfTen(f, i), subscription{Query: sidebarOfTicket, Variables: map[string]string{"id": f.tickets[i/10%len(f.tickets)].String()}})
	})
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	st, err := c.statsAfterGC()
	if err != nil {
		return err
	}
	w := f.newTicketWriter(c.process)
	if err := w.updateAtRate(50, time.Second, n/10); err != nil {
		return err
	}
	late, err := c.latencies(w, func() error { return w.updateAtRate(50, 8*time.Second, n/10) })
	if err != nil {
		return err
	}
	mib, p99 := float64(st.RSS)/(1<<20), quantile(late, .99)
	b.add(tableRow{name: "19,900 sockets, 39,800 subscriptions: memory of the server", unit: "MiB", ours: mib, goal: "≤ 256 MiB", met: mib <= 256})
	b.add(tableRow{name: "commit answered → client there, 50 commits/s, groups of 10: p99", unit: "ms", ours: p99, goal: "≤ 3 ms", met: p99 <= 3})
	return nil
}

// resume: all connections break, things happen, and all come back with the cursor they had.
func (b *bench) resume() error {
	c, f, err := b.startProgram(b.n, groupsOfTen)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	w := f.newTicketWriter(c.process)
	keep := func(p *clientConn, payload []byte, _ int64) { p.cursor = cursorOf(payload) }
	c.onPayload(keep)
	for i := range b.n / 10 { // so that each has a payload, and its cursor
		if _, err := w.update(i); err != nil {
			return err
		}
	}
	if err := c.waitForPayloads(int64(2*b.n), time.Minute); err != nil {
		return err
	}
	cursors := make([]string, b.n)
	for i, p := range c.peers {
		cursors[i] = p.cursor
	}
	c.disconnectAll()
	want := make([]int64, b.n/10)
	for i := range changedGroups {
		if want[i], err = w.update(i); err != nil {
			return err
		}
	}
	time.Sleep(time.Second)
	told := make([]int64, b.n)
	twice, wrong := 0, 0
	c.onPayload(func(p *clientConn, payload []byte, _ int64) {
		s, _ := stampOf(payload)
		if told[p.index] == s.seq {
			twice++
		}
		if told[p.index] > s.seq || !bytes.Contains(payload, []byte(`"CHANGE"`)) {
			wrong++
		}
		told[p.index] = s.seq
	})
	c.to.subscribe = func(i int) []subscription {
		s := groupsOfTen(f, i)
		s[0].After = map[string]string{"resumeAfter": cursors[i]}
		return s
	}
	before, err := c.stats()
	if err != nil {
		return err
	}
	had, began := c.received.Load(), time.Now()
	var took time.Duration
	err = c.profiled(func() error {
		if err := c.connect(0, b.n, true); err != nil {
			return err
		}
		err := c.waitForPayloads(had+10*changedGroups, time.Minute)
		took = time.Since(began)
		return err
	})
	if err != nil {
		return err
	}
	c.waitForSilence(500 * time.Millisecond)
	after, err := c.stats()
	if err != nil {
		return err
	}
	c.mu.Lock()
	missed := wrong
	for i, seq := range told {
		if seq != want[i/10] {
			missed++
		}
	}
	c.mu.Unlock()
	unheard, err := b.countMissed(c, w, told, want)
	if err != nil {
		return err
	}
	missed += unheard
	cpu := micros(after.cpu()-before.cpu(), int64(b.n))
	b.addResumed(took, cpu, missed, twice)
	return nil
}

// addResumed adds what it was like for those who came back.
func (b *bench) addResumed(took time.Duration, cpu float64, missed, twice int) {
	b.add(tableRow{name: fmt.Sprintf("%s clients reconnect and resume, a fifth of them has missed something: all are served after", formatCount(b.n)), unit: "s", ours: took.Seconds(), goal: "≤ 3 s", met: took <= 3*time.Second})
	b.add(tableRow{name: "CPU of the server for one of them", unit: "µs", ours: cpu, goal: "≤ 250 µs", met: cpu <= 250})
	b.add(tableRow{name: "payloads that were missed, or told what was before", ours: float64(missed), goal: "0", met: missed == 0})
	b.add(tableRow{name: "payloads that came twice, which does no harm", ours: float64(twice)})
}

// Of the groups of ten, the first ones change while everybody is away, and some of the others
// afterwards.
const changedGroups, unaffectedGroups = 200, 50

// countMissed publishes events to groups that had missed nothing, and counts the clients that do
// not get them.
func (b *bench) countMissed(c *benchRun, w *ticketWriter, told, want []int64) (missed int, err error) {
	had := c.received.Load()
	for i := range unaffectedGroups {
		g := changedGroups + i*(b.n/10-changedGroups)/unaffectedGroups
		if want[g], err = w.update(g); err != nil {
			return 0, err
		}
	}
	if err := c.waitForPayloads(had+10*unaffectedGroups, 10*time.Second); err != nil {
		fmt.Println("those who had missed nothing:", err)
	}
	c.waitForSilence(500 * time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range unaffectedGroups {
		g := changedGroups + i*(b.n/10-changedGroups)/unaffectedGroups
		for p := range 10 {
			if told[10*g+p] != want[g] {
				missed++
			}
		}
	}
	return missed, nil
}

func cursorOf(payload []byte) string {
	_, rest, _ := strings.Cut(string(payload), `"cursor":"`)
	cursor, _, _ := strings.Cut(rest, `"`)
	return cursor
}

// statements counts what one event costs the database when nobody shares: the same for 100
// subscribers and for 1,000.
func (b *bench) statements() error {
	var each [2]float64
	for i, n := range []int{100, 1000} {
		c, f, err := b.startProgram(n, func(f *fixture, i int) []subscription {
			return []subscription{subscribeSidebar(fmt.Sprint("Sidebar", i), f.conversations[0])}
		}, "-hook")
		if err != nil {
			return err
		}
		each[i], err = c.statementsEach(f, n)
		if err = errors.Join(err, c.close()); err != nil {
			return err
		}
	}
	b.add(tableRow{name: "statements an event, 1,000 subscribers, every one different (" + formatFigure(each[0], "") + " with 100)", ours: each[1], goal: "as with 100", met: each[1] < each[0]*1.5})
	return nil
}

func (c *benchRun) statementsEach(f *fixture, n int) (float64, error) {
	const events = 5
	w := f.newTicketWriter(c.process)
	tell := func() error {
		want := c.received.Load() + int64(n)
		if _, err := w.update(0); err != nil {
			return err
		}
		return c.waitForPayloads(want, time.Minute)
	}
	if err := tell(); err != nil {
		return 0, err
	}
	before, err := c.stats()
	for range events {
		err = errors.Join(err, tell())
	}
	after, errAfter := c.stats()
	return float64(after.Statements-before.Statements) / events, errors.Join(err, errAfter)
}
