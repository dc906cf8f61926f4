//go:build unix

package embedded

import (
	"bufio"
	"os"
	"runtime"
	"strings"
)

// installCommands are by the ID of /etc/os-release, or by GOOS.
var installCommands = map[string]string{
	"debian":  "apt-get install postgresql",
	"fedora":  "dnf install postgresql-server postgresql-contrib",
	"rhel":    "dnf install postgresql-server postgresql-contrib",
	"alpine":  "apk add postgresql postgresql-contrib",
	"arch":    "pacman -S postgresql",
	"suse":    "zypper install postgresql-server postgresql-contrib",
	"darwin":  "brew install postgresql@17",
	"freebsd": "pkg install postgresql17-server postgresql17-contrib",
}

// installHint says how to get a server on this platform.
func installHint() string {
	names := []string{runtime.GOOS}
	if file, err := os.Open("/etc/os-release"); err == nil {
		defer func() { _ = file.Close() }()
		names = append(names, releaseNames(bufio.NewScanner(file))...)
	}
	for _, name := range names {
		if command, ok := installCommands[name]; ok {
			return "run `" + command + "`"
		}
	}
	return "install it with your package manager"
}

// releaseNames are the system's own ID, then those it is like.
func releaseNames(lines *bufio.Scanner) []string {
	var own, like []string
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), "=")
		names := strings.Fields(strings.Trim(value, `"'`))
		switch key {
		case "ID":
			own = names
		case "ID_LIKE":
			like = names
		}
	}
	return append(own, like...)
}
