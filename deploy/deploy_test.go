// Package deploy has samples for who runs Deskwire: an image, units of systemd, and proxies. Its
// tests see that they name only settings that are there, and fit the program.
package deploy

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// settings are the names that docs/settings.md has a row for, which another test holds to the
// program.
func settings(t *testing.T) (names []string) {
	t.Helper()
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|").FindAllStringSubmatch(read(t, "../docs/settings.md"), -1) {
		names = append(names, row[1])
	}
	if len(names) < 30 {
		t.Fatalf("only %d settings were found", len(names))
	}
	return names
}

// Each variable that a sample sets, or names in its comment, is one of the program or of Go.
func TestSamplesNameSettings(t *testing.T) {
	t.Parallel()
	known := append(settings(t), "GOMEMLIMIT")
	variable := regexp.MustCompile(`(?m)^(?:Environment=|ENV |#   )([A-Z_]+)=`)
	found := 0
	for _, name := range []string{"deskwire.service", "deskwire-migrate.service", "Dockerfile", "Caddyfile", "nginx.conf"} {
		for _, m := range variable.FindAllStringSubmatch(read(t, name), -1) {
			if found++; !slices.Contains(known, m[1]) {
				t.Errorf("%s sets %s, which is no setting", name, m[1])
			}
		}
	}
	if found < 7 {
		t.Errorf("only %d variables were found", found)
	}
}

// Units run commands that are there, and give a server the time that it takes to stop.
func TestUnits(t *testing.T) {
	t.Parallel()
	server, migrate := unit(t, "deskwire.service"), unit(t, "deskwire-migrate.service")
	if got := server["ExecStart"]; got != "/usr/local/bin/deskwire serve" {
		t.Errorf("the server runs %q", got)
	}
	if got := migrate["ExecStart"]; got != "/usr/local/bin/deskwire migrate" || migrate["Type"] != "oneshot" {
		t.Errorf("the migration runs %q", got)
	}
	if server["TimeoutStopSec"] != "45" || !strings.Contains(read(t, "../docs/settings.md"), "| `SHUTDOWN_TIMEOUT` | `20s` |") {
		t.Error("systemd's patience is less than twice that of the server: change TimeoutStopSec with SHUTDOWN_TIMEOUT")
	}
	if timer := unit(t, "deskwire-migrate.timer"); timer["OnCalendar"] != "daily" || timer["WantedBy"] != "timers.target" {
		t.Errorf("the timer is %v", timer)
	}
}

// unit reads the assignments of a unit; each line is one, a section or a comment.
func unit(t *testing.T, name string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for line := range strings.Lines(read(t, name)) {
		line = strings.TrimSpace(line)
		key, value, isAssignment := strings.Cut(line, "=")
		isSection := strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]")
		if line == "" || strings.HasPrefix(line, "#") || isSection {
			continue
		}
		if !isAssignment {
			t.Errorf("%s: what is %q?", name, line)
		}
		all[key] = value
	}
	return all
}

// Proxies let websockets and streams through, tell the server who asks, and keep metrics inside.
func TestProxies(t *testing.T) {
	t.Parallel()
	for name, wants := range map[string][]string{
		"Caddyfile": {"path /metrics", "flush_interval -1", "health_uri /readyz"},
		"nginx.conf": {"location = /metrics {", "proxy_buffering off;", "proxy_http_version 1.1;", "proxy_set_header Upgrade $http_upgrade;",
			"proxy_set_header Connection $deskwire_connection;", "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", "client_max_body_size 12m;"},
	} {
		text := read(t, name)
		if strings.Count(text, "{") != strings.Count(text, "}") {
			t.Errorf("%s: the braces don't match", name)
		}
		for _, want := range append(wants, "BASE_URL=https://desk.example", "PROXY_HEADER=X-Forwarded-For") {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
}

// The image is made with the Go of go.mod, and its last stage has nothing that needs a shell.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	text := read(t, "Dockerfile")
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "../go.mod"))[1]
	if !strings.Contains(text, "\nARG GO_VERSION="+version+"\n") {
		t.Errorf("go.mod asks for Go %s", version)
	}
	_, last, scratch := strings.Cut(text, "\nFROM scratch\n")
	if !scratch || strings.Contains(last, "\nRUN ") || strings.Contains(last, "FROM ") {
		t.Error("the last stage is not from scratch")
	}
	for _, want := range []string{"\nUSER 65532:65532\n", "\nENTRYPOINT [\"/deskwire\"]\n", "\nCMD [\"serve\"]\n", "ca-certificates.crt"} {
		if !strings.Contains(last, want) {
			t.Errorf("the last stage lacks %q", want)
		}
	}
}
