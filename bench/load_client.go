//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// loadClient holds many connections, read by one goroutine that waits for all of them at once, so
// that reading takes as little of the machine from the server as it can.
type loadClient struct {
	to    target
	epoll int
	byFD  []*clientConn
	peers []*clientConn
	on    func(p *clientConn, payload []byte, now int64) // called with mu held; nil: only count

	mu       sync.Mutex
	received atomic.Int64
	gone     atomic.Int64 // closed by the server
	loops    sync.WaitGroup
	quit     atomic.Bool
}

// target is the address that a load client connects to, and what it sends there.
type target struct {
	addr      netip.AddrPort
	token     string
	subscribe func(peer int) []subscription
	buffer    int // of receiving, in bytes; 0: the system's choice
}

// subscription is one that a peer begins.
type subscription struct {
	Query     string            `json:"query"`
	Operation string            `json:"operationName,omitempty"`
	Variables map[string]string `json:"variables"`
	After     map[string]string `json:"extensions,omitempty"` // {"resumeAfter": …}
}

// clientConn is one connection of the load client.
type clientConn struct {
	index  int
	fd     int
	rest   []byte // the beginning of a frame whose end has not come
	cursor string // of the last payload, for rows that want it
	last   int64  // for rows that count events
	closed bool
}

const dialConcurrency = 64

func newLoadClient(to target) (*loadClient, error) {
	fd, err := syscall.EpollCreate1(0)
	if err != nil {
		return nil, err
	}
	return &loadClient{to: to, epoll: fd, byFD: make([]*clientConn, 1<<17)}, nil
}

// connect opens connections for the peers from..until, and subscribes. Those that listen are read
// from then on.
func (s *loadClient) connect(from, until int, listen bool) error {
	for len(s.peers) < until {
		s.peers = append(s.peers, nil)
	}
	var next atomic.Int64
	next.Store(int64(from))
	failed := make(chan error, dialConcurrency)
	var all sync.WaitGroup
	for range dialConcurrency {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= until {
					return
				}
				if err := s.dial(i, listen); err != nil {
					failed <- fmt.Errorf("connection %d: %w", i, err)
					return
				}
			}
		})
	}
	all.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

func (s *loadClient) dial(i int, listen bool) error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	p := &clientConn{index: i, fd: fd}
	if err := s.handshake(p); err != nil {
		_ = syscall.Close(fd)
		return err
	}
	s.mu.Lock()
	s.peers[i], s.byFD[fd] = p, p
	s.mu.Unlock()
	for n, sub := range s.to.subscribe(i) {
		if err := s.subscribe(p, n+1, sub); err != nil {
			return err
		}
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return err
	}
	if !listen {
		return nil
	}
	return s.listen(p)
}

func (s *loadClient) listen(p *clientConn) error {
	return syscall.EpollCtl(s.epoll, syscall.EPOLL_CTL_ADD, p.fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(p.fd)})
}

// handshake connects, shakes hands and signs in. Addresses are spread: one of them has 28,000
// ports.
func (s *loadClient) handshake(p *clientConn) error {
	const bindNoPort = 24 // IP_BIND_ADDRESS_NO_PORT: the port is chosen when the other end is known
	_ = syscall.SetsockoptInt(p.fd, syscall.SOL_IP, bindNoPort, 1)
	if s.to.buffer > 0 {
		_ = syscall.SetsockoptInt(p.fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, s.to.buffer)
	}
	if err := syscall.Bind(p.fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 1, byte(1 + p.index%8)}}); err != nil {
		return err
	}
	to := &syscall.SockaddrInet4{Port: int(s.to.addr.Port()), Addr: s.to.addr.Addr().As4()}
	err := syscall.Connect(p.fd, to)
	for errors.Is(err, syscall.EINTR) || errors.Is(err, syscall.EALREADY) {
		err = syscall.Connect(p.fd, to)
	}
	if err != nil && !errors.Is(err, syscall.EISCONN) {
		return err
	}
	_ = syscall.SetsockoptInt(p.fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	hello := "GET /graphql HTTP/1.1\r\nHost: " + s.to.addr.String() + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n" +
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36\r\n\r\n"
	if err := p.write([]byte(hello)); err != nil {
		return err
	}
	if err := p.expect("HTTP/1.1 101", "\r\n\r\n"); err != nil {
		return err
	}
	who, err := json.Marshal(map[string]any{"type": "connection_init", "payload": map[string]string{"authorization": "Bearer " + s.to.token}})
	if err != nil {
		return err
	}
	if err := p.write(maskedFrame(0x81, who)); err != nil {
		return err
	}
	return p.expect("\x81", `"connection_ack"}`)
}

// subscribe begins a subscription on a connection.
func (s *loadClient) subscribe(p *clientConn, id int, sub subscription) error {
	m, err := json.Marshal(map[string]any{"id": fmt.Sprint(id), "type": "subscribe", "payload": sub})
	if err != nil {
		return err
	}
	return p.write(maskedFrame(0x81, m))
}

