package server

import (
	"bytes"
	"net/http"
	"sync"
	"time"

	"deskwire/heap"
	"deskwire/live"
)

// Bounds of a stream: backpressure for slow consumers.
const (
	streamRoom     = 64 << 10 // bytes that wait to be written; one payload is taken whatever its size
	streamPackets  = 16       // payloads that wait
	streamChunk    = 16 << 10 // bytes
	streamPatience = 10 * time.Second
	// streamGrace is how long a stream that is to end may still write.
	streamGrace = time.Second
)

// endReason is why the server ends a stream.
type endReason int

const (
	endedByToken   endReason = iota // it is not valid any more
	endedByRestart                  // of the server: there are others
	endedByItself                   // there is nothing more to come
	endedForRoom                    // it reads slowly, and the server holds too much for others who do
)

// stream is an HTTP answer that goes on until its client goes, or it is ended. The goroutine of the
// request writes it; what the fan-out delivers waits in between, within bounds: a slow consumer
// falls behind and is caught up from its cursor.
type stream struct {
	streamFraming
	w   http.ResponseWriter
	to  *http.ResponseController
	sub *live.Subscription

	held    *heap.Holding // of what waits
	mu      sync.Mutex
	waiting *bytes.Buffer
	packets int  // in waiting
	full    bool // something was not taken, and the hub is to be told when there is room
	writing bool // at the moment, so the deadline may be moved
	why     endReason
	until   time.Time     // nothing is written any more; zero for no such time
	some    chan struct{} // there is something to be written
	ended   chan struct{} // closed when why is known
}

var _ live.Sink = (*stream)(nil)

func newStream(w http.ResponseWriter, f streamFraming, held *heap.Holding) *stream {
	return &stream{streamFraming: f, w: w, held: held, to: http.NewResponseController(w), some: make(chan struct{}, 1), ended: make(chan struct{})}
}

// frames are buffers for what waits, so that idle streams need none.
var frames = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled bounds the buffers that are kept for the next one, in bytes.
const maxPooled = streamRoom

func recycleBuffer(b *bytes.Buffer) {
	if b.Cap() <= maxPooled {
		b.Reset()
		frames.Put(b)
	}
}

// Deliver takes a payload if there is room.
func (s *stream) Deliver(d *live.Delivery) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.isFinished():
		return true
	case s.packets == streamPackets, s.packets > 0 && s.waiting.Len()+len(d.Body) > streamRoom:
		s.full = true
		return false
	case !s.held.Grow(len(d.Body)):
		s.endLocked(endedForRoom)
		return true
	}
	s.enqueueLocked(d.Body, d.Cursor.String())
	return true
}

// Ready says whether the last payload was taken, or there is room again.
func (s *stream) Ready() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.full
}

// Refuse tells why there will be no payload, and ends the stream.
func (s *stream) Refuse(body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.isFinished():
	case !s.held.Grow(len(body)):
		s.endLocked(endedForRoom)
	default:
		s.enqueueLocked(body, "")
		s.endLocked(endedByItself)
	}
}

func (s *stream) enqueueLocked(body []byte, cursor string) {
	if s.waiting == nil {
		s.waiting = frames.Get().(*bytes.Buffer)
	}
	writePayload(s.streamFraming, s.waiting, body, cursor)
	s.packets++
	select {
	case s.some <- struct{}{}:
	default:
	}
}

// endWith ends the stream, whatever it is doing.
func (s *stream) endWith(why endReason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.isFinished() {
		s.endLocked(why)
	}
}

func (s *stream) endLocked(why endReason) {
	s.why = why
	if why != endedByItself {
		s.until = time.Now().Add(streamGrace)
	}
	if s.writing {
		s.setDeadline()
	}
	close(s.ended)
}

func (s *stream) isFinished() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

// ending says why the stream has ended.
func (s *stream) ending() string {
	if !s.isFinished() {
		return endedGone
	}
	return s.why.String()
}

// setDeadline bounds the write of the moment. Where that can't be had there is no connection that
// could get stuck.
func (s *stream) setDeadline() {
	at := time.Now().Add(streamPatience)
	if !s.until.IsZero() && s.until.Before(at) {
		at = s.until
	}
	_ = s.to.SetWriteDeadline(at)
}

// sendHeaders sends the headers, so that clients know that the stream is there.
func (s *stream) sendHeaders() bool {
	_ = s.to.SetReadDeadline(time.Time{}) // the server's is for requests; here nothing is to be read any more
	streamHeaders(s.w.Header(), s.streamFraming)
	return s.writeMessage(s.writePrologue)
}

// writePayloads writes until the stream has ended, or the client is gone.
func (s *stream) writePayloads(gone <-chan struct{}) {
	beat := time.NewTimer(s.heartbeatEvery())
	defer beat.Stop()
	for ok := true; ok; {
		select {
		case <-gone:
			return
		case <-s.ended:
			s.writeEnding()
			return
		case <-s.some:
			ok = s.flushPending()
		case <-beat.C:
			ok = s.writeMessage(s.writeHeartbeat)
		}
		beat.Reset(s.heartbeatEvery())
	}
}

// flushPending writes what waits, and asks for more where something did not fit.
func (s *stream) flushPending() bool {
	b := s.takeWaiting()
	if b == nil {
		return true
	}
	ok := s.writeChunks(b.Bytes())
	recycleBuffer(b)
	s.mu.Lock()
	if still := s.waiting; still != nil { // it has come meanwhile
		s.held.Shrink(still.Len())
	} else {
		s.held.Release()
	}
	wake := s.full
	s.full = false
	s.mu.Unlock()
	if wake && ok {
		s.sub.SinkReady()
	}
	return ok
}

func (s *stream) takeWaiting() *bytes.Buffer {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.waiting
	s.waiting, s.packets = nil, 0
	return b
}

// writeEnding writes the last words. What waits is told only if that is all: else the client comes
// back for it.
func (s *stream) writeEnding() {
	b := frames.Get().(*bytes.Buffer)
	defer recycleBuffer(b)
	if last := s.takeWaiting(); last != nil {
		if s.why == endedByItself {
			_, _ = last.WriteTo(b)
		}
		recycleBuffer(last)
	}
	if s.why == endedByItself {
		s.writeComplete(b)
	} else {
		s.writeInterrupt(b, s.why.graphqlErrors())
	}
	s.writeChunks(b.Bytes())
}

// writeMessage writes one message of the connection itself.
func (s *stream) writeMessage(message func(*bytes.Buffer)) bool {
	b := frames.Get().(*bytes.Buffer)
	defer recycleBuffer(b)
	message(b)
	return s.writeChunks(b.Bytes())
}

// writeChunks gives the client some time for each part: one that does not read holds nothing up for
// long. False: it is cut.
func (s *stream) writeChunks(b []byte) bool {
	for len(b) > 0 {
		part := b[:min(len(b), streamChunk)]
		b = b[len(part):]
		s.isWriting(true)
		_, err := s.w.Write(part)
		if err == nil && len(b) == 0 {
			err = s.to.Flush()
		}
		s.isWriting(false)
		if err != nil {
			return false
		}
	}
	return true
}

func (s *stream) isWriting(now bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing = now
	if now {
		s.setDeadline()
	}
}
