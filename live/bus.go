package live

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Topic says what a message on the bus is about.
type Topic string

// The topics.
const (
	TopicWake     Topic = "wake"     // a wake-up: something was committed, read the log now; no payload
	TopicPresence Topic = "presence" // see Presences
	TopicRates    Topic = "rates"    // what was taken from rate limits; no payload: this server is there

	// Reconnected is never published: Run says so whenever messages of either direction may have
	// been lost.
	Reconnected Topic = "reconnected"
)

// MaxPayload is how many bytes one message carries. A NOTIFY takes 8,000, of which base64 eats a
// quarter.
const MaxPayload = 5 << 10

// Transport moves frames of up to 7,900 bytes of text between servers; frames may come back to
// their sender. Both methods call up once they work, and return when the connection breaks or ctx
// ends; they are then called again.
type Transport interface {
	Send(ctx context.Context, up func(), frames <-chan []byte) error
	Receive(ctx context.Context, up func(), take func(frame []byte)) error
}

const (
	frameLimit    = 7900
	frameInterval = 2 * time.Millisecond // at most one frame in this time; what comes meanwhile goes together
	maxWaiting    = 2000                 // messages
)

// NewBus is the bus over a transport: the NATS of this package, or the Notifier of package db.
func NewBus(t Transport, log *slog.Logger) *Bus {
	return &Bus{transport: t, log: log, self: rand.Text(), ready: make(chan struct{}, 1), coalesced: map[Topic]bool{}}
}

// Bus is publish/subscribe between the servers of one database, for small messages. Nothing is kept
// for a server that is away, and nothing true depends on it: the log is a table, and presence ends
// by itself.
type Bus struct {
	transport Transport
	log       *slog.Logger
	self      string // tells own frames from others'

	mu        sync.Mutex
	waiting   []busMessage
	coalesced map[Topic]bool // topics of which a message without a payload waits
	ready     chan struct{}

	taking sync.Mutex
}

type busFrame struct {
	From     string       `json:"from"`
	Messages []busMessage `json:"messages"`
}

type busMessage struct {
	Topic   Topic  `json:"topic"`
	Payload []byte `json:"payload,omitempty"`
}

func (m busMessage) encodedSize() int {
	return len(`{"topic":"","payload":""},`) + len(m.Topic) + base64.StdEncoding.EncodedLen(len(m.Payload))
}

// Publish tells all other servers, never this one. It never blocks; what can't be sent in time, or
// is longer than MaxPayload, is dropped. Equal messages without a payload that wait to be sent are
// coalesced into one.
func (b *Bus) Publish(topic Topic, payload []byte) {
	if len(payload) > MaxPayload {
		b.log.Error("a message is too long for the bus and was dropped", "topic", topic, "bytes", len(payload))
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(payload) == 0 && b.coalesced[topic] || len(b.waiting) >= maxWaiting {
		return
	}
	if len(payload) == 0 {
		b.coalesced[topic] = true
	}
	b.waiting = append(b.waiting, busMessage{topic, payload})
	wakeWaiter(b.ready)
}

// Run carries messages until ctx ends, and connects anew by itself. It calls take for one message
// at a time, and with Reconnected after each time that it has connected, the first included.
func (b *Bus) Run(ctx context.Context, take func(topic Topic, payload []byte)) {
	one := func(topic Topic, payload []byte) {
		b.taking.Lock()
		defer b.taking.Unlock()
		take(topic, payload)
	}
	up := func() { one(Reconnected, nil) }
	frames := make(chan []byte)
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { b.packFrames(ctx, frames) })
	wg.Go(func() {
		b.keepConnected(ctx, "sending", up, func(up func()) error { return b.transport.Send(ctx, up, frames) })
	})
	b.keepConnected(ctx, "receiving", up, func(up func()) error {
		return b.transport.Receive(ctx, up, func(raw []byte) { b.unpackFrame(raw, one) })
	})
}

// packFrames makes frames of the waiting messages. While nothing can be sent it holds one frame
// ready.
func (b *Bus) packFrames(ctx context.Context, frames chan<- []byte) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.ready:
		}
		for f := b.nextFrame(); f != nil; f = b.nextFrame() {
			select {
			case <-ctx.Done():
				return
			case frames <- f:
			}
			if sleepFor(ctx, frameInterval) != nil {
				return
			}
		}
	}
}

// nextFrame is the next frame, or nil when no message waits.
func (b *Bus) nextFrame() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, size := 0, len(`{"from":"","messages":[]}`)+len(b.self)
	for n < len(b.waiting) && size+b.waiting[n].encodedSize() <= frameLimit {
		size += b.waiting[n].encodedSize()
		if len(b.waiting[n].Payload) == 0 {
			delete(b.coalesced, b.waiting[n].Topic)
		}
		n++
	}
	if n == 0 {
		return nil
	}
	raw, _ := json.Marshal(busFrame{From: b.self, Messages: b.waiting[:n]}) // strings and bytes: it can't fail
	b.waiting = b.waiting[n:]
	return raw
}

func (b *Bus) unpackFrame(raw []byte, take func(Topic, []byte)) {
	var f busFrame
	if err := json.Unmarshal(raw, &f); err != nil {
		b.log.Warn("the bus has a message that this version does not understand", "err", err)
		return
	}
	if f.From == b.self {
		return
	}
	for _, m := range f.Messages {
		take(m.Topic, m.Payload)
	}
}

// keepConnected runs one direction of the transport again and again, with a backoff while it fails.
func (b *Bus) keepConnected(ctx context.Context, what string, up func(), run func(up func()) error) {
	wait := minReconnectPause
	for broken := false; ctx.Err() == nil; {
		err := run(func() {
			if broken {
				b.log.Info("the bus works again", "direction", what)
			}
			broken, wait = false, minReconnectPause
			up()
		})
		if ctx.Err() != nil {
			return
		}
		if !broken {
			b.log.Warn("the bus is down; retrying", "direction", what, "err", err)
			broken = true
		}
		if sleepFor(ctx, wait) != nil {
			return
		}
		wait = min(2*wait, maxReconnectPause)
	}
}

const (
	minReconnectPause = 50 * time.Millisecond
	maxReconnectPause = 3 * time.Second
)

func sleepFor(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// wakeWaiter wakes the goroutine that waits on c, which holds one signal.
func wakeWaiter(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

var errDisconnected = errors.New("not connected")
