package server

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"time"
)

// limiter is admission control: a semaphore bounds how many operations run at once, a few more may
// wait, and the rest is load that is shed at once, while that costs little. A server that takes
// more than it can do is slower for all.
//
// How many may wait follows from how long that takes, as CoDel has it: while slots come free
// quickly a long queue is soon gone, and to shed a request costs more than to let it wait. When it
// takes long, the queue is kept as short as it may be without leaving a slot free.
type limiter struct {
	slots chan struct{}
	most  int // operations that run, in slots or not

	mu          sync.Mutex
	coming      int           // admitted, and still finding out who asks what
	waiting     int           // for a slot
	waited      time.Duration // how long the last one did that got a slot
	given       time.Time     // when that was, or when the first one began to wait
	longRunning int           // have left their slot to others, and run
	held        int           // are shed in a moment
	shedCount   int           // shed since that was logged
	told        time.Time
}

// admission is a request that was admitted and has not reached its slot yet.
type admission struct {
	limiter *limiter

	// Under the limiter's lock.
	late  *time.Timer // nil: it is not known yet who asks
	ended bool
	came  bool // in time, so it may wait in the queue
}

// conclude ends the admission.
func (a *admission) conclude() {
	a.limiter.mu.Lock()
	defer a.limiter.mu.Unlock()
	a.concludeLocked()
}

// redeem is conclude for a request that comes to acquire a slot, and says whether it came in time.
// One that is run again comes twice.
func (a *admission) redeem() bool {
	a.limiter.mu.Lock()
	defer a.limiter.mu.Unlock()
	a.came = a.came || !a.ended
	a.concludeLocked()
	return a.came
}

func (a *admission) concludeLocked() {
	if a.ended {
		return
	}
	a.ended = true
	a.limiter.coming--
	if a.late != nil {
		a.late.Stop()
	}
}

// awaitBody says that it is known who asks, and not yet what: whoever sends that slowly keeps
// nobody out.
func (a *admission) awaitBody() {
	a.limiter.mu.Lock()
	defer a.limiter.mu.Unlock()
	a.late = time.AfterFunc(slowBody, a.conclude)
}

type admissionKey struct{}

func admissionOf(ctx context.Context) *admission {
	a, _ := ctx.Value(admissionKey{}).(*admission)
	return a
}

// DefaultRunning is how many operations run at once: some more than the database has connections
// for, as they do other things too.
const DefaultRunning = 64

const (
	// slotsPerCPU is how many operations a CPU of this server may work at. An operation takes one
	// for half a millisecond or more, so this many keep it busy when the database answers within
	// eight times that; more of them only take turns, in the database too, and each of them takes
	// longer.
	slotsPerCPU = 8
	// longRunningFrom is when an operation makes room for others: it waits for something, and keeps
	// no CPU busy.
	longRunningFrom = 100 * time.Millisecond
	// waitersPerSlot is the length of the queue for each operation that may run: as many wait no
	// longer than clients do.
	waitersPerSlot = 4
	// queuePatience is how long one waits at most. From half of it on waiting takes long: else many
	// would give up for whom much was done.
	queuePatience = time.Second
	// slowBody is how long one that is known may take to say what it asks for, and count as one
	// that is on its way.
	slowBody = 100 * time.Millisecond
	// shedPause is how much later one hears of being shed: who asks again at once, whatever
	// Retry-After says, would take by that alone what others need. So many at most are held for it.
	shedPause, mostHeld = 100 * time.Millisecond, 2000
	// shedLogEvery is how often the log tells of those shed.
	shedLogEvery = 10 * time.Second
)

func newLimiter(running int) *limiter {
	return &limiter{slots: make(chan struct{}, min(running, slotsPerCPU*runtime.GOMAXPROCS(0))), most: running}
}

// queueCapacity is how many may wait or be on their way.
func (l *limiter) queueCapacity() int {
	if l.waiting > 0 && max(l.waited, time.Since(l.given)) > queuePatience/2 {
		return l.most
	}
	return l.most * waitersPerSlot
}

