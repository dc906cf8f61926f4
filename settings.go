package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"deskwire/db/embedded"
	"deskwire/desk"
	"deskwire/graph/server"
)

// Settings are environment variables, with flags of the same name; a flag beats its variable.
type Settings struct {
	Addr    string `env:"ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen; ${default} when not set."`
	BaseURL string `env:"BASE_URL" placeholder:"URL" help:"Where people reach the server; http://ADDR when not set."`

	DatabaseURL     string        `env:"DATABASE_URL" placeholder:"URL" help:"Postgres to use, such as postgres://user:password@host:5432/database. Not set: a private one is started, with a demo in it."`
	ReadDatabaseURL string        `env:"READ_DATABASE_URL" placeholder:"URL" help:"A streaming standby of DATABASE_URL that queries are read from, where they need not know the newest. Without it, and whenever it is away or too far behind, all is read from DATABASE_URL."`
	ReadWait        time.Duration `env:"READ_WAIT" default:"100ms" help:"How long a query waits for READ_DATABASE_URL to show what its client knows of (extensions.after) or has written, before it goes to DATABASE_URL."`
	ReadLag         time.Duration `env:"READ_LAG" default:"10s" help:"How far READ_DATABASE_URL may be behind to be read from."`

	DataDir     string `env:"DATA_DIR" placeholder:"DIR" help:"Where the private Postgres keeps its data; ${dataDir} when not set."`
	PostgresBin string `env:"POSTGRES_BIN" placeholder:"DIR" help:"Folder of initdb and postgres, for the private Postgres; found by itself when not set."`

	NATSURL string `env:"NATS_URL" name:"nats-url" placeholder:"URL" help:"NATS with JetStream that joins several servers of one database, such as nats://user:password@host:4222. Not set: Postgres joins them, which does up to about eight."`

	AuthJWTSecret    string `env:"AUTH_JWT_SECRET" name:"auth-jwt-secret" placeholder:"SECRET" help:"Trust tokens signed (HS256) with this secret of 32 bytes or more. Better a variable than a flag: flags are seen by all."`
	AuthJWKSURL      string `env:"AUTH_JWKS_URL" name:"auth-jwks-url" placeholder:"URL" help:"Trust tokens signed with one of the keys at this address."`
	AuthIssuer       string `env:"AUTH_ISSUER" placeholder:"ISS" help:"Who must have issued such a token (iss)."`
	AuthAudience     string `env:"AUTH_AUDIENCE" placeholder:"AUD" help:"For whom it must be made (aud)."`
	AuthAccountClaim string `env:"AUTH_ACCOUNT_CLAIM" default:"account" placeholder:"CLAIM" help:"Which claim holds the account's slug."`
	AuthEmailClaim   string `env:"AUTH_EMAIL_CLAIM" default:"email" placeholder:"CLAIM" help:"Which claim holds the agent's address."`

	GatePlans  []string  `env:"GATE_PLANS" default:"PROFESSIONAL,ENTERPRISE" placeholder:"PLAN" help:"Plans whose newer accounts keep tickets out of the inbox; ${default} when not set, NONE for none."`
	GateCutoff time.Time `env:"GATE_CUTOFF" default:"2024-04-02T00:00:00Z" format:"2006-01-02T15:04:05Z07:00" help:"Accounts created at or after this time are newer ones."`

	RequestTimeout     time.Duration `env:"REQUEST_TIMEOUT" default:"5s" help:"The longest that a request may take."`
	ShutdownTimeout    time.Duration `env:"SHUTDOWN_TIMEOUT" default:"20s" help:"How long requests may go on after the signal to stop. Subscribers are sent away spread over half of it."`
	TrashPurgeInterval time.Duration `env:"TRASH_PURGE_INTERVAL" default:"1h" help:"How often the trash is looked through for what is over its time."`
	EventRetention     time.Duration `env:"EVENT_RETENTION" default:"168h" help:"How long ago a subscriber may have been there to be told what was missed; others begin anew."`
	EventKeep          time.Duration `env:"EVENT_KEEP" default:"0s" help:"How long the log of events is kept, and timelines with it, at least EVENT_RETENTION; whole months are dropped. 0s keeps it for ever."`
	MaxConnections     int           `env:"MAX_CONNECTIONS" default:"20000" help:"How many connections of one account may stay open, on this server."`
	CORSOrigins        []string      `env:"CORS_ORIGINS" name:"cors-origins" placeholder:"ORIGIN" help:"Web pages of these origins may call the API, such as https://app.example; * for all."`
	GraphiQL           string        `env:"GRAPHIQL" name:"graphiql" default:"auto" enum:"auto,on,off" help:"GraphiQL, the explorer of the API, at /graphiql: on, off, or auto, which is on where there is no DATABASE_URL."`

	Limits            string `env:"LIMITS" placeholder:"NAME=N,…" help:"What a request may be at most, where it differs from the defaults: body, json, document, tokens, depth, fields, aliases, queries, mutations, directives, operations, fragments, variables, repeats, list, page, cost; introspection=0 keeps the schema back, suggestions=1 has errors say what may have been meant."`
	LimitsAdmin       string `env:"LIMITS_ADMIN" placeholder:"NAME=N,…" help:"Where they differ for admins."`
	LimitsAgent       string `env:"LIMITS_AGENT" placeholder:"NAME=N,…" help:"Where they differ for agents."`
	LimitsReadOnly    string `env:"LIMITS_READ_ONLY" placeholder:"NAME=N,…" help:"Where they differ for agents who only read."`
	LimitsIntegration string `env:"LIMITS_INTEGRATION" placeholder:"NAME=N,…" help:"Where they differ for programs."`

	MaxRunning       int    `env:"MAX_RUNNING" default:"64" help:"How many operations run at once, on this server: eight for each of its CPUs, and beside them those that take long. Four times as many may wait a second, fewer when waiting takes long; all others are sent away, with 503 and Retry-After, before anything is done for them."`
	TrustedDocuments string `env:"TRUSTED_DOCUMENTS" placeholder:"FILE" help:"Documents that requests may name by documentId: JSON with a document for each id, or an Apollo manifest."`

	RateActor   int    `env:"RATE_ACTOR" default:"5000000" help:"Points that an actor may spend in a minute, on this server; 0 for any number. An object of an answer is one; see rateLimit in the schema."`
	RateAccount int    `env:"RATE_ACCOUNT" default:"20000000" help:"The same for all of an account. Each server counts by itself: with several, up to as many times as much may be spent."`
	RateAddress int    `env:"RATE_ADDRESS" default:"20000000" help:"The same for all that comes from a network address."`
	ProxyHeader string `env:"PROXY_HEADER" placeholder:"HEADER" help:"Header whose last entry is the client's address, such as X-Forwarded-For, where a proxy of yours stands in front and adds it; else clients could write it themselves."`

	SlowOperation time.Duration `env:"SLOW_OPERATION" default:"1s" help:"Operations that take as long are logged with what they cost; 0 for none."`
	PrivateAddr   string        `env:"PRIVATE_ADDR" placeholder:"HOST:PORT" help:"Where pprof answers, for operators alone, such as 127.0.0.1:6060. Not set: nowhere."`

	LogLevel  slog.Level `env:"LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
	LogFormat string     `env:"LOG_FORMAT" default:"text" enum:"text,json" help:"text or json."`
}

// databaseName says which database a command works on, without its password.
func (s *Settings) databaseName() string {
	if s.DatabaseURL == "" {
		dir := s.DataDir
		if dir == "" {
			dir = embedded.DefaultDir()
		}
		return "the private database in " + dir
	}
	if u, err := url.Parse(s.DatabaseURL); err == nil && u.Host != "" {
		return "the database " + strings.TrimPrefix(u.Path, "/") + " of DATABASE_URL, on " + u.Host
	}
	return "the database of DATABASE_URL"
}

// usesDefaultDatabase says whether nobody has said which database to work on.
func (s *Settings) usesDefaultDatabase() bool { return s.DatabaseURL == "" && s.DataDir == "" }

// check says in one sentence what is wrong with the settings of a server.
func (s *Settings) check() error {
	if s.DatabaseURL != "" {
		if err := s.identity().Check(); err != nil {
			return fmt.Errorf("with DATABASE_URL this is no demo: %w", err)
		}
	} else if s.identity().Configured() {
		if err := s.identity().Check(); err != nil {
			return err
		}
	}
	for _, d := range []time.Duration{s.RequestTimeout, s.ShutdownTimeout, s.TrashPurgeInterval, s.EventRetention} {
		if d <= 0 {
			return errors.New("REQUEST_TIMEOUT, SHUTDOWN_TIMEOUT, TRASH_PURGE_INTERVAL and EVENT_RETENTION must be more than nothing, such as 30s")
		}
	}
	if s.ReadWait < 0 || s.ReadLag <= 0 {
		return errors.New("READ_WAIT must not be negative, and READ_LAG be more than nothing, such as 10s")
	}
	if s.EventKeep != 0 && s.EventKeep < s.EventRetention {
		return errors.New("EVENT_KEEP must be 0s, which keeps all, or at least EVENT_RETENTION")
	}
	if s.MaxConnections <= 0 || s.MaxRunning <= 0 {
		return errors.New("MAX_CONNECTIONS and MAX_RUNNING must be 1 or more")
	}
	if _, err := s.limits(); err != nil {
		return err
	}
	if _, err := s.trusted(); err != nil {
		return err
	}
	if s.RateActor < 0 || s.RateAccount < 0 || s.RateAddress < 0 {
		return errors.New("RATE_ACTOR, RATE_ACCOUNT and RATE_ADDRESS must be 0 for no limit, or more")
	}
	for _, o := range s.CORSOrigins {
		if u, err := url.Parse(o); o != "*" && (err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != o) {
			return fmt.Errorf("CORS_ORIGINS must be origins such as https://app.example, without a path: %q is none", o)
		}
	}
	if u, err := url.Parse(s.BaseURL); s.BaseURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("BASE_URL must be an http(s) address, such as https://desk.example")
	}
	return nil
}

// explorer is whether there is one.
func (s *Settings) explorer() bool {
	return s.GraphiQL == "on" || s.GraphiQL == "auto" && s.DatabaseURL == ""
}

// limits are those of requests, by role.
func (s *Settings) limits() (server.Limits, error) {
	l, err := server.NewLimits(s.Limits, map[desk.Role]string{
		desk.RoleAdmin: s.LimitsAdmin, desk.RoleAgent: s.LimitsAgent, desk.RoleReadOnly: s.LimitsReadOnly, desk.RoleIntegration: s.LimitsIntegration,
	})
	if err != nil {
		return l, fmt.Errorf("LIMITS, or those of a role: %w", err)
	}
	return l, nil
}

// trusted are the documents that requests may name.
func (s *Settings) trusted() (server.Trusted, error) {
	if s.TrustedDocuments == "" {
		return nil, nil
	}
	f, err := os.Open(s.TrustedDocuments)
	if err != nil {
		return nil, fmt.Errorf("TRUSTED_DOCUMENTS: %w", err)
	}
	defer func() { _ = f.Close() }()
	list, err := server.ReadTrusted(f)
	if err != nil {
		return nil, fmt.Errorf("TRUSTED_DOCUMENTS: %s: %w", s.TrustedDocuments, err)
	}
	return list, nil
}

func (s *Settings) identity() server.Identity {
	return server.Identity{
		Secret: s.AuthJWTSecret, JWKSURL: s.AuthJWKSURL, Issuer: s.AuthIssuer, Audience: s.AuthAudience,
		AccountClaim: s.AuthAccountClaim, EmailClaim: s.AuthEmailClaim,
	}
}

// gate is R2 as this deployment has it (D10).
func (s *Settings) gate() (*desk.Gate, error) {
	g := &desk.Gate{Cutoff: s.GateCutoff.UTC()}
	for _, name := range s.GatePlans {
		p := desk.Plan(strings.ToUpper(strings.TrimSpace(name)))
		switch {
		case slices.Contains(desk.Plans, p):
			g.Plans = append(g.Plans, p)
		case p != "NONE":
			return nil, fmt.Errorf("GATE_PLANS has %q in it, and the plans are FREE, STARTER, PROFESSIONAL and ENTERPRISE", name)
		}
	}
	return g, nil
}

// logger writes to stderr: what stdout says is for people and pipes.
func (s *Settings) logger(to io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(to, o))
	}
	return slog.New(slog.NewTextHandler(to, o))
}

// baseURL is where people reach the server that listens there.
func (s *Settings) baseURL(at net.Addr) string {
	if s.BaseURL != "" {
		return strings.TrimRight(s.BaseURL, "/")
	}
	host, port, _ := net.SplitHostPort(at.String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
