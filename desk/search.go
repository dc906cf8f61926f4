package desk

import "strings"

// MaxSearch bounds what is searched for, in bytes.
const MaxSearch = 1000

// Search is what somebody looks for in an account.
type Search struct {
	AccountID ID
	Query     string
}

// NewSearch checks what is searched for.
func NewSearch(by *Actor, query string) (*Search, error) {
	query, err := Text(query, MaxSearch, "query")
	if err != nil {
		return nil, err
	}
	return &Search{AccountID: by.Account.ID, Query: query}, nil
}

// Ref is the search's public id; the query is in it.
func (s *Search) Ref() Ref {
	return Ref{Kind: KindSearch, ID: s.AccountID, Part: "q" + refEncoding.EncodeToString([]byte(s.Query))}
}

// SearchOf is the search of a public id; nil when that is none of the actor's.
func SearchOf(by *Actor, r Ref) *Search {
	if r.Kind != KindSearch || r.ID != by.Account.ID || !strings.HasPrefix(r.Part, "q") {
		return nil
	}
	query, err := refEncoding.DecodeString(r.Part[1:])
	if err != nil {
		return nil
	}
	if s, err := NewSearch(by, string(query)); err == nil && s.Ref() == r {
		return s
	}
	return nil
}

// TextPart is a piece of a text: what was searched for, or what stands between.
type TextPart struct {
	Text  string
	IsHit bool
}

// The marks around what was found. Texts that are searched have them taken out.
const (
	HitBegins = "\x01"
	HitEnds   = "\x02"
)

// PartsOf takes a text with marks apart.
func PartsOf(marked string) []TextPart {
	parts := []TextPart{}
	for i, s := range strings.Split(marked, HitBegins) {
		hit, rest, ended := strings.Cut(s, HitEnds)
		if i == 0 || !ended {
			hit, rest = "", s
		}
		if hit != "" {
			parts = append(parts, TextPart{hit, true})
		}
		if rest != "" {
			parts = append(parts, TextPart{Text: rest})
		}
	}
	return parts
}
