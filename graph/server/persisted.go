package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/desk"
	"deskwire/graph"
)

// Trusted are persisted queries: documents that clients may name instead of sending them, by their
// ids.
type Trusted map[string]string

// ReadTrusted reads a list of documents: an object with a document for each id, as Relay's compiler
// and gql.tada write it, or the manifest of Apollo. Each must be valid for the schema of this
// program.
func ReadTrusted(from io.Reader) (Trusted, error) {
	raw, err := io.ReadAll(from)
	if err != nil {
		return nil, err
	}
	var manifest struct {
		Operations []struct{ ID, Body string }
	}
	list := Trusted{}
	if json.Unmarshal(raw, &manifest) == nil && manifest.Operations != nil {
		for _, o := range manifest.Operations {
			list[o.ID] = o.Body
		}
	} else if json.Unmarshal(raw, &list) != nil {
		return nil, errors.New("this is neither a JSON object with a document for each id nor an Apollo manifest")
	}
	for id, source := range list {
		if _, errs := gqlparser.LoadQueryWithRules(graph.Schema(), source, plainRules()); errs != nil {
			return nil, fmt.Errorf("the document %q is not valid: %s", id, errs[0].Message)
		}
	}
	return list, nil
}

// persistedBytes bounds the documents that clients have registered by their hash.
const persistedBytes = 4 << 20

// persistedDocuments gives the documents of requests that only name them.
type persistedDocuments struct {
	trusted Trusted
	sent    *byteCache[string] // by their SHA-256 in hexadecimal; whoever has sent one, it is the same for all
	only    map[string]bool    // the documents that may be run; nil for all
}

func newPersistedDocuments(trusted Trusted, only bool) *persistedDocuments {
	p := &persistedDocuments{trusted: trusted, sent: newByteCache[string](persistedBytes)}
	if only {
		p.only = map[string]bool{}
		for _, source := range trusted {
			p.only[source] = true
		}
	}
	return p
}

// resolveTrusted is resolveDocument, and refuses a document that may not be run, however it came.
func (p *persistedDocuments) resolveTrusted(params *graphql.RawParams) (hash string, err *gqlerror.Error) {
	hash, err = p.resolveDocument(params)
	if err == nil && p.only != nil && !p.only[params.Query] {
		return "", codedError(string(desk.CodeForbidden), "This server runs the documents of its list only. Send one of them, or its documentId.")
	}
	return hash, err
}

// byHash is what the ids of documents begin with that are hashes.
const byHash = "sha256:"

// resolveDocument puts the document into a request that names it. The hash is that of a document to
// be kept, once it is known to be good.
func (p *persistedDocuments) resolveDocument(params *graphql.RawParams) (hash string, err *gqlerror.Error) {
	if id, ok := params.Extensions["documentId"].(string); ok {
		if params.Query != "" {
			return "", codedError(codeBadRequest, "Send query or documentId, not both.")
		}
		source, known := p.trusted[id]
		if !known {
			source, known = p.sent.lookup(strings.TrimPrefix(id, byHash))
		}
		if !known {
			return "", codedError(codeNotPersisted, "There is no document with this documentId.")
		}
		params.Query = source
		return "", nil
	}
	given, ok := params.Extensions["persistedQuery"]
	if !ok {
		return "", nil
	}
	apq, _ := given.(map[string]any)
	hash, _ = apq["sha256Hash"].(string)
	if version, _ := apq["version"].(json.Number); version != "1" || len(hash) != 2*sha256.Size {
		return "", codedError(codeBadRequest, "extensions.persistedQuery takes version 1 and the SHA-256 of the query, as sha256Hash.")
	}
	if params.Query == "" {
		if params.Query, ok = p.sent.lookup(hash); !ok {
			return "", codedError(codeNotPersisted, "PersistedQueryNotFound") // these are the words that clients know
		}
		return "", nil
	}
	if sum := sha256.Sum256([]byte(params.Query)); hex.EncodeToString(sum[:]) != hash {
		return "", codedError(codeBadRequest, "extensions.persistedQuery.sha256Hash is not the SHA-256 of the query.")
	}
	return hash, nil
}
