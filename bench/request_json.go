//go:build linux

package main

import (
	"encoding/base32"
	"encoding/binary"
	"strconv"
	"time"
)

// JSON as the limit writes it: binary values of Postgres appended to bytes, one after the other.

var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

func appendID(b []byte, kind string, raw []byte) []byte {
	if raw == nil {
		return append(b, "null"...)
	}
	b = append(append(append(b, '"'), kind...), '_')
	return append(crockford.AppendEncode(b, raw), '"')
}

func appendText(b, raw []byte) []byte {
	if raw == nil {
		return append(b, "null"...)
	}
	b = append(b, '"')
	from := 0
	for i, c := range raw {
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, raw[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		}
	}
	return append(append(b, raw[from:]...), '"')
}

func int4(raw []byte) int64 { return int64(int32(binary.BigEndian.Uint32(raw))) }

func appendInt(b, raw []byte) []byte { return strconv.AppendInt(b, int4(raw), 10) }

// microsOf2000 is where Postgres begins to count.
const microsOf2000 = 946_684_800_000_000

func appendTime(b, raw []byte) []byte {
	if raw == nil {
		return append(b, "null"...)
	}
	at := time.UnixMicro(microsOf2000 + int64(binary.BigEndian.Uint64(raw))).UTC()
	return at.AppendFormat(b, `"2006-01-02T15:04:05.000Z"`)
}

// appendFields appends the values of a row under their names. A name says how: #number, @time,
// id:kind, else a text.
func appendFields(b []byte, names []field, row [][]byte) []byte {
	for i, f := range names {
		b = append(b, f.head...)
		switch f.how {
		case '#':
			b = appendInt(b, row[i])
		case '@':
			b = appendTime(b, row[i])
		case 'i':
			b = appendID(b, f.kind, row[i])
		default:
			b = appendText(b, row[i])
		}
	}
	return b
}

type field struct {
	head, kind string
	how        byte
}

// fieldsOf reads names such as "id:cnv #number @createdAt subject".
func fieldsOf(names ...string) []field {
	fs := make([]field, len(names))
	for i, n := range names {
		f := field{how: n[0]}
		switch {
		case n[0] == '#' || n[0] == '@':
			n = n[1:]
		case len(n) > 3 && n[:3] == "id:":
			n, f.kind = "id", n[3:]
		default:
			f.how = 't'
		}
		f.head = `,"` + n + `":`
		if i == 0 {
			f.head = f.head[1:]
		}
		fs[i] = f
	}
	return fs
}