func (p *clientConn) write(b []byte) error {
	for len(b) > 0 {
		n, err := syscall.Write(p.fd, b)
		if err == syscall.EINTR || err == syscall.EAGAIN {
			continue
		}
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// expect reads an answer with this beginning, up to this end.
func (p *clientConn) expect(beginning, end string) error {
	var got []byte
	part := make([]byte, 1024)
	for !bytes.Contains(got, []byte(end)) {
		n, err := syscall.Read(p.fd, part)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return fmt.Errorf("got %q, then %w", got, errors.Join(err, errClosed))
		}
		got = append(got, part[:n]...)
	}
	if !bytes.HasPrefix(got, []byte(beginning)) {
		return fmt.Errorf("got %q", got)
	}
	return nil
}

var errClosed = errors.New("closed")

// maskedFrame is a frame of a client. A mask of zeroes is a mask.
func maskedFrame(first byte, payload []byte) []byte {
	b := []byte{first}
	if n := len(payload); n < 126 {
		b = append(b, 0x80|byte(n))
	} else {
		b = append(b, 0x80|126, byte(n>>8), byte(n))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

// run reads until close.
func (s *loadClient) run() {
	s.loops.Go(func() {
		buf, events := make([]byte, 256<<10), make([]syscall.EpollEvent, 512)
		for !s.quit.Load() {
			n, err := syscall.EpollWait(s.epoll, events, 100)
			if err == syscall.EINTR {
				continue
			}
			if err != nil {
				return
			}
			s.mu.Lock()
			for _, e := range events[:max(n, 0)] {
				if p := s.byFD[e.Fd]; p != nil {
					s.read(p, buf)
				}
			}
			s.mu.Unlock()
		}
	})
}

func (s *loadClient) read(p *clientConn, buf []byte) {
	n, err := syscall.Read(p.fd, buf)
	if err == syscall.EAGAIN || err == syscall.EINTR {
		return
	}
	if err != nil || n <= 0 {
		s.gone.Add(1)
		s.drop(p)
		return
	}
	now, d := time.Now().UnixNano(), buf[:n]
	if len(p.rest) > 0 {
		d = append(p.rest, d...)
		p.rest = nil
	}
	for {
		first, payload, size := parseFrame(d)
		if size == 0 {
			break
		}
		s.handleFrame(p, first, payload, now)
		d = d[size:]
	}
	if len(d) > 0 && !p.closed {
		p.rest = bytes.Clone(d)
	}
}

// parseFrame finds the first whole frame; size 0 is none.
func parseFrame(d []byte) (first byte, payload []byte, size int) {
	if len(d) < 2 {
		return 0, nil, 0
	}
	h, n := 2, int(d[1]&0x7f)
	switch {
	case n == 126 && len(d) >= 4:
		h, n = 4, int(binary.BigEndian.Uint16(d[2:]))
	case n == 127 && len(d) >= 10:
		h, n = 10, int(binary.BigEndian.Uint64(d[2:]))
	case n >= 126:
		return 0, nil, 0
	}
	if len(d) < h+n {
		return 0, nil, 0
	}
	return d[0], d[h : h+n], h + n
}

func (s *loadClient) handleFrame(p *clientConn, first byte, payload []byte, now int64) {
	switch first & 0x0f {
	case 9:
		_ = p.write(maskedFrame(0x8a, payload)) // a socket that is gone is noticed by reading
	case 1:
		const near = 40 // the type stands at the beginning or at the end
		if next := []byte(`"next"`); !bytes.Contains(payload[:min(len(payload), near)], next) && !bytes.Contains(payload[max(0, len(payload)-near):], next) {
			return
		}
		if s.on != nil {
			s.on(p, payload, now)
		}
		s.received.Add(1)
	}
}

// drop closes a connection. Call it locked.
func (s *loadClient) drop(p *clientConn) {
	if !p.closed {
		p.closed = true
		s.byFD[p.fd] = nil
		_ = syscall.Close(p.fd)
	}
}

// disconnectAll closes all connections without a close frame.
func (s *loadClient) disconnectAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.peers {
		if p != nil {
			s.drop(p)
		}
	}
}

func (s *loadClient) close() {
	s.disconnectAll()
	s.quit.Store(true)
	s.loops.Wait()
	_ = syscall.Close(s.epoll)
}

// onPayload sets what is done with payloads from now on.
func (s *loadClient) onPayload(on func(p *clientConn, payload []byte, now int64)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.on = on
}

// waitForPayloads waits until n payloads have arrived in all.
func (s *loadClient) waitForPayloads(n int64, patience time.Duration) error {
	for end := time.Now().Add(patience); s.received.Load() < n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("%d of %d payloads have come, %d connections were closed", s.received.Load(), n, s.gone.Load())
		}
	}
	return nil
}

// waitForSilence waits until nothing more comes.
func (s *loadClient) waitForSilence(quiet time.Duration) int64 {
	for n := s.received.Load(); ; {
		time.Sleep(quiet)
		now := s.received.Load()
		if now == n {
			return n
		}
		n = now
	}
}
