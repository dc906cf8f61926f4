package server

import (
	"sync"

	"deskwire/desk"
)

// Bounds of the files that come and go at once.
const (
	maxTransfers          = 512
	maxTransfersOfAddress = 128 // of one network
	maxReadersOfFile      = 256
	maxReadersAtAddress   = 8 // of one file at one network: a flood leaves the file to all others
)

// transferLimiter counts the files that are on their way.
type transferLimiter struct {
	mu        sync.Mutex
	all       int
	byAddress map[string]int
	byFile    map[transferredFile]int
	byReader  map[fileReader]int
}

// transferredFile is a file that is read, or written.
type transferredFile struct {
	account, id desk.ID
	write       bool
}

// fileReader is a network that reads, or writes, a file.
type fileReader struct {
	file    transferredFile
	address string
}

func newTransferLimiter() *transferLimiter {
	return &transferLimiter{byAddress: map[string]int{}, byFile: map[transferredFile]int{}, byReader: map[fileReader]int{}}
}

// acquire counts a transfer, and gives what ends it; nil: there are too many, why tells of what.
func (l *transferLimiter) acquire(address string, file transferredFile) (release func(), why string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	ofFile := maxReadersOfFile
	if file.write {
		ofFile = 1
	}
	switch {
	case l.byFile[file] >= ofFile && file.write:
		return nil, "This file is being uploaded already."
	case l.byFile[file] >= ofFile, l.byReader[fileReader{file, address}] >= maxReadersAtAddress:
		return nil, "This file is being read too often at once."
	case l.byAddress[address] >= maxTransfersOfAddress:
		return nil, "Too many files come from or go to your address at once."
	case l.all >= maxTransfers:
		return nil, "Too many files are on their way at once."
	}
	l.count(address, file, 1)
	return sync.OnceFunc(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.count(address, file, -1)
	}), ""
}

func (l *transferLimiter) count(address string, file transferredFile, n int) {
	l.all += n
	if l.byAddress[address] += n; l.byAddress[address] == 0 {
		delete(l.byAddress, address)
	}
	if l.byFile[file] += n; l.byFile[file] == 0 {
		delete(l.byFile, file)
	}
	by := fileReader{file, address}
	if l.byReader[by] += n; l.byReader[by] == 0 {
		delete(l.byReader, by)
	}
}

// underWay is how many there are.
func (l *transferLimiter) underWay() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all
}
