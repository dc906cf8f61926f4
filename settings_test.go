package main

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/jackc/pgx/v5"

	"deskwire/db/dbtest"
)

const longSecret = "0123456789abcdef0123456789abcdef"

// provider are settings under which agents may sign in.
var provider = []string{"AUTH_JWT_SECRET=" + longSecret, "AUTH_ISSUER=https://id.example", "AUTH_AUDIENCE=deskwire"}

// Whatever keeps the program from starting is one sentence that says what to do, and exit code 1.
func TestFailedStarts(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	here := dbtest.DSN(t)
	ahead := dbtest.DSN(t)
	makeNewer(t, ahead)
	mistyped := filepath.Join(dataDir(t), "mistyped")

	for _, c := range []struct {
		name string
		env  []string
		args []string
		says string
	}{
		{"a taken port", []string{"ADDR=" + taken.Addr().String(), "DATA_DIR=" + t.TempDir()}, nil, `^deskwire: the address 127\.0\.0\.1:\d+ is in use by another program: .* set ADDR`},
		{"no port", []string{"ADDR=localhost"}, nil, `^deskwire: ADDR .*host:port`},
		{"no authentication", []string{"DATABASE_URL=" + here}, nil, `AUTH_JWT_SECRET or AUTH_JWKS_URL, with AUTH_ISSUER and AUTH_AUDIENCE`},
		{"an empty secret", []string{"DATABASE_URL=" + here, "AUTH_JWT_SECRET=", "AUTH_ISSUER=x", "AUTH_AUDIENCE=y"}, nil, `AUTH_JWT_SECRET or AUTH_JWKS_URL`},
		{"a short secret", []string{"DATABASE_URL=" + here, "AUTH_JWT_SECRET=short", "AUTH_ISSUER=x", "AUTH_AUDIENCE=y"}, nil, `AUTH_JWT_SECRET has 5 bytes`},
		{"a short secret, in the demo", []string{"AUTH_JWT_SECRET=short", "AUTH_ISSUER=x", "AUTH_AUDIENCE=y"}, nil, `AUTH_JWT_SECRET has 5 bytes`},
		{"no audience", append([]string{"DATABASE_URL=" + here, "AUTH_AUDIENCE="}, provider[:2]...), nil, `AUTH_AUDIENCE`},
		{"an address that is none", append([]string{"DATABASE_URL=postgres://localhost:none/x"}, provider...), nil, `DATABASE_URL`},
		{"a Postgres that is not there", append([]string{"DATABASE_URL=postgres://me:hunter2@127.0.0.1:1/x"}, provider...), nil, `the database does not answer; check DATABASE_URL`},
		{"a database that is not there", append([]string{"DATABASE_URL=" + strings.Replace(here, "test_", "none_", 1)}, provider...), nil, `DATABASE_URL.*does not exist`},
		{"a newer database", append([]string{"DATABASE_URL=" + ahead}, provider...), nil, `newer deskwire`},
		{"a newer database, migrated", []string{"DATABASE_URL=" + ahead}, []string{"migrate"}, `newer deskwire`},
		{"no Postgres", []string{"POSTGRES_BIN=/nowhere", "DATA_DIR=" + dataDir(t)}, nil, `POSTGRES_BIN`},
		{"a token of a folder without data", []string{"DATA_DIR=" + mistyped}, []string{"token", "--email", "ada@demo.test"}, `there is no data in ` + mistyped},
		{"an account of a folder without data", []string{"DATA_DIR=" + mistyped}, []string{"account", "--slug", "acme", "--admin", "a@acme.test"}, `there is no data in ` + mistyped},
		{"a plan that is none", append([]string{"DATABASE_URL=" + here, "GATE_PLANS=GOLD"}, provider...), nil, `GATE_PLANS.*GOLD`},
		{"a time that is none", []string{"GATE_CUTOFF=soon"}, nil, `gate-cutoff`},
		{"a duration that is none", []string{"REQUEST_TIMEOUT=0s"}, nil, `REQUEST_TIMEOUT`},
		{"a life of tokens that is none", []string{"TOKEN_MAX_LIFETIME=-1h"}, nil, `TOKEN_MAX_LIFETIME`},
		{"a life of tokens that is too short", []string{"TOKEN_MAX_LIFETIME=5s"}, nil, `TOKEN_MAX_LIFETIME`},
		{"an origin that is none", []string{"CORS_ORIGINS=https://app.example/path"}, nil, `CORS_ORIGINS`},
		{"a limit that is none", []string{"LIMITS_AGENT=height=3"}, nil, `LIMITS.*AGENT.*there is no limit "height"; the limits are: aliases, `},
		{"a number of failed sign-ins that is none", []string{"FAILED_SIGN_INS=-1"}, nil, `FAILED_SIGN_INS`},
		{"a base that is none", []string{"BASE_URL=desk.example"}, nil, `BASE_URL`},
		{"an unknown flag", nil, []string{"serve", "--colour"}, `unknown flag`},
		{"an unknown command", nil, []string{"dance"}, `dance`},
		{"a token for nobody", []string{"DATABASE_URL=" + here}, []string{"token", "--email", "ada@demo.test"}, `no active agent ada@demo\.test in an account demo`},
		{"a token for no address", []string{"DATABASE_URL=" + here}, []string{"token"}, `--email`},
		{"a scope that is none", []string{"DATABASE_URL=" + here}, []string{"token", "--email", "x", "--scope", "FLY"}, `FLY`},
		{"an account without an admin", []string{"DATABASE_URL=" + here}, []string{"account", "--slug", "new"}, `--admin`},
		{"an account with a bad slug", []string{"DATABASE_URL=" + here}, []string{"account", "--slug", "N W", "--admin", "a@b.test"}, `slug|letters|lower`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := execute(t, c.env, c.args...)
			if r.code != 1 || r.out != "" || strings.Count(r.err, "\n") != 1 || !strings.HasPrefix(r.err, "deskwire: ") || !regexp.MustCompile(c.says).MatchString(r.err) {
				t.Errorf("ended with %d and said %q and %q", r.code, r.out, r.err)
			}
			if strings.Contains(r.err, "hunter2") || strings.Contains(r.err, longSecret) {
				t.Error("the sentence tells a secret")
			}
		})
	}
	if _, err := os.Stat(mistyped); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a mistyped folder was made: %v", err)
	}
}

