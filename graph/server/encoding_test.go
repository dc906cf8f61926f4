package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
)

func TestTags(t *testing.T) {
	data := `{"a":1}`
	n := 0
	r := newRig(func(r *rig) {
		r.answer = func(context.Context) *graphql.Response { return &graphql.Response{Data: []byte(data)} }
		r.cursor = func(context.Context) (string, error) { n++; return strings.Repeat("x", n), nil }
	})
	ask := func(known string) *httptest.ResponseRecorder {
		req := get("query", "{ viewer { id } }")
		req.Header.Set("Authorization", "Bearer "+goodToken)
		if known != "" {
			req.Header.Set("If-None-Match", known)
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		return w
	}
	first := ask("")
	tag := first.Header().Get("ETag")
	if first.Code != 200 || !strings.HasPrefix(tag, `W/"`) || !strings.Contains(strings.Join(first.Header().Values("Vary"), ","), "Authorization") {
		t.Fatalf("%d %v", first.Code, first.Header())
	}
	for _, known := range []string{tag, `"x", ` + tag, "*", strings.TrimPrefix(tag, "W/")} {
		if w := ask(known); w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag || w.Header().Get("Content-Type") == "text/html" {
			t.Errorf("%s: %d %v %s", known, w.Code, w.Header(), w.Body)
		}
	}
	data = `{"a":2}`
	if w := ask(tag); w.Code != 200 || w.Header().Get("ETag") == tag {
		t.Errorf("something else has the same tag: %d %v", w.Code, w.Header())
	}
	if g := r.do(t, get("query", "{ nonsense }")); g.header.Get("ETag") != "" || g.header.Get("Cache-Control") != "no-store" {
		t.Errorf("an error may be kept: %v", g.header)
	}
	if g := r.do(t, operation("{ viewer { id } }", nil, "If-None-Match", tag)); g.status != 200 || g.header.Get("ETag") != "" {
		t.Errorf("POST has a tag: %d %v", g.status, g.header)
	}
}

func TestLargeAnswersAreCompressed(t *testing.T) {
	large := true
	r := newRig(func(r *rig) {
		r.answer = func(context.Context) *graphql.Response {
			return &graphql.Response{Data: []byte(`{"a":"` + strings.Repeat("deskwire ", map[bool]int{true: 1000, false: 10}[large]) + `"}`)}
		}
	})
	for _, c := range []struct {
		encoding, accept string
		large, zipped    bool
	}{
		{"gzip, deflate, br", typeJSON, true, true}, {"*", typeJSON, true, true}, {"br;q=1.0, gzip; q=0.8", typeJSON, true, true},
		{"gzip", typeJSON, false, false}, {"", typeJSON, true, false}, {"br", typeJSON, true, false}, {"gzip;q=0", typeJSON, true, false}, {"gzip; q=0.0", typeJSON, true, false},
		{"gzip", typeSSE, true, false},
	} {
		large = c.large
		req := operation("{ viewer { id } }", nil, "Accept", c.accept, "Accept-Encoding", c.encoding, "Authorization", "Bearer "+goodToken)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		body := w.Body.Bytes()
		zipped := w.Header().Get("Content-Encoding") == "gzip"
		if zipped {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			body, _ = io.ReadAll(z)
		}
		if zipped != c.zipped || c.accept == typeJSON && !json.Valid(body) || !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") {
			t.Errorf("%+v: %v, %.80s", c, w.Header(), body)
		}
	}
}
