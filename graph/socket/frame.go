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
	codeUnsupported = 1003
	codeNoStatus    = 1005 // stands for a close frame without a code, and is never sent
	codeBadText     = 1007
	codeTooBig      = 1009
	codeInternal    = 1011
	codeRestart     = 1012
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
