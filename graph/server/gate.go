package server

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"time"
)

// gate bounds how many operations run at once. A few more may wait; all others are sent away at once, while that costs little:
// a server that takes more than it can do is slower for all.
//
// How many may wait follows from how long that takes, as CoDel has it: while places come free quickly a long queue is soon gone, and to send
// somebody away costs more than to let them wait. When it takes long, the queue is kept as short as it may be without leaving a place free.
type gate struct {
	places chan struct{}
	most   int // operations that run, in places or not

	mu      sync.Mutex
	coming  int           // let in, and still finding out who asks what
	waiting int           // for a place
	waited  time.Duration // how long the last one did that got a place
	given   time.Time     // when that was, or when the first one began to wait
	lasting int           // have left their place to others, and run
	held    int           // are sent away in a moment
	away    int           // sent away since that was told
	told    time.Time
}

// admission is one that was let in and has not reached its place yet.
type admission struct {
	gate *gate

	// Under the gate's lock.
	late  *time.Timer // nil: it is not known yet who asks
	ended bool
	came  bool // in time, so a place in the queue has been promised
}

// arrive ends the approach.
func (a *admission) arrive() {
	a.gate.mu.Lock()
	defer a.gate.mu.Unlock()
	a.end()
}

// comes is arrive for who comes to enter, and says whether they came in time. A request that is run again comes twice.
func (a *admission) comes() bool {
	a.gate.mu.Lock()
	defer a.gate.mu.Unlock()
	a.came = a.came || !a.ended
	a.end()
	return a.came
}

func (a *admission) end() {
	if a.ended {
		return
	}
	a.ended = true
	a.gate.coming--
	if a.late != nil {
		a.late.Stop()
	}
}

// reads says that it is known who asks, and not yet what: whoever sends that slowly keeps nobody out.
func (a *admission) reads() {
	a.gate.mu.Lock()
	defer a.gate.mu.Unlock()
	a.late = time.AfterFunc(slowBody, a.arrive)
}

type admissionKey struct{}

func approachOf(ctx context.Context) *admission {
	a, _ := ctx.Value(admissionKey{}).(*admission)
	return a
}

// DefaultRunning is how many operations run at once: some more than the database has connections for, as they do other things too.
const DefaultRunning = 64

const (
	// slotsPerCPU is how many operations a CPU of this server may work at. An operation takes one for half a millisecond or more, so this many keep
	// it busy when the database answers within eight times that; more of them only take turns, in the database too, and each of them takes longer.
	slotsPerCPU = 8
	// longRunningFrom is when an operation makes room for others: it waits for something, which takes nobody's turn.
	longRunningFrom = 100 * time.Millisecond
	// waitersPerSlot is the length of the queue for each operation that may run: as many wait no longer than clients do.
	waitersPerSlot = 4
	// queuePatience is how long one waits at most. From half of it on waiting takes long: else many would give up for whom much was done.
	queuePatience = time.Second
	// slowBody is how long one that is known may take to say what it asks for, and count as one that is on its way.
	slowBody = 100 * time.Millisecond
	// shedPause is how much later one hears of being sent away: who asks again at once, whatever Retry-After says, would take by that alone
	// what others need. So many at most are held for it.
	shedPause, mostHeld = 100 * time.Millisecond, 2000
	// shedLogEvery is how often the log tells of those sent away.
	shedLogEvery = 10 * time.Second
)

func newGate(running int) *gate {
	return &gate{places: make(chan struct{}, min(running, slotsPerCPU*runtime.GOMAXPROCS(0))), most: running}
}

// room is how many may wait or be on their way.
func (g *gate) room() int {
	if g.waiting > 0 && max(g.waited, time.Since(g.given)) > queuePatience/2 {
		return g.most
	}
	return g.most * waitersPerSlot
}

// enter waits for a place, and gives what leaves it; nil: there is none.
func (g *gate) enter(ctx context.Context) (leave func()) {
	promised := false
	if a := approachOf(ctx); a != nil {
		promised = a.comes()
	}
	select {
	case g.places <- struct{}{}:
		return g.run()
	default:
	}
	if !g.queue(promised) {
		return nil
	}
	began, patience := time.Now(), time.NewTimer(queuePatience)
	defer patience.Stop()
	select {
	case g.places <- struct{}{}:
		g.unqueue(time.Since(began))
		return g.run()
	case <-patience.C:
	case <-ctx.Done():
	}
	g.unqueue(-1)
	return nil
}

// run is an operation in its place, which it leaves when it ends or, if not too many do so already, when it lasts.
func (g *gate) run() (leave func()) {
	var mu sync.Mutex
	placed, ended := true, false
	step := func(ends bool) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case ended:
		case placed && (ends || g.lasts(1)):
			<-g.places
			placed = false
		case ends:
			g.lasts(-1)
		}
		ended = ended || ends
	}
	var timer *time.Timer
	again := func() { // as long as too many others last
		step(false)
		mu.Lock()
		defer mu.Unlock()
		if placed && !ended {
			timer.Reset(longRunningFrom)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(longRunningFrom, again)
	return func() {
		step(true)
		timer.Stop()
	}
}

// lasts counts operations that run without a place; false: there are too many.
func (g *gate) lasts(n int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.lasting+n > g.most-cap(g.places) {
		return false
	}
	g.lasting += n
	return true
}

// running is how many operations run.
func (g *gate) running() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.places) + g.lasting
}

// queue makes one wait. Who has approached has been promised that: much has been done for them already.
func (g *gate) queue(promised bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !promised && g.coming+g.waiting >= g.room() {
		return false
	}
	if g.waiting++; g.waiting == 1 {
		g.waited, g.given = 0, time.Now()
	}
	return true
}

// unqueue ends the waiting of one; negative: it got no place.
func (g *gate) unqueue(waited time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting--
	if waited >= 0 {
		g.waited, g.given = waited, time.Now()
	}
}

// waiters is how many wait.
func (g *gate) waiters() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.waiting
}

// approach lets one in that will come to enter; nil: there is no use in waiting. Those who are on their way count as those who
// wait: else many more would be asked who they are, which costs the database, than can be served.
func (g *gate) approach() *admission {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.coming+g.waiting >= g.room() {
		return nil
	}
	g.coming++
	return &admission{gate: g}
}

// sendAway holds one for a moment, and gives how many were sent away since that was last told, when it is to be told again.
func (g *gate) sendAway(ctx context.Context) (untold int) {
	if g.hold(1) {
		pause := time.NewTimer(shedPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
		}
		g.hold(-1)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.away++
	if time.Since(g.told) < shedLogEvery {
		return 0
	}
	untold, g.away, g.told = g.away, 0, time.Now()
	return untold
}

func (g *gate) hold(n int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held+n > mostHeld {
		return false
	}
	g.held += n
	return true
}

const overloaded = "The server is overloaded right now. Nothing was done; try again in a moment."

// shed sends requests away before anything is done for them, not even to find out who asks.
func (g *gate) shed(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a := g.approach(); a != nil {
			defer a.arrive() // some never enter
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), admissionKey{}, a)))
			return
		}
		requestOf(r.Context()).sentAway = true
		if n := g.sendAway(r.Context()); n > 0 {
			log.WarnContext(r.Context(), "the server is overloaded; requests were refused", "requests", n)
		}
		if to, ok := replyTo(w, r, log); ok {
			to.refuse(r.Context(), refusal{http.StatusServiceUnavailable, codeOverloaded, overloaded})
		}
	})
}
