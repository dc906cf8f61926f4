package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/desk"
)

// TestTrustedOnly: a server with a list runs no other document, however it is named.
func TestTrustedOnly(t *testing.T) {
	const listed, other = "query Listed { viewer { id } }", "{ viewer { id } }"
	sum := func(s string) string {
		h := sha256.Sum256([]byte(s))
		return hex.EncodeToString(h[:])
	}
	byHash := func(s string) map[string]any {
		return map[string]any{"persistedQuery": map[string]any{"version": json.Number("1"), "sha256Hash": sum(s)}}
	}
	p := newPersistedDocuments(Trusted{"a": listed}, true)
	p.sent.remember(sum(other), other, len(other))
	for name, c := range map[string]struct {
		params graphql.RawParams
		code   string
	}{
		"by its id":             {graphql.RawParams{Extensions: map[string]any{"documentId": "a"}}, ""},
		"in full":               {graphql.RawParams{Query: listed}, ""},
		"in full with its hash": {graphql.RawParams{Query: listed, Extensions: byHash(listed)}, ""},
		"another":               {graphql.RawParams{Query: other}, string(desk.CodeForbidden)},
		"another by its hash":   {graphql.RawParams{Extensions: byHash(other)}, string(desk.CodeForbidden)},
		"another by its id":     {graphql.RawParams{Extensions: map[string]any{"documentId": "sha256:" + sum(other)}}, string(desk.CodeForbidden)},
		"another with its hash": {graphql.RawParams{Query: other, Extensions: byHash(other)}, string(desk.CodeForbidden)},
		"with a blank more":     {graphql.RawParams{Query: listed + " "}, string(desk.CodeForbidden)},
		"nothing":               {graphql.RawParams{}, string(desk.CodeForbidden)},
		"what is not there":     {graphql.RawParams{Extensions: map[string]any{"documentId": "b"}}, codeNotPersisted},
	} {
		_, err := p.resolveTrusted(&c.params)
		if (err == nil) != (c.code == "") || err != nil && errorCode(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	free := newPersistedDocuments(Trusted{"a": listed}, false)
	if _, err := free.resolveTrusted(&graphql.RawParams{Query: other}); err != nil {
		t.Errorf("without the setting: %v", err)
	}
}
