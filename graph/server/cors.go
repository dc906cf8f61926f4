package server

import (
	"net/http"
	"slices"
	"strings"
)

// What pages of other origins may do (CORS), and what of an answer they may see. The rest of an
// answer's headers browsers show by themselves, or they concern nobody but the browser.
const (
	corsMethods = "GET, HEAD, POST, PUT"
	corsHeaders = "Authorization, Content-Type, Accept, If-None-Match, Last-Event-ID, " + requestIDHeader
	corsExposed = requestIDHeader + ", Retry-After, ETag, WWW-Authenticate, Allow, Content-Disposition, Content-Length, Content-Encoding"
	corsMaxAge  = "7200" // the longest that Chrome takes, in seconds
)

// CrossOrigin lets pages of the listed origins call. There are no cookies, so a page can use only
// tokens that it was given, and may send whatever headers its libraries add by themselves.
func CrossOrigin(origins []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, origin := w.Header(), r.Header.Get("Origin")
		h.Add("Vary", "Origin")
		if origin != "" && (slices.Contains(origins, origin) || slices.Contains(origins, "*")) {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", corsExposed)
			if r.Method == http.MethodOptions {
				allowPreflight(h, r.Header)
			}
		}
		if r.Method == http.MethodOptions {
			h.Set("Allow", corsMethods)
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// allowPreflight allows what a browser asks for before it sends something. Headers are allowed by
// their names: a star would leave Authorization out.
func allowPreflight(answer, asked http.Header) {
	answer.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
	answer.Set("Access-Control-Allow-Methods", corsMethods)
	allowed := corsHeaders
	for _, name := range headerNames(asked.Values("Access-Control-Request-Headers")) {
		allowed += ", " + name
	}
	answer.Set("Access-Control-Allow-Headers", allowed)
	answer.Set("Access-Control-Max-Age", corsMaxAge)
}

// headerNames are the names in a list of headers, each once and as it was written. What is no name
// is left out.
func headerNames(lists []string) (names []string) {
	known := map[string]bool{}
	for _, name := range strings.Split(corsHeaders, ", ") {
		known[strings.ToLower(name)] = true
	}
	for one := range strings.SplitSeq(strings.Join(lists, ","), ",") {
		name := strings.TrimSpace(one)
		if lower := strings.ToLower(name); isToken(name) && !known[lower] {
			known[lower] = true
			names = append(names, name)
		}
	}
	return names
}

// isToken says whether a text can be the name of a header (RFC 9110, 5.6.2).
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		return !letter && (c > '~' || !strings.ContainsRune("!#$%&'*+-.^_`|~", c))
	})
}
