package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"sync"
)

// gzipFrom is the size from which answers get a gzip content encoding, in bytes: less fits into a
// packet anyway. Streams never are: each payload is to be there at once.
const gzipFrom = 1400

var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a valid one
	return z
}}

func compressGzip(body responseParts) []byte {
	var b bytes.Buffer
	b.Grow(body.length() / 3)
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(&b)
	for _, part := range body {
		_, _ = z.Write(part) // a buffer takes everything
	}
	_ = z.Close()
	return b.Bytes()
}

// acceptsGzip reads Accept-Encoding.
func acceptsGzip(accept []string) bool {
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		name, weight, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(part, " ", "")), ";")
		if name == "gzip" || name == "*" {
			return strings.TrimRight(weight, ".0") != "q="
		}
	}
	return false
}

// weakETag names what an answer shows. It is a weak tag: extensions, such as the cursor, are others
// each time.
func weakETag(data []byte) string {
	sum := sha256.Sum256(data)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// matchesETag reads If-None-Match, which compares weakly (RFC 9110, 13.1.2).
func matchesETag(known, tag string) bool {
	for one := range strings.SplitSeq(known, ",") {
		if one = strings.TrimSpace(one); one == "*" || "W/"+strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}
