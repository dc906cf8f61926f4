//go:build !unix

package socket

import "errors"

// direct tells whether sockets can be written to by their descriptor without waiting. Here they
// can't: each connection gets a writing goroutine while it has something to write.
const direct = false

func writeFD(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }
