package server

import (
	"context"
	"time"

	"deskwire/desk"
	"deskwire/live"
)

// invalidateUnlogged invalidates the payloads that depend on what no event tells: who is present,
// and the time.
func (h *Handler) invalidateUnlogged() {
	h.hub.InvalidateKind(live.PresenceKind)
	h.hub.InvalidateAll(live.EveryMinute)
}

// startTail tails the log for the hub, and joins the servers of one database: a wake-up after a
// commit here has the others read at once, and all know who is at which conversation, and who has
// spent how many points. It all ends with the context.
func (h *Handler) startTail(ctx context.Context, cfg Config, rates *rateLimiter) *live.Presences {
	var over live.Transport = cfg.Store.Notifier()
	if cfg.NATS != nil {
		over = cfg.NATS
	}
	bus := live.NewBus(over, cfg.Log)
	presences := live.NewPresences(func(payload []byte) { bus.Publish(live.TopicPresence, payload) })
	presences.OnChange(func(account, conversation desk.ID) {
		present := live.PresenceDependency(conversation)
		h.health.log.whenFresh([2]desk.ID{account, conversation}, func() { h.hub.Invalidate(account, present) })
	})
	cfg.Store.OnCommit(func() {
		h.wakeTail()
		bus.Publish(live.TopicWake, nil)
	})
	h.tasks.Go(func() { presences.Run(ctx) })
	h.tasks.Go(func() { rates.shareRates(ctx, bus) })
	h.tasks.Go(func() {
		bus.Run(ctx, func(topic live.Topic, payload []byte) {
			switch topic {
			case live.TopicWake:
				h.wakeTail()
			case live.TopicPresence:
				presences.TakeMessage(payload)
			case live.TopicRates:
				if rates.hear(payload) {
					bus.Publish(live.TopicRates, nil)
				}
			case live.Reconnected:
				bus.Publish(live.TopicRates, nil)
				h.wakeTail()
				presences.Synchronize()
			}
		})
	})
	h.tasks.Go(func() {
		if cfg.NATS != nil {
			h.tailElected(ctx, cfg)
			return
		}
		cfg.Store.Tail(ctx, h.wake, h.hub.StartAt, h.takeBatch, func(err error) { warnTailFailed(ctx, cfg, err) })
	})
	return presences
}

// takeBatch hands a reading of the log on.
func (h *Handler) takeBatch(b desk.Batch) {
	h.metrics.countBatch(b)
	h.hub.TakeBatch(b)
	h.health.log.justRead()
}

// wakeTail has the log read at once, without waiting for the next poll.
func (h *Handler) wakeTail() {
	select {
	case h.wake <- struct{}{}:
	default: // it is to be read already
	}
}

func warnTailFailed(ctx context.Context, cfg Config, err error) {
	cfg.Log.WarnContext(ctx, "the event log could not be read; this will be retried", "err", err)
}

// tailPause is how long a reader that has failed waits.
const tailPause = time.Second

// tailElected tails the log as one server of many: the elected leader reads it for all.
func (h *Handler) tailElected(ctx context.Context, cfg Config) {
	for began := false; ctx.Err() == nil; {
		at, err := cfg.Store.LogCursor(ctx)
		if err == nil {
			if began { // what was between can't be known
				h.hub.TakeBatch(desk.Batch{Cursor: at, Anew: true})
			} else {
				h.hub.StartAt(at)
			}
			began = true
			err = h.tailFrom(ctx, cfg, at)
		}
		if ctx.Err() != nil {
			return
		}
		warnTailFailed(ctx, cfg, err)
		select {
		case <-time.After(tailPause):
		case <-ctx.Done():
		}
	}
}

// tailFrom tails the log from a position, until something is wrong.
func (h *Handler) tailFrom(ctx context.Context, cfg Config, at desk.Cursor) error {
	return cfg.NATS.SharedTail(cfg.Store.Lead, h.logReader(cfg))(ctx, at, h.wake, h.takeBatch)
}

// errOtherLog ends a reader whose position is of another log.
var errOtherLog = desk.Refuse(desk.CodeInvalidInput, "The event log belongs to another database than before.")

// logReader reads the log once. Where nothing is new, the tail above it tells nobody.
func (h *Handler) logReader(cfg Config) live.LogReader {
	return func(ctx context.Context, cursor desk.Cursor) (desk.Batch, error) {
		if cursor.IsZero() {
			at, err := cfg.Store.LogCursor(ctx)
			return desk.Batch{Cursor: at}, err
		}
		b, err := cfg.Store.ReadLog(ctx, cursor)
		if err == nil && b.Anew {
			err = errOtherLog
		}
		if err == nil && len(b.Events) == 0 { // one with events is read when they have been taken
			h.health.log.justRead()
		}
		return b, err
	}
}
