package desk

import (
	"math/big"
	"strings"
	"testing"
)

func TestDecimal(t *testing.T) {
	nines := strings.Repeat("9", maxDigits)
	for _, c := range []struct {
		in, want string // "": too many digits, "!": no number
	}{
		{"0", "0"}, {"-0", "0"}, {"+0.00", "0"}, {"0e999999999999999999999", "0"}, {"1", "1"}, {"+1", "1"}, {"007", "7"}, {"-3.5", "-3.5"}, {"1.50", "1.5"},
		{"0.1", "0.1"}, {".5", "0.5"}, {"5.", "5"}, {"-.25", "-0.25"}, {"0.30000000000000004", "0.30000000000000004"}, {"12345678901234567890", "12345678901234567890"},
		{"9007199254740993", "9007199254740993"}, {"1e3", "1000"}, {"1E+3", "1000"}, {"-1.25e1", "-12.5"}, {"125e-2", "1.25"}, {"1e-7", "0.0000001"}, {"100e-2", "1"}, {"0.001e3", "1"},
		{nines, nines}, {"-" + nines, "-" + nines}, {"0." + nines, "0." + nines}, {"0000" + nines + ".000", nines}, {"1e37", "1" + strings.Repeat("0", 37)}, {"1e-38", "0." + strings.Repeat("0", 37) + "1"},
		{nines + "9", ""}, {"0." + nines + "9", ""}, {"1." + nines, ""}, {"1e38", ""}, {"1e-39", ""}, {"1e400", ""}, {"1e-400", ""}, {"1e999999999999999999999", ""}, {"1e-9223372036854775808", ""},
		{"", "!"}, {".", "!"}, {"-", "!"}, {"e3", "!"}, {".e3", "!"}, {"1e", "!"}, {"1e+", "!"}, {" 5", "!"}, {"5 ", "!"}, {"5\n", "!"}, {"1,5", "!"}, {"1.5.2", "!"}, {"--1", "!"}, {"١٢", "!"}, {"５", "!"},
		{"NaN", "!"}, {"Inf", "!"}, {"-infinity", "!"}, {"1_000", "!"}, {"0x1p4", "!"}, {"1e1.5", "!"}, {"−1", "!"}, {"1\x00", "!"},
	} {
		t.Run("R16/the number "+TruncateText(c.in, 30), func(t *testing.T) {
			got, fits, ok := decimal(c.in)
			if got != strings.Trim(c.want, "!") || ok != (c.want != "!") || fits != (c.want != "" && c.want != "!") {
				t.Errorf("%q: %q, fits %v, is one %v; want %q", c.in, got, fits, ok, c.want)
			}
		})
	}
}

// Whatever is taken is the same number, and its spelling is its own.
func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"-0012.3400e-3", "1e37", ".5", "0e9", "123456789012345678901234567890"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, fits, ok := decimal(s)
		if !ok || !fits || len(s) > 100 {
			return
		}
		if again, _, _ := decimal(got); again != got {
			t.Errorf("%q is written %q and then %q", s, got, again)
		}
		if strings.ContainsAny(s, "eE") && strings.Trim(strings.FieldsFunc(s, func(r rune) bool { return r == 'e' || r == 'E' })[0], "+-0.") == "" {
			return // zero, to whatever power
		}
		was, _ := new(big.Rat).SetString(s)
		is, _ := new(big.Rat).SetString(got)
		if was == nil || is == nil || was.Cmp(is) != 0 {
			t.Errorf("%q became %q", s, got)
		}
	})
}
