package version

import (
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// A program says what is noted in it, and "unknown" where nothing is.
func TestInfo(t *testing.T) {
	t.Parallel()
	platform := runtime.GOOS + "/" + runtime.GOARCH
	for name, tc := range map[string]struct {
		version  string
		settings []debug.BuildSetting
		want     string
	}{
		"a release": {"v1.4.0", []debug.BuildSetting{{Key: "vcs.revision", Value: "02d65f1"}, {Key: "vcs.time", Value: "2026-11-30T19:05:19Z"}, {Key: "vcs.modified", Value: "false"}},
			"deskwire v1.4.0 (revision 02d65f1 of 2026-11-30T19:05:19Z; go1.26.8, " + platform + ")"},
		"work under way": {"v0.0.0-20261130190519-02d65f1+dirty", []debug.BuildSetting{{Key: "vcs.modified", Value: "true"}, {Key: "vcs.revision", Value: "02d65f1"}},
			"deskwire v0.0.0-20261130190519-02d65f1+dirty (revision 02d65f1 of unknown, modified; go1.26.8, " + platform + ")"},
		"no repository": {"(devel)", []debug.BuildSetting{{Key: "-trimpath", Value: "true"}},
			"deskwire unknown (revision unknown of unknown; go1.26.8, " + platform + ")"},
		"nothing": {"", nil, "deskwire unknown (revision unknown of unknown; go1.26.8, " + platform + ")"},
	} {
		b := &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: tc.version}, Settings: tc.settings}
		if got := infoFrom(b).String(); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
	if got := Current(); got.Go != runtime.Version() || strings.Contains(got.String(), "  ") {
		t.Errorf("this program: %q", got)
	}
}
