//go:build unix

package embedded

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

func TestRefuse_dataOfAnotherVersion(t *testing.T) {
	t.Parallel()
	for version, words := range map[string][]string{
		"12":  {"made by Postgres 12", "install version 12", "DATA_DIR"},
		"9.6": {"made by Postgres 9.6", "DATA_DIR"},
	} {
		dir := dataDir(t)
		file := filepath.Join(dir, "data", "PG_VERSION")
		must(t, os.Mkdir(filepath.Dir(file), 0o700))
		must(t, os.WriteFile(file, []byte(version+"\n"), 0o600))
		says(t, refused(t, Options{Dir: dir}), words...)
		if found, _ := filepath.Glob(filepath.Join(dir, "data", "*")); len(found) != 1 {
			t.Errorf("it touched the data: %s", found)
		}
	}
}

func TestRefuse_dataThatIsNoCluster(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	must(t, os.Mkdir(filepath.Join(dir, "data"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "data", "diary.txt"), nil, 0o644))
	says(t, refused(t, Options{Dir: dir}), filepath.Join(dir, "data"), "no Postgres cluster", "move it away")
}

func TestRefuse_binariesThatAreNotThere(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	says(t, refused(t, Options{Dir: dataDir(t), BinDir: empty}), empty, "POSTGRES_BIN")
}

func TestRefuse_noServerAnywhere(t *testing.T) {
	t.Parallel()
	_, err := startServer(t.Context(), Options{Dir: dataDir(t)}.withDefaults(), serverSearch{workdir: t.TempDir()})
	if err == nil {
		t.Fatal("it started")
	}
	says(t, err.Error(), "no Postgres server is installed", "install", "DATABASE_URL")
}

// A folder inside a closed one: root's helper account can't get in, and a plain
// user can't make it.
func TestRefuse_closedFolder(t *testing.T) {
	t.Parallel()
	closed := t.TempDir()
	must(t, os.Chmod(closed, 0o500))
	says(t, refused(t, Options{Dir: filepath.Join(closed, "ours")}), closed, "set DATA_DIR to a folder")
}

func TestRefuse_aFileInTheWay(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	says(t, refused(t, Options{Dir: filepath.Join(file, "ours")}), file, "set DATA_DIR")
}

func TestRefuse_aServerThatDies(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	must(t, mustStart(t, dir).Stop())
	must(t, os.WriteFile(filepath.Join(dir, "data", "postgresql.auto.conf"), []byte("shared_memory_type = nonsense\n"), 0o600))
	says(t, refused(t, Options{Dir: dir}), "did not start", "FATAL", layout(t, dir).logFile)
}

func TestPrivateDir_refusesATrap(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link, full := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "full")
	must(t, os.WriteFile(file, nil, 0o600))
	must(t, os.Symlink(t.TempDir(), link))
	must(t, os.MkdirAll(filepath.Join(full, "something"), 0o755))
	for _, trap := range []string{file, link, full} {
		before, err := os.Lstat(trap)
		must(t, err)
		if err := me().privateDir(trap); err == nil {
			t.Errorf("took %s", trap)
		}
		after, err := os.Lstat(trap)
		must(t, err)
		if after.Mode() != before.Mode() {
			t.Errorf("changed the mode of %s from %s to %s", trap, before.Mode(), after.Mode())
		}
	}
}

// As root the rest of these tests show the helper account; this one shows a
// plain user, by a child that is one. As a plain user all of them do.
func TestStart_asAPlainUser(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	as := me()
	if as.uid == 0 {
		as = osAccount{uid: 65534, gid: 65534, name: "somebody"}
	}
	bin, err := defaultSearch("").chooseServer(t.Context(), as, "", 0)
	must(t, err)
	c := startChild(t, Options{Dir: filepath.Join(dir, "ours"), BinDir: bin.dir, Unsafe: true}, func(cmd *exec.Cmd) {
		if !as.stepsDown() {
			return
		}
		content, err := os.ReadFile(os.Args[0])
		must(t, err)
		cmd.Path = filepath.Join(dir, "program") // go test builds into a closed folder
		writeProgram(t, cmd.Path, content)
		must(t, as.chownPath(dir))
		cmd.Dir = dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: as.uid, Gid: as.gid}}
	})
	c.ready(t)
	info, err := os.Stat(filepath.Join(dir, "ours", "data"))
	must(t, err)
	if owner := info.Sys().(*syscall.Stat_t).Uid; owner != as.uid {
		t.Errorf("the data belongs to %d, want %d", owner, as.uid)
	}
	if _, err := os.Stat(filepath.Join(dir, "ours", "run", socket)); err != nil {
		t.Error(err)
	}
	c.leave(t)
	if os.Geteuid() == 0 { // and root takes it over as it is
		number(t, mustStart(t, filepath.Join(dir, "ours")).DSN(), "SELECT 1")
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	ours := []string{"PATH=/bin", "HOME=/root", "PGDATA=/x", "LC_ALL=de_DE", "LANG=de", "AUTH_SECRET=s", "LD_LIBRARY_PATH=/l"}
	want := []string{"PATH=/bin", "HOME=/root", "LD_LIBRARY_PATH=/l", "LC_ALL=C", "TZ=UTC"}
	if got := (osAccount{}).environment(ours); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (osAccount{name: "nobody"}).environment(ours); !slices.Contains(got, "USER=nobody") || slices.Contains(got, "AUTH_SECRET=s") {
		t.Errorf("got %q", got)
	}
}
