//go:build !linux

package server

import "time"

// threadCPU can't be had here; what a request costs is checked on Linux.
func threadCPU() time.Duration { return 0 }
