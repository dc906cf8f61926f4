package web

import (
	"bytes"
	"embed"
	"html"
	"net/http"
	"strings"
	"sync"
)

//go:embed all:explorer/dist
var explorer embed.FS

var explorerFiles = sync.OnceValue(func() map[string]*file { return mustRead(explorer, "explorer/dist") })

// tokenPlace is where the explorer finds a token in its page.
const tokenPlace = `<meta name="deskwire-token" content="`

// serveExplorer answers at /graphiql. Whoever token gives one to finds it in the page, which no
// cache may keep then.
func serveExplorer(mux *http.ServeMux, token func(*http.Request) string) {
	files := explorerFiles()
	for name, f := range files {
		if name != "index.html" {
			mux.Handle("GET /graphiql/"+name, f)
		}
	}
	index := files["index.html"]
	page := func(w http.ResponseWriter, r *http.Request) {
		given := ""
		if token != nil {
			given = token(r)
		}
		if given == "" {
			index.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		guard(h, policy)
		h.Set("Content-Type", index.mediaType)
		h.Set("Cache-Control", "no-store")
		_, _ = w.Write(bytes.Replace(index.plain, []byte(tokenPlace), []byte(tokenPlace+html.EscapeString(strings.TrimSpace(given))), 1))
	}
	mux.HandleFunc("GET /graphiql", page)
	mux.HandleFunc("GET /graphiql/{$}", page)
}
