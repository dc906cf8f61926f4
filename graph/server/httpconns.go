package server

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// Bounds of connections that carry plain requests: each costs some 20 KB and a descriptor, whatever
// is asked. Websockets and streams have bounds of their own.
const (
	maxHTTPConns         = 8192
	maxHTTPConnsOfAnyone = 4096 // of one network address
	ipv6Network          = 64   // bits of an address that one customer of a provider has

	// sendBuffer is what the kernel holds for one client, in bytes; Linux doubles it. By default it
	// takes some 4 MB of an answer or a file for a client that reads nothing, a gigabyte for 250 of
	// them, and all of it has to be read and rendered at once.
	sendBuffer = 256 << 10
)

// HTTPConns bounds the connections of an http.Server. Where there are too many the one has to go
// that has been silent for longest, of the same network if that has too many: nobody waits for an
// answer there. Where none is silent the new one has to.
type HTTPConns struct {
	most, ofNetwork int

	mu        sync.Mutex
	conns     map[net.Conn]*httpConn
	all       list.List // of *httpConn: those first whose state has changed longest ago
	byNetwork map[netip.Prefix]*list.List
}

// httpConn is one of them.
type httpConn struct {
	conn                net.Conn
	network             netip.Prefix
	silent              bool // nothing is asked at the moment
	inAll, amongNetwork *list.Element
}

// NewHTTPConns makes the bounds of a server. Behind a proxy all clients come from one network,
// which may have all connections then.
func NewHTTPConns(proxied bool) *HTTPConns {
	if proxied {
		return newHTTPConns(maxHTTPConns, maxHTTPConns)
	}
	return newHTTPConns(maxHTTPConns, maxHTTPConnsOfAnyone)
}

func newHTTPConns(most, ofNetwork int) *HTTPConns {
	return &HTTPConns{most: most, ofNetwork: ofNetwork, conns: map[net.Conn]*httpConn{}, byNetwork: map[netip.Prefix]*list.List{}}
}

type httpConnKey struct{}

// Bound has a server tell of its connections, and bounds what the kernel holds for each.
func (b *HTTPConns) Bound(s *http.Server) {
	s.ConnState = b.track
	s.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetWriteBuffer(sendBuffer) // of a closed connection: as well
		}
		return context.WithValue(ctx, httpConnKey{}, func() { b.track(c, http.StateHijacked) })
	}
}

// leaveHTTPConns has the connection of a request count no more as one of plain requests, until the
// request has ended.
func leaveHTTPConns(ctx context.Context) {
	if leave, ok := ctx.Value(httpConnKey{}).(func()); ok {
		leave()
	}
}

func (b *HTTPConns) track(c net.Conn, state http.ConnState) {
	if surplus := b.note(c, state); surplus != nil {
		_ = surplus.Close() // its reader sees the end
	}
}

// note counts a connection in its state, and gives the one that has to go for it.
func (b *HTTPConns) note(c net.Conn, state http.ConnState) (surplus net.Conn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	known := b.conns[c]
	switch state {
	case http.StateNew, http.StateIdle, http.StateActive:
		if known == nil {
			return b.addLocked(c)
		}
		known.silent = state != http.StateActive
		b.all.MoveToBack(known.inAll)
		b.byNetwork[known.network].MoveToBack(known.amongNetwork)
	case http.StateHijacked, http.StateClosed:
		if known != nil {
			b.removeLocked(known)
		}
	}
	return nil
}

func (b *HTTPConns) addLocked(c net.Conn) (surplus net.Conn) {
	network := networkOf(c)
	same := b.byNetwork[network]
	full := &b.all
	switch {
	case same != nil && same.Len() >= b.ofNetwork:
		full = same
	case len(b.conns) < b.most:
		full = nil
	}
	if full != nil {
		oldest := longestSilent(full)
		if oldest == nil {
			return c
		}
		b.removeLocked(oldest)
		surplus = oldest.conn
	}
	if same = b.byNetwork[network]; same == nil { // it may have been the last one of it
		same = list.New()
		b.byNetwork[network] = same
	}
	h := &httpConn{conn: c, network: network, silent: true}
	h.inAll, h.amongNetwork = b.all.PushBack(h), same.PushBack(h)
	b.conns[c] = h
	return surplus
}

// longestSilent is the connection that has been silent for longest; nil: none is.
func longestSilent(of *list.List) *httpConn {
	for e := of.Front(); e != nil; e = e.Next() {
		if h := e.Value.(*httpConn); h.silent {
			return h
		}
	}
	return nil
}

func (b *HTTPConns) removeLocked(h *httpConn) {
	delete(b.conns, h.conn)
	b.all.Remove(h.inAll)
	same := b.byNetwork[h.network]
	if same.Remove(h.amongNetwork); same.Len() == 0 {
		delete(b.byNetwork, h.network)
	}
}

// networkOf is the network that a connection comes from; those that can't be told are one.
func networkOf(c net.Conn) netip.Prefix {
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Prefix{}
	}
	ip := tcp.AddrPort().Addr().Unmap().WithZone("")
	bits := ip.BitLen()
	if ip.Is6() {
		bits = ipv6Network
	}
	network, _ := ip.Prefix(bits) // no address has fewer bits
	return network
}
