package mailhtml

import (
	"bytes"
	"encoding/base64"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

// htmlOfMails are the HTML parts of all mails in a folder, by the file's name.
func htmlOfMails(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if m, err := mail.ReadMessage(bytes.NewReader(raw)); err == nil { // some are broken on purpose
			htmlOf(textproto.MIMEHeader(m.Header), m.Body, func(b []byte) { found[filepath.Base(path)] = b })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func htmlOf(h textproto.MIMEHeader, body io.Reader, add func([]byte)) {
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	switch strings.ToLower(h.Get("Content-Transfer-Encoding")) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		parts := multipart.NewReader(body, params["boundary"])
		for p, err := parts.NextRawPart(); err == nil; p, err = parts.NextRawPart() {
			htmlOf(p.Header, p, add)
		}
	case kind == "text/html":
		if b, err := io.ReadAll(body); err == nil {
			add(bytes.ToValidUTF8(b, []byte("\ufffd")))
		}
	}
}

// TestText_mails: of what the sender of a mail shows nothing is lost, and nothing changes
// places.
func TestText_mails(t *testing.T) {
	checkMails(t, "testdata/mails", 12)
}

func checkMails(t *testing.T, folder string, atLeast int) {
	t.Helper()
	mails := htmlOfMails(t, folder)
	if len(mails) < atLeast {
		t.Errorf("only %d mails have HTML", len(mails))
	}
	for name, source := range mails {
		got, _ := Text(source)
		root, err := html.Parse(bytes.NewReader(Visible(source)))
		if err != nil {
			t.Fatal(err)
		}
		left := letters(got)
		for _, word := range shown(root) {
			i := strings.Index(left, letters(word))
			if i < 0 {
				t.Errorf("%s: %q is lost from\n%s", name, word, got)
				break
			}
			left = left[i+len(letters(word)):]
		}
	}
}

// letters is a text without white space, which is laid out.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// shown are the texts of a tree.
func shown(n *html.Node) (all []string) {
	if n.Type == html.TextNode {
		return strings.Fields(n.Data)
	}
	if n.Type == html.ElementNode && slices.Contains([]string{"script", "style", "title"}, n.Data) {
		return nil
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		all = append(all, shown(c)...)
	}
	return all
}
