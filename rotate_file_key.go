package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"deskwire/graph"
)

type rotateFileKeyCommand struct {
	Revoke bool `help:"The key was found out: the addresses that it has signed open no more. Pages that show files have to be reloaded."`
}

// oldKeySigns is more than running servers may still sign with the old key.
const oldKeySigns = time.Minute

// Run has a new key sign the addresses of files.
func (r rotateFileKeyCommand) Run(ctx context.Context, s *Settings, c console) error {
	d, err := openExisting(ctx, s, s.newLogger(c.err))
	if err != nil {
		return err
	}
	keep, done := graph.FileAddressLife+oldKeySigns, "A new key signs the addresses of files. Those handed out before open for another hour."
	if r.Revoke {
		keep, done = 0, "A new key signs the addresses of files. Those handed out before are void within two seconds."
	}
	if err := errors.Join(d.RotateFileKey(ctx, keep), d.closeDatabase()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, done)
	return err
}
