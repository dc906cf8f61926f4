//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// The documents that are measured. Each server is asked the same; the limit knows them by their
// names.
const (
	inboxPage = `query Inbox($inbox: ID!, $after: String) { conversations(where: {inboxId: {eq: $inbox}, status: [OPEN]}, first: 25, after: $after) {
		nodes { id number subject preview status unreadCount lastActivityAt contact { id name email } owner { id name }
			ticket { id number name priority status { id name state } } }
		pageInfo { hasNextPage endCursor } } }`

	sidebarOnce = `query Sidebar($id: ID!) { conversation(id: $id) { id number subject status createdAt owner { id name email }
		contact { id name email phone createdAt conversations(first: 10) { nodes { id number subject status lastActivityAt } } }
		ticket { id number name priority createdAt closedAt status { id name state } pipeline { id name } owner { id name }
			conversations(first: 5) { nodes { id number subject status } }
			properties(keys: ["orderNumber", "product", "region", "severity", "amount", "dueAt"]) { id key value } } } }`

	threadOf50 = `query Thread($id: ID!) { conversation(id: $id) { id messages(last: 50) {
		nodes { __typename id createdAt text ... on IncomingMessage { contact { id name } } ... on OutgoingMessage { agent { id name } }
			... on InternalComment { agent { id name } } }
		pageInfo { hasPreviousPage startCursor } } } }`

	filteredList = `query Filtered($region: String!, $severity: String!) { tickets(first: 25,
		where: {properties: [{key: "region", eq: $region}, {key: "severity", eq: $severity}]}, orderBy: {field: PROPERTY, propertyKey: "amount", direction: DESC}) {
		nodes { id number name priority status { id name state } } pageInfo { hasNextPage } } }`

	searchPage = `query Search($q: String!) { search(query: $q) { conversations(first: 25) {
		nodes { conversation { id number subject status } excerpt { text isHit } } pageInfo { hasNextPage endCursor } } } }`

	badgeCounts = `query Badges($inbox: ID!) { inboxViews(inboxId: $inbox) { id count countIsCapped unreadCount unreadCountIsCapped } }`

	closedPage = `query Closed($inbox: ID!, $after: String) { conversations(where: {inboxId: {eq: $inbox}, status: [CLOSED]}, first: 25, after: $after) {
		nodes { id number subject preview status lastActivityAt contact { id name email } } pageInfo { hasNextPage endCursor } } }`

	postReply = `mutation Reply($input: MessageSendInput!) { messageSend(input: $input) { message { id } conversation { id preview lastActivityAt }
		errors { code message } eventCursor } }`

	closeTicket = `mutation Close($input: TicketStatusSetInput!) { ticketStatusSet(input: $input) { ticket { id closedAt }
		conversations { id status } effects { rule kind } errors { code message } eventCursor } }`
)

// encodeRequest gives a request as bytes on the wire.
func encodeRequest(token, document string, variables map[string]any) []byte {
	name, _, _ := strings.Cut(strings.Fields(document)[1], "(")
	body, _ := json.Marshal(map[string]any{"query": document, "operationName": name, "variables": variables}) // texts can always be written
	return fmt.Appendf(nil, "POST /graphql HTTP/1.1\r\nHost: desk.test\r\nContent-Type: application/json\r\nAccept: application/graphql-response+json\r\n"+
		"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", token, len(body), body)
}

// request is what a server gets of it.
type request struct {
	OperationName string
	Variables     struct {
		Inbox, ID, After, Region, Severity string
		Input                              struct {
			ConversationID, Text, IdempotencyKey, TicketID, StatusID string
		}
	}
}

func parseRequest(r *http.Request) (q request, err error) {
	return q, json.NewDecoder(r.Body).Decode(&q)
}
