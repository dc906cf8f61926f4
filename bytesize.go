package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ByteSize is a number of bytes in a setting, such as 512MiB.
type ByteSize int64

const (
	kibibyte ByteSize = 1 << (10 * (iota + 1))
	mebibyte
	gibibyte
	tebibyte
)

// minMemoryBudget has room for one response of the largest size.
const minMemoryBudget = 256 * mebibyte

var byteUnits = []struct {
	name string
	size ByteSize
}{{"KiB", kibibyte}, {"MiB", mebibyte}, {"GiB", gibibyte}, {"TiB", tebibyte}, {"B", 1}, {"", 1}}

// UnmarshalText reads a whole number and its unit.
func (b *ByteSize) UnmarshalText(text []byte) error {
	for _, unit := range byteUnits {
		digits, ok := strings.CutSuffix(string(text), unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 0 || n > math.MaxInt64/int64(unit.size) {
			break
		}
		*b = ByteSize(n) * unit.size
		return nil
	}
	return fmt.Errorf("%q is not a size: write a whole number with KiB, MiB, GiB or TiB, such as 512MiB", text)
}

// String is the size in the largest unit in which it is a whole number.
func (b ByteSize) String() string {
	for i := len(byteUnits) - 3; i >= 0; i-- {
		if unit := byteUnits[i]; b >= unit.size && b%unit.size == 0 {
			return fmt.Sprintf("%d%s", b/unit.size, unit.name)
		}
	}
	return fmt.Sprint(int64(b))
}
