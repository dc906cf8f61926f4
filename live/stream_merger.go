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
	pollPause   = 100 * time.Millisecond // between readings where nothing wakes
	streamQuiet = time.Second            // a stream that was silent this long is not believed without looking
	maxAhead    = 10_000                 // events
	readingTime = 30 * time.Second
)

// streamMerger puts together what a stream of batches brings and what it reads itself, so that each event is taken once and
// in order, whatever the stream loses, repeats or mixes up.
//
// What the log shows only grows, so of two cursors one shows all that the other does, though nobody can tell which by
// looking at them. The merger keeps two places in the log: cursor, up to where it has taken events, and stream,
// where the last batch ended. cursor is never behind stream, and ahead has at least the events between.
type streamMerger struct {
	read LogReader
	take func(Batch)
	log  *slog.Logger

	connected func() bool // whether the stream can bring anything at all
	woken     func()      // passes a wake on

	cursor string
	told   string // the cursor of the last batch taken: what lies between has no events
	stream string // "" is unknown
	ahead  map[desk.ID]struct{}

	direct bool // the stream is not to be waited for
	failed bool // the last reading
}

func newStreamMerger(read LogReader, take func(Batch), log *slog.Logger) *streamMerger {
	return &streamMerger{read: read, take: take, log: log, connected: func() bool { return true }, woken: func() {}, direct: true}
}

// run follows until ctx ends or the log refuses the cursor. lead and hear run beside it.
func (f *streamMerger) run(ctx context.Context, from string, wake <-chan struct{}, lead func(context.Context), hear func(context.Context, chan<- *Batch)) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	if err := f.begin(ctx, from); err != nil {
		return err
	}
	heard := make(chan *Batch)
	wg.Go(func() { lead(ctx) })
	wg.Go(func() { hear(ctx, heard) })
	return f.follow(ctx, wake, heard)
}

// begin finds the place to start from.
func (f *streamMerger) begin(ctx context.Context, from string) error {
	f.cursor, f.told = from, from
	for f.cursor == "" {
		b, err := f.read(ctx, "")
		if err := f.judge(ctx, err); err != nil {
			return err
		}
		f.cursor, f.told = b.Cursor, b.Cursor
		if f.cursor == "" {
			if err := pause(ctx, pollPause); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *streamMerger) follow(ctx context.Context, wake <-chan struct{}, heard <-chan *Batch) error {
	poll := time.NewTicker(pollPause)
	defer poll.Stop()
	last := time.Now() // when the stream was known to be good
	for err := error(nil); ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
			f.woken()
			if f.direct {
				_, err = f.catchUp(ctx)
			}
		case b := <-heard:
			if f.direct = b == nil; !f.direct {
				last = time.Now()
				err = f.hear(ctx, b)
			}
		case <-poll.C:
			if f.direct = f.direct || !f.connected(); !f.direct && time.Since(last) < streamQuiet {
				continue
			}
			var gained bool
			gained, err = f.catchUp(ctx)
			f.direct = f.direct || gained // the stream ought to have brought it
			last = time.Now()
		}
		if err != nil {
			return err
		}
	}
}

// catchUp reads what the log has gained.
func (f *streamMerger) catchUp(ctx context.Context) (gained bool, err error) {
	b, err := f.read(ctx, f.cursor)
	if err != nil {
		return false, f.judge(ctx, err)
	}
	f.failed = false
	f.cursor = b.Cursor
	if f.stream != "" {
		f.expect(b.Events)
	}
	f.give(b.Events)
	return len(b.Events) > 0, nil
}

// expect remembers events that the stream is still to bring.
func (f *streamMerger) expect(events []*desk.Event) {
	for _, e := range events {
		f.ahead[e.ID] = struct{}{}
	}
	if len(f.ahead) > maxAhead {
		f.stream, f.ahead = "", nil
	}
}

// hear takes a batch of the stream.
func (f *streamMerger) hear(ctx context.Context, b *Batch) error {
	switch {
	case f.stream == "" || b.Before != f.stream && b.Cursor != f.stream:
		return f.join(ctx, b.Cursor)
	case b.Cursor == f.stream:
		return nil // twice
	}
	var unseen []*desk.Event
	for _, e := range b.Events {
		if _, seen := f.ahead[e.ID]; !seen {
			unseen = append(unseen, e)
		}
	}
	f.stream = b.Cursor
	if len(unseen) == 0 {
		for _, e := range b.Events {
			delete(f.ahead, e.ID)
		}
		return nil
	}
	// The batch has what the cursor does not show, so it ends behind the cursor, and shows all that the cursor does.
	f.cursor, f.ahead = b.Cursor, map[desk.ID]struct{}{}
	f.give(unseen)
	return nil
}

// join gets in step with the stream at the end of a batch. First it reads what the log has gained since there, then
// from its own cursor on. An event between the stream's place and the new cursor is in the first reading or, when it came
// after that, in the second.
func (f *streamMerger) join(ctx context.Context, at string) error {
	f.stream, f.ahead = "", nil
	since, err := f.read(ctx, at)
	if err != nil {
		f.direct = true
		if refused(err) {
			return nil // the batch is of another database; ours may be fine
		}
		return f.judge(ctx, err)
	}
	f.stream, f.ahead = at, map[desk.ID]struct{}{}
	f.expect(since.Events)
	_, err = f.catchUp(ctx)
	if f.failed {
		f.stream, f.ahead, f.direct = "", nil, true
	}
	return err
}

// give hands over what the log has gained, and also that it has gained nothing: cursors move on with every transaction.
func (f *streamMerger) give(events []*desk.Event) {
	if f.cursor == f.told {
		return
	}
	b := Batch{Before: f.told, Cursor: f.cursor, Events: events}
	f.told = f.cursor
	f.take(b)
}

// judge tells the errors that end all from those that pass. One that passes is in the log once.
func (f *streamMerger) judge(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case refused(err):
		return err
	case !f.failed:
		f.log.Warn("the log can't be read; trying again", "err", err)
	}
	f.failed = true
	return nil
}

// bounded gives a reading up that hangs, as on a network that is gone.
func bounded(read LogReader) LogReader {
	return func(ctx context.Context, cursor string) (Batch, error) {
		ctx, cancel := context.WithTimeout(ctx, readingTime)
		defer cancel()
		return read(ctx, cursor)
	}
}

func refused(err error) bool {
	var e *desk.Error
	return errors.As(err, &e)
}
