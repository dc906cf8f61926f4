package main

import (
	"strings"
	"testing"

	"deskwire/db/dbtest"
)

// Each secret can stand in a file, with the line end that editors leave. What is wrong with the
// file is one sentence, without what it has.
func TestSecretFiles(t *testing.T) {
	t.Parallel()
	url := file(t, "url", dbtest.DSN(t)+"\r\n")
	account := []string{"account", "--slug", "acme", "--admin", "ada@acme.test"}
	if r := execute(t, []string{"DATABASE_URL_FILE=" + url, "NATS_URL_FILE="}, account...); r.code != 0 {
		t.Errorf("%d %s", r.code, r.err)
	}
	for name, tc := range map[string]struct {
		env  []string
		want string
	}{
		"no file":    {[]string{"DATABASE_URL_FILE=/nowhere"}, "DATABASE_URL_FILE cannot be read: open /nowhere: no such file"},
		"a folder":   {[]string{"READ_DATABASE_URL_FILE=/"}, "READ_DATABASE_URL_FILE cannot be read"},
		"empty":      {[]string{"AUTH_JWT_SECRET_FILE=" + file(t, "empty", "\n")}, "must name a file with one line"},
		"two lines":  {[]string{"NATS_URL_FILE=" + file(t, "two", "hidden\nhidden")}, "must name a file with one line"},
		"given both": {[]string{"DATABASE_URL=postgres://hidden", "DATABASE_URL_FILE=" + url}, "DATABASE_URL and DATABASE_URL_FILE are both set"},
		"too short":  {[]string{"DATABASE_URL_FILE=" + url, "AUTH_JWT_SECRET_FILE=" + file(t, "short", "short\n"), "AUTH_ISSUER=i", "AUTH_AUDIENCE=a"}, "AUTH_JWT_SECRET has 5 bytes"},
	} {
		if r := execute(t, tc.env, "serve"); r.code != 1 || !strings.Contains(r.err, tc.want) || strings.Contains(r.err, "hidden") {
			t.Errorf("%s ended with %d: %s", name, r.code, r.err)
		}
	}
}
