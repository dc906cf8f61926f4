package desk

import "slices"

// unspaced are the signs that are written without blanks between words, and emoji. The database has
// the same list, search_unspaced.
var unspaced = signRanges{
	{0x0e01, 0x0e3a}, {0x0e40, 0x0e4e}, {0x0e81, 0x0ece}, {0x0edc, 0x0edf},
	{0x1000, 0x103f}, {0x104e, 0x1089}, {0x108e, 0x109d},
	{0x1100, 0x11ff},
	{0x1780, 0x17d3}, {0x17d7, 0x17d7}, {0x17dc, 0x17dd},
	{0x1950, 0x19cf}, {0x1a20, 0x1a7c},
	{0x2190, 0x21ff}, {0x2300, 0x23ff}, {0x2460, 0x24ff}, {0x25a0, 0x27bf},
	{0x2934, 0x2935}, {0x2b00, 0x2bff},
	{0x2e80, 0x2fdf}, {0x3005, 0x3007}, {0x3021, 0x302d}, {0x3031, 0x3035},
	{0x3038, 0x303c},
	{0x3041, 0x3096}, {0x309d, 0x309f}, {0x30a1, 0x30fa}, {0x30fc, 0x31bf},
	{0x31f0, 0x31ff}, {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa960, 0xa97f},
	{0xa9e0, 0xa9ef}, {0xa9fa, 0xa9fe}, {0xaa60, 0xaac2},
	{0xac00, 0xd7fb}, {0xf900, 0xfaff},
	{0x16fe0, 0x1b2ff}, {0x1f000, 0x1f3fa}, {0x1f400, 0x1faff}, {0x20000, 0x323af},
}

// IsUnspaced says whether a sign is of a script that is written without blanks between words, or an
// emoji. Search looks for pairs of them.
func IsUnspaced(r rune) bool { return r >= 0x0e01 && unspaced.has(r) }

// SplitUnspaced parts a text into runs of such signs and what stands between.
func SplitUnspaced(s string) (runs []string) {
	begin := 0
	var before bool
	for i, r := range s {
		is := IsUnspaced(r)
		if i > begin && is != before {
			runs = append(runs, s[begin:i])
			begin = i
		}
		before = is
	}
	if begin < len(s) {
		runs = append(runs, s[begin:])
	}
	return runs
}

// signRanges are signs from one to another each, in their order.
type signRanges []struct{ first, last rune }

func (all signRanges) has(r rune) bool {
	_, found := slices.BinarySearchFunc(all, r, func(some struct{ first, last rune }, r rune) int {
		switch {
		case r < some.first:
			return 1
		case r > some.last:
			return -1
		}
		return 0
	})
	return found
}
