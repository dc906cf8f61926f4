package live

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"deskwire/desk"
)

var (
	acc      = desk.ID{1}
	cnv      = desk.ID{2}
	ann, ben = desk.ID{3}, desk.ID{4}
)

const (
	viewing = desk.PresenceViewing
	reply   = desk.PresenceTypingReply
	comment = desk.PresenceTypingComment
)

// network joins registries as a bus does, and can lose, repeat and mix up what they say.
type network struct {
	sync.Mutex
	peers     []*Presences
	bad       bool
	published int
	sent      [][]byte
	flying    sync.WaitGroup
}

func (n *network) join(t *testing.T) *Presences {
	var p *Presences
	p = NewPresences(func(payload []byte) {
		n.Lock()
		defer n.Unlock()
		n.published++
		n.sent = append(n.sent, payload)
		for _, peer := range n.peers {
			if peer != p {
				n.carry(peer, payload)
			}
		}
	})
	n.Lock()
	n.peers = append(n.peers, p)
	n.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); p.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; n.flying.Wait() })
	return p
}

func (n *network) carry(to *Presences, payload []byte) {
	copies, late := 1, time.Millisecond
	if n.bad {
		copies, late = []int{0, 1, 1, 1, 2}[rand.IntN(5)], time.Duration(rand.IntN(3000))*time.Millisecond
	}
	for range copies {
		n.flying.Go(func() { time.Sleep(late); to.TakeMessage(payload) })
	}
}

func (n *network) count() int {
	n.Lock()
	defer n.Unlock()
	return n.published
}

// who writes a list down: "ann VIEWING, ben TYPING_REPLY".
func who(list []Presence) string {
	names := map[desk.ID]string{ann: "ann", ben: "ben"}
	var out []string
	for _, p := range list {
		out = append(out, fmt.Sprint(names[p.AgentID], " ", p.State))
	}
	return strings.Join(out, ", ")
}

func expectWho(t *testing.T, p *Presences, want string) {
	t.Helper()
	synctest.Wait()
	if got := who(p.ViewersOf(acc, cnv)); got != want {
		t.Fatalf("%q are here, want %q", got, want)
	}
}

func TestPresenceEndsAfter15Seconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		a, b := n.join(t), n.join(t)
		var callsA, callsB atomic.Int64
		defer a.WatchConversation(acc, cnv, func() { callsA.Add(1) })()
		defer b.WatchConversation(acc, cnv, func() { callsB.Add(1) })()
		called := func(want int64) {
			t.Helper()
			if callsA.Load() != want || callsB.Load() != want {
				t.Fatalf("watchers were called %d and %d times, want %d", callsA.Load(), callsB.Load(), want)
			}
		}
		if !a.Heartbeat(acc, cnv, ann, "s1", viewing) {
			t.Fatal("refused")
		}
		time.Sleep(time.Millisecond)
		expectWho(t, b, "ann VIEWING")
		time.Sleep(15*time.Second - 2*time.Millisecond)
		expectWho(t, a, "ann VIEWING")
		time.Sleep(time.Millisecond)
		expectWho(t, a, "")
		time.Sleep(time.Millisecond)
		expectWho(t, b, "")
		called(2)

		// Signs of life keep it alive on all servers, call nobody, and are told every 5 s at most.
		a.Heartbeat(acc, cnv, ann, "s1", viewing)
		begin, told := time.Now(), n.count()
		for range 600 {
			a.Heartbeat(acc, cnv, ann, "s1", viewing)
			time.Sleep(100 * time.Millisecond)
			expectWho(t, b, "ann VIEWING")
		}
		if got := n.count() - told; got > 12 {
			t.Fatalf("%d messages in a minute", got)
		}
		called(3)
		if since := b.ViewersOf(acc, cnv)[0].Since; !since.Equal(begin) {
			t.Fatalf("since %s, want %s", since, begin)
		}
		// The last sign of life counts, though it was not told at once.
		time.Sleep(15*time.Second - 102*time.Millisecond)
		expectWho(t, b, "ann VIEWING")
		time.Sleep(5 * time.Millisecond)
		expectWho(t, b, "")
	})
}

func TestPresenceOfSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		a, b := n.join(t), n.join(t)
		at := func(want string) {
			t.Helper()
			time.Sleep(10 * time.Millisecond)
			expectWho(t, a, want)
			expectWho(t, b, want)
		}
		a.Heartbeat(acc, cnv, ben, "ben", viewing)
		at("ben VIEWING")
		a.Heartbeat(acc, cnv, ann, "tab1", viewing)
		a.Heartbeat(acc, cnv, ann, "tab2", viewing)
		at("ben VIEWING, ann VIEWING")
		a.Heartbeat(acc, cnv, ann, "tab1", reply)
		at("ben VIEWING, ann TYPING_REPLY")
		b.Heartbeat(acc, cnv, ann, "tab3", comment) // the later says more, on whichever server
		at("ben VIEWING, ann TYPING_COMMENT")
		b.LeaveConversation(acc, cnv, ann, "tab3")
		at("ben VIEWING, ann TYPING_REPLY")
		a.LeaveConversation(acc, cnv, ben, "tab1") // not ben's session
		at("ben VIEWING, ann TYPING_REPLY")
		a.Heartbeat(acc, cnv, ann, "tab1", viewing)
		at("ben VIEWING, ann VIEWING")
		a.Heartbeat(acc, desk.ID{9}, ann, "tab1", viewing)
		a.SessionEnded("tab1")
		at("ben VIEWING, ann VIEWING") // tab2 is there still
		if len(b.ViewersOf(acc, desk.ID{9})) != 0 {
			t.Fatal("a session's other conversation outlived it")
		}
		a.SessionEnded("tab2")
		at("ben VIEWING")
		if len(a.ViewersOf(desk.ID{7}, cnv)) != 0 {
			t.Fatal("another account sees it")
		}
		a.Heartbeat(acc, cnv, ann, "ben", viewing) // a session is of one agent
		at("ann VIEWING")
		a.SessionEnded("ben")
		at("")
		if len(a.rosters)+len(a.sessions)+len(a.accounts)+len(a.expiries) != 0 {
			t.Fatal("something is left behind")
		}
	})
}

// A server that starts, or was cut off, asks and is told.
func TestPresenceHello(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		a, b := n.join(t), n.join(t)
		for i := range 90 { // more than one message holds
			a.Heartbeat(acc, desk.ID{5, byte(i)}, ann, "s1", viewing)
		}
		b.Heartbeat(acc, cnv, ben, "s1", reply)
		time.Sleep(2 * time.Second)
		late := n.join(t)
		late.Synchronize()
		time.Sleep(2 * time.Second)
		expectWho(t, late, "ben TYPING_REPLY")
		for i := range 90 {
			if len(late.ViewersOf(acc, desk.ID{5, byte(i)})) != 1 {
				t.Fatalf("conversation %d is not known", i)
			}
		}
		for _, m := range n.sent {
			if len(m) > MaxPayload {
				t.Fatalf("a message of %d bytes", len(m))
			}
		}
		before := n.count()
		for range 100 {
			late.Synchronize()
		}
		time.Sleep(900 * time.Millisecond)
		if got := n.count() - before; got > 130 { // the questions, and each answered once
			t.Fatalf("%d messages for 100 questions", got)
		}
		time.Sleep(15 * time.Second)
		expectWho(t, late, "")
	})
}

