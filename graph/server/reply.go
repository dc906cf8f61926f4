package server

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// reply writes the one answer of a request in the media type that the client takes.
type reply struct {
	w         http.ResponseWriter
	mediaType string        // "": the client takes only a stream. What never became an operation is refused in typeJSON then
	stream    streamFraming // nil: the client takes none
	gzip      bool          // the client takes it
	get       bool          // the answer may be kept, and asked for again by its tag
	known     string        // tags of answers that the client has
	log       *slog.Logger
}

// negotiateReply negotiates. Not ok: the client takes nothing that we have, and was told.
func negotiateReply(w http.ResponseWriter, r *http.Request, log *slog.Logger) (reply, bool) {
	accept := r.Header.Values("Accept")
	to := reply{w: w, mediaType: negotiate(accept), stream: negotiateStream(accept), log: log}
	to.gzip, to.get, to.known = acceptsGzip(r.Header.Values("Accept-Encoding")), r.Method == http.MethodGet, strings.Join(r.Header.Values("If-None-Match"), ",")
	w.Header().Add("Vary", "Accept, Accept-Encoding, Authorization")
	if to.mediaType == "" && to.stream == nil {
		to.sendRefusal(r.Context(), refusal{http.StatusNotAcceptable, codeBadRequest,
			"The server responds with " + typeGraphQL + ", " + typeJSON + " or " + typeSSE + ". Name one of them in Accept."})
		return to, false
	}
	return to, true
}

// sendRefusal answers with the status of the refusal, whatever the media type.
func (to reply) sendRefusal(ctx context.Context, r refusal) {
	requestOf(ctx).noteCode(r.code)
	to.writeHeader()
	to.writeBody(r.status, responseParts{r.encodeBody(ctx)}, retryAfterCode(r.code))
}

// sendResponse answers with what the executor gave; nil when the time was over before it began.
func (to reply) sendResponse(ctx context.Context, resp *graphql.Response) {
	if resp == nil {
		to.sendRefusal(ctx, refusal{http.StatusServiceUnavailable, codeTimeout, slow})
		return
	}
	requestOf(ctx).noteCodes(resp.Errors)
	if status := to.statusOf(resp); to.mediaType == "" && status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		to.sendStream(ctx, resp) // a browser would come back for ever after the others
		return
	}
	to.writeResponse(ctx, to.statusOf(resp), resp)
}

// sendStream answers with a stream of one payload: who takes nothing else gets that, with its
// errors, if any, in it.
func (to reply) sendStream(ctx context.Context, resp *graphql.Response) {
	payload, err := encodeParts(resp)
	if err != nil {
		payload = responseParts{to.unwritable(ctx, err)}
	}
	var begin, end bytes.Buffer
	to.stream.writePrologue(&begin)
	to.stream.beginPayload(&begin, "")
	for _, part := range payload {
		to.stream.fitPayload(part)
	}
	to.stream.endPayload(&end)
	to.stream.writeComplete(&end)
	streamHeaders(to.w.Header(), to.stream)
	to.writeParts(slices.Concat(responseParts{begin.Bytes()}, payload, responseParts{end.Bytes()}))
}

// statusOf is 200 wherever there is data, even null. Without it, the older media type keeps to
// 200 for what clients did wrong in the document.
func (to reply) statusOf(resp *graphql.Response) int {
	if len(resp.Data) > 0 {
		return http.StatusOK
	}
	for _, err := range resp.Errors {
		switch errorCode(err) {
		case codeInternal:
			return http.StatusInternalServerError
		case codeTimeout, codeUnavailable, codeOverloaded, codeRecordBusy:
			return http.StatusServiceUnavailable
		case codeRateLimited:
			return http.StatusTooManyRequests
		}
	}
	if to.mediaType == typeGraphQL {
		return http.StatusBadRequest
	}
	return http.StatusOK
}

// retryAfter is in seconds: a database that restarts is back in about one.
const retryAfter = "1"

// retryAfterCode is in how many seconds what was refused with a code may be sent again as it is; ""
// when nobody knows.
func retryAfterCode(code string) string {
	if code == codeUnavailable || code == codeOverloaded || code == codeRecordBusy {
		return retryAfter
	}
	return ""
}

