package server

import (
	"context"
	"fmt"

	"deskwire/desk"
	"deskwire/graph"
	"deskwire/graph/guard"
)

// Limits bound the size and the complexity of a request, by the role of who sends it.
type Limits struct {
	all    guard.Limits // of those without limits of their own
	byRole map[desk.Role]guard.Limits
}

// NewLimits changes the default limits for all by a text such as "depth=10,cost=2000", and those of
// roles once more by their own.
func NewLimits(all string, byRole map[desk.Role]string) (Limits, error) {
	l := Limits{byRole: map[desk.Role]guard.Limits{}}
	var err error
	if l.all, err = guard.Default().With(all); err != nil {
		return l, err
	}
	for role, changes := range byRole {
		if l.byRole[role], err = l.all.With(changes); err != nil {
			return l, fmt.Errorf("%s: %w", role, err)
		}
	}
	return l, nil
}

// orDefault are the default limits where none were set.
func (l Limits) orDefault() Limits {
	if l.all == (guard.Limits{}) {
		l.all = guard.Default()
	}
	return l
}

// forCaller gives the limits of who asks.
func (l Limits) forCaller(ctx context.Context) guard.Limits {
	if by := graph.ActorOf(ctx); by != nil && by.Agent != nil {
		if own, ok := l.byRole[by.Agent.Role]; ok {
			return own
		}
	}
	return l.all
}

// beforeAuthentication are limits for what is read before anybody knows who sends it.
func (l Limits) beforeAuthentication() guard.Limits {
	w := l.all
	for _, own := range l.byRole {
		w.Body, w.JSON, w.List, w.Values = max(w.Body, own.Body), max(w.JSON, own.JSON), max(w.List, own.List), max(w.Values, own.Values)
	}
	return w
}
