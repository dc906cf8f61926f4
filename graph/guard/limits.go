// Package guard refuses requests by their shape before they cost anything: documents are measured
// between the parser, which is linear, and the validator, which is not.
package guard

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Limits are what one request may be at most. Each guards the step after it.
type Limits struct {
	Body       int // bytes of the request
	JSON       int // levels of its JSON and of literals, kept far from the end of a recursive decoder's stack
	Document   int // bytes
	Tokens     int // of the document, before the parser recurses
	Depth      int // fields below one another; the usual introspection query has 15
	Fields     int // with each fragment counted wherever it is spread
	Aliases    int // as they are written
	Queries    int // root fields of a query
	Mutations  int // root fields of a mutation
	Directives int // as they are written
	Operations int // of the document
	Fragments  int // of the document
	Variables  int // of each operation
	Repeats    int // pairs of fields with the same name at one place: the validator compares each with each
	List       int // values of a list that is sent
	Values     int // of the JSON of a request, with objects and lists: what is built of it takes far more memory than its text
	Page       int // rows of a page
	Cost       int // points of an operation

	Introspection int // 1: the schema may be asked for
	Suggestions   int // 1: errors of the document say what may have been meant
}

// Default are limits that the largest screens stay far below. The worst that fits in them takes
// some milliseconds until it is refused or begins to run.
func Default() Limits {
	return Limits{
		Body: 1 << 20, JSON: 64, Document: 64 << 10, Tokens: 4000, Depth: 15, Fields: 2000, Aliases: 100, Queries: 30, Mutations: 10,
		Directives: 50, Operations: 10, Fragments: 100, Variables: 200, Repeats: 5000, List: 500, Values: 20_000, Page: 100, Cost: 10_000,
		Introspection: 1,
	}
}

// byName are the limits by the names that settings and errors call them by.
func (l *Limits) byName() map[string]*int {
	return map[string]*int{
		"body": &l.Body, "json": &l.JSON, "document": &l.Document, "tokens": &l.Tokens, "depth": &l.Depth, "fields": &l.Fields,
		"aliases": &l.Aliases, "queries": &l.Queries, "mutations": &l.Mutations, "directives": &l.Directives,
		"operations": &l.Operations, "fragments": &l.Fragments, "variables": &l.Variables, "repeats": &l.Repeats,
		"list": &l.List, "values": &l.Values, "page": &l.Page, "cost": &l.Cost, "introspection": &l.Introspection, "suggestions": &l.Suggestions,
	}
}

// ceilings are limits that can't be raised: beyond them the program itself would be in danger, or
// lists would refuse.
var ceilings = map[string]int{
	"body": 16 << 20, "json": 500, "document": 1 << 20, "tokens": 50_000, "depth": 100, "fields": 20_000, "repeats": 100_000, "list": 500, "values": 200_000, "page": 100,
	"introspection": 1, "suggestions": 1,
}

// With changes limits by a text such as "depth=10,cost=2000".
func (l Limits) With(changes string) (Limits, error) {
	names := l.byName()
	for change := range strings.SplitSeq(changes, ",") {
		if change = strings.TrimSpace(change); change == "" {
			continue
		}
		name, value, _ := strings.Cut(change, "=")
		limit, known := names[strings.TrimSpace(name)]
		if !known {
			return l, fmt.Errorf("there is no limit %q; the limits are: %s", name, strings.Join(slices.Sorted(maps.Keys(names)), ", "))
		}
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if top, capped := ceilings[name]; err != nil || n < 0 || capped && n > top {
			if !capped {
				top = 1 << 31
			}
			return l, fmt.Errorf("%s must be a whole number from 0 to %d, such as %s=10", name, top, name)
		}
		*limit = n
	}
	return l, nil
}

// Excess is a refusal: something is more than its limit.
type Excess struct {
	Limit   string // its name
	Maximum int
	What    string // for people
}

func (e *Excess) Error() string {
	return fmt.Sprintf("The document has %s than %d. Make it smaller, or split it.", e.What, e.Maximum)
}

// Check compares a shape with the limits.
func (l Limits) Check(s Shape) *Excess {
	for _, c := range []struct {
		found, limit int
		name, what   string
	}{
		{s.Operations, l.Operations, "operations", "more operations"},
		{s.Fragments, l.Fragments, "fragments", "more fragments"},
		{s.Variables, l.Variables, "variables", "more variables"},
		{s.Directives, l.Directives, "directives", "more directives"},
		{s.Values, l.JSON, "json", "values nested deeper"},
		{s.Aliases, l.Aliases, "aliases", "more aliases"},
		{s.Depth, l.Depth, "depth", "fields nested deeper"},
		{s.Queries, l.Queries, "queries", "more root fields"},
		{s.Mutations, l.Mutations, "mutations", "more mutations"},
		{s.Fields, l.Fields, "fields", "more fields, fragments counted wherever they are spread,"},
		{s.Repeats, l.Repeats, "repeats", "more pairs of fields with the same name at one place"},
	} {
		if c.found > c.limit {
			return &Excess{Limit: c.name, Maximum: c.limit, What: c.what}
		}
	}
	return nil
}
