package desk

import (
	"regexp"
	"strconv"
	"strings"
)

// maxDigits bounds a decimal as it is written out, without an exponent. What fits is kept to the
// last digit; a float64 would round from the 16th on.
const maxDigits = 38

// maxExponent keeps sums of exponents small; what is beyond it has too many digits anyway, or is 0.
const maxExponent = 1 << 30

var decimalForm = regexp.MustCompile(`^([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$`)

// decimal reads a number in digits, such as -3.50 or 1e3, and gives its one spelling: no exponent,
// no zeros that say nothing, no -0. Ok says that it is a number, fits that it has at most
// maxDigits.
func decimal(s string) (spelling string, fits, ok bool) {
	part := decimalForm.FindStringSubmatch(s)
	if part == nil || part[2]+part[3] == "" {
		return "", false, false
	}
	// The number is 0.<digits> times ten to the power of point.
	whole := strings.TrimLeft(part[2]+part[3], "0")
	point := len(part[2]) - (len(part[2]+part[3]) - len(whole))
	digits := strings.TrimRight(whole, "0")
	if digits == "" {
		return "0", true, true
	}
	if part[4] != "" {
		e, err := strconv.Atoi(part[4])
		if err != nil || e > maxExponent || e < -maxExponent {
			return "", false, true
		}
		point += e
	}
	if max(point, len(digits), len(digits)-point) > maxDigits {
		return "", false, true
	}
	sign := strings.TrimPrefix(part[1], "+")
	switch {
	case point <= 0:
		return sign + "0." + strings.Repeat("0", -point) + digits, true, true
	case point >= len(digits):
		return sign + digits + strings.Repeat("0", point-len(digits)), true, true
	}
	return sign + digits[:point] + "." + digits[point:], true, true
}
