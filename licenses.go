package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"deskwire/notices"
)

type licensesCommand struct{}

// Run prints what the licences of others ask to be shown.
func (licensesCommand) Run(c console) error {
	_, err := fmt.Fprint(c.out, notices.Text())
	return err
}

// serveNotices answers at /licenses.txt, for who has the pages and not the program.
func serveNotices(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(notices.Text()))
}
