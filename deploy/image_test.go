//go:build image && linux

package deploy

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"deskwire/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// TestImage does what the Dockerfile says, without Docker. Its command compiles for each processor,
// and what it makes for this one runs alone in a folder, as the user that the image names.
func TestImage(t *testing.T) {
	for _, processor := range []string{"amd64", "arm64"} {
		t.Run(processor, func(t *testing.T) {
			root := t.TempDir()
			runBuildStage(t, processor, root)
			if processor == runtime.GOARCH {
				runImage(t, root)
			}
		})
	}
}

// runBuildStage runs the compiler as the Dockerfile does.
func runBuildStage(t *testing.T, processor, root string) {
	t.Helper()
	found := regexp.MustCompile(`(?m)^RUN (CGO_ENABLED=0 .* go build .*)$`).FindStringSubmatch(read(t, "Dockerfile"))
	if found == nil {
		t.Fatal("the Dockerfile has no command that compiles")
	}
	sh := exec.Command("sh", "-c", strings.ReplaceAll(found[1], "/out/", root+"/"))
	sh.Dir, sh.Env = "..", append(os.Environ(), "TARGETOS=linux", "TARGETARCH="+processor)
	if out, err := sh.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// runImage starts the server in a folder with what the image has.
func runImage(t *testing.T, root string) {
	t.Helper()
	for dir := root; dir != "/"; dir = filepath.Dir(dir) { // another user must get through
		_ = os.Chmod(dir, 0o755)
	}
	database := tunnel(t, root, dbtest.DSN(t))
	env := []string{"DATABASE_URL=" + database, "AUTH_JWT_SECRET=" + strings.Repeat("s", 32), "AUTH_ISSUER=i", "AUTH_AUDIENCE=a", "ADDR=127.0.0.1:0"}
	out, err := inImage(t.Context(), root, env, "--version").CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "deskwire ") {
		t.Fatalf("--version: %v %s", err, out)
	}
	server := inImage(t.Context(), root, env, "serve")
	said, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	server.Stderr = os.Stderr
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	first, _ := bufio.NewReader(said).ReadString('\n')
	base := regexp.MustCompile(`http://[0-9.:]+`).FindString(first)
	answer, err := http.Get(base + "/readyz")
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("/readyz of %q: %v %v", base, answer, err)
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	if err := server.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// inImage is a command of the program in a folder that it can't look out of. Who is not root needs
// user namespaces for that.
func inImage(ctx context.Context, root string, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/deskwire", args...)
	cmd.Env, cmd.Dir = env, "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	const user = 65532
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: user, Gid: user}
	} else {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	return cmd
}

// tunnel lets the Postgres of the tests, which has only a socket, be reached in a folder. It gives
// the address there.
func tunnel(t *testing.T, root, dsn string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	socket := "/.s.PGSQL." + q.Get("port")
	listener, err := net.Listen("unix", root+socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	if err := os.Chmod(root+socket, 0o777); err != nil {
		t.Fatal(err)
	}
	target := q.Get("host") + socket
	go func() {
		for {
			inside, err := listener.Accept()
			if err != nil {
				return
			}
			go forward(inside, target)
		}
	}()
	q.Set("host", "/")
	u.RawQuery = q.Encode()
	return u.String()
}

func forward(inside net.Conn, target string) {
	defer func() { _ = inside.Close() }()
	outside, err := net.DialTimeout("unix", target, 5*time.Second)
	if err != nil {
		return
	}
	defer func() { _ = outside.Close() }()
	go func() {
		_, _ = io.Copy(outside, inside)
		_ = outside.Close()
	}()
	_, _ = io.Copy(inside, outside)
}
