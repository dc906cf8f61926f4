package main

import (
	"net"
	"net/http"
	"strings"

	"deskwire/graph/server"
	"deskwire/web"
)

// browserPages is what people open in a browser: the inbox, the element for other pages, the
// explorer where it is on, and the licences of what others wrote in them.
func browserPages(s *Settings, d *database) http.Handler {
	o := web.Options{Explorer: s.explorer()}
	o.Element = func(h http.Handler) http.Handler { return server.CrossOrigin(s.CORSOrigins, h) }
	if d.private != nil {
		o.Token = func(r *http.Request) string {
			if !sameMachine(r) {
				return ""
			}
			secret, err := demoToken(r.Context(), d.Store, s.DataDir)
			if err != nil {
				return "" // the explorer asks for one
			}
			return secret
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/", web.Handler(o))
	mux.HandleFunc("GET /licenses.txt", serveNotices)
	return mux
}

// sameMachine is true where a browser on this machine asks this server by a name of this machine:
// what is behind a proxy is not, nor a page that has its own name point here.
func sameMachine(r *http.Request) bool {
	for _, forwarded := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(forwarded) != "" {
			return false
		}
	}
	from, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || !isLoopback(from) {
		return false
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil { // without a port
		host = r.Host
	}
	return isLoopback(strings.Trim(host, "[]"))
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
