package live

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"deskwire/desk"
)

const (
	maxPartBytes    = 512 << 10 // bytes of a message; NATS takes 1 MiB by default
	streamRetention = time.Minute
	natsTimeout     = 2 * time.Second
)

// LeaderElection waits until this server is the leader. It leads until ctx ends or lost is closed.
// Two leaders for a while do no harm.
type LeaderElection func(ctx context.Context) (lost <-chan struct{}, err error)

// SharedTail is a LogTail for many servers: the leader alone reads the log and hands it on through
// a stream, so that one server more costs the database nothing. Every server checks what it gets,
// and reads for itself whatever the stream does not bring.
func (n *NATS) SharedTail(lead LeaderElection, read LogReader) LogTail {
	read = withReadTimeout(read)
	return func(ctx context.Context, from desk.Cursor, wake <-chan struct{}, take func(desk.Batch)) error {
		merger := newStreamMerger(read, take, n.log)
		merger.connected = n.conn.IsConnected
		lookUp := make(chan struct{}, 1)
		merger.forwardWakeUp = func() { wakeWaiter(lookUp) }
		return merger.merge(ctx, from, wake,
			func(ctx context.Context) { n.keepLeading(ctx, lead, read, lookUp) },
			func(ctx context.Context, heard chan<- *desk.Batch) { n.keepConsuming(ctx, heard) })
	}
}

// batchPart is one message of the stream: a batch, or a piece of one that is too long.
type batchPart struct {
	Before string            `json:"before"`
	Cursor string            `json:"cursor"`
	Part   int               `json:"part"`
	Last   bool              `json:"last"`
	Events []json.RawMessage `json:"events"`
}

// keepLeading feeds the stream whenever this server is the leader.
func (n *NATS) keepLeading(ctx context.Context, lead LeaderElection, read LogReader, wake <-chan struct{}) {
	for ctx.Err() == nil {
		lost, err := lead(ctx)
		if err == nil {
			n.log.Debug("this server reads the event log for all servers")
			n.feedStream(ctx, lost, wake, read)
		}
		_ = sleepFor(ctx, pollInterval)
	}
}

// feedStream publishes what the log gains from now on, until the lead is lost. What NATS does not
// take is left out: the servers notice.
func (n *NATS) feedStream(ctx context.Context, lost, wake <-chan struct{}, read LogReader) {
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	var published, cursor desk.Cursor
	failing := false
	for {
		b, err := read(ctx, cursor)
		switch {
		case isRefused(err):
			published, cursor = desk.Cursor{}, desk.Cursor{}
		case err != nil: // the merger beside it meets the same, and logs it
		case len(b.Events) > 0:
			b.Before = published
			err := n.publishBatch(ctx, b)
			if err != nil && !failing && ctx.Err() == nil {
				n.log.Warn("NATS does not accept the event log; each server reads it from the database", "err", err)
			}
			failing = err != nil
			published, cursor = b.Cursor, b.Cursor
		default:
			cursor = b.Cursor
		}
		select {
		case <-ctx.Done():
			return
		case <-lost:
			return
		case <-wake:
		case <-poll.C:
		}
	}
}

func (n *NATS) publishBatch(ctx context.Context, b desk.Batch) error {
	ctx, cancel := context.WithTimeout(ctx, natsTimeout)
	defer cancel()
	id := sha256.Sum256([]byte(cursorText(b.Before) + " " + cursorText(b.Cursor)))
	for _, p := range splitBatch(b) {
		raw, err := json.Marshal(p)
		if err != nil {
			return err
		}
		if _, err := n.js.Publish(ctx, n.prefix+".log", raw,
			jetstream.WithMsgID(hex.EncodeToString(id[:16])+"."+strconv.Itoa(p.Part))); err != nil {
			return err
		}
	}
	return nil
}

// cursorText is a cursor as it travels: "" is the zero one.
func cursorText(c desk.Cursor) string {
	if c.IsZero() {
		return ""
	}
	return c.String()
}

// parseCursor reads what cursorText wrote.
func parseCursor(text string) (c desk.Cursor, ok bool) {
	if text == "" {
		return c, true
	}
	return desk.ParseCursor(text)
}

// splitBatch makes parts of a batch that are not much longer than maxPartBytes, unless one event
// is.
func splitBatch(b desk.Batch) []*batchPart {
	at := &batchPart{Before: cursorText(b.Before), Cursor: cursorText(b.Cursor)}
	parts, size := []*batchPart{at}, 0
	for _, e := range b.Events {
		raw, _ := json.Marshal(e) // a plain struct: it can't fail
		if size += len(raw); size > maxPartBytes && len(at.Events) > 0 {
			at = &batchPart{Before: cursorText(b.Before), Cursor: cursorText(b.Cursor), Part: len(parts)}
			parts, size = append(parts, at), len(raw)
		}
		at.Events = append(at.Events, raw)
	}
	at.Last = true
	return parts
}

