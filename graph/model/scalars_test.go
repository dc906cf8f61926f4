package model

import (
	"bytes"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/desk"
)

// What is appended is what is marshalled.
func TestAppend(t *testing.T) {
	same := func(appended []byte, m graphql.Marshaler) {
		t.Helper()
		var want bytes.Buffer
		if m.MarshalGQL(&want); string(appended) != want.String() {
			t.Errorf("appended %s, marshalled %s", appended, want.String())
		}
	}
	for _, r := range []desk.Ref{{}, {Kind: desk.KindTicket, ID: desk.ID{1, 2, 255}}, {Kind: desk.KindPropertyValue, ID: desk.ID{9}, Part: `a"b\`}} {
		same(AppendID(nil, r), MarshalID(r))
	}
	for _, at := range []time.Time{{}, time.Unix(1e9, 999_999_999), time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", 3600))} {
		same(AppendDateTime(nil, at), MarshalDateTime(at))
	}
}
