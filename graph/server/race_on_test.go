//go:build race

package server

// slowdown is how much dearer the race detector makes things.
const slowdown = 20
