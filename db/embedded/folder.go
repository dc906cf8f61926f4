//go:build unix

package embedded

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	superuser = "deskwire"
	port      = "5432" // only part of the socket's name: nothing listens on the network
	socket    = ".s.PGSQL." + port
	// sun_path holds 104 bytes on macOS and the BSDs, 108 on Linux, with the NUL.
	socketPathMax = 103
)

// dataFolder is the layout of one data folder.
//
//	lock          held by who starts the server, then by its keeper; says its pid
//	data/         the cluster
//	data.new-*/   a cluster in the making
//	run/          the sockets of Postgres and of its keeper, unless their paths would be too long
//	postgres.log  and postgres.log.1, the one before
type dataFolder struct {
	root, data, socket, users, logFile string
}

func openFolder(dir string) (dataFolder, error) {
	root, err := makeRoot(dir)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.ENOTDIR) {
		return dataFolder{}, fmt.Errorf("could not create the data folder %s: set DATA_DIR to a folder that you may write to", dir)
	}
	if err != nil {
		return dataFolder{}, fmt.Errorf("could not create the data folder: %w", err)
	}
	return dataFolder{
		root:    root,
		data:    filepath.Join(root, "data"),
		socket:  socketDir(root),
		users:   filepath.Join(socketDir(root), "users"), // shorter than the name of Postgres's own
		logFile: filepath.Join(root, "postgres.log"),
	}, nil
}

// makeRoot answers with one name for one folder, however it is spelled: the
// stale-server check and the socket's place depend on it.
func makeRoot(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o755 // the account that runs Postgres must get through
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return "", err
	}
	if err := widenMode(dir, mode); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// widenMode gives a new folder the mode that a umask, or os.MkdirTemp, held back. A
// folder with something in it is not ours to open.
func widenMode(dir string, mode fs.FileMode) error {
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm()|mode == info.Mode().Perm() {
		return err
	}
	if inside, err := os.ReadDir(dir); err != nil || len(inside) > 0 {
		return err
	}
	return os.Chmod(dir, info.Mode().Perm()|mode)
}

// socketDir is root/run where that fits, and has no comma, which separates hosts
// for clients. Else it is a name under /tmp that every process computes alike,
// which $TMPDIR would not promise.
func socketDir(root string) string {
	dir := filepath.Join(root, "run")
	if len(filepath.Join(dir, socket)) <= socketPathMax && !strings.Contains(dir, ",") {
		return dir
	}
	return fmt.Sprintf("/tmp/deskwire-%.6x", sha256.Sum256([]byte(root)))
}

func (f dataFolder) databaseURL(database string) string {
	query := url.Values{"host": {f.socket}, "port": {port}, "user": {superuser}, "sslmode": {"disable"}}.Encode()
	// Postgres clients take a plus as it stands.
	u := url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: strings.ReplaceAll(query, "+", "%20")}
	return u.String()
}

// tryLockFolder locks the folder for this process (flock). It answers no file and no error when
// another process holds the lock. The kernel gives the lock back when we die.
func (f dataFolder) tryLockFolder() (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(f.root, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("the data folder %s belongs to another user: run as that user, or set DATA_DIR to a folder of your own", f.root)
	}
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		_ = file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, nil
		}
		return nil, fmt.Errorf("could not lock the data folder %s: %w", f.root, err)
	}
	writeHolder(file)
	return file, nil
}

// writeHolder says in the lock who holds it, for people.
func writeHolder(lock *os.File) {
	_ = lock.Truncate(0)
	_, _ = lock.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
}

// unlockFolder does not leave it to Close: a process that is just being forked has a
// copy of the file, which would keep the lock.
func unlockFolder(lock *os.File) {
	_ = syscall.Flock(int(lock.Fd()), syscall.LOCK_UN)
	_ = lock.Close()
}

// connectKeeper makes us a user of the server, which runs until we leave. It answers nil when the
// server has no keeper, or one that is leaving.
func (f dataFolder) connectKeeper(ctx context.Context) *net.UnixConn {
	user, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: f.users, Net: "unix"})
	if err != nil {
		return nil
	}
	if !awaitWelcome(ctx, user) {
		_ = user.Close()
		return nil
	}
	return user
}

func awaitWelcome(ctx context.Context, user *net.UnixConn) bool {
	defer context.AfterFunc(ctx, func() { _ = user.SetReadDeadline(time.Now()) })()
	n, err := user.Read(make([]byte, 1))
	return n == 1 && err == nil
}

func (f dataFolder) lockHolder() string {
	pid, err := os.ReadFile(filepath.Join(f.root, "lock"))
	if err != nil || len(pid) == 0 {
		return "unknown"
	}
	return string(pid)
}

// hasData says whether a folder holds a cluster, and makes nothing.
func hasData(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "data", "PG_VERSION"))
	return !errors.Is(err, fs.ErrNotExist)
}

// dataVersion is the version that the data was made by, 0 when there is none yet.
func (f dataFolder) dataVersion() (int, error) {
	text, err := os.ReadFile(filepath.Join(f.data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, f.checkVacant()
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("the data in %s was made by Postgres %s, which is too old: set DATA_DIR to an empty folder",
			f.data, strings.TrimSpace(string(text)))
	}
	return major, nil
}

// checkVacant says whether the cluster's place is free: nothing is there, or an empty
// folder.
func (f dataFolder) checkVacant() error {
	inside, err := os.ReadDir(f.data)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(inside) == 0 {
		return nil
	}
	return fmt.Errorf("%s is there but is no Postgres cluster: move it away, or set DATA_DIR to another folder", f.data)
}

// postmaster reads postmaster.pid: who runs, and whether it takes connections.
func (f dataFolder) postmaster() (pid int, ready bool) {
	text, err := os.ReadFile(filepath.Join(f.data, "postmaster.pid"))
	if err != nil {
		return 0, false
	}
	lines := strings.Split(string(text), "\n")
	pid, _ = strconv.Atoi(strings.TrimSpace(lines[0]))
	const status = 7 // the line that pg_ctl waits for too
	if len(lines) > status {
		s := strings.TrimSpace(lines[status])
		ready = s == "ready" || s == "standby" // a standby takes connections, too
	}
	return pid, ready
}

func (f dataFolder) readyPostmaster() int {
	if pid, ready := f.postmaster(); ready && processExists(pid) {
		return pid
	}
	return 0
}
