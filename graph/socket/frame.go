package socket

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// Room is the length of the longest frame header: who builds a frame in place leaves so much in
// front.
const Room = 10

// First bytes of whole (not fragmented) frames, RFC 6455 section 5.2.
const (
	finText  = 0x81
	finClose = 0x88
	finPing  = 0x89
	finPong  = 0x8a
)

// Status codes of RFC 6455 section 7.4 that this package sends or treats in its own way.
const (
	codeGoingAway   = 1001
	codeProtocol    = 1002
	codeUnsupported = 1003
	codeNoStatus    = 1005 // stands for a close frame without a code, and is never sent
	codeBadText     = 1007
	codeTooBig      = 1009
	codeInternal    = 1011
	codeRestart     = 1012
	codeTryAgain    = 1013 // there is too much to do, or no room
)

// maxControl is the longest payload of a control frame; a close frame spends two bytes of it on the
// code.
const maxControl = 125

// PutHeader writes the header of a text frame with a payload of n bytes into b[start:end], so that
// the payload can stand at b[end:]. It needs Room bytes in front of end, and doesn't allocate.
func PutHeader(b []byte, end, n int) (start int) {
	switch {
	case n <= 125:
		b[end-1] = byte(n)
		start = end - 2
	case n <= 0xffff:
		binary.BigEndian.PutUint16(b[end-2:end], uint16(n))
		b[end-3] = 126
		start = end - 4
	default:
		binary.BigEndian.PutUint64(b[end-8:end], uint64(n))
		b[end-9] = 127
		start = end - 10
	}
	b[start] = finText
	return start
}

// AppendFrame appends a text frame with this payload, header and all.
func AppendFrame(dst, payload []byte) []byte {
	var header [Room]byte
	start := PutHeader(header[:], Room, len(payload))
	return append(append(dst, header[start:]...), payload...)
}

// frameWatch follows the headers of the frames that come, for what gorilla does not tell: a close
// frame with half of a code is for gorilla one without.
type frameWatch struct {
	header   [14]byte
	known    int    // bytes of the header
	rest     uint64 // bytes of the payload that have not come
	halfCode bool   // a close frame had one byte
}

func (f *frameWatch) watch(b []byte) {
	for len(b) > 0 {
		if f.rest > 0 {
			n := min(f.rest, uint64(len(b)))
			f.rest, b = f.rest-n, b[n:]
			continue
		}
		f.header[f.known], b = b[0], b[1:]
		if f.known++; f.known < 2 {
			continue
		}
		length, size := uint64(f.header[1]&0x7f), 2
		switch length {
		case 126:
			length, size = uint64(binary.BigEndian.Uint16(f.header[2:])), 4
		case 127:
			length, size = binary.BigEndian.Uint64(f.header[2:]), 10
		}
		if f.header[1]&0x80 != 0 { // the mask
			size += 4
		}
		if f.known == size {
			f.halfCode = f.halfCode || f.header[0]&0xf == finClose&0xf && length == 1
			f.known, f.rest = 0, length
		}
	}
}

// appendControl appends a control frame; its payload must not be longer than maxControl.
func appendControl(dst []byte, first byte, payload string) []byte {
	return append(append(dst, first, byte(len(payload))), payload...)
}

// appendClose appends a close frame. A reason that is too long or no UTF-8 is made to fit.
func appendClose(dst []byte, code int, reason string) []byte {
	if code == codeNoStatus {
		return append(dst, finClose, 0)
	}
	reason = truncateText(reason, maxControl-2)
	dst = append(dst, finClose, byte(2+len(reason)))
	return append(binary.BigEndian.AppendUint16(dst, uint16(code)), reason...)
}

// truncateText is the longest beginning of s in at most n bytes, whole runes only.
func truncateText(s string, n int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
