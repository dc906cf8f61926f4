package main

import (
	"strings"
	"testing"

	"deskwire/db/dbtest"
)

func TestRotateFileKeyCommand(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "open for another hour"},
		{[]string{"--revoke"}, "void within two seconds"},
	} {
		code, out, log := command(t, append([]string{"rotate-file-key", "--database-url", dsn}, c.args...)...)
		if code != 0 || !strings.Contains(out, c.says) {
			t.Errorf("%v ended with %d, %q and %q", c.args, code, out, log)
		}
	}
}
