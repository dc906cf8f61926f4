package server

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"deskwire/db/read"
	"deskwire/desk"
)

// failureLog logs failed sign-ins without being a lever for who would fill the disk: of each
// address the first one at once, and how many more there were after failureLogEvery.
type failureLog struct {
	log *slog.Logger

	mu        sync.Mutex
	addresses map[string]*failureCount // since the last time
	unlisted  failureCount             // of other addresses
	timer     *time.Timer              // nil: there is nothing to tell
}

// failureCount is how many more there were of an address.
type failureCount struct{ failed, refused int }

const (
	failureLogEvery = 10 * time.Second
	// maxLoggedAddresses bounds the lines that are written in that time.
	maxLoggedAddresses = 20
)

func newFailureLog(log *slog.Logger) *failureLog {
	return &failureLog{log: log, addresses: map[string]*failureCount{}}
}

// add notes a failed sign-in, or one that was refused because of others.
func (l *failureLog) add(ctx context.Context, address string, why error, refused bool) {
	if l.isFirst(address, refused) {
		attrs := []any{"address", address, "request", requestOf(ctx).id}
		var token *read.TokenRefusal
		if errors.As(why, &token) {
			attrs = append(attrs, "reason", token.Reason)
			if token.TokenID != (desk.ID{}) {
				attrs = append(attrs, "token", desk.Ref{Kind: desk.KindToken, ID: token.TokenID}.String())
			}
			if token.Cause != nil {
				attrs = append(attrs, "err", truncateText(token.Cause.Error(), maxMessage))
			}
		} else {
			attrs = append(attrs, "reason", "limited")
		}
		l.log.InfoContext(ctx, "a sign-in failed", attrs...)
	}
}

// isFirst counts one, and says whether it is to be logged by itself.
func (l *failureLog) isFirst(address string, refused bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timer == nil {
		l.timer = time.AfterFunc(failureLogEvery, l.tell)
	}
	count := l.addresses[address]
	switch {
	case count != nil:
	case len(l.addresses) < maxLoggedAddresses:
		l.addresses[address] = &failureCount{}
		return true
	default:
		count = &l.unlisted
	}
	if refused {
		count.refused++
	} else {
		count.failed++
	}
	return false
}

// tell logs what has come since the first ones.
func (l *failureLog) tell() {
	l.mu.Lock()
	addresses, unlisted := l.addresses, l.unlisted
	l.addresses, l.unlisted, l.timer = map[string]*failureCount{}, failureCount{}, nil
	l.mu.Unlock()
	for address, count := range addresses {
		l.tellOf(address, *count)
	}
	l.tellOf(otherAddresses, unlisted)
}

func (l *failureLog) tellOf(address string, c failureCount) {
	if c != (failureCount{}) {
		l.log.Warn("more sign-ins failed", "address", address, "failed", c.failed, "refused", c.refused)
	}
}

// close tells what has not been told.
func (l *failureLog) close() {
	l.mu.Lock()
	waiting := l.timer != nil && l.timer.Stop()
	l.mu.Unlock()
	if waiting {
		l.tell()
	}
}
