package db_test

import (
	"os"
	"testing"

	"deskwire/db/dbtest"
)

func TestMain(m *testing.M) {
	if dsn := os.Getenv(migrateInstead); dsn != "" {
		os.Exit(migrateAsProgram(dsn))
	}
	dbtest.Main(m)
}
