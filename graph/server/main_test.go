package server

import (
	"testing"

	"deskwire/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }
