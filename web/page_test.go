package web

import (
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func visit(t *testing.T, method, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler(Options{}).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, from io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPlacesInThePageGetThePage(t *testing.T) {
	for _, path := range []string{"/", "/?a=b", "/tickets/tkt_1", "/views/viw_1/cnv_1", "/search?q=a.b", "/trash/", "/settings/tokens"} {
		a := visit(t, "GET", path)
		if a.StatusCode != 200 || a.Header.Get("Content-Type") != "text/html; charset=utf-8" || a.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d %v", path, a.StatusCode, a.Header)
		}
		if !strings.Contains(body(t, a.Body), `id="root"`) {
			t.Errorf("%s is not the page", path)
		}
	}
}

// The addresses that get the page are those for which it has something to show.
func TestPlacesAreThoseOfThePage(t *testing.T) {
	source, err := os.ReadFile("src/app.tsx")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, route := range regexp.MustCompile(`<Route path="(/[^"]+)"`).FindAllStringSubmatch(string(source), -1) {
		place := regexp.MustCompile(`:(\w+)`).ReplaceAllString(route[1], "{$1}")
		without, optional := strings.CutSuffix(place, "?")
		want[without] = true
		if optional {
			want[path.Dir(without)] = true
		}
	}
	have := map[string]bool{}
	for _, place := range places {
		have[place] = true
	}
	if len(want) < 8 || !maps.Equal(want, have) {
		t.Errorf("the page has %v, and %v are served", slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(have)))
	}
}

func TestWhatIsNoPlaceIsNotFound(t *testing.T) {
	for _, path := range []string{"/assets/gone.js", "/favicon.ico", "/page.go", "/index.html/x.js", "/graphq", "/graphql/", "/tickets", "/tickets/1/2", "/nothing", "/Trash"} {
		if a := visit(t, "GET", path); a.StatusCode != 404 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	if a := visit(t, "POST", "/"); a.StatusCode != 405 || a.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d %v", a.StatusCode, a.Header)
	}
}

// Everything that the page names is there, comes from here, and is kept: its name changes with its
// content.
func TestAssets(t *testing.T) {
	page := body(t, visit(t, "GET", "/").Body)
	names := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(names) < 3 {
		t.Fatalf("the page needs %v", names)
	}
	for _, n := range names {
		if !strings.HasPrefix(n[1], "/") || strings.HasPrefix(n[1], "//") {
			t.Errorf("%s is of another origin", n[1])
		}
		a := visit(t, "GET", n[1])
		kept := strings.Contains(a.Header.Get("Cache-Control"), "immutable")
		if a.StatusCode != 200 || kept != strings.HasPrefix(n[1], "/assets/") {
			t.Errorf("%s: %d %v", n[1], a.StatusCode, a.Header)
		}
	}
	if strings.Contains(page, "<style") || strings.Contains(page, "onload=") || regexp.MustCompile(`<script[^>]*>[^<]`).MatchString(page) {
		t.Error("something is inline, and the policy lets nothing inline in")
	}
}

func TestPolicy(t *testing.T) {
	h := visit(t, "GET", "/").Header
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(h.Get("Content-Security-Policy"), part) {
			t.Errorf("%s is missing in %s", part, h.Get("Content-Security-Policy"))
		}
	}
	if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v", h)
	}
}

// The element is fetched by pages of other origins from an address that stays, and its own name
// changes with its content.
func TestElement(t *testing.T) {
	entry := visit(t, "GET", "/deskwire-sidebar.js")
	name := regexp.MustCompile(`^import\("\./(assets/deskwire-sidebar-[^"]+\.js)"\);\n$`).FindStringSubmatch(body(t, entry.Body))
	if entry.Header.Get("Cache-Control") != "no-cache" || name == nil {
		t.Fatalf("%v %v", entry.Header, name)
	}
	asset := visit(t, "GET", "/"+name[1], "Accept-Encoding", "gzip")
	if size := len(body(t, asset.Body)); size < 5_000 || size > 20_000 {
		t.Errorf("the element is %d bytes, and may be 20,000", size)
	}
	if !strings.Contains(asset.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%v", asset.Header)
	}
	for _, a := range []*http.Response{entry, asset} {
		if a.StatusCode != 200 || a.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || a.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
			t.Errorf("%d %v", a.StatusCode, a.Header)
		}
	}
	if visit(t, "GET", "/").Header.Get("Cross-Origin-Resource-Policy") != "" {
		t.Error("the page itself is for its own origin")
	}
}

func TestPackedAndUnchanged(t *testing.T) {
	plain, packed := visit(t, "GET", "/"), visit(t, "GET", "/", "Accept-Encoding", "gzip, br")
	unpack, err := gzip.NewReader(packed.Body)
	if err != nil || packed.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v %v", err, packed.Header)
	}
	if body(t, unpack) != body(t, plain.Body) {
		t.Error("the two are different")
	}
	again := visit(t, "GET", "/", "If-None-Match", plain.Header.Get("ETag"))
	if again.StatusCode != 304 || plain.Header.Get("ETag") == packed.Header.Get("ETag") {
		t.Errorf("%d %v", again.StatusCode, again.Header)
	}
}

func TestExplorer(t *testing.T) {
	for _, path := range []string{"/graphiql", "/graphiql/"} {
		if a := visit(t, "GET", path); a.StatusCode != 404 {
			t.Errorf("%s without the explorer: %d", path, a.StatusCode)
		}
	}
	open := func(path, from string) *http.Response {
		r := httptest.NewRequest("GET", path, nil)
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		token := func(r *http.Request) string { return map[bool]string{true: `dw_"<secret>`}[r.RemoteAddr == "near"] }
		Handler(Options{Explorer: true, Token: token}).ServeHTTP(w, r)
		return w.Result()
	}
	near, far := open("/graphiql", "near"), open("/graphiql/", "far")
	given, bare := body(t, near.Body), body(t, far.Body)
	if !strings.Contains(given, `content="dw_&#34;&lt;secret&gt;"`) || near.Header.Get("Cache-Control") != "no-store" || near.Header.Get("ETag") != "" {
		t.Errorf("%v %s", near.Header, given)
	}
	if !strings.Contains(bare, `name="deskwire-token" content=""`) || strings.Contains(bare, "dw_") {
		t.Errorf("%s", bare)
	}
	for _, a := range []*http.Response{near, far} {
		if a.StatusCode != 200 || a.Header.Get("Content-Security-Policy") != policy {
			t.Errorf("%d %v", a.StatusCode, a.Header)
		}
	}
	names := regexp.MustCompile(`(?:src|href)="(/graphiql/[^"]+)"`).FindAllStringSubmatch(bare, -1)
	if len(names) < 2 {
		t.Fatalf("the explorer needs %v", names)
	}
	for _, n := range names {
		if a := open(n[1], "far"); a.StatusCode != 200 || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", n[1], a.StatusCode, a.Header)
		}
	}
}
