package server

import (
	"fmt"
	"testing"

	"deskwire/desk"
)

// TestTransferLimiter: a flood from one network takes neither a file nor the server from others.
func TestTransferLimiter(t *testing.T) {
	t.Parallel()
	l := newTransferLimiter()
	file := func(n byte) transferredFile { return transferredFile{account: desk.ID{1}, id: desk.ID{n}} }
	read := func(address string, n byte) func() {
		t.Helper()
		release, why := l.acquire(address, file(n))
		if (release == nil) == (why == "") {
			t.Errorf("%s got a release and %q", address, why)
		}
		return release
	}
	flood := make([]func(), 0, maxReadersAtAddress)
	for range maxReadersAtAddress {
		flood = append(flood, read("flood", 1))
	}
	if read("flood", 1) != nil {
		t.Error("a network reads a file more often than it may")
	}
	if read("flood", 2) == nil || read("friend", 1) == nil {
		t.Error("a flood of one file by one network keeps it from another file, or others from the file")
	}
	served := 0
	for n := range maxReadersOfFile {
		if read(fmt.Sprint("network", n), 1) != nil {
			served++
		}
	}
	if want := maxReadersOfFile - maxReadersAtAddress - 1; served != want {
		t.Errorf("%d more networks read the file, want %d", served, want)
	}
	for _, release := range flood {
		release()
		release() // once is enough
	}
	if read("flood", 1) == nil || l.underWay() != served+3 {
		t.Errorf("%d transfers are under way", l.underWay())
	}
	upload := file(3)
	upload.write = true
	if first, _ := l.acquire("a", upload); first == nil {
		t.Error("a file can't be uploaded")
	}
	if second, why := l.acquire("b", upload); second != nil || why == "" {
		t.Error("a file is uploaded twice at once")
	}
}
