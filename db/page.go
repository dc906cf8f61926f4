package db

import "context"

// Paging says which part of a list is wanted. Exactly one of First and Last is set.
type Paging struct {
	First, Last   *int
	After, Before string
}

// Page is a part of a list, with the cursor of each row.
type Page[T any] struct {
	Nodes       []T
	Cursors     []string
	HasNext     bool
	HasPrevious bool
}

// Count is a number of rows, counted up to a limit.
type Count struct {
	N      int
	Capped bool // there are more than N
}

// Counter counts a list when somebody asks.
type Counter func(context.Context) (Count, error)
