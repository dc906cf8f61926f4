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
	Addr    string `env:"ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"The address to listen on. Default: ${default}."`
	BaseURL string `env:"BASE_URL" placeholder:"URL" help:"The URL at which people reach the server. Default: http://ADDR."`

	DatabaseURL     string        `env:"DATABASE_URL" placeholder:"URL" help:"The Postgres database to use, such as postgres://user:password@host:5432/database. Default: the program starts a private Postgres with demo data."`
	MigrateMode     string        `env:"MIGRATE" name:"migrate" default:"on" enum:"on,off" help:"Whether commands bring the database to this program's version first. off: they only check it, so a role that owns no tables can run them; the command migrate does the rest, with the role that does."`
	ReadDatabaseURL string        `env:"READ_DATABASE_URL" placeholder:"URL" help:"A read replica: a streaming standby of DATABASE_URL, for queries that may read slightly older data. If it is not set, not reachable or too far behind, queries read from DATABASE_URL."`
	ReadWait        time.Duration `env:"READ_WAIT" default:"100ms" help:"How long a query waits until READ_DATABASE_URL has caught up with what its client has seen (extensions.after) or written, before it reads from DATABASE_URL instead."`
	ReadLag         time.Duration `env:"READ_LAG" default:"10s" help:"The replication lag at which READ_DATABASE_URL is no longer used."`

	DatabaseConnections    int           `env:"DATABASE_CONNECTIONS" default:"0" help:"The maximum number of connections of this server's pool to DATABASE_URL, and as many to READ_DATABASE_URL. Up to four more are held beside it. 0 stands for pool_max_conns of the URL, or 40."`
	LockTimeout            time.Duration `env:"LOCK_TIMEOUT" default:"3s" help:"How long a mutation waits for a record that another one is changing before it is refused with RECORD_BUSY; at most three fifths of REQUEST_TIMEOUT."`
	IdleTransactionTimeout time.Duration `env:"IDLE_TRANSACTION_TIMEOUT" default:"10s" help:"How long a transaction may do nothing before the database ends it: so long others may wait for a server that stands still."`

	DataDir     string `env:"DATA_DIR" placeholder:"DIR" help:"The folder for the data of the private Postgres. Default: ${dataDir}."`
	PostgresBin string `env:"POSTGRES_BIN" placeholder:"DIR" help:"The folder with the programs initdb and postgres, for the private Postgres. Default: searched for."`

	NATSURL string `env:"NATS_URL" name:"nats-url" placeholder:"URL" help:"A NATS server with JetStream, which connects several servers that share a database, such as nats://user:password@host:4222. Default: Postgres connects them, which suffices for about eight."`

	AuthJWTSecret    string        `env:"AUTH_JWT_SECRET" name:"auth-jwt-secret" placeholder:"SECRET" help:"The secret that signs trusted tokens (HS256), 32 bytes or more. Set it as a variable: other users of the machine can see flags."`
	AuthJWKSURL      string        `env:"AUTH_JWKS_URL" name:"auth-jwks-url" placeholder:"URL" help:"The URL of the key set (JWKS) whose keys sign trusted tokens."`
	AuthIssuer       string        `env:"AUTH_ISSUER" placeholder:"ISS" help:"The required issuer (iss) of trusted tokens."`
	AuthAudience     string        `env:"AUTH_AUDIENCE" placeholder:"AUD" help:"The required audience (aud) of trusted tokens."`
	AuthAccountClaim string        `env:"AUTH_ACCOUNT_CLAIM" default:"account" placeholder:"CLAIM" help:"The claim that contains the account's slug."`
	AuthEmailClaim   string        `env:"AUTH_EMAIL_CLAIM" default:"email" placeholder:"CLAIM" help:"The claim that contains the agent's email address."`
	AuthMaxLifetime  time.Duration `env:"AUTH_MAX_LIFETIME" default:"24h" help:"How long a token of the identity provider may still be good for. One that ends later is refused; 0 takes any."`
	TokenMaxLifetime time.Duration `env:"TOKEN_MAX_LIFETIME" default:"0s" help:"How old an API token may become, such as 2160h. A new one that names no end gets this one, and one that names a later end is refused; older tokens end, too, when they are as old. 0s for no bound."`

	GatePlans  []string  `env:"GATE_PLANS" default:"PROFESSIONAL,ENTERPRISE" placeholder:"PLAN" help:"The plans whose newer accounts manage tickets in the help desk, or NONE. Default: ${default}."`
	GateCutoff time.Time `env:"GATE_CUTOFF" default:"2024-04-02T00:00:00Z" format:"2006-01-02T15:04:05Z07:00" help:"Accounts created at or after this time count as newer for GATE_PLANS."`

	RequestTimeout     time.Duration `env:"REQUEST_TIMEOUT" default:"5s" help:"The maximum duration of a request."`
	ShutdownDelay      time.Duration `env:"SHUTDOWN_DELAY" default:"0s" help:"How long the server goes on working after the signal to stop while /readyz answers 503, so that a load balancer sends new clients elsewhere; as long as it takes to notice, such as 10s."`
	ShutdownTimeout    time.Duration `env:"SHUTDOWN_TIMEOUT" default:"20s" help:"How long running requests may take after the signal to stop. Subscribers are disconnected gradually during the first half."`
	TrashPurgeInterval time.Duration `env:"TRASH_PURGE_INTERVAL" default:"1h" help:"How often the timed jobs run: deleting expired records from the trash, making partitions of the log and dropping old ones."`
	EventRetention     time.Duration `env:"EVENT_RETENTION" default:"168h" help:"How long after an interruption a subscription can be resumed without loss. After that, the client gets the current state (RESYNC)."`
	EventKeep          time.Duration `env:"EVENT_KEEP" default:"0s" help:"How long the event log is kept, and with it timelines; at least EVENT_RETENTION. Whole months are deleted. 0s keeps it forever."`
	MaxConnections     int           `env:"MAX_CONNECTIONS" default:"20000" help:"The maximum number of open connections of one account to this server."`
	SignIns            int           `env:"FAILED_SIGN_INS" name:"failed-sign-ins" default:"60" help:"How many sign-ins of a network address may fail per minute on this server. Tokens that are not good are then refused with RATE_LIMITED, while good ones still pass. 0 for no limit."`
	MemoryBudget       ByteSize      `env:"MEMORY_BUDGET" default:"256MiB" placeholder:"SIZE" help:"The memory in which this server may hold what clients are slow to send or to read: requests, subscriptions, responses, pieces of files. When it is spent, requests for large responses are refused with OVERLOADED. A server may take twice as much, as memory is collected from time to time."`
	FileQuota          ByteSize      `env:"FILE_QUOTA" default:"10GiB" placeholder:"SIZE" help:"The bytes that the files of one account may have in all, those included that were announced and not uploaded yet, which are deleted after a day. 0 for no bound."`
	CORSOrigins        []string      `env:"CORS_ORIGINS" name:"cors-origins" placeholder:"ORIGIN" help:"The origins whose web pages may call the API, such as https://app.example, or * for all."`
	GraphiQL           string        `env:"GRAPHIQL" name:"graphiql" default:"auto" enum:"auto,on,off" help:"The API explorer GraphiQL at /graphiql: on, off, or auto, which is on unless DATABASE_URL is set."`

	Limits            string `env:"LIMITS" placeholder:"NAME=N,…" help:"Limits of requests that differ from the defaults: body, json, document, tokens, depth, fields, aliases, queries, mutations, directives, operations, fragments, variables, repeats, list, values, page, cost. introspection=0 forbids introspection, suggestions=1 adds suggestions to errors."`
	LimitsAdmin       string `env:"LIMITS_ADMIN" placeholder:"NAME=N,…" help:"Limits that differ for admins."`
	LimitsAgent       string `env:"LIMITS_AGENT" placeholder:"NAME=N,…" help:"Limits that differ for agents."`
	LimitsReadOnly    string `env:"LIMITS_READ_ONLY" placeholder:"NAME=N,…" help:"Limits that differ for agents with the role READ_ONLY."`
	LimitsIntegration string `env:"LIMITS_INTEGRATION" placeholder:"NAME=N,…" help:"Limits that differ for integrations."`

	MaxRunning       int    `env:"MAX_RUNNING" default:"64" help:"The maximum number of operations that run at once on this server: eight for each CPU, and beside them those that take long. Up to four times as many may wait for one second, fewer if waiting takes long. Further requests are refused at once with 503 and Retry-After."`
	TrustedDocuments string `env:"TRUSTED_DOCUMENTS" placeholder:"FILE" help:"A file with the documents that requests may refer to by documentId: a JSON object with a document for each id, or an Apollo manifest."`
	TrustedOnly      bool   `env:"TRUSTED_DOCUMENTS_ONLY" help:"Refuse documents that are not in TRUSTED_DOCUMENTS. The inbox of this server sends documents of its own, so they have to be in the file for it to work."`

	RateActor   int    `env:"RATE_ACTOR" default:"5000000" help:"The points that an agent may spend per minute, on all servers of the database together, or 0 for no limit. An object in a response costs one point; see rateLimit in the schema."`
	RateAccount int    `env:"RATE_ACCOUNT" default:"20000000" help:"The points that an account may spend per minute, on all servers together."`
	RateAddress int    `env:"RATE_ADDRESS" default:"20000000" help:"The points that a network address may spend per minute, on all servers together."`
	ProxyHeader string `env:"PROXY_HEADER" placeholder:"HEADER" help:"The header whose last entry is the client's address, such as X-Forwarded-For. Set it only behind a proxy that adds this entry; otherwise clients could forge it."`

	SlowOperation time.Duration `env:"SLOW_OPERATION" default:"1s" help:"Operations that take this long or longer are logged with their cost; 0 logs none."`
	PrivateAddr   string        `env:"PRIVATE_ADDR" placeholder:"HOST:PORT" help:"The address to serve profiles (pprof) on, for operators only, such as 127.0.0.1:6060. Default: they are not served."`

	LogLevel  slog.Level `env:"LOG_LEVEL" default:"info" help:"The level of the log: debug, info, warn or error."`
	LogFormat string     `env:"LOG_FORMAT" default:"text" enum:"text,json" help:"The format of the log: text or json."`
}

// fixedTables is whether commands leave the tables as they are.
func (s *Settings) fixedTables() bool { return s.MigrateMode == "off" }

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

// validate says in one sentence what is wrong with the settings of a server.
func (s *Settings) validate() error {
	if s.DatabaseURL != "" {
		if err := s.identity().Check(); err != nil {
			return fmt.Errorf("with DATABASE_URL there is no demo token, so a way to sign in is needed: %w", err)
		}
	} else if s.identity().Configured() {
		if err := s.identity().Check(); err != nil {
			return err
		}
	}
	for _, d := range []time.Duration{s.RequestTimeout, s.ShutdownTimeout, s.TrashPurgeInterval, s.EventRetention} {
		if d <= 0 {
			return errors.New("REQUEST_TIMEOUT, SHUTDOWN_TIMEOUT, TRASH_PURGE_INTERVAL and EVENT_RETENTION must be greater than zero, such as 30s")
		}
	}
	if s.ShutdownDelay < 0 {
		return errors.New("SHUTDOWN_DELAY must not be negative")
	}
	if s.ReadWait < 0 || s.ReadLag <= 0 {
		return errors.New("READ_WAIT must not be negative, and READ_LAG must be greater than zero, such as 10s")
	}
	if s.DatabaseConnections < 0 || s.LockTimeout < time.Millisecond || s.IdleTransactionTimeout < time.Millisecond {
		return errors.New("DATABASE_CONNECTIONS must not be negative, and LOCK_TIMEOUT and IDLE_TRANSACTION_TIMEOUT must be 1ms or more, such as 3s")
	}
	if s.TokenMaxLifetime < 0 || s.TokenMaxLifetime > 0 && s.TokenMaxLifetime < time.Minute {
		return errors.New("TOKEN_MAX_LIFETIME must be 0s, which is no bound, or 1m or more")
	}
	if s.EventKeep != 0 && s.EventKeep < s.EventRetention {
		return errors.New("EVENT_KEEP must be 0s, which keeps everything, or at least EVENT_RETENTION")
	}
	if s.MaxConnections <= 0 || s.MaxRunning <= 0 {
		return errors.New("MAX_CONNECTIONS and MAX_RUNNING must be 1 or more")
	}
	if s.MemoryBudget < minMemoryBudget {
		return fmt.Errorf("MEMORY_BUDGET must be at least %v, as one response may need that", minMemoryBudget)
	}
	if _, err := s.requestLimits(); err != nil {
		return err
	}
	if _, err := s.trustedDocuments(); err != nil {
		return err
	}
	if s.SignIns < 0 {
		return errors.New("FAILED_SIGN_INS must be 0, which means no limit, or more")
	}
	if s.RateActor < 0 || s.RateAccount < 0 || s.RateAddress < 0 {
		return errors.New("RATE_ACTOR, RATE_ACCOUNT and RATE_ADDRESS must be 0, which means no limit, or more")
	}
	for _, o := range s.CORSOrigins {
		if u, err := url.Parse(o); o != "*" && (err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != o) {
			return fmt.Errorf("CORS_ORIGINS must be origins such as https://app.example, without a path: %q is not one", o)
		}
	}
	if u, err := url.Parse(s.BaseURL); s.BaseURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("BASE_URL must be an http(s) address, such as https://desk.example")
	}
	return nil
}

