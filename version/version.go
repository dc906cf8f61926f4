// Package version says which program this is, by what the Go toolchain has noted in it: nothing is
// kept by hand, and nothing has to be handed to the compiler.
package version

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Info is which program this is. A field that nobody noted, as in a build outside of a repository,
// is "unknown".
type Info struct {
	Version  string // of the module: its tag, or made of the revision
	Revision string // the commit
	Date     string // of the commit, RFC 3339
	Modified bool   // files differed from the commit
	Go       string
	Platform string // operating system and processor
}

// Current is what is noted in this program.
func Current() Info {
	b, ok := debug.ReadBuildInfo()
	if !ok {
		b = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	return infoFrom(b)
}

const unknown = "unknown"

func infoFrom(b *debug.BuildInfo) Info {
	i := Info{Version: unknown, Revision: unknown, Date: unknown, Go: b.GoVersion, Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if b.Main.Version != "" && b.Main.Version != "(devel)" {
		i.Version = b.Main.Version
	}
	for _, s := range b.Settings {
		switch s.Key {
		case "vcs.revision":
			i.Revision = s.Value
		case "vcs.time":
			i.Date = s.Value
		case "vcs.modified":
			i.Modified = s.Value == "true"
		}
	}
	return i
}

// String is one line, for people.
func (i Info) String() string {
	modified := ""
	if i.Modified {
		modified = ", modified"
	}
	return fmt.Sprintf("deskwire %s (revision %s of %s%s; %s, %s)", i.Version, i.Revision, i.Date, modified, i.Go, i.Platform)
}
