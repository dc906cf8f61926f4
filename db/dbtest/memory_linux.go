package dbtest

import "syscall"

const (
	memoryFiles = "/dev/shm"
	tmpfs       = 0x01021994
	roomNeeded  = 6 << 30 // what the tests of a package write at most, twice
)

// baseDir is where the data of the tests lies: in memory where there is room for it, since a
// database is some five hundred files. "" is the usual place.
func baseDir() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memoryFiles, &fs); err != nil || fs.Type != tmpfs || fs.Bavail*uint64(fs.Bsize) < roomNeeded {
		return ""
	}
	return memoryFiles
}
