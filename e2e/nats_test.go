//go:build unix

package e2e

import (
	"testing"
	"time"

	nats "github.com/nats-io/nats-server/v2/server"
)

// ownNATS is a NATS of the test's own, to be stopped and started at the same address.
type ownNATS struct {
	options nats.Options
	running *nats.Server
}

func newNATS(t *testing.T) *ownNATS {
	t.Helper()
	n := &ownNATS{options: nats.Options{Host: "127.0.0.1", Port: nats.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true}}
	n.start(t)
	t.Cleanup(n.stop)
	return n
}

func (n *ownNATS) start(t *testing.T) {
	t.Helper()
	options := n.options
	var err error
	if n.running, err = nats.NewServer(&options); err != nil {
		t.Fatal(err)
	}
	n.running.Start()
	if !n.running.ReadyForConnections(20 * time.Second) {
		t.Fatal("NATS does not start")
	}
	n.options.Port = options.Port
}

func (n *ownNATS) stop() {
	n.running.Shutdown()
	n.running.WaitForShutdown()
}

func (n *ownNATS) url() string { return n.running.ClientURL() }