// keepConsuming hands on the batches of the stream as they come, and nil when one may have been
// missed.
func (n *NATS) keepConsuming(ctx context.Context, heard chan<- *desk.Batch) {
	give := func(b *desk.Batch) {
		select {
		case <-ctx.Done():
		case heard <- b:
		}
	}
	broken := false
	for ctx.Err() == nil {
		err := n.consumeStream(ctx, give, func() {
			if broken {
				n.log.Info("the event log's NATS stream works again")
			}
			broken = false
		})
		if ctx.Err() != nil {
			return
		}
		if !broken {
			n.log.Warn("the event log's NATS stream broke; this server reads from the database", "err", err)
		}
		broken = true
		give(nil)
		_ = sleepFor(ctx, 2*pollInterval)
	}
}

func (n *NATS) consumeStream(ctx context.Context, give func(*desk.Batch), up func()) error {
	if !n.conn.IsConnected() {
		return errDisconnected
	}
	it, err := n.subscribeStream(ctx)
	if err != nil {
		return err
	}
	defer it.Stop()
	up()
	var whole partAssembler
	for readable := true; ; {
		msg, err := it.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		b, err := whole.assemble(msg.Data())
		switch {
		case err != nil: // what it holds is in the log, from where this server reads it
			if readable {
				n.log.Warn("the event log's NATS stream holds what this version cannot read; this server reads from the database", "err", err)
			}
			readable = false
			give(nil)
		case b != nil:
			readable = true
			give(b)
		}
	}
}

// subscribeStream makes the stream if there is none, and reads it from now on. The stream lives in
// memory and keeps a minute: it transports and does not store. One that is there stays as it is: an
// operator may want more replicas.
func (n *NATS) subscribeStream(ctx context.Context) (jetstream.MessagesContext, error) {
	ctx, cancel := context.WithTimeout(ctx, natsTimeout)
	defer cancel()
	stream, err := n.js.Stream(ctx, n.stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = n.js.CreateStream(ctx, jetstream.StreamConfig{
			Name: n.stream, Subjects: []string{n.prefix + ".log"}, Storage: jetstream.MemoryStorage,
			MaxAge: streamRetention, Duplicates: streamRetention, MaxBytes: 64 << 20, Discard: jetstream.DiscardOld,
		})
	}
	if err != nil {
		return nil, err
	}
	consumer, err := stream.CreateConsumer(ctx, jetstream.ConsumerConfig{
		DeliverPolicy: jetstream.DeliverNewPolicy, AckPolicy: jetstream.AckNonePolicy,
		MemoryStorage: true, InactiveThreshold: 10 * time.Second,
	})
	if err != nil {
		return nil, err
	}
	// Few at a time: a part may be long. A missing heartbeat ends the reading.
	return consumer.Messages(jetstream.PullMaxMessages(16), jetstream.PullExpiry(10*time.Second), jetstream.PullHeartbeat(time.Second))
}

// partAssembler makes batches of parts. When a part is missing there is no batch, which is a gap
// that the merger notices with the next one.
type partAssembler struct {
	batch *desk.Batch
	next  int
}

// assemble takes a part, and gives the batch when it was the last one. An error is a part that
// can't be read.
func (j *partAssembler) assemble(raw []byte) (*desk.Batch, error) {
	p, before, cursor, events, err := readPart(raw)
	if err != nil {
		j.batch = nil
		return nil, err
	}
	if p.Part == 0 {
		j.batch, j.next = &desk.Batch{Before: before, Cursor: cursor}, 0
	}
	if j.batch == nil || p.Part != j.next || !before.Equal(j.batch.Before) || !cursor.Equal(j.batch.Cursor) {
		j.batch = nil
		return nil, nil
	}
	j.batch.Events = append(j.batch.Events, events...)
	if j.next++; !p.Last {
		return nil, nil
	}
	b := j.batch
	j.batch = nil
	return b, nil
}

// readPart reads a message of the stream.
func readPart(raw []byte) (p batchPart, before, cursor desk.Cursor, events []*desk.Event, err error) {
	if err = json.Unmarshal(raw, &p); err != nil {
		return p, before, cursor, nil, err
	}
	var ok, ok2 bool
	before, ok = parseCursor(p.Before)
	cursor, ok2 = parseCursor(p.Cursor)
	if !ok || !ok2 {
		return p, before, cursor, nil, errors.New("live: a cursor is not readable")
	}
	for _, raw := range p.Events {
		e := &desk.Event{}
		if err := json.Unmarshal(raw, e); err != nil {
			return p, before, cursor, nil, err
		}
		events = append(events, e)
	}
	return p, before, cursor, events, nil
}
