package desk

import (
	"database/sql/driver"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// ID is the key of a record inside its account: a UUIDv7, so that keys grow with time.
type ID [16]byte

// IsZero says whether the id names nothing. No record ever has the zero id.
func (id ID) IsZero() bool { return id == ID{} }

// String is the UUID in its usual form, as Postgres prints it.
func (id ID) String() string {
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Value hands the id to a database driver as text; the zero id is NULL.
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id.String(), nil
}

// Scan reads a uuid column.
func (id *ID) Scan(src any) error {
	var s string
	switch v := src.(type) {
	case nil:
		*id = ID{}
		return nil
	case string:
		s = v
	case []byte:
		s = string(v)
	default:
		return fmt.Errorf("desk: cannot read an id from %T", src)
	}
	b, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(b) != len(id) {
		return fmt.Errorf("desk: %q is not an id", s)
	}
	copy(id[:], b)
	return nil
}

// MarshalText writes the id as in String, so that stored JSON is readable.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(b []byte) error { return id.Scan(b) }

// Kind is the prefix of a public id; it names the noun.
type Kind string

// The kinds of record that have a public id.
const (
	KindAccount        Kind = "acc"
	KindViewer         Kind = "vwr"
	KindAgent          Kind = "agt"
	KindTeam           Kind = "tea"
	KindInbox          Kind = "inb"
	KindChannel        Kind = "chn"
	KindContact        Kind = "con"
	KindConversation   Kind = "cnv"
	KindMessage        Kind = "msg"
	KindTicket         Kind = "tkt"
	KindPipeline       Kind = "pip"
	KindStatus         Kind = "sts"
	KindProperty       Kind = "prd"
	KindPropertyValue  Kind = "prv"
	KindPropertyLayout Kind = "lay"
	KindTrashGroup     Kind = "trg"
	KindEvent          Kind = "evt"
	KindToken          Kind = "tok"
	KindAttachment     Kind = "att"
	KindInboxView      Kind = "viw"
	KindSearch         Kind = "sea"
	KindLabel          Kind = "lab"
	KindSnippet        Kind = "snp"
)

// Ref is a public id: the kind, the key and, for parts of a record such as a
// property value, the part's name. Clients see "tkt_<26 characters>".
type Ref struct {
	Kind Kind
	ID   ID
	Part string
}

// The alphabet of Crockford, in lower case and in the order of its values, so that ids sort by
// time.
var refEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

const refDigits = 26 // 128 bits in base 32

// String is the id as clients see it.
func (r Ref) String() string { return string(r.AppendTo(make([]byte, 0, 32))) }

// AppendTo writes the id as String has it.
func (r Ref) AppendTo(b []byte) []byte {
	b = append(b, r.Kind...)
	b = refEncoding.AppendEncode(append(b, '_'), r.ID[:])
	if r.Part != "" {
		b = append(append(b, '_'), r.Part...)
	}
	return b
}

// MarshalText writes the public form; nothing for the zero Ref.
func (r Ref) MarshalText() ([]byte, error) {
	if r == (Ref{}) {
		return nil, nil
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (r *Ref) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*r = Ref{}
		return nil
	}
	*r, err = ParseRef(string(b))
	return err
}

var errNotARef = errors.New("not an id of this server")

// ParseRef reads a public id. Every id has exactly one spelling.
func ParseRef(s string) (Ref, error) {
	kind, rest, ok := strings.Cut(s, "_")
	key, part, _ := strings.Cut(rest, "_")
	if !ok || kind == "" || len(key) != refDigits {
		return Ref{}, errNotARef
	}
	r := Ref{Kind: Kind(kind), Part: part}
	n, err := refEncoding.Decode(r.ID[:], []byte(key))
	if err != nil || n != len(r.ID) || r.String() != s {
		return Ref{}, errNotARef
	}
	return r, nil
}

// As gives the key if the id is of that kind, else the zero id, which no record has:
// an id of the wrong kind is answered like one that does not exist.
func (r Ref) As(k Kind) ID {
	if r.Kind != k || r.Part != "" {
		return ID{}
	}
	return r.ID
}
