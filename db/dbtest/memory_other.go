//go:build !linux

package dbtest

// baseDir is where the data of the tests lies. "" is the usual place.
func baseDir() string { return "" }
