package socket

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// BenchmarkWrite sends one event of 1,250 bytes to 100 clients in turn: the raw loop over gorilla's
// prepared message, and ours. An op is one delivery.
func BenchmarkWrite(b *testing.B) {
	const clients = 100
	payload := make([]byte, 1250)
	frame := AppendFrame(nil, payload)

	b.Run("gorilla", func(b *testing.B) {
		conns := make(chan *websocket.Conn, clients)
		up := websocket.Upgrader{ReadBufferSize: readBuffer, WriteBufferSize: writeBuffer}
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ws, err := up.Upgrade(w, r, nil)
			if err != nil {
				b.Error(err)
				return
			}
			conns <- ws
		}))
		defer web.Close()
		readers(b, web.URL, clients)
		all := make([]*websocket.Conn, clients)
		for i := range all {
			all[i] = <-conns
			defer all[i].Close()
		}
		prepared, err := websocket.NewPreparedMessage(websocket.TextMessage, payload)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if err := all[i%clients].WritePreparedMessage(prepared); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ours", func(b *testing.B) {
		r := newRig(b, Config{})
		readers(b, r.web.URL, clients)
		all := make([]*scribe, clients)
		for i := range all {
			all[i] = <-r.conns
		}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			for s := all[i%clients]; !s.c.Write(frame); {
				<-s.drained
			}
		}
	})
}

// readers are clients that read and throw away.
func readers(b *testing.B, url string, n int) {
	for range n {
		nc, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { nc.Close() })
		c := shake(b, nc)
		go io.Copy(io.Discard, c.Conn) //nolint:errcheck // until the end, whichever it is
	}
}
