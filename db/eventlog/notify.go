package eventlog

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	notifyChannel = "deskwire"
	listenCheck   = 5 * time.Second // a connection that was silent this long is asked whether it lives
	answerTime    = 2 * time.Second // within which a living one answers
)

// leaderLock is the key of the advisory lock that the one leading server holds.
const leaderLock = 0x6c656164 // "lead"

// Notifier carries messages between the servers of this database by NOTIFY: the transport of
// live.Bus where there is no NATS. It has connections of its own: a NOTIFY inside a business
// transaction would make all commits of the cluster take turns, and LISTEN keeps its connection for
// good.
type Notifier struct{ store *Log }

// Notifier makes one.
func (s *Log) Notifier() *Notifier { return &Notifier{s} }

// Send notifies the servers of each frame: text of less than 8,000 bytes.
func (n *Notifier) Send(ctx context.Context, up func(), frames <-chan []byte) error {
	conn, err := n.store.connectBeside(ctx)
	if err != nil {
		return err
	}
	defer closeQuickly(ctx, conn)
	up()
	check := time.NewTicker(listenCheck)
	defer check.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-check.C:
			err = checkAlive(ctx, conn)
		case f := <-frames:
			err = execWithin(ctx, conn, "SELECT pg_notify($1, $2)", notifyChannel, string(f))
		}
		if err != nil {
			return err
		}
	}
}

// Receive takes the frames that servers send, this one included.
func (n *Notifier) Receive(ctx context.Context, up func(), take func(frame []byte)) error {
	conn, err := n.store.connectBeside(ctx)
	if err != nil {
		return err
	}
	defer closeQuickly(ctx, conn)
	if err := execWithin(ctx, conn, "LISTEN "+notifyChannel); err != nil {
		return err
	}
	up()
	for {
		wait, cancel := context.WithTimeout(ctx, listenCheck)
		note, err := conn.WaitForNotification(wait)
		silent := err != nil && wait.Err() != nil && ctx.Err() == nil
		cancel()
		switch {
		case silent:
			if err := checkAlive(ctx, conn); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			take([]byte(note.Payload))
		}
	}
}

// Lead waits until this server is the leader of all on its database. It leads until ctx ends, or
// until its connection breaks, which closes lost: from then on another may lead. For some seconds
// there can be two, when the network tells the old one late.
func (s *Log) Lead(ctx context.Context) (lost <-chan struct{}, err error) {
	conn, err := s.connectBeside(ctx)
	if err != nil {
		return nil, err
	}
	if err := waitForLead(ctx, conn); err != nil {
		closeQuickly(ctx, conn)
		return nil, err
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		defer closeQuickly(ctx, conn)
		for checkAlive(ctx, conn) == nil && pauseFor(ctx, answerTime/2) == nil {
		}
	}()
	return over, nil
}

// waitForLead asks again and again. A statement that waits for the lock would hold a snapshot for
// as long, perhaps for weeks, and keep dead rows from being vacuumed.
func waitForLead(ctx context.Context, conn *pgx.Conn) error {
	for {
		asking, cancel := context.WithTimeout(ctx, answerTime)
		var leads bool
		err := conn.QueryRow(asking, "SELECT pg_try_advisory_lock($1)", leaderLock).Scan(&leads)
		cancel()
		if err != nil || leads {
			return err
		}
		if err := pauseFor(ctx, answerTime/4); err != nil {
			return err
		}
	}
}

// Identity names this database among all that may share a NATS: a copy of it, in this cluster or
// another, has another name.
func (s *Log) Identity(ctx context.Context) (string, error) {
	var id string
	err := s.client.Bun.NewRaw(`SELECT md5(concat_ws(' ', epoch, system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database())))
		FROM log_epoch, pg_control_system()`).Scan(ctx, &id)
	return id, err
}

// connectBeside opens a connection beside the pool. Where the network is gone without a word, the
// database ends the session after some ten seconds, and with it the locks.
func (s *Log) connectBeside(ctx context.Context) (*pgx.Conn, error) {
	cfg := s.client.Pool.Config().ConnConfig
	for name, v := range map[string]string{
		"application_name": "deskwire bus", "statement_timeout": "5s", "idle_in_transaction_session_timeout": "5s",
		"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3",
	} {
		cfg.RuntimeParams[name] = v
	}
	dialing, cancel := context.WithTimeout(ctx, 2*answerTime)
	defer cancel()
	return pgx.ConnectConfig(dialing, cfg)
}

// closeQuickly closes without long good-byes: the other side may be gone.
func closeQuickly(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime/4)
	defer cancel()
	_ = conn.Close(ctx)
}

func checkAlive(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	return conn.Ping(ctx)
}

func execWithin(ctx context.Context, conn *pgx.Conn, sql string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	_, err := conn.Exec(ctx, sql, args...)
	return err
}

func pauseFor(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
