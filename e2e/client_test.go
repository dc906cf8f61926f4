package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// client is one person's way to the server: plain HTTP, as a single-page app has it.
type client struct {
	url      string
	token    string
	patience time.Duration // with a subscription that tells nothing; quiet at least
	http     *http.Client  // default http.DefaultClient
}

// answer is a GraphQL answer.
type answer struct {
	Data       map[string]any `json:"data"`
	Errors     []gqlError     `json:"errors"`
	Extensions map[string]any `json:"extensions"`
	Status     int            `json:"-"`
	Raw        string         `json:"-"`
}

type gqlError struct {
	Message    string         `json:"message"`
	Path       []any          `json:"path"`
	Extensions map[string]any `json:"extensions"`
}

type vars map[string]any

// tryQuery sends a document and gives whatever comes back; an error only when nothing does. Of a
// subscription it is the first payload.
func (c *client) tryQuery(query string, v vars) (*answer, error) {
	if strings.HasPrefix(query, "subscription") {
		return c.firstPayload(query, v)
	}
	resp, err := c.post("application/json", query, v)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	a := &answer{Status: resp.StatusCode, Raw: string(raw)}
	if err := json.Unmarshal(raw, a); err != nil {
		return nil, fmt.Errorf("status %d, not JSON: %s", resp.StatusCode, raw)
	}
	return a, nil
}

// silenceWindow is how long a subscription that has missed nothing is listened to: long enough
// nearly always. Whoever takes silence for an answer asks once more with the patience of a client.
const silenceWindow = time.Second

// firstPayload follows a subscription until its first payload; without data when there is none.
func (c *client) firstPayload(query string, v vars) (*answer, error) {
	resp, err := c.post(acceptSSE, query, v)
	if err != nil {
		return nil, err
	}
	s := &stream{resp: resp, cancel: func() { _ = resp.Body.Close() }, messages: make(chan *streamMessage)}
	go s.read()
	defer s.disconnect()
	select {
	case m, ok := <-s.messages:
		if !ok {
			return nil, fmt.Errorf("status %d, and the stream ended without a payload: %w", resp.StatusCode, s.err)
		}
		m.Status = resp.StatusCode
		return &m.answer, nil
	case <-time.After(max(silenceWindow, c.patience)):
		return &answer{Status: resp.StatusCode}, nil
	}
}

func (c *client) post(accept, query string, v vars) (*http.Response, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": v})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodPost, c.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", accept)
	req.Header.Set("Authorization", "Bearer "+c.token)
	if c.http != nil {
		return c.http.Do(req)
	}
	return http.DefaultClient.Do(req)
}

// do sends a document that must be answered without top-level errors.
func (c *client) do(t testing.TB, query string, v vars) *answer {
	t.Helper()
	a, err := c.tryQuery(query, v)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Errors) > 0 {
		t.Fatalf("%s\nvariables %v\nanswered %s", query, v, a.Raw)
	}
	return a
}

// mutate runs one mutation with the parts of the payload to select; refusals are for the caller to
// look at.
func (c *client) mutate(t testing.TB, name, selection string, input vars) node {
	t.Helper()
	a, err := c.tryMutate(name, selection, input)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Errors) > 0 {
		t.Fatalf("%s %v answered %s", name, input, a.Raw)
	}
	return a.at(name)
}

// must is mutate for what must not be refused.
func (c *client) must(t testing.TB, name, selection string, input vars) node {
	t.Helper()
	p := c.mutate(t, name, selection, input)
	if e := p.list("errors"); len(e) > 0 {
		t.Fatalf("%s %v was refused: %v", name, input, e)
	}
	return p
}

func (c *client) tryMutate(name, selection string, input vars) (*answer, error) {
	noun := strings.ToUpper(name[:1]) + name[1:]
	query := fmt.Sprintf(`mutation($input: %sInput!) { %s(input: $input) { %s
		effects { rule kind count node { id } changes { field old new } }
		errors { __typename message code path } eventCursor } }`, noun, name, selection)
	return c.tryQuery(query, vars{"input": input})
}

// errorCode is the code of the only refusal, or "" when there was none.
func errorCode(payload node) string {
	errs := payload.list("errors")
	if len(errs) == 0 {
		return ""
	}
	return errs[0].str("code")
}

// node is a part of an answer.
type node struct{ v any }

func (a *answer) at(path string) node { return node{a.Data}.at(path) }

// at walks down by names and indexes: "ticket.conversations.nodes.0.id".
func (n node) at(path string) node {
	v := n.v
	if path == "." {
		return n
	}
	for _, p := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[p]
		case []any:
			i, err := strconv.Atoi(p)
			if err != nil || i >= len(x) {
				return node{}
			}
			v = x[i]
		default:
			return node{}
		}
	}
	return node{v}
}

func (n node) str(path string) string {
	s, _ := n.at(path).v.(string)
	return s
}

func (n node) num(path string) int {
	f, _ := n.at(path).v.(float64)
	return int(f)
}

func (n node) boolean(path string) bool {
	b, _ := n.at(path).v.(bool)
	return b
}

func (n node) list(path string) []node {
	xs, _ := n.at(path).v.([]any)
	out := make([]node, len(xs))
	for i, x := range xs {
		out[i] = node{x}
	}
	return out
}

func (n node) isNull(path string) bool { return n.at(path).v == nil }
