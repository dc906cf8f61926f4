//go:build linux

package main

import (
	"fmt"
	"strings"
	"sync/atomic"
)

// requestKind is one kind of request.
type requestKind struct {
	name, what string
	goal       float64                             // at most so many times the limit; 0: the limit does not know it
	ms         float64                             // at most so much CPU; 0: any
	ask        func(e *benchAccount, n int) []byte // the n-th request of a run
	before     func(*benchAccount) error           // makes ready for a run; may be nil
	most       int                                 // requests in a run; 0 is as many as fit into the time

	peer   func(e *benchAccount, n int) []byte // the same for PostGraphile; nil: it is not asked
	beside float64                             // so many times cheaper than PostGraphile
}

// keySerial numbers the idempotency keys of all runs.
var keySerial atomic.Int64

func pickByIndex(of []string, n int) string { return of[n*7919%len(of)] }

var requestKinds = []requestKind{
	{name: "inbox", what: "inbox page of 25", goal: 1.25, beside: 5, peer: peerInbox, ask: func(e *benchAccount, n int) []byte {
		return encodeRequest(e.token, inboxPage, map[string]any{"inbox": pickByIndex(e.inboxes, n)})
	}},
	{name: "sidebar", what: "sidebar", goal: 1.15, beside: 4, peer: peerSidebar, ask: func(e *benchAccount, n int) []byte {
		return encodeRequest(e.token, sidebarOnce, map[string]any{"id": pickByIndex(e.cases, n)})
	}},
	{name: "thread", what: "thread of 50", goal: 1.15, beside: 3, peer: peerThread, ask: func(e *benchAccount, n int) []byte {
		return encodeRequest(e.token, threadOf50, map[string]any{"id": pickByIndex(e.threads, n)})
	}},
	{name: "list", what: "list filtered by two properties, sorted by a third", goal: 1.5, ms: 5, ask: func(e *benchAccount, n int) []byte {
		return encodeRequest(e.token, filteredList, map[string]any{
			"region": pickByIndex([]string{"EMEA", "AMER", "APAC", "LATAM"}, n), "severity": pickByIndex([]string{"MINOR", "MAJOR", "CRITICAL"}, n/4),
		})
	}},
	{name: "common", what: "search for a common word", ms: 50, ask: func(e *benchAccount, n int) []byte {
		return encodeRequest(e.token, searchPage, map[string]any{"q": pickByIndex(commonWords, n)})
	}},
	{name: "rare", what: "search for a rare word", ms: 10, ask: func(e *benchAccount, n int) []byte {
		return encodeRequest(e.token, searchPage, map[string]any{"q": pickByIndex(e.rare, n)})
	}},
	{name: "badges", what: "badges of the four standing views of an inbox", ms: 0.3, ask: func(e *benchAccount, n int) []byte {
		return encodeRequest(e.token, badgeCounts, map[string]any{"inbox": pickByIndex(e.inboxes, n)})
	}},
	{name: "first", what: firstPage, ask: func(e *benchAccount, n int) []byte {
		return encodeRequest(e.token, closedPage, map[string]any{"inbox": e.deep.inbox})
	}},
	{name: "deep", what: deepPage, ask: func(e *benchAccount, n int) []byte {
		return encodeRequest(e.token, closedPage, map[string]any{"inbox": e.deep.inbox, "after": e.deep.after})
	}},
	{name: "reply", what: "posting a reply", goal: 1.5, ask: func(e *benchAccount, n int) []byte {
		return encodeRequest(e.token, postReply, map[string]any{"input": map[string]any{
			"conversationId": pickByIndex(e.open, n), "text": lastWords, "idempotencyKey": fmt.Sprint("reply-", e.stamp, keySerial.Add(1)),
		}})
	}},
	{name: "close", what: "closing a ticket with 3 conversations", goal: 2, before: (*benchAccount).reopenTickets, most: closableTickets, ask: func(e *benchAccount, n int) []byte {
		return encodeRequest(e.token, closeTicket, map[string]any{"input": map[string]any{
			"ticketId": e.closing[n%len(e.closing)], "statusId": e.closed, "idempotencyKey": fmt.Sprint("close-", e.stamp, keySerial.Add(1)),
		}})
	}},
}

const (
	firstPage = "closed conversations of an inbox, page 1"
	deepPage  = "the same, page 400"
)

// commonWords stand in every third message or so.
var commonWords = []string{"order", "invoice", "help", "tent boots", "please refund"}

func requestKindNames() string {
	names := make([]string, len(requestKinds))
	for i, s := range requestKinds {
		names[i] = s.name
	}
	return strings.Join(names, ", ")
}
