package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/graph/guard"
	"deskwire/heap"
)

func badRequest(message string) error { return refusal{http.StatusBadRequest, codeBadRequest, message} }

// readParams decodes the GraphQL parameters of a POST or a GET. Its errors are refusals; none
// of them repeats what was sent.
func readParams(w http.ResponseWriter, r *http.Request, limits guard.Limits, held *heap.Holding) (*graphql.RawParams, error) {
	var members map[string]json.RawMessage
	var size int
	var err error
	started := graphql.Now()
	switch r.Method {
	case http.MethodPost:
		members, size, err = readBody(w, r, limits, held)
	case http.MethodGet:
		members, size, err = readQuery(r.URL.RawQuery, limits)
	default:
		w.Header().Set("Allow", "GET, POST")
		err = refusal{http.StatusMethodNotAllowed, codeBadRequest, "Use POST, or GET for queries."}
	}
	if err != nil {
		return nil, err
	}
	size = chargeable(size)
	if !held.Grow(size) {
		return nil, errOverloaded
	}
	p, err := decodeParams(members)
	held.Shrink(size) // the body is not kept
	if err == nil {
		p.Headers = r.Header
		p.ReadTime = graphql.TraceTiming{Start: started, End: graphql.Now()}
	}
	return p, err
}

// readBody gives the members of a request, and the bytes that its values take, about.
func readBody(w http.ResponseWriter, r *http.Request, limits guard.Limits, held *heap.Holding) (members map[string]json.RawMessage, size int, err error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || kind != typeJSON || charset != "" && !strings.EqualFold(charset, "utf-8") || r.Header.Get("Content-Encoding") != "" {
		return nil, 0, refusal{http.StatusUnsupportedMediaType, codeBadRequest, "Send " + typeJSON + " in UTF-8, uncompressed, and say so in Content-Type."}
	}
	body, err := readHeld(http.MaxBytesReader(w, r.Body, int64(limits.Body)), held)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, 0, refusal{http.StatusRequestEntityTooLarge, codeBadRequest, fmt.Sprintf("The request is larger than the limit of %d bytes.", limits.Body)}
	case errors.Is(err, errNoRoom):
		return nil, 0, errOverloaded
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, 0, refusal{http.StatusRequestTimeout, codeTimeout, "The request did not arrive in time. Nothing was done; send it again, on a faster connection or in smaller parts."}
	case err != nil:
		return nil, 0, badRequest("The request ended before it was complete.")
	}
	if size, err = measureJSON(body, limits); err != nil {
		return nil, 0, err
	}
	switch trimmed := bytes.TrimLeft(body, " \t\r\n"); {
	case bytes.HasPrefix(trimmed, []byte("[")):
		return nil, 0, badRequest("Batches are not supported. Send one operation per request.")
	case json.Unmarshal(trimmed, &members) != nil || members == nil:
		return nil, 0, badRequest("The request is not a JSON object.")
	}
	return members, size, nil
}

// ownBody is how many bytes of a request are read without asking for room: the many who send little
// are not kept out by the few who send much.
const ownBody = 8 << 10

var errNoRoom = errors.New("server: there is no room for the request")

var errOverloaded = refusal{http.StatusServiceUnavailable, codeOverloaded, overloaded}

// ownValues is how many bytes the values of a request may take without being counted: those of
// usual ones do.
const ownValues = 16 << 10

// chargeable is how many of the bytes that the values of a request take are held.
func chargeable(size int) int {
	if size <= ownValues {
		return 0
	}
	return size
}

// readHeld reads all there is, and takes no more room than bytes have come, about.
func readHeld(from io.Reader, held *heap.Holding) ([]byte, error) {
	body := make([]byte, 0, 512)
	for {
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return body, err
		}
		if len(body) < cap(body) {
			continue
		}
		more := cap(body)
		if 2*more > ownBody && !held.Grow(more) {
			return nil, errNoRoom
		}
		body = append(make([]byte, 0, 2*more), body...)
	}
}

// readQuery takes the parameters of a GET: three texts, and two that are JSON in themselves.
func readQuery(raw string, limits guard.Limits) (members map[string]json.RawMessage, size int, err error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, 0, badRequest("The query string of the URL cannot be parsed.")
	}
	members, size = map[string]json.RawMessage{}, len(raw)
	for _, name := range []string{"query", "operationName", "documentId"} {
		if values.Has(name) {
			if !utf8.ValidString(values.Get(name)) {
				return nil, 0, badRequest(notUTF8)
			}
			members[name], _ = json.Marshal(values.Get(name))
		}
	}
	for _, name := range []string{"variables", "extensions"} {
		if v := []byte(values.Get(name)); len(v) > 0 {
			n, err := measureJSON(v, limits)
			if err != nil {
				return nil, 0, err
			}
			if !json.Valid(v) {
				return nil, 0, badRequest("variables and extensions must be JSON.")
			}
			members[name], size = v, size+n
		}
	}
	return members, size, nil
}

