//go:build unix

package socket

import "syscall"

// direct tells whether sockets can be written to by their descriptor without waiting.
const direct = true

// writeFD is one write(2). A full socket takes nothing, which is no error.
func writeFD(fd uintptr, b []byte) (int, error) {
	for {
		n, err := syscall.Write(int(fd), b)
		switch err {
		case nil:
			return n, nil
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return 0, nil
		}
		return 0, err
	}
}
