// Package web serves what people look at: the inbox as a page, the sidebar as an element for other
// pages, and the explorer of the API. All of it is built from the sources beside this file and
// committed, so that the program needs no Node.
package web

import (
	"embed"
	"net/http"
	"sync"
)

//go:embed all:dist
var page embed.FS

//go:embed all:element/dist
var element embed.FS

// The files are read once, for all servers of a process.
var (
	pageFiles    = sync.OnceValue(func() map[string]*file { return mustRead(page, "dist") })
	elementFiles = sync.OnceValue(func() map[string]*file { return mustRead(element, "element/dist") })
)

// policy lets the page load and call nothing but its own origin.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// places are the addresses inside the page, those of src/app.tsx.
var places = []string{
	"/views/{view}", "/views/{view}/{conversation}", "/search", "/search/{conversation}", "/conversations/{id}",
	"/tickets/{id}", "/contacts/{id}", "/trash", "/settings", "/settings/{tab}",
}

// Options say what is served beside the page.
type Options struct {
	Element  func(http.Handler) http.Handler // what lets pages of other origins load the element; nil: none may
	Explorer bool                            // serve the explorer at /graphiql
	Token    func(*http.Request) string      // a token for whoever opens the explorer, or ""; nil: nobody gets one
}

// Handler answers at the places of the page, and at the addresses of the files that it, the element
// and the explorer consist of. Assets have a hash of their content in the name and are kept by
// browsers for ever.
func Handler(o Options) http.Handler {
	mux := http.NewServeMux()
	files := pageFiles()
	for name, f := range files {
		mux.Handle("GET /"+name, f)
	}
	index := files["index.html"]
	mux.Handle("GET /{$}", index)
	for _, place := range places {
		mux.Handle("GET "+place, index)
		mux.Handle("GET "+place+"/{$}", index)
	}
	for name, f := range elementFiles() {
		mux.Handle("GET /"+name, shared(f, o.Element))
	}
	if o.Explorer {
		serveExplorer(mux, o.Token)
	}
	return mux
}

// shared is a file that pages of other origins may load, as far as letIn lets them.
func shared(f *file, letIn func(http.Handler) http.Handler) http.Handler {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		f.ServeHTTP(w, r)
	})
	if letIn == nil {
		return h
	}
	return letIn(h)
}
