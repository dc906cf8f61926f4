package server

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// streamFraming is how the payloads of a stream stand in the body of an HTTP answer. Each method
// writes the whole of one message.
type streamFraming interface {
	contentType() string
	transport() string // as the log has it
	writePrologue(*bytes.Buffer)
	// beginPayload and endPayload stand around a payload. Cursor is where the client may go on
	// from; "" for nowhere.
	beginPayload(b *bytes.Buffer, cursor string)
	endPayload(b *bytes.Buffer)
	// fitPayload changes what can't stand in a payload as it is.
	fitPayload(payload []byte)
	// writeComplete says that there will be no more, and that this is as it should be.
	writeComplete(*bytes.Buffer)
	// writeInterrupt says that the stream ends for no reason of its own, as far as that can be
	// said: clients come back then.
	writeInterrupt(b *bytes.Buffer, errors []byte)
	// writeHeartbeat keeps proxies from closing what is idle, and shows that the other side is
	// there. It comes every heartbeatEvery.
	writeHeartbeat(*bytes.Buffer)
	heartbeatEvery() time.Duration
}

// writePayload writes the whole message of a payload.
func writePayload(f streamFraming, b *bytes.Buffer, payload []byte, cursor string) {
	f.beginPayload(b, cursor)
	at := b.Len()
	b.Write(payload)
	f.fitPayload(b.Bytes()[at:])
	f.endPayload(b)
}

// streamHeaders are those of an answer that is not to be kept or held back by anybody on its way.
func streamHeaders(h http.Header, f streamFraming) {
	h.Set("Content-Type", f.contentType())
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	h.Set("X-Content-Type-Options", "nosniff")
}

// sseFraming is the "distinct connections mode" of GraphQL over SSE, with ids: a browser that has
// lost the stream sends the last one it has seen, and goes on from there.
type sseFraming struct {
	retry time.Duration // how long a browser waits before it comes back; zero for one of its own
}

func (sseFraming) contentType() string           { return typeSSE + "; charset=utf-8" }
func (sseFraming) transport() string             { return overSSE }
func (sseFraming) heartbeatEvery() time.Duration { return 12 * time.Second }

// retryFrom and retryTo bound how long a browser waits before it comes back, so that they don't all
// come at once.
const retryFrom, retryTo = time.Second, 4 * time.Second

func (f sseFraming) writePrologue(b *bytes.Buffer) {
	retry := f.retry
	if retry == 0 {
		retry = retryFrom + rand.N(retryTo-retryFrom)
	}
	fmt.Fprintf(b, "retry: %d\n\n", retry.Milliseconds())
}

func (sseFraming) beginPayload(b *bytes.Buffer, cursor string) {
	b.WriteString("event: next\n")
	if cursor != "" {
		b.WriteString("id: ")
		b.WriteString(cursor)
		b.WriteByte('\n')
	}
	b.WriteString("data: ")
}

func (sseFraming) endPayload(b *bytes.Buffer) { b.WriteString("\n\n") }

// fitPayload makes blanks of line breaks, which would end the data. In JSON they can only stand
// where blanks can.
func (sseFraming) fitPayload(json []byte) {
	for i, c := range json {
		if c == '\n' || c == '\r' {
			json[i] = ' '
		}
	}
}

// writeComplete has a line of data, though an empty one: without it a browser drops the event.
func (sseFraming) writeComplete(b *bytes.Buffer) { b.WriteString("event: complete\ndata:\n\n") }

// writeInterrupt is not in the protocol: a stream that ends without "complete" is what clients try
// again after.
func (sseFraming) writeInterrupt(*bytes.Buffer, []byte) {}

func (sseFraming) writeHeartbeat(b *bytes.Buffer) { b.WriteString(":\n\n") }

// multipartFraming is Apollo's multipart protocol for subscriptions. Its clients take a part when
// they see the delimiter behind it, some when they see the whole line, so each part brings that of
// the next one, and the last one is empty.
type multipartFraming struct{}

const delimiter, lastDelimiter = "\r\n--graphql\r\n", "\r\n--graphql--\r\n"

func (multipartFraming) contentType() string {
	return `multipart/mixed;boundary="graphql";subscriptionSpec=1.0`
}

func (multipartFraming) transport() string { return overMultipart }

func (multipartFraming) heartbeatEvery() time.Duration { return 5 * time.Second }

func (multipartFraming) writePrologue(b *bytes.Buffer) { b.WriteString(delimiter) }

const partHeader = "Content-Type: application/json\r\n\r\n"

func (multipartFraming) writePart(b *bytes.Buffer, end string, json ...[]byte) {
	b.WriteString(partHeader)
	for _, j := range json {
		b.Write(j)
	}
	b.WriteString(end)
}

func (multipartFraming) beginPayload(b *bytes.Buffer, _ string) {
	b.WriteString(partHeader + `{"payload":`)
}

func (multipartFraming) endPayload(b *bytes.Buffer) { b.WriteString(`}` + delimiter) }

func (multipartFraming) fitPayload([]byte) {}

func (f multipartFraming) writeComplete(b *bytes.Buffer) { f.writePart(b, lastDelimiter, []byte(`{}`)) }

// writeInterrupt is what the protocol calls a transport error.
func (f multipartFraming) writeInterrupt(b *bytes.Buffer, errors []byte) {
	f.writePart(b, lastDelimiter, []byte(`{"payload":null,"errors":`), errors, []byte(`}`))
}

func (f multipartFraming) writeHeartbeat(b *bytes.Buffer) { f.writePart(b, delimiter, []byte(`{}`)) }
