package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type migrateCommand struct{}

// Run brings the database to this program's version, whatever MIGRATE says to the other commands.
// It also does what those can't do with MIGRATE=off: the log has partitions for the months to come,
// and none that EVENT_KEEP is over for.
func (migrateCommand) Run(ctx context.Context, s *Settings, c console) error {
	owner := *s
	owner.MigrateMode = "on"
	d, err := openDatabase(ctx, &owner, s.newLogger(c.err))
	if err != nil {
		return err
	}
	if s.EventKeep > 0 {
		err = d.KeepPartitions(ctx, time.Now().UTC().Add(-s.EventKeep))
	}
	if err := errors.Join(err, d.closeDatabase()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, "The database is migrated to this program's version.")
	return err
}
