package socket

import (
	"context"
	"math/rand/v2"
	"time"
)

// Stagger drains: each of all leaves in its turn, in random order over the spread, so that their
// clients do not reconnect to another server all at once (a thundering herd). When ctx ends before,
// the rest leaves at once.
func Stagger[T any](ctx context.Context, all []T, spread time.Duration, leave func(T)) {
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	began, clock := time.Now(), time.NewTimer(0)
	defer clock.Stop()
	for i, one := range all {
		at := time.Duration((float64(i) + rand.Float64()) / float64(len(all)) * float64(spread))
		clock.Reset(at - time.Since(began))
		select {
		case <-clock.C:
		case <-ctx.Done():
		}
		leave(one)
	}
}