// makeNewer lets the database look as if a later program had migrated it.
func makeNewer(t *testing.T, dsn string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	if _, err := c.Exec(t.Context(), "INSERT INTO bun_migrations (name, group_id) VALUES ('29990101000000', 99)"); err != nil {
		t.Fatal(err)
	}
}

func TestHelpListsEverySetting(t *testing.T) {
	r := execute(t, nil, "--help")
	for _, name := range []string{
		"ADDR", "BASE_URL", "DATABASE_URL", "MIGRATE", "DATA_DIR", "POSTGRES_BIN", "AUTH_JWT_SECRET", "AUTH_JWKS_URL", "AUTH_ISSUER", "AUTH_AUDIENCE",
		"AUTH_ACCOUNT_CLAIM", "AUTH_EMAIL_CLAIM", "GATE_PLANS", "GATE_CUTOFF", "LOG_LEVEL", "LOG_FORMAT", "CORS_ORIGINS", "REQUEST_TIMEOUT",
		"SHUTDOWN_TIMEOUT", "TRASH_PURGE_INTERVAL",
	} {
		flag := "--" + strings.ToLower(strings.ReplaceAll(name, "_", "-"))
		if !strings.Contains(r.out, "$"+name) || !strings.Contains(r.out, flag) {
			t.Errorf("%s and %s are not listed", name, flag)
		}
	}
	if r.code != 0 {
		t.Errorf("--help ends with %d: %s", r.code, r.err)
	}
}

// With DATABASE_URL there is no demo, and agents sign in through the provider.
func TestARealServer(t *testing.T) {
	t.Parallel()
	url := "DATABASE_URL=" + dbtest.DSN(t)
	made := execute(t, []string{url}, "account", "--slug", "acme", "--name", "Acme", "--plan", "STARTER", "--admin", "ada@acme.example")
	if made.code != 0 || !strings.Contains(made.out, "created, with the admin ada@acme.example") {
		t.Fatalf("%+v", made)
	}
	shown := execute(t, []string{url}, "account", "--slug", "acme", "--plan", "FREE", "--admin", "eve@acme.example")
	if shown.code != 0 || !strings.Contains(shown.out, "nothing was changed") || !strings.Contains(shown.out, "STARTER") {
		t.Fatalf("%+v", shown)
	}
	s := startServer(t, append([]string{url}, provider...)...)
	if strings.Contains(s.said, "demo") || secret.MatchString(s.said) {
		t.Errorf("demo data or a token where there may be none: %s", s.said)
	}
	jwt, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss": "https://id.example", "aud": "deskwire", "exp": time.Now().Add(time.Hour).Unix(), "account": "acme", "email": "ada@acme.example",
	}).SignedString([]byte(longSecret))
	if err != nil {
		t.Fatal(err)
	}
	if who := s.email(jwt); who != "ada@acme.example" {
		t.Errorf("the provider's token is %s", who)
	}
	token := execute(t, []string{url}, "token", "--email", "ada@acme.example", "--account", "acme", "--scope", "READ", "--scope", "WRITE", "--expires", "1h")
	if who := s.email(strings.TrimSpace(token.out)); who != "ada@acme.example" {
		t.Errorf("the token of the command line is %s: %+v", who, token)
	}
	bounded := []string{url, "TOKEN_MAX_LIFETIME=48h"}
	long := execute(t, bounded, "token", "--email", "ada@acme.example", "--account", "acme", "--expires", "72h")
	if long.code != 1 || long.out != "" || !strings.Contains(long.err, "good for 2 days at most") {
		t.Errorf("a token that is good for too long: %+v", long)
	}
	token = execute(t, bounded, "token", "--email", "ada@acme.example", "--account", "acme")
	if who := s.email(strings.TrimSpace(token.out)); who != "ada@acme.example" {
		t.Errorf("the token that is as good as may be is %s: %+v", who, token)
	}
	if code := s.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("ended with %d: %s", code, s.errs)
	}
}

func TestBaseURL(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080", "0.0.0.0:80": "http://localhost:80", "[::]:8080": "http://localhost:8080", "[::1]:8080": "http://[::1]:8080",
	} {
		at, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := new(Settings).baseURL(at); got != want {
			t.Errorf("%s: %s", addr, got)
		}
	}
	if got := (&Settings{BaseURL: "https://desk.example/"}).baseURL(nil); got != "https://desk.example" {
		t.Error(got)
	}
}

func TestGate(t *testing.T) {
	for plans, want := range map[string]int{"": 0, "NONE": 0, "free": 1, "PROFESSIONAL, ENTERPRISE": 2} {
		s := Settings{}
		if plans != "" {
			s.GatePlans = strings.Split(plans, ",")
		}
		if g, err := s.gate(); err != nil || len(g.Plans) != want {
			t.Errorf("%q: %v %v", plans, g, err)
		}
	}
}