// acquire waits for a slot, and gives what releases it; nil: there is none.
func (l *limiter) acquire(ctx context.Context) (leave func()) {
	promised := false
	if a := admissionOf(ctx); a != nil {
		promised = a.redeem()
	}
	select {
	case l.slots <- struct{}{}:
		return l.occupySlot()
	default:
	}
	if !l.joinQueue(promised) {
		return nil
	}
	began, patience := time.Now(), time.NewTimer(queuePatience)
	defer patience.Stop()
	select {
	case l.slots <- struct{}{}:
		l.leaveQueue(time.Since(began))
		return l.occupySlot()
	case <-patience.C:
	case <-ctx.Done():
	}
	l.leaveQueue(-1)
	return nil
}

// occupySlot has an operation keep its slot until it ends or, if not too many do so already, until
// it is long-running.
func (l *limiter) occupySlot() (leave func()) {
	var mu sync.Mutex
	placed, ended := true, false
	step := func(ends bool) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case ended:
		case placed && (ends || l.countLongRunning(1)):
			<-l.slots
			placed = false
		case ends:
			l.countLongRunning(-1)
		}
		ended = ended || ends
	}
	var timer *time.Timer
	again := func() { // as long as too many others are long-running
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

// countLongRunning counts operations that run without a slot; false: there are too many.
func (l *limiter) countLongRunning(n int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.longRunning+n > l.most-cap(l.slots) {
		return false
	}
	l.longRunning += n
	return true
}

// runningCount is how many operations run.
func (l *limiter) runningCount() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.slots) + l.longRunning
}

// joinQueue makes one wait. Who was admitted has been promised that: much has been done for them
// already.
func (l *limiter) joinQueue(promised bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !promised && l.coming+l.waiting >= l.queueCapacity() {
		return false
	}
	if l.waiting++; l.waiting == 1 {
		l.waited, l.given = 0, time.Now()
	}
	return true
}

// leaveQueue ends the waiting of one; negative: it got no slot.
func (l *limiter) leaveQueue(waited time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting--
	if waited >= 0 {
		l.waited, l.given = waited, time.Now()
	}
}

// waitingCount is how many wait.
func (l *limiter) waitingCount() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waiting
}

// admit lets one in that will come to acquire a slot; nil: there is no use in waiting. Those who
// are on their way count as those who wait: else many more would be asked who they are, which costs
// the database, than can be served.
func (l *limiter) admit() *admission {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.coming+l.waiting >= l.queueCapacity() {
		return nil
	}
	l.coming++
	return &admission{limiter: l}
}

// shed holds one for a moment, and gives how many were shed since that was last logged, when it is
// to be logged again.
func (l *limiter) shed(ctx context.Context) (untold int) {
	if l.countHeld(1) {
		pause := time.NewTimer(shedPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
		}
		l.countHeld(-1)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shedCount++
	if time.Since(l.told) < shedLogEvery {
		return 0
	}
	untold, l.shedCount, l.told = l.shedCount, 0, time.Now()
	return untold
}

func (l *limiter) countHeld(n int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held+n > mostHeld {
		return false
	}
	l.held += n
	return true
}

const overloaded = "The server is overloaded right now. Nothing was done; try again in a moment."

// admitOrShed is the middleware that sheds requests before anything is done for them, not even to
// find out who asks.
func (l *limiter) admitOrShed(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a := l.admit(); a != nil {
			defer a.conclude() // some never enter
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), admissionKey{}, a)))
			return
		}
		requestOf(r.Context()).shed = true
		if n := l.shed(r.Context()); n > 0 {
			log.WarnContext(r.Context(), "the server is overloaded; requests were refused", "requests", n)
		}
		if to, ok := negotiateReply(w, r, log); ok {
			to.sendRefusal(r.Context(), refusal{http.StatusServiceUnavailable, codeOverloaded, overloaded})
		}
	})
}
