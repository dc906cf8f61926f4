package main

import (
	"context"
	"errors"
	"fmt"
)

type epochCommand struct{}

// Run makes the event cursors that clients have void.
func (epochCommand) Run(ctx context.Context, s *Settings, c console) error {
	d, err := openExisting(ctx, s, s.newLogger(c.err))
	if err != nil {
		return err
	}
	if err := errors.Join(d.BeginEpoch(ctx), d.closeDatabase()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, "Clients that resume now get the present state (RESYNC).")
	return err
}