// lockWait leaves room to answer within the time of a request.
func (s *Settings) lockWait() time.Duration { return min(s.LockTimeout, s.RequestTimeout*3/5) }

// explorer is whether there is one.
func (s *Settings) explorer() bool {
	return s.GraphiQL == "on" || s.GraphiQL == "auto" && s.DatabaseURL == ""
}

// requestLimits are the limits of requests, by role.
func (s *Settings) requestLimits() (server.Limits, error) {
	l, err := server.NewLimits(s.Limits, map[desk.Role]string{
		desk.RoleAdmin: s.LimitsAdmin, desk.RoleAgent: s.LimitsAgent, desk.RoleReadOnly: s.LimitsReadOnly, desk.RoleIntegration: s.LimitsIntegration,
	})
	if err != nil {
		return l, fmt.Errorf("LIMITS, or those of a role: %w", err)
	}
	return l, nil
}

// trustedDocuments are the documents that requests may name.
func (s *Settings) trustedDocuments() (server.Trusted, error) {
	if s.TrustedDocuments == "" {
		if s.TrustedOnly {
			return nil, errors.New("TRUSTED_DOCUMENTS_ONLY needs the documents: set TRUSTED_DOCUMENTS")
		}
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
		AccountClaim: s.AuthAccountClaim, EmailClaim: s.AuthEmailClaim, MaxLifetime: s.AuthMaxLifetime,
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
			return nil, fmt.Errorf("GATE_PLANS contains %q, but the plans are FREE, STARTER, PROFESSIONAL and ENTERPRISE", name)
		}
	}
	return g, nil
}

// newLogger makes a log that writes to stderr: what stdout says is for people and pipes.
func (s *Settings) newLogger(to io.Writer) *slog.Logger {
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
