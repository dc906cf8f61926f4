//go:build linux

package main

import (
	"fmt"
	"strings"
	"sync/atomic"
)

// subject is one kind of request.
type subject struct {
	name, what string
	goal       float64                       // at most so many times the limit; 0: the limit does not know it
	ms         float64                       // at most so much CPU; 0: any
	ask        func(e *estate, n int) []byte // the n-th request of a run
	before     func(*estate) error           // makes ready for a run; may be nil
	most       int                           // requests in a run; 0 is as many as fit into the time

	peer   func(e *estate, n int) []byte // the same for PostGraphile; nil: it is not asked
	beside float64                       // so many times cheaper than PostGraphile
}

// stamps makes the keys of mutations, of all runs.
var stamps atomic.Int64

func pick(of []string, n int) string { return of[n*7919%len(of)] }

var subjects = []subject{
	{name: "inbox", what: "inbox page of 25", goal: 1.25, beside: 5, peer: peerInbox, ask: func(e *estate, n int) []byte {
		return asked(e.token, inboxPage, map[string]any{"inbox": pick(e.inboxes, n)})
	}},
	{name: "sidebar", what: "sidebar", goal: 1.15, beside: 4, peer: peerSidebar, ask: func(e *estate, n int) []byte {
		return asked(e.token, sidebarOnce, map[string]any{"id": pick(e.cases, n)})
	}},
	{name: "thread", what: "thread of 50", goal: 1.15, beside: 3, peer: peerThread, ask: func(e *estate, n int) []byte {
		return asked(e.token, threadOf50, map[string]any{"id": pick(e.threads, n)})
	}},
	{name: "list", what: "list filtered by two properties, sorted by a third", goal: 1.5, ms: 5, ask: func(e *estate, n int) []byte {
		return asked(e.token, filteredList, map[string]any{
			"region": pick([]string{"EMEA", "AMER", "APAC", "LATAM"}, n), "severity": pick([]string{"MINOR", "MAJOR", "CRITICAL"}, n/4),
		})
	}},
	{name: "common", what: "search for a common word", ms: 50, ask: func(e *estate, n int) []byte {
		return asked(e.token, searchPage, map[string]any{"q": pick(commonWords, n)})
	}},
	{name: "rare", what: "search for a rare word", ms: 10, ask: func(e *estate, n int) []byte {
		return asked(e.token, searchPage, map[string]any{"q": pick(e.rare, n)})
	}},
	{name: "badges", what: "badges of the four standing views of an inbox", ms: 0.3, ask: func(e *estate, n int) []byte {
		return asked(e.token, badgeCounts, map[string]any{"inbox": pick(e.inboxes, n)})
	}},
	{name: "first", what: firstPage, ask: func(e *estate, n int) []byte {
		return asked(e.token, closedPage, map[string]any{"inbox": e.deep.inbox})
	}},
	{name: "deep", what: deepPage, ask: func(e *estate, n int) []byte {
		return asked(e.token, closedPage, map[string]any{"inbox": e.deep.inbox, "after": e.deep.after})
	}},
	{name: "reply", what: "posting a reply", goal: 1.5, ask: func(e *estate, n int) []byte {
		return asked(e.token, postReply, map[string]any{"input": map[string]any{
			"conversationId": pick(e.open, n), "text": lastWords, "idempotencyKey": fmt.Sprint("reply-", e.stamp, stamps.Add(1)),
		}})
	}},
	{name: "close", what: "closing a ticket with 3 conversations", goal: 2, before: (*estate).reopen, most: closings, ask: func(e *estate, n int) []byte {
		return asked(e.token, closeTicket, map[string]any{"input": map[string]any{
			"ticketId": e.closing[n%len(e.closing)], "statusId": e.closed, "idempotencyKey": fmt.Sprint("close-", e.stamp, stamps.Add(1)),
		}})
	}},
}

const (
	firstPage = "closed conversations of an inbox, page 1"
	deepPage  = "the same, page 400"
)

// commonWords stand in every third message or so.
var commonWords = []string{"order", "invoice", "help", "tent boots", "please refund"}

func subjectNames() string {
	names := make([]string, len(subjects))
	for i, s := range subjects {
		names[i] = s.name
	}
	return strings.Join(names, ", ")
}
