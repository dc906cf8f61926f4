package main

import (
	"context"
	"fmt"
)

type migrateCommand struct{}

// Run brings the database to this program's version.
func (migrateCommand) Run(ctx context.Context, s *Settings, c console) error {
	d, err := openDatabase(ctx, s, s.newLogger(c.err))
	if err != nil {
		return err
	}
	if err := d.closeDatabase(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, "The database is migrated to this program's version.")
	return err
}