const notUTF8 = "The request is not valid UTF-8."

// measureJSON refuses what a decoder would alter in silence, or could choke on, and measures the
// rest as measureValues does.
func measureJSON(b []byte, limits guard.Limits) (size int, err error) {
	switch {
	case !utf8.Valid(b):
		return 0, badRequest(notUTF8)
	case hasLoneSurrogate(string(b)):
		return 0, badRequest(`The request holds half of a character: a \ud800 to \udfff without its other half.`)
	}
	return measureValues(b, limits)
}

func decodeParams(members map[string]json.RawMessage) (*graphql.RawParams, error) {
	p, documentID := &graphql.RawParams{}, ""
	for name, into := range map[string]any{
		"query": &p.Query, "operationName": &p.OperationName, "documentId": &documentID, "variables": &p.Variables, "extensions": &p.Extensions,
	} {
		raw, ok := members[name]
		if !ok || string(raw) == "null" {
			continue
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber() // a float64 would round large numbers
		if d.Decode(into) != nil {
			return nil, badRequest("query, documentId and operationName must be strings, variables and extensions objects.")
		}
	}
	if documentID != "" { // it goes with the extensions, as that of APQ does
		if p.Extensions == nil {
			p.Extensions = map[string]any{}
		}
		p.Extensions["documentId"] = documentID
	}
	if p.Query == "" && documentID == "" && p.Extensions["persistedQuery"] == nil {
		return nil, errNoQuery
	}
	return p, nil
}

// errNoQuery refuses a request that is whole, but asks for nothing.
var errNoQuery = badRequest("The request has no query. Send query or documentId.")

// roughly is how much longer than the limit a list may be here, where its place can't be named:
// coercion does that.
const roughly = 4

// What decoded JSON takes beside its texts, in bytes: a value with its place in a list or an
// object, and an object, which has places for eight.
const (
	valueSize  = 96
	objectSize = 288
)

// measureValues refuses JSON that is nested too deep, has too long a list or too many values,
// before any of it is built, and gives how many bytes it will take then, about.
func measureValues(b []byte, limits guard.Limits) (size int, err error) {
	inString, values := false, 1
	var open []int // values of each list or object that is open
	size = len(b)
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			values++
			if c == '{' {
				size += objectSize
			}
			if open = append(open, 0); len(open) > limits.JSON {
				return 0, badRequest(fmt.Sprintf("The JSON is nested deeper than %d levels.", limits.JSON))
			}
		case (c == '}' || c == ']') && len(open) > 0:
			open = open[:len(open)-1]
		case c == ',' && len(open) > 0:
			values++
			if open[len(open)-1]++; open[len(open)-1] > roughly*limits.List {
				return 0, badRequest(fmt.Sprintf("A list can have at most %d values.", limits.List))
			}
		}
	}
	if values > limits.Values {
		return 0, badRequest(fmt.Sprintf("The request has more than %d values. Send it in parts.", limits.Values))
	}
	return size + values*valueSize, nil
}

// hasLoneSurrogate finds an escape for half of a character. Go's JSON and GraphQL decoders
// would put U+FFFD in its place, and the text would not be what was sent.
func hasLoneSurrogate(s string) bool {
	for i := strings.IndexByte(s, '\\'); i >= 0 && i < len(s); {
		switch half := surrogateHalf(s[i:]); {
		case half == 'h' && surrogateHalf(s[i+6:]) == 'l':
			i += 12
		case half != 0:
			return true
		default:
			i += 2
		}
		next := strings.IndexByte(s[min(i, len(s)):], '\\')
		if next < 0 {
			return false
		}
		i += next
	}
	return false
}

// surrogateHalf says whether s begins with the escape of a high ('h') or low ('l') surrogate.
func surrogateHalf(s string) byte {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' || s[2]|0x20 != 'd' {
		return 0
	}
	switch c := s[3] | 0x20; {
	case '8' <= s[3] && s[3] <= '9' || c == 'a' || c == 'b':
		return 'h'
	case c >= 'c' && c <= 'f':
		return 'l'
	}
	return 0
}
