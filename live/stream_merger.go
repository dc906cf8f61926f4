package live

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"deskwire/desk"
)

const (
	pollInterval  = 100 * time.Millisecond // between readings where nothing wakes
	streamTimeout = time.Second            // a stream that was silent this long is checked by a reading of our own
	maxExpected   = 10_000                 // events
	readTimeout   = 30 * time.Second
)

// streamMerger merges a stream of batches with its own readings of the log, so that each event is
// taken once and in order, whatever the stream loses, repeats or mixes up.
//
// What the log shows only grows, so of two cursors one shows all that the other does, though nobody
// can tell which by looking at them. The merger keeps two: cursor, up to which it has taken events,
// and streamCursor, where the last batch of the stream ended. cursor is never behind streamCursor,
// and expected has at least the events between.
type streamMerger struct {
	read LogReader
	take func(desk.Batch)
	log  *slog.Logger

	connected     func() bool // whether the stream can bring anything at all
	forwardWakeUp func()      // passes a wake-up on

	cursor        desk.Cursor
	emittedCursor desk.Cursor // of the last batch taken: no event lies between it and cursor
	streamCursor  desk.Cursor // zero when unknown
	expected      map[desk.ID]struct{}

	readDirectly bool // the stream is not to be waited for
	readFailed   bool // the last reading failed
}

func newStreamMerger(read LogReader, take func(desk.Batch), log *slog.Logger) *streamMerger {
	return &streamMerger{read: read, take: take, log: log, connected: func() bool { return true }, forwardWakeUp: func() {}, readDirectly: true}
}

// merge runs until ctx ends or the log refuses the cursor. lead and hear run beside it.
func (m *streamMerger) merge(ctx context.Context, from desk.Cursor, wake <-chan struct{}, lead func(context.Context), hear func(context.Context, chan<- *desk.Batch)) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	if err := m.findStart(ctx, from); err != nil {
		return err
	}
	heard := make(chan *desk.Batch)
	wg.Go(func() { lead(ctx) })
	wg.Go(func() { hear(ctx, heard) })
	return m.mergeLoop(ctx, wake, heard)
}

// findStart finds the cursor to start from.
func (m *streamMerger) findStart(ctx context.Context, from desk.Cursor) error {
	m.cursor, m.emittedCursor = from, from
	for m.cursor.IsZero() {
		b, err := m.read(ctx, desk.Cursor{})
		if err := m.endsMerging(ctx, err); err != nil {
			return err
		}
		m.cursor, m.emittedCursor = b.Cursor, b.Cursor
		if m.cursor.IsZero() {
			if err := sleepFor(ctx, pollInterval); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *streamMerger) mergeLoop(ctx context.Context, wake <-chan struct{}, heard <-chan *desk.Batch) error {
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	last := time.Now() // when the stream was known to be good
	for err := error(nil); ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
			m.forwardWakeUp()
			if m.readDirectly {
				_, err = m.readLog(ctx)
			}
		case b := <-heard:
			if m.readDirectly = b == nil; !m.readDirectly {
				last = time.Now()
				err = m.takeStreamed(ctx, b)
			}
		case <-poll.C:
			if m.readDirectly = m.readDirectly || !m.connected(); !m.readDirectly && time.Since(last) < streamTimeout {
				continue
			}
			var gained bool
			gained, err = m.readLog(ctx)
			m.readDirectly = m.readDirectly || gained // the stream ought to have brought it
			last = time.Now()
		}
		if err != nil {
			return err
		}
	}
}

// readLog reads what the log has gained.
func (m *streamMerger) readLog(ctx context.Context) (gained bool, err error) {
	b, err := m.read(ctx, m.cursor)
	if err != nil {
		return false, m.endsMerging(ctx, err)
	}
	m.readFailed = false
	m.cursor = b.Cursor
	if !m.streamCursor.IsZero() {
		m.expectStreamed(b.Events)
	}
	m.emitBatch(b.Events)
	return len(b.Events) > 0, nil
}

// expectStreamed remembers events that the stream is still to bring.
func (m *streamMerger) expectStreamed(events []*desk.Event) {
	for _, e := range events {
		m.expected[e.ID] = struct{}{}
	}
	if len(m.expected) > maxExpected {
		m.streamCursor, m.expected = desk.Cursor{}, nil
	}
}

// takeStreamed takes a batch of the stream.
func (m *streamMerger) takeStreamed(ctx context.Context, b *desk.Batch) error {
	switch {
	case m.streamCursor.IsZero() || !b.Before.Equal(m.streamCursor) && !b.Cursor.Equal(m.streamCursor):
		return m.joinStream(ctx, b.Cursor)
	case b.Cursor.Equal(m.streamCursor):
		return nil // a repeated batch
	}
	var unseen []*desk.Event
	for _, e := range b.Events {
		if _, seen := m.expected[e.ID]; !seen {
			unseen = append(unseen, e)
		}
	}
	m.streamCursor = b.Cursor
	if len(unseen) == 0 {
		for _, e := range b.Events {
			delete(m.expected, e.ID)
		}
		return nil
	}
	// The batch has what the cursor does not show, so it ends after the cursor, and shows all that
	// the cursor does.
	m.cursor, m.expected = b.Cursor, map[desk.ID]struct{}{}
	m.emitBatch(unseen)
	return nil
}

// joinStream gets in step with the stream at the end of a batch. First it reads what the log has
// gained since there, then from its own cursor on. An event between the stream's cursor and the new
// one is in the first reading or, when it came after that, in the second.
func (m *streamMerger) joinStream(ctx context.Context, at desk.Cursor) error {
	m.streamCursor, m.expected = desk.Cursor{}, nil
	since, err := m.read(ctx, at)
	if err != nil {
		m.readDirectly = true
		if isRefused(err) {
			return nil // the batch is of another database; ours may be fine
		}
		return m.endsMerging(ctx, err)
	}
	m.streamCursor, m.expected = at, map[desk.ID]struct{}{}
	m.expectStreamed(since.Events)
	_, err = m.readLog(ctx)
	if m.readFailed {
		m.streamCursor, m.expected, m.readDirectly = desk.Cursor{}, nil, true
	}
	return err
}

// emitBatch hands over what the log has gained, and also that it has gained nothing: cursors move
// on with every transaction.
func (m *streamMerger) emitBatch(events []*desk.Event) {
	if m.cursor.Equal(m.emittedCursor) {
		return
	}
	b := desk.Batch{Before: m.emittedCursor, Cursor: m.cursor, Events: events}
	m.emittedCursor = m.cursor
	m.take(b)
}

// endsMerging returns the errors that end the merger. Those that pass are logged, once.
func (m *streamMerger) endsMerging(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case isRefused(err):
		return err
	case !m.readFailed:
		m.log.Warn("the event log could not be read; retrying", "err", err)
	}
	m.readFailed = true
	return nil
}

// withReadTimeout gives up a reading that hangs, as on a network that is gone.
func withReadTimeout(read LogReader) LogReader {
	return func(ctx context.Context, cursor desk.Cursor) (desk.Batch, error) {
		ctx, cancel := context.WithTimeout(ctx, readTimeout)
		defer cancel()
		return read(ctx, cursor)
	}
}

func isRefused(err error) bool {
	var e *desk.Error
	return errors.As(err, &e)
}
