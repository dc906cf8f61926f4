package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// file is a file as it is sent.
type file struct {
	plain     []byte
	packed    func() []byte // by gzip, when it is first asked for
	mediaType string
	tag       func() string
	forEver   bool // its name changes with its content
}

func (f *file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	if f.forEver {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	guard(h, policy)
	h.Set("Content-Type", f.mediaType)
	h.Add("Vary", "Accept-Encoding")
	body, tag := f.plain, f.tag()
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && r.Header.Get("Range") == "" {
		h.Set("Content-Encoding", "gzip")
		body, tag = f.packed(), tag+"-gzip"
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// guard says what a browser may do with what is sent.
func guard(h http.Header, policy string) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
}

// mustRead reads the files of a folder that is part of the program, by their paths in it.
func mustRead(from fs.FS, dir string) map[string]*file {
	all := map[string]*file{}
	err := fs.WalkDir(from, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		plain, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		name = strings.TrimPrefix(name, dir+"/")
		all[name] = newFile(name, plain)
		return nil
	})
	if err != nil {
		panic(err)
	}
	return all
}

func newFile(name string, plain []byte) *file {
	return &file{
		plain: plain,
		packed: sync.OnceValue(func() []byte {
			var packed bytes.Buffer
			z := gzip.NewWriter(&packed)
			_, _ = z.Write(plain) // a buffer takes everything
			_ = z.Close()
			return packed.Bytes()
		}),
		mediaType: mediaType(name),
		tag:       sync.OnceValue(func() string { return fmt.Sprintf("%x", sha256.Sum256(plain))[:16] }),
		forEver:   strings.HasPrefix(name, "assets/"),
	}
}

// mediaType is the same on every machine for what is served here.
func mediaType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return mime.TypeByExtension(ext)
	}
}
