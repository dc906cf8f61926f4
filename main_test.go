package main

import (
	"os"
	"testing"

	"deskwire/db/dbtest"
)

// asProgram, when set, makes the test binary the program itself, race detector included.
const asProgram = "DESKWIRE_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	dbtest.Main(m)
}
