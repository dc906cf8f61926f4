package graph

import (
	"mime"
	"strconv"
	"strings"
)

// The media types of an answer. With the newer one the HTTP status says what became of the
// request; with the older one it is 200 for whatever is well-formed.
const (
	typeJSON    = "application/json"
	typeGraphQL = "application/graphql-response+json"
)

// negotiate picks the media type of the answer; "" when the client takes neither. The newer
// one goes to those who name it: wildcards come from clients that know only JSON.
func negotiate(accept []string) string {
	header := strings.Join(accept, ",")
	if strings.TrimSpace(header) == "" {
		return typeJSON
	}
	qs := map[string]float64{}
	for part := range strings.SplitSeq(header, ",") {
		if name, q, ok := mediaRange(part); ok {
			qs[name] = max(q, qs[name])
		}
	}
	plain := 0.0
	for _, name := range []string{typeJSON, "application/*", "*/*"} { // the most specific one counts
		if q, ok := qs[name]; ok {
			plain = q
			break
		}
	}
	switch newer := qs[typeGraphQL]; {
	case newer > 0 && newer >= plain:
		return typeGraphQL
	case plain > 0:
		return typeJSON
	}
	return ""
}

// mediaRange reads one part of an Accept header. Charsets other than UTF-8 can't be had.
func mediaRange(part string) (name string, q float64, ok bool) {
	name, params, err := mime.ParseMediaType(part)
	if err != nil {
		return "", 0, false
	}
	if c := params["charset"]; c != "" && !strings.EqualFold(c, "utf-8") {
		return "", 0, false
	}
	q = 1
	if s, given := params["q"]; given {
		if q, err = strconv.ParseFloat(s, 64); err != nil || q < 0 || q > 1 {
			return "", 0, false
		}
	}
	return name, q, true
}