// What ended does not come back by a message that was overtaken, however late.
func TestPresenceIsNotResurrected(t *testing.T) {
	for name, end := range map[string]func(p *Presences){
		"left":          func(p *Presences) { p.LeaveConversation(acc, cnv, ann, "s1") },
		"socket gone":   func(p *Presences) { p.SessionEnded("s1") },
		"no more signs": func(*Presences) { time.Sleep(16 * time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{}
				a := n.join(t)
				a.Heartbeat(acc, cnv, ann, "s1", viewing)
				a.Heartbeat(acc, cnv, ann, "s1", reply)
				end(a)
				synctest.Wait()
				old := slices.Clone(n.sent)
				other := NewPresences(func([]byte) {})
				for i := len(old) - 1; i >= 0; i-- {
					other.TakeMessage(old[i])
					expectWho(t, other, "")
				}
				for i := range 6 { // half a minute, then what is remembered turns
					time.Sleep(16 * time.Second)
					a.Heartbeat(acc, desk.ID{8}, ben, strconv.Itoa(i), viewing)
					a.SessionEnded(strconv.Itoa(i))
					other.TakeMessage(n.sent[len(n.sent)-1])
					for _, m := range old {
						other.TakeMessage(m)
						expectWho(t, other, "")
					}
				}
				a.Heartbeat(acc, cnv, ann, "s1", viewing)
				other.TakeMessage(n.sent[len(n.sent)-1])
				expectWho(t, other, "ann VIEWING")
			})
		})
	}
}

// Each message alone says enough, so a bad network only delays: with a good one for 15 s all
// servers agree.
func TestPresenceOnABadNetwork(t *testing.T) {
	t.Parallel()
	for seed := range 10 {
		synctest.Test(t, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(uint64(seed), 1))
			n := &network{bad: true}
			for range 3 {
				n.join(t)
			}
			agents, conversations := []desk.ID{ann, ben, {5}}, []desk.ID{cnv, {21}, {22}}
			type mine struct {
				conversation, agent desk.ID
				session             string
				state               desk.PresenceState
			}
			alive := make([]map[mine]bool, 3)
			for i := range alive {
				alive[i] = map[mine]bool{}
			}
			for range 400 {
				i := rnd.IntN(3)
				m := mine{conversations[rnd.IntN(3)], agents[rnd.IntN(3)], "", ""}
				m.session = fmt.Sprint(m.agent[0], " ", rnd.IntN(2))
				for old := range alive[i] {
					if old.session == m.session && old.conversation == m.conversation {
						delete(alive[i], old)
					}
				}
				switch rnd.IntN(6) {
				case 0:
					n.peers[i].SessionEnded(m.session)
					for old := range alive[i] {
						if old.session == m.session {
							delete(alive[i], old)
						}
					}
				case 1:
					n.peers[i].LeaveConversation(acc, m.conversation, m.agent, m.session)
				case 2:
					n.peers[i].Synchronize()
					n.peers[i].LeaveConversation(acc, m.conversation, m.agent, m.session)
				default:
					m.state = []desk.PresenceState{viewing, reply, comment}[rnd.IntN(3)]
					n.peers[i].Heartbeat(acc, m.conversation, m.agent, m.session, m.state)
					alive[i][m] = true
				}
				time.Sleep(time.Duration(rnd.IntN(200)) * time.Millisecond)
			}
			n.Lock()
			n.bad = false
			n.Unlock()
			for range 19 { // late messages fly for 3 s
				for i := range alive {
					for m := range alive[i] {
						n.peers[i].Heartbeat(acc, m.conversation, m.agent, m.session, m.state)
					}
				}
				time.Sleep(time.Second)
			}
			synctest.Wait()
			for _, c := range conversations {
				want := map[desk.ID]bool{}
				for i := range alive {
					for m := range alive[i] {
						if m.conversation == c {
							want[m.agent] = true
						}
					}
				}
				first := n.peers[0].ViewersOf(acc, c)
				if len(first) != len(want) {
					t.Fatalf("seed %d: %d agents, want %d", seed, len(first), len(want))
				}
				for i, p := range n.peers {
					if !slices.Equal(p.ViewersOf(acc, c), first) {
						t.Fatalf("seed %d: server %d says %v, server 0 %v", seed, i, p.ViewersOf(acc, c), first)
					}
				}
			}
			time.Sleep(20 * time.Second)
			for _, p := range n.peers {
				for _, c := range conversations {
					if l := p.ViewersOf(acc, c); len(l) > 0 {
						t.Fatalf("seed %d: after all went there is %v", seed, l)
					}
				}
			}
		})
	}
}

func TestPresenceIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		a := n.join(t)
		n.join(t)
		id := func(i int) desk.ID { return desk.ID{byte(i), byte(i >> 8), 1} }
		for i := range maxSessionPresences {
			if !a.Heartbeat(acc, id(i), ann, "s", viewing) {
				t.Fatalf("refused at %d", i)
			}
		}
		if a.Heartbeat(acc, id(maxSessionPresences), ann, "s", viewing) {
			t.Fatal("a session is at more conversations than it may")
		}
		if !a.Heartbeat(acc, id(0), ann, "s", reply) || !a.Heartbeat(acc, id(maxSessionPresences), ann, "s2", viewing) {
			t.Fatal("refused what is within bounds")
		}
		for i := range maxAccountPresences {
			a.Heartbeat(acc, id(i%50), ann, "many"+strconv.Itoa(i/50), viewing)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		for _, p := range n.peers {
			if p.Heartbeat(acc, cnv, ben, "one more", viewing) || p.accounts[acc] != maxAccountPresences {
				t.Fatalf("an account has %d presences and one more", p.accounts[acc])
			}
		}
		if !a.Heartbeat(desk.ID{99}, cnv, ben, "other", viewing) {
			t.Fatal("another account is bounded with it")
		}
	})
}

// What another server says is bounded, too, and so is what is remembered of its ends.
func TestPresenceOfOthersIsBounded(t *testing.T) {
	t.Parallel()
	p, seq := NewPresences(func([]byte) {}), uint64(0)
	tell := func(session int, life int64) {
		seq++
		w := &wirePresence{Key: wirePresenceKey{acc, cnv, ann, strconv.Itoa(session)}, Seq: seq, Life: life, State: viewing}
		p.TakeMessage(wireMessages("far", false, []*wirePresence{w})[0])
	}
	for i := range maxAccountPresences + 10 {
		tell(i, 10_000)
	}
	if p.accounts[acc] != maxAccountPresences {
		t.Fatalf("%d presences", p.accounts[acc])
	}
	for i := range 2*maxEnded + 10 {
		tell(i, 0)
	}
	if s := p.servers["far"]; len(s.ended)+len(s.endedBefore) > 2*maxEnded || len(p.accounts) > 0 {
		t.Fatal("what is remembered of a server grows for ever")
	}
	tell(0, 10_000)
	if len(p.ViewersOf(acc, cnv)) != 1 {
		t.Fatal("who comes again is not let in")
	}
}

// A watcher may do anything but block: ask for the list, watch, stop.
func TestPresenceWatchersMayCallBack(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	p := NewPresences(func([]byte) {})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); p.Run(ctx) }()
	lists := make(chan string, 10)
	var stop func()
	stop = p.WatchConversation(acc, cnv, func() {
		lists <- who(p.ViewersOf(acc, cnv))
		p.WatchConversation(acc, desk.ID{9}, func() {})()
		stop()
	})
	p.Heartbeat(acc, cnv, ann, "s1", viewing)
	p.Heartbeat(acc, cnv, ann, "s1", reply) // watched no more
	if got := <-lists; got != "ann VIEWING" || len(lists) > 0 {
		t.Fatalf("%q, and %d calls more", got, len(lists))
	}
	cancel()
	<-done
}

func TestPresenceUnderRace(t *testing.T) {
	t.Parallel()
	n := &network{bad: false}
	peers := []*Presences{n.join(t), n.join(t)}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			p, session := peers[i%2], strconv.Itoa(i)
			for j := range 200 {
				stop := p.WatchConversation(acc, cnv, func() { p.ViewersOf(acc, cnv) })
				p.Heartbeat(acc, cnv, ann, session, []desk.PresenceState{viewing, reply}[j%2])
				if j%3 == 0 {
					p.Synchronize()
				}
				if j%5 == 0 {
					p.SessionEnded(session)
				}
				stop()
			}
			p.SessionEnded(session)
		})
	}
	wg.Wait()
	eventually(t, "all are gone", func() string { return who(append(peers[0].ViewersOf(acc, cnv), peers[1].ViewersOf(acc, cnv)...)) })
}
