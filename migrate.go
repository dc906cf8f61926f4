package main

import "context"

type migrateCommand struct{}

// Run brings the database to this program's version.
func (migrateCommand) Run(ctx context.Context, s *Settings, c console) error {
	d, err := openDatabase(ctx, s, s.logger(c.err))
	if err != nil {
		return err
	}
	return d.close()
}
