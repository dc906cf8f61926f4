package desk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
)

var someIDs = []ID{
	{},
	{15: 1},
	{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	{0x01, 0x9a, 0xb0, 0x3c, 0x11, 0x22, 0x7e, 0x0f, 0x8a, 0x5b, 1, 2, 3, 4, 5, 6},
}

func TestRef(t *testing.T) {
	if got := (Ref{Kind: KindTicket, ID: someIDs[2]}).String(); got != "tkt_"+strings.Repeat("z", 25)+"w" {
		t.Errorf("got %s", got)
	}
	for _, r := range []Ref{
		{Kind: KindTicket, ID: someIDs[0]}, {Kind: KindConversation, ID: someIDs[1]}, {Kind: KindAccount, ID: someIDs[2]},
		{Kind: KindPropertyValue, ID: someIDs[3], Part: "size"}, {Kind: KindProperty, ID: someIDs[3], Part: "a_b_"}, {Kind: "xyz", ID: someIDs[3]},
	} {
		t.Run("id/there and back "+r.String(), func(t *testing.T) {
			got, err := ParseRef(r.String())
			if err != nil || got != r {
				t.Errorf("got %+v, %v", got, err)
			}
			text, _ := r.MarshalText()
			if err := got.UnmarshalText(text); err != nil || got != r {
				t.Errorf("through text %+v, %v", got, err)
			}
		})
	}
	good := Ref{Kind: KindTicket, ID: someIDs[3]}.String()
	for name, s := range map[string]string{
		"empty": "", "no kind": good[4:], "an empty kind": good[3:], "no key": "tkt_", "nothing after the kind": "tkt",
		"a key that is short": good[:len(good)-1], "a key that is long": good + "0", "capitals": strings.ToUpper(good[:8]) + good[8:], "capitals in the key": "tkt_" + strings.ToUpper(good[4:]),
		"a letter like a digit: i": "tkt_" + "i" + good[5:], "a letter like a digit: l": "tkt_l" + good[5:], "a letter like a digit: o": "tkt_o" + good[5:], "u": "tkt_u" + good[5:],
		"bits past the end": good[:len(good)-1] + "9", "padding": good[:len(good)-1] + "=", "an empty part": good + "_", "a line break in the key": good[:10] + "\n" + good[11:],
		"a line break added": good + "\n", "a hyphen": "tkt-" + good[4:], "a UUID": someIDs[3].String(), "not ASCII": "tkt_é" + good[6:],
		"the key of a UUID": "tkt_" + someIDs[3].String(), "NUL": good[:len(good)-1] + "\x00", "long": strings.Repeat("tkt_", 1000),
	} {
		t.Run("id/refused: "+name, func(t *testing.T) {
			if got, err := ParseRef(s); err == nil || got != (Ref{}) {
				t.Errorf("%q is %+v, %v", s, got, err)
			}
		})
	}
	t.Run("id/of the last letter only one spelling in four is an id", func(t *testing.T) {
		n := 0
		for _, c := range "0123456789abcdefghjkmnpqrstvwxyz" {
			if _, err := ParseRef(good[:len(good)-1] + string(c)); err == nil {
				n++
			}
		}
		if n != 8 {
			t.Errorf("%d letters are taken", n)
		}
	})
	t.Run("id/of another kind, or of a part, is no id", func(t *testing.T) {
		r := Ref{Kind: KindTicket, ID: someIDs[3]}
		part := Ref{Kind: KindTicket, ID: someIDs[3], Part: "size"}
		for _, kind := range []string{"TKT", " tkt", "tk", "cnv"} {
			if other, _ := ParseRef(kind + good[3:]); !other.As(KindTicket).IsZero() {
				t.Errorf("%q is the id of a ticket", kind)
			}
		}
		if r.As(KindTicket) != someIDs[3] || !r.As(KindConversation).IsZero() || !part.As(KindTicket).IsZero() {
			t.Error("it is")
		}
	})
	t.Run("id/public ids sort as keys do", func(t *testing.T) {
		ids := slices.Clone(someIDs)
		sort.Slice(ids, func(i, j int) bool { return Ref{ID: ids[i]}.String() < Ref{ID: ids[j]}.String() })
		if !slices.IsSortedFunc(ids, func(a, b ID) int { return bytes.Compare(a[:], b[:]) }) {
			t.Errorf("sorted %v", ids)
		}
	})
	t.Run("id/the one that names nothing is nothing in JSON", func(t *testing.T) {
		b, _ := json.Marshal(Effect{Rule: "R21"})
		var e Effect
		if err := json.Unmarshal(b, &e); err != nil || e.Node != (Ref{}) {
			t.Errorf("%s is %+v, %v", b, e, err)
		}
		var r Ref
		if err := r.UnmarshalText([]byte("tkt_")); err == nil {
			t.Error("half an id is taken")
		}
	})
}

// Every spelling that is taken is the one that is given.
func FuzzParseRef(f *testing.F) {
	for _, id := range someIDs {
		f.Add(Ref{Kind: KindTicket, ID: id}.String())
		f.Add(Ref{Kind: KindProperty, ID: id, Part: "a_b"}.String())
	}
	f.Add("tkt_0000000000000000000000000\n")
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := ParseRef(s); err == nil && r.String() != s {
			t.Errorf("%q is taken for %q", s, r)
		}
	})
}

func TestID(t *testing.T) {
	for _, id := range someIDs {
		t.Run("id/in the database "+id.String(), func(t *testing.T) {
			v, err := id.Value()
			if err != nil || (v == nil) != id.IsZero() {
				t.Fatalf("%v, %v", v, err)
			}
			back := ID{15: 9}
			if err := back.Scan(v); err != nil || back != id {
				t.Errorf("back %s, %v", back, err)
			}
			if err := back.Scan([]byte(id.String())); err != nil || back != id {
				t.Errorf("back %s, %v", back, err)
			}
			b, _ := json.Marshal(id)
			if err := json.Unmarshal(b, &back); err != nil || back != id || string(b) != `"`+id.String()+`"` {
				t.Errorf("%s is %s, %v", b, back, err)
			}
		})
	}
	if got := someIDs[3].String(); got != "019ab03c-1122-7e0f-8a5b-010203040506" {
		t.Errorf("got %s", got)
	}
	for _, src := range []any{"", "x", "019ab03c-1122-7e0f-8a5b-01020304050", "019ab03c-1122-7e0f-8a5b-01020304050607", []byte("zz"), 7, true} {
		t.Run(fmt.Sprintf("id/the database can't give %v", src), func(t *testing.T) {
			if err := new(ID).Scan(src); err == nil {
				t.Error("taken")
			}
		})
	}
}
