package server

import (
	"mime"
	"strconv"
	"strings"
)

// Content negotiation: the media types of an answer. With the newer one the HTTP status says what
// became of the request; with the older one it is 200 for whatever is well-formed.
const (
	typeJSON    = "application/json"
	typeGraphQL = "application/graphql-response+json"
)

// The media types of a stream, as they stand in Accept. Plain multipart/mixed is not among them: it
// is asked for by clients that mean @defer.
const (
	typeSSE       = "text/event-stream"
	typeMultipart = "multipart/mixed;subscriptionSpec=1.0"
)

// negotiate picks the media type of the answer; "" when the client takes neither. The newer
// one goes to those who name it: wildcards come from clients that know only JSON.
func negotiate(accept []string) string {
	if strings.TrimSpace(strings.Join(accept, "")) == "" {
		return typeJSON
	}
	qs := mediaRanges(accept)
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

// negotiateStream picks the form of a stream; nil when the client takes none. Only what is named
// counts.
func negotiateStream(accept []string) streamFraming {
	qs := mediaRanges(accept)
	switch sse, multipart := qs[typeSSE], qs[typeMultipart]; {
	case multipart > sse:
		return multipartFraming{}
	case sse > 0:
		return sseFraming{}
	}
	return nil
}

// mediaRanges is how much a client wants each media type that it names.
func mediaRanges(accept []string) map[string]float64 {
	qs := map[string]float64{}
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		if name, q, ok := mediaRange(part); ok {
			qs[name] = max(q, qs[name])
		}
	}
	return qs
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
	if name == "multipart/mixed" && params["subscriptionspec"] == "1.0" {
		name = typeMultipart
	}
	return name, q, true
}
