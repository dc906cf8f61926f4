package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type migrateCommand struct {
	LongLocks bool `help:"Make partitions of the event log even where mutations wait for it until the default partition has been read, some 100 MB a second. For a quiet hour, when the log says that this is needed."`
}

// Run brings the database to this program's version, whatever MIGRATE says to the other commands.
// It also does what those can't do with MIGRATE=off: the log has partitions for the months to come,
// and none that EVENT_KEEP is over for.
func (m migrateCommand) Run(ctx context.Context, s *Settings, c console) error {
	owner := *s
	owner.MigrateMode = "on"
	d, err := openDatabase(ctx, &owner, s.newLogger(c.err))
	if err != nil {
		return err
	}
	if m.LongLocks {
		err = d.MakePartitionsWithLongLocks(ctx)
	}
	if err == nil && s.EventKeep > 0 {
		err = d.KeepPartitions(ctx, time.Now().UTC().Add(-s.EventKeep))
	}
	if err := errors.Join(err, d.closeDatabase()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, "The database is migrated to this program's version.")
	return err
}
