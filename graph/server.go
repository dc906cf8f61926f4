package graph

import (
	"bytes"
	"context"
	"html/template"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"deskwire/db"
	"deskwire/desk"
	"deskwire/graph/generated"
)

// Config is what the handler of all addresses needs.
type Config struct {
	Store   *db.Store
	Auth    *Authenticator
	BaseURL string        // where people reach the server, without a slash at the end
	Origins []string      // web pages of these origins may call the API; "*" for all; default none
	Timeout time.Duration // of one operation; default 30 s
	Log     *slog.Logger  // default slog.Default
}

// NewHandler wires everything that is answered over HTTP.
func NewHandler(cfg Config) http.Handler {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	r := &Resolver{Store: cfg.Store, BaseURL: cfg.BaseURL}
	schema := withoutDefer(generated.NewExecutableSchema(generated.Config{}).Schema())
	api := newEngine(generated.NewExecutableSchema(generated.Config{Schema: schema, Resolvers: r}), hooks{
		cursor: cfg.Store.EventCursor, loaders: r.WithLoaders, log: cfg.Log, timeout: cfg.Timeout,
	})

	mux := http.NewServeMux()
	mux.Handle("/graphql", crossOrigin(cfg.Origins, authenticated(cfg.Auth.Actor, cfg.Log, api)))
	mux.Handle("GET /schema.graphqls", crossOrigin(cfg.Origins, text("text/plain", sdl(schema))))
	mux.Handle("GET /files/{address}", files(cfg.Store, cfg.Log))
	mux.Handle("PUT /files/{address}", crossOrigin(cfg.Origins, files(cfg.Store, cfg.Log)))
	mux.Handle("OPTIONS /files/{address}", crossOrigin(cfg.Origins, http.NotFoundHandler()))
	mux.Handle("GET /healthz", text("text/plain", []byte("ok\n")))
	mux.Handle("GET /readyz", ready(cfg.Store.Ping))
	mux.Handle("GET /tickets/{id}", ticketRecord())
	mux.Handle("GET /{$}", text("text/html", frontPage(cfg.BaseURL)))
	return observe(cfg.Log, mux)
}

// withoutDefer takes @defer out of a copy of the schema, so that documents with it are refused:
// over plain HTTP, gqlgen would leave the deferred part away in silence.
func withoutDefer(s *ast.Schema) *ast.Schema {
	c := *s
	c.Directives = maps.Clone(s.Directives)
	delete(c.Directives, "defer")
	return &c
}

// sdl writes the whole schema with its descriptions.
func sdl(s *ast.Schema) []byte {
	var b bytes.Buffer
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(s)
	return b.Bytes()
}

func text(mediaType string, body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", mediaType+"; charset=utf-8")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		_, _ = w.Write(body)
	})
}

// readyPatience is how long the database may take to say that it is there.
const readyPatience = 2 * time.Second

func ready(ping func(context.Context) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyPatience)
		defer cancel()
		if ping(ctx) != nil {
			w.Header().Set("Retry-After", retryAfter)
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		text("text/plain", []byte("ready\n")).ServeHTTP(w, r)
	})
}

// crossOrigin lets pages of the listed origins call. There are no cookies, so a page can use
// only tokens that it was given.
func crossOrigin(origins []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, origin := w.Header(), r.Header.Get("Origin")
		h.Add("Vary", "Origin")
		if origin != "" && (slices.Contains(origins, origin) || slices.Contains(origins, "*")) {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", requestIDHeader+", Retry-After")
			h.Set("Access-Control-Allow-Methods", "GET, POST, PUT")
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept, "+requestIDHeader)
			h.Set("Access-Control-Max-Age", "7200") // the longest that Chrome takes
		}
		if r.Method == http.MethodOptions {
			h.Set("Allow", "GET, POST")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Deskwire</title>
<h1>Deskwire</h1>
<p>A GraphQL server for a shared customer inbox with tickets.</p>
<ul>
<li>The API: POST to <code>{{.}}/graphql</code> with <code>Authorization: Bearer &lt;token&gt;</code>
<li>What it offers: <a href="/schema.graphqls">the schema</a>
<li>A token: <code>deskwire token --email you@your.example --account your-account</code>
</ul>
</html>
`))

var recordPage = template.Must(template.New("record").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ticket {{.}}</title>
<h1>Ticket</h1>
<p><code>{{.}}</code>
<p>This is the ticket's own, stable address. What the ticket says is for people of its account: ask the API with your token.
<pre>query { ticket(id: "{{.}}") { number name status { name } owner { name } conversations { nodes { number subject status } } } }</pre>
</html>
`))

// ticketRecord answers at the stable address of a ticket (R15). Whether there is such a ticket is for its account to know.
func ticketRecord() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ref, err := desk.ParseRef(r.PathValue("id"))
		if err != nil || ref.As(desk.KindTicket).IsZero() {
			http.NotFound(w, r)
			return
		}
		var b bytes.Buffer
		if err := recordPage.Execute(&b, ref.String()); err != nil {
			panic(err) // as above
		}
		text("text/html", b.Bytes()).ServeHTTP(w, r)
	})
}

func frontPage(baseURL string) []byte {
	var b bytes.Buffer
	if err := page.Execute(&b, baseURL); err != nil {
		panic(err) // the template is ours and takes any text
	}
	return b.Bytes()
}