func (to reply) writeResponse(ctx context.Context, status int, resp *graphql.Response) {
	body, err := encodeParts(resp)
	if err != nil {
		status, body = http.StatusInternalServerError, responseParts{to.unwritable(ctx, err)}
	}
	to.writeHeader()
	if to.get && status == http.StatusOK && len(resp.Errors) == 0 {
		h, tag := to.w.Header(), weakETag(resp.Data)
		h.Set("Cache-Control", "private, no-cache") // kept by the client, and used only when it is still the same
		h.Set("ETag", tag)
		if matchesETag(to.known, tag) {
			to.w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	to.writeBody(status, body, secondsToWait(resp.Errors))
}

func (to reply) writeHeader() {
	h, mediaType := to.w.Header(), to.mediaType
	if mediaType == "" {
		mediaType = typeJSON
	}
	h.Set("Content-Type", mediaType+"; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
}

func (to reply) writeBody(status int, body responseParts, secondsToWait string) {
	h := to.w.Header()
	if to.gzip && body.length() >= gzipFrom {
		body = responseParts{compressGzip(body)}
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(body.length()))
	if status >= http.StatusBadRequest && secondsToWait != "" {
		h.Set("Retry-After", secondsToWait)
	}
	to.w.WriteHeader(status)
	to.writeParts(body)
}

const (
	// quickBody is what goes out at once, mostly into the kernel's own buffer.
	quickBody = 64 << 10
	// readPatience is how long a client may take to read each such part of a long answer, and
	// answerPatience how long all of it: meanwhile the server holds it.
	readPatience, answerPatience = 5 * time.Second, 30 * time.Second
)

// writeParts writes an answer. A client that is gone, or takes too long, gets no more of it; there
// is nobody to tell.
func (to reply) writeParts(body responseParts) {
	control, end := http.NewResponseController(to.w), time.Now().Add(answerPatience)
	long := body.length() > quickBody
	for _, part := range body {
		for piece := range slices.Chunk(part, quickBody) {
			if long { // where there are no deadlines there is no connection that could get stuck
				_ = control.SetWriteDeadline(earlier(time.Now().Add(readPatience), end))
			}
			if _, err := to.w.Write(piece); err != nil {
				return
			}
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// secondsToWait is when a request may be sent again as it is; "" when nobody knows.
func secondsToWait(errs gqlerror.List) string {
	for _, err := range errs {
		if n, ok := err.Extensions["retryAfter"].(int); ok {
			return strconv.Itoa(n)
		}
		if seconds := retryAfterCode(errorCode(err)); seconds != "" {
			return seconds
		}
	}
	return ""
}

// unwritable is the answer when what we put into extensions can't be written as JSON: a fault of
// ours.
func (to reply) unwritable(ctx context.Context, err error) []byte {
	to.log.ErrorContext(ctx, "a response could not be written", append(requestOf(ctx).logAttrs(), "err", err)...)
	return []byte(`{"errors":[{"message":"` + sorry + `","extensions":{"code":"` + codeInternal + `"}}]}`)
}

// responseParts are the parts of a body, one after the other: what is long is not copied.
type responseParts [][]byte

func (b responseParts) length() (n int) {
	for _, part := range b {
		n += len(part)
	}
	return n
}

// appendTo appends all of it to something.
func (b responseParts) appendTo(to []byte) []byte {
	for _, part := range b {
		to = append(to, part...)
	}
	return to
}

// encodeResponse is encodeParts in one piece.
func encodeResponse(resp *graphql.Response) ([]byte, error) {
	parts, err := encodeParts(resp)
	if err != nil {
		return nil, err
	}
	return parts.appendTo(make([]byte, 0, parts.length())), nil
}

// encodeParts puts the errors first, so that nobody overlooks them, and has no data member where
// there is no data. The data is JSON already and goes as it is.
func encodeParts(resp *graphql.Response) (responseParts, error) {
	var parts responseParts
	var b bytes.Buffer
	sep := byte('{')
	member := func(name string) {
		b.WriteByte(sep)
		b.WriteString(`"` + name + `":`)
		sep = ','
	}
	if errs := resp.Errors; len(errs) > 0 {
		member("errors")
		if err := encodeErrors(&b, errs); err != nil {
			return nil, err
		}
	}
	if len(resp.Data) > 0 {
		member("data")
		if len(resp.Data) < quickBody {
			b.Write(resp.Data)
		} else {
			parts = append(parts, bytes.Clone(b.Bytes()), resp.Data)
			b.Reset()
		}
	}
	if len(resp.Extensions) > 0 {
		member("extensions")
		ext, err := json.Marshal(resp.Extensions)
		if err != nil {
			return nil, err
		}
		b.Write(ext)
	}
	if sep == '{' {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return append(parts, b.Bytes()), nil
}

// encodeErrors writes the first ten. The last of them says so when there are more.
func encodeErrors(b *bytes.Buffer, errs gqlerror.List) error {
	if len(errs) > maxErrors {
		last := *errs[maxErrors-1]
		last.Message += " (And there are more errors.)"
		errs = append(errs[:maxErrors-1:maxErrors-1], &last)
	}
	list, err := json.Marshal(errs)
	b.Write(list)
	return err
}
