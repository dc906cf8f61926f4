//go:build race

package graph

// slowdown is how much dearer the race detector makes things.
const slowdown = 20
