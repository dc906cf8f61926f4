//go:build unix

package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// osAccount is who Postgres runs as: ourselves, or, since initdb and postgres
// refuse root, somebody that root steps down to.
type osAccount struct {
	uid, gid uint32
	name     string // empty when it is ourselves
}

func (a osAccount) stepsDown() bool { return a.name != "" }

// accountFor keeps to the owner of existing data: the machine may have got a
// "postgres" account since "nobody" made it.
func accountFor(data string) (osAccount, error) {
	if os.Geteuid() != 0 {
		return osAccount{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	if info, err := os.Stat(data); err == nil {
		uid := info.Sys().(*syscall.Stat_t).Uid
		if owner, err := user.LookupId(strconv.Itoa(int(uid))); err == nil && uid != 0 {
			return newAccount(owner)
		}
	}
	for _, name := range []string{"postgres", "_postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			return newAccount(found)
		}
	}
	return osAccount{}, errors.New("postgres refuses to run as root, and there is no account postgres or nobody to run it as: " +
		"make one (useradd --system postgres), or start this program as another user")
}

func newAccount(u *user.User) (osAccount, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return osAccount{}, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return osAccount{uid: uint32(uid), gid: uint32(gid), name: u.Username}, err
}

// applyTo makes the command run as the account, with a clean environment.
func (a osAccount) applyTo(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.Env = a.environment(os.Environ())
	if a.stepsDown() {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
}

// environment keeps what a program needs to run, and nothing else. PG*, LC_*
// and LANG* would change how Postgres behaves, and our own secrets would be
// readable by every process of the account.
func (a osAccount) environment(ours []string) []string {
	keep := []string{"PATH=", "HOME=", "USER=", "TMPDIR=", "LD_", "DYLD_", "FAKETIME"}
	env := slices.DeleteFunc(slices.Clone(ours), func(entry string) bool {
		return !slices.ContainsFunc(keep, func(prefix string) bool { return strings.HasPrefix(entry, prefix) })
	})
	env = append(env, "LC_ALL=C", "TZ=UTC")
	if a.stepsDown() {
		env = append(env, "HOME=/", "USER="+a.name, "TMPDIR=/tmp")
	}
	return env
}

// requireAccess makes sure that the account can reach the data folder.
func (a osAccount) requireAccess(dir string) error {
	if !a.stepsDown() || a.mayEnter(dir) {
		return nil
	}
	return fmt.Errorf("the account %s, which runs Postgres for root, may not enter %s: "+
		"set DATA_DIR to a folder that everybody may reach, such as /var/lib/deskwire", a.name, dir)
}

// mayEnter tries it, because access lists and mounts know more than mode bits.
func (a osAccount) mayEnter(dir string) bool {
	cmd := exec.Command("/bin/sh", "-c", ":")
	a.applyTo(cmd)
	cmd.Dir = dir
	return cmd.Run() == nil
}

// privateDir makes dir for the account alone. What is there already is left as
// it is: it serves when it is the account's own, and is refused otherwise, since
// it could be a stranger's trap under /tmp, or /run when DATA_DIR is "/".
func (a osAccount) privateDir(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		return a.chownPath(dir)
	}
	if !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("could not create %s: %w", dir, err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if info.IsDir() && info.Mode().Perm() == 0o700 && info.Sys().(*syscall.Stat_t).Uid == a.uid {
		return nil
	}
	// A kill between the two steps above leaves an empty folder of root's.
	if info.IsDir() && os.Remove(dir) == nil {
		return a.privateDir(dir)
	}
	return fmt.Errorf("%s is in the way: remove it, or set DATA_DIR to another folder", dir)
}

func (a osAccount) chownPath(path string) error {
	if !a.stepsDown() {
		return nil
	}
	return os.Lchown(path, int(a.uid), int(a.gid))
}

// makeReadable makes a tree of root's readable for everybody, whatever the umask was.
func makeReadable(tree string) error {
	return filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		mode := info.Mode().Perm() | 0o444
		if mode&0o100 != 0 {
			mode |= 0o111
		}
		return os.Chmod(path, mode)
	})
}
