//go:build unix

package embedded

import (
	"context"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// usualFolders hold the server binaries of those who don't put them on PATH.
var usualFolders = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // RHEL, Fedora: packages of postgresql.org
	"/usr/libexec/postgresql*",                           // Alpine
	"/opt/homebrew/opt/postgresql@*/bin",                 // Homebrew on Apple silicon
	"/usr/local/opt/postgresql@*/bin",                    // Homebrew on Intel
	"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	"/Library/PostgreSQL/*/bin",                          // the EDB installer
}

// serverSearch is where to look for a server, and in which order.
type serverSearch struct {
	setting string   // if set, nothing else counts
	path    string   // as in $PATH
	folders []string // patterns
	workdir string   // for npm's packages
	cache   string   // for copies of them
}

func defaultSearch(binDir string) serverSearch {
	if binDir == "" {
		binDir = os.Getenv("POSTGRES_BIN")
	}
	workdir, _ := os.Getwd()
	return serverSearch{setting: binDir, path: os.Getenv("PATH"), folders: usualFolders, workdir: workdir, cache: "/var/cache/deskwire"}
}

// FindBinaries is the folder of initdb and postgres that Start would use for a
// new data folder.
func FindBinaries() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), defaultTimeout)
	defer cancel()
	me := osAccount{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}
	b, err := defaultSearch("").chooseServer(ctx, me, "", 0)
	return b.dir, err
}

// binaries is a server that was run once and works.
type binaries struct {
	dir   string
	major int
}

// chooseServer takes the first server that works for the account and that fits the
// data: of that major version, or any that is not too old when there is none.
func (s serverSearch) chooseServer(ctx context.Context, as osAccount, data string, major int) (binaries, error) {
	var unfit error // the best reason why nothing fits
	for dir := range s.candidates() {
		b, err := s.probeServer(ctx, dir, as)
		if err == nil {
			err = b.fitsData(data, major)
		}
		if err == nil {
			return b, nil
		}
		if unfit == nil {
			unfit = err
		}
	}
	switch {
	case unfit != nil:
		return binaries{}, unfit
	case s.setting != "":
		return binaries{}, fmt.Errorf("there is no initdb and postgres in %s: set POSTGRES_BIN to the bin folder of Postgres %d or newer",
			s.setting, OldestMajor)
	}
	return binaries{}, fmt.Errorf("no Postgres server is installed on this machine: %s, or set DATABASE_URL to a running one", installHint())
}

func (b binaries) fitsData(data string, major int) error {
	if b.major < OldestMajor {
		return fmt.Errorf("the Postgres in %s is version %d: install version %d or newer, or set DATABASE_URL to a running one",
			b.dir, b.major, OldestMajor)
	}
	if major != 0 && b.major != major {
		return fmt.Errorf("the data in %s was made by Postgres %d but the one installed in %s is version %d: "+
			"install version %d, or set DATA_DIR to an empty folder", data, major, b.dir, b.major, major)
	}
	return nil
}

// probeServer runs the server as the account that will run it for good, which finds
// out about access, missing libraries and the version, all at once.
func (s serverSearch) probeServer(ctx context.Context, dir string, as osAccount) (binaries, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return binaries{}, err
	}
	dir, err = prepareNpm(dir, as, s.cache)
	if err != nil {
		return binaries{}, err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version")
	cmd.Dir, cmd.WaitDelay = "/", time.Second
	as.applyTo(cmd)
	text, err := cmd.Output()
	if err != nil {
		return binaries{}, fmt.Errorf("the Postgres in %s does not run (%w): install another one and set POSTGRES_BIN to its bin folder", dir, err)
	}
	major, err := strconv.Atoi(digits.FindString(string(text))) // "postgres (PostgreSQL) 15.18 (Debian …)"
	if err != nil {
		return binaries{}, fmt.Errorf("the program postgres in %s does not report its version: set POSTGRES_BIN to another folder", dir)
	}
	return binaries{dir, major}, nil
}

// candidates are folders that hold both programs. They come one by one, since
// asking pg_config costs a process.
func (s serverSearch) candidates() iter.Seq[string] {
	places := []func() []string{s.fromPgConfig, s.fromPath, s.fromFolders, s.fromNpmPackages}
	if s.setting != "" {
		places = []func() []string{func() []string { return []string{s.setting} }}
	}
	return func(yield func(string) bool) {
		for _, place := range places {
			for _, dir := range place() {
				if hasServer(dir) && !yield(dir) {
					return
				}
			}
		}
	}
}

func hasServer(dir string) bool {
	return isProgram(filepath.Join(dir, "initdb")) && isProgram(filepath.Join(dir, "postgres"))
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

func (s serverSearch) fromPgConfig() []string {
	var dirs []string
	for _, dir := range filepath.SplitList(s.path) {
		if config := filepath.Join(dir, "pg_config"); isProgram(config) {
			if out, err := exec.Command(config, "--bindir").Output(); err == nil {
				dirs = append(dirs, strings.TrimSpace(string(out)))
			}
		}
	}
	return dirs
}

// fromPath follows links, because postgres finds its files by its own place.
func (s serverSearch) fromPath() []string {
	var dirs []string
	for _, dir := range filepath.SplitList(s.path) {
		if program, err := filepath.EvalSymlinks(filepath.Join(dir, "initdb")); err == nil {
			dirs = append(dirs, filepath.Dir(program))
		}
	}
	return dirs
}

// fromFolders puts the newest version of each place first.
func (s serverSearch) fromFolders() []string {
	var dirs []string
	for _, pattern := range s.folders {
		found, _ := filepath.Glob(pattern)
		slices.SortFunc(found, func(a, b string) int { return lastNumber(b) - lastNumber(a) })
		dirs = append(dirs, found...)
	}
	return dirs
}

var digits = regexp.MustCompile(`\d+`)

// lastNumber is the version in a folder's name, 0 if there is none.
func lastNumber(path string) int {
	numbers := digits.FindAllString(path, -1)
	if len(numbers) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(numbers[len(numbers)-1])
	return n
}
