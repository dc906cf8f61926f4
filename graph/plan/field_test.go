package plan_test

import (
	"bytes"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/graph/plan"
)

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "\"\\/\b\f\n\r\t\x00\x1f\x7f", "Ärger 日本 \u2028 </script>", "\xff\xfe half \xc3", "\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var want bytes.Buffer
		graphql.MarshalString(s).MarshalGQL(&want)
		if got := plan.AppendString([]byte("x"), s); string(got[1:]) != want.String() {
			t.Errorf("%q is written %s, and by gqlgen %s", s, got[1:], want.String())
		}
	})
}
