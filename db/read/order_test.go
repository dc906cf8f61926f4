package read

import (
	"encoding/base64"
	"testing"
)

// FuzzCursor: whatever is sent as a place in a list is read to the end or refused, and what is read
// is written back as the same place.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{`["cnv.activity-","1","01a2033d-9b6b-7c7e-8a51-0a0a0a0a0a0a"]`, `["a","b","01a2033d-9b6b-7c7e-8a51-0a0a0a0a0a0a","c"]`, "[[[[", `["\ud800",null,1]`, "\xff"} {
		f.Add(base64.RawURLEncoding.EncodeToString([]byte(seed)))
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, ok := parseCursor(s)
		if !ok {
			return
		}
		if back, ok := parseCursor(c.String()); !ok || back != c {
			t.Errorf("%q is %+v, and came back as %+v (%v)", s, c, back, ok)
		}
	})
}
