//go:build unix

package embedded

import (
	"io"
	"os"
	"strings"
)

// maxLog is the size past which a start begins a new log. One old log is kept.
const maxLog = 16 << 20

// serverFlags stand on the command line, so that they hold whatever the cluster's own
// configuration says.
func (c cluster) serverFlags() []string {
	flags := []string{"-D", c.data, "-p", port}
	settings := []string{
		"listen_addresses=",
		"unix_socket_directories=" + quotedPath(c.socket),
		"unix_socket_permissions=0700",
		"max_connections=200",
		"shared_buffers=128MB",
		"max_wal_size=1GB",
		"logging_collector=off",
		"log_timezone=UTC",
		"timezone=UTC",
	}
	if c.unsafe {
		// Not synchronous_commit: with it on, a kill of Postgres loses no commit here either.
		settings = append(settings, "fsync=off", "full_page_writes=off")
	}
	for _, setting := range settings {
		flags = append(flags, "-c", setting)
	}
	return flags
}

// quotedPath protects a path in a setting that is a comma-separated list.
func quotedPath(path string) string {
	return `"` + strings.ReplaceAll(path, `"`, `""`) + `"`
}

func (c cluster) openLog() (*os.File, error) {
	if c.logSize() > maxLog {
		_ = os.Rename(c.logFile, c.logFile+".1")
	}
	return os.OpenFile(c.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

func (c cluster) logSize() int64 {
	info, err := os.Stat(c.logFile)
	if err != nil {
		return 0
	}
	return info.Size()
}

// logSince reads what was logged after the offset, up to a bound.
func (c cluster) logSince(offset int64) []byte {
	file, err := os.Open(c.logFile)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	if c.logSize() < offset { // a new file was begun
		offset = 0
	}
	text, _ := io.ReadAll(io.NewSectionReader(file, offset, 1<<20))
	return text
}
