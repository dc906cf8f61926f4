// Package embedded runs a private Postgres for one data folder, over server
// binaries that are already on the machine.
//
// It promises:
//   - Postgres listens on a Unix socket only, in a folder that nobody else may enter.
//   - All processes that start on the same folder share one server. Whoever leaves
//     last stops it, in whatever order they came and however they end: see keeper.go.
//   - Whatever was killed, and when (the program, Postgres, initdb), the next
//     start works and nothing that was committed is lost.
//   - When all who use it are dead, Postgres shuts down too, at once. Only when its
//     keeper is killed as well, that takes until the next start on systems other than Linux.
package embedded

import (
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"time"
)

const (
	// OldestMajor is the oldest Postgres that the program is tested with.
	OldestMajor = 15

	defaultDatabase = "deskwire"
	// The first start takes about a second, and 12 at worst on a busy machine.
	defaultTimeout = 60 * time.Second
)

// Options says which server to start. The zero value is ready for use.
type Options struct {
	Dir      string        // data folder, made when missing; default DefaultDir()
	BinDir   string        // folder of initdb and postgres; default: whatever FindBinaries finds
	Database string        // made when missing; default "deskwire"
	Existing bool          // refuse a folder without data, instead of making some
	Unsafe   bool          // for tests only: no fsync, so a power cut loses data; a kill does not
	Log      *slog.Logger  // default slog.Default()
	Timeout  time.Duration // for the whole start; default 60 s
}

func (o Options) withDefaults() Options {
	if o.Dir == "" {
		o.Dir = DefaultDir()
	}
	if o.Database == "" {
		o.Database = defaultDatabase
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	return o
}

// DefaultDir is where the data lives when nothing else is said. Root gets a
// folder of the system, because the account that runs Postgres for it can't
// enter a private home.
func DefaultDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/deskwire"
	}
	if base := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(base) { // the XDG rules say to ignore a relative one
		return filepath.Join(base, "deskwire")
	}
	return filepath.Join(homeFolder(), ".local", "share", "deskwire")
}

func homeFolder() string {
	if dir, err := os.UserHomeDir(); err == nil {
		return dir
	}
	if me, err := user.Current(); err == nil { // a service may have no HOME
		return me.HomeDir
	}
	return "."
}
