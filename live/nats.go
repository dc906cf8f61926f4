package live

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// NATS joins the servers of one database: as the Transport of their Bus, and by a stream of the log
// that one server feeds for all.
type NATS struct {
	conn   *nats.Conn
	js     jetstream.JetStream
	prefix string // of subjects; several databases may share a NATS
	stream string
	log    *slog.Logger
}

// OpenNATS connects to the servers at url (several with commas between), now or as soon as they are
// there. The database's name is made of letters and digits.
func OpenNATS(url, database string, log *slog.Logger) (*NATS, error) {
	n := &NATS{prefix: "deskwire." + database, stream: "deskwire_" + database, log: log}
	conn, err := nats.Connect(url, nats.Name("deskwire"),
		nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(250*time.Millisecond),
		nats.ReconnectBufSize(-1), // a frame is worth nothing later
		nats.PingInterval(3*time.Second), nats.MaxPingsOutstanding(2),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { log.Warn("the connection to NATS was lost; retrying", "err", err) }),
		nats.ReconnectHandler(func(c *nats.Conn) { log.Info("the connection to NATS works again", "server", c.ConnectedUrlRedacted()) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { log.Warn("NATS", "err", err) }))
	if err != nil {
		return nil, fmt.Errorf("NATS_URL cannot be used; write it as nats://user:password@host:4222: %w", err)
	}
	n.conn = conn
	if n.js, err = jetstream.New(conn); err != nil {
		conn.Close()
		return nil, err
	}
	return n, nil
}

// Close ends the connection.
func (n *NATS) Close() { n.conn.Close() }

// Connected says whether NATS answers.
func (n *NATS) Connected() bool { return n.conn.IsConnected() }

// Send publishes frames.
func (n *NATS) Send(ctx context.Context, up func(), frames <-chan []byte) error {
	if !n.conn.IsConnected() {
		return errDisconnected
	}
	up()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case f := <-frames:
			if err := n.conn.Publish(n.prefix+".bus", f); err != nil {
				return err
			}
		}
	}
}

// Receive takes frames. A subscription of NATS outlives breaks of the connection, so up is called
// after each.
func (n *NATS) Receive(ctx context.Context, up func(), take func(frame []byte)) error {
	connected := n.conn.StatusChanged(nats.CONNECTED)
	defer n.conn.RemoveStatusListener(connected)
	frames := make(chan *nats.Msg, 1024)
	sub, err := n.conn.ChanSubscribe(n.prefix+".bus", frames)
	if err != nil {
		return err
	}
	defer func() { _ = sub.Unsubscribe() }()
	if n.conn.IsConnected() {
		up()
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-connected:
			up()
		case f := <-frames:
			take(f.Data)
		}
	}
}
