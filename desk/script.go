package desk

import "unicode"

// unspaced are the signs that are written without blanks between words, and emoji. The database has
// the same list, search_unspaced.
var unspaced = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0e01, 0x0e3a, 1}, {0x0e40, 0x0e4e, 1}, {0x0e81, 0x0ece, 1}, {0x0edc, 0x0edf, 1}, // Thai, Lao
		{0x1000, 0x103f, 1}, {0x104e, 0x1089, 1}, {0x108e, 0x109d, 1}, // Burmese
		{0x1100, 0x11ff, 1},                                           // Hangul
		{0x1780, 0x17d3, 1}, {0x17d7, 0x17d7, 1}, {0x17dc, 0x17dd, 1}, // Khmer
		{0x1950, 0x19cf, 1}, {0x1a20, 0x1a7c, 1}, // Tai
		{0x2190, 0x21ff, 1}, {0x2300, 0x23ff, 1}, {0x2460, 0x24ff, 1}, {0x25a0, 0x27bf, 1}, // signs that serve as emoji
		{0x2934, 0x2935, 1}, {0x2b00, 0x2bff, 1},
		{0x2e80, 0x2fdf, 1}, {0x3005, 0x3007, 1}, {0x3021, 0x302d, 1}, {0x3031, 0x3035, 1}, {0x3038, 0x303c, 1}, // Chinese
		{0x3041, 0x3096, 1}, {0x309d, 0x309f, 1}, {0x30a1, 0x30fa, 1}, {0x30fc, 0x31bf, 1}, {0x31f0, 0x31ff, 1}, // Japanese
		{0x3400, 0x4dbf, 1}, {0x4e00, 0x9fff, 1},
		{0xa960, 0xa97f, 1}, {0xa9e0, 0xa9ef, 1}, {0xa9fa, 0xa9fe, 1}, {0xaa60, 0xaac2, 1},
		{0xac00, 0xd7fb, 1}, {0xf900, 0xfaff, 1},
	},
	R32: []unicode.Range32{
		{0x16fe0, 0x1b2ff, 1}, {0x1f000, 0x1f3fa, 1}, {0x1f400, 0x1faff, 1}, {0x20000, 0x323af, 1},
	},
}

// IsUnspaced says whether a sign is of a script that is written without blanks between words, or an
// emoji. Search looks for pairs of them.
func IsUnspaced(r rune) bool { return r >= 0x0e01 && unicode.Is(unspaced, r) }

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
