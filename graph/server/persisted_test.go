package server

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
)

func TestDocumentsByTheirIDs(t *testing.T) {
	r := newRig(func(r *rig) {
		r.trusted = Trusted{"sidebar": "{ viewer { id } }", "close": `mutation { conversationClose(input: {conversationId: "x"}) { eventCursor } }`}
	})
	for _, c := range []struct {
		name   string
		req    *http.Request
		status int
		code   string
	}{
		{"by POST", post(`{"documentId":"sidebar"}`), 200, ""},
		{"by GET", get("documentId", "sidebar"), 200, ""},
		{"a mutation", post(`{"documentId":"close"}`), 200, ""},
		{"a mutation by GET", get("documentId", "close"), 405, codeBadRequest},
		{"unknown", post(`{"documentId":"nope"}`), 400, codeNotPersisted},
		{"a number", post(`{"documentId":1}`), 400, codeBadRequest},
		{"with a document", post(`{"documentId":"sidebar","query":"{ viewer { id } }"}`), 400, codeBadRequest},
	} {
		c.req.Header.Set("Accept", newer)
		if g := r.do(t, c.req); g.status != c.status || g.code() != c.code {
			t.Errorf("%s: %d %s", c.name, g.status, g.body)
		}
	}
}

func TestAutomaticPersistedQueries(t *testing.T) {
	r := newRig()
	apq := func(query, hash string) got {
		q := ""
		if query != "" {
			q = `"query":"` + query + `",`
		}
		return r.do(t, post(`{`+q+`"extensions":{"persistedQuery":{"version":1,"sha256Hash":"`+hash+`"}}}`))
	}
	hashOf := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return hex.EncodeToString(sum[:])
	}
	const good, bad = "{ viewer { id } }", "{ nonsense }"
	if g := apq("", hashOf(good)); g.code() != codeNotPersisted || g.json.Errors[0].Message != "PersistedQueryNotFound" {
		t.Errorf("not sent yet: %s", g.body)
	}
	if g := apq(good, hashOf(bad)); g.code() != codeBadRequest {
		t.Errorf("a hash of something else: %s", g.body)
	}
	for range 2 {
		if g := apq(good, hashOf(good)); g.code() != "" {
			t.Errorf("sent: %s", g.body)
		}
	}
	if g := apq("", hashOf(good)); g.code() != "" || r.ran.Load() != 3 {
		t.Errorf("by its hash: %s", g.body)
	}
	if g := r.do(t, post(`{"documentId":"sha256:`+hashOf(good)+`"}`)); g.code() != "" {
		t.Errorf("by its hash as an id: %s", g.body)
	}
	if g := apq(bad, hashOf(bad)); g.code() != codeValidation {
		t.Errorf("%s", g.body)
	}
	if g := apq("", hashOf(bad)); g.code() != codeNotPersisted {
		t.Errorf("what is not valid was kept: %s", g.body)
	}
	for _, ext := range []string{`1`, `{"version":2,"sha256Hash":"` + hashOf(good) + `"}`, `{"version":1}`, `{"version":1,"sha256Hash":"x"}`} {
		if g := r.do(t, post(`{"extensions":{"persistedQuery":`+ext+`}}`)); g.code() != codeBadRequest {
			t.Errorf("%s: %s", ext, g.body)
		}
	}
}

func TestReadTrusted(t *testing.T) {
	for name, text := range map[string]string{
		"a list":     `{"a": "{ viewer { id } }"}`,
		"a manifest": `{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a","name":"q","type":"query","body":"{ viewer { id } }"}]}`,
	} {
		if list, err := ReadTrusted(strings.NewReader(text)); err != nil || list["a"] != "{ viewer { id } }" {
			t.Errorf("%s: %v, %v", name, list, err)
		}
	}
	for _, text := range []string{``, `[]`, `{"a": 1}`, `{"a": "{ nonsense }"}`, `{"a": "{"}`} {
		if list, err := ReadTrusted(strings.NewReader(text)); err == nil {
			t.Errorf("%s: %v", text, list)
		}
	}
}
