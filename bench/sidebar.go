//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"deskwire/db/read"
	"deskwire/desk"
	"deskwire/graph/generated"
	"deskwire/graph/model"
	"deskwire/live"
)

// sidebarSubscription is the document that a sidebar subscribes to; one payload is about 1.25 KB.
// Its name stands where %s is.
const sidebarSubscription = `subscription %s($id: ID!) { conversationLive(id: $id) { cursor reason conversationId events { id kind }
	conversation { id number subject preview status unreadCount createdAt lastActivityAt
		owner { id name email } contact { id name email phone createdAt }
		ticket { id number name priority createdAt closedAt status { id name state } owner { id name email } contact { id name } }
		messages(last: 1) { nodes { __typename id createdAt text ... on IncomingMessage { contact { id name } } ... on OutgoingMessage { agent { id name } } } } } } }`

// subscribeSidebar subscribes to a sidebar.
func subscribeSidebar(name string, conversation desk.Ref) subscription {
	return subscription{Query: fmt.Sprintf(sidebarSubscription, name), Operation: name, Variables: map[string]string{"id": conversation.String()}}
}

// stamp is in a text that every payload shows: which event of its group it tells of, and when that
// happened.
type stamp struct{ seq, at int64 }

func (s stamp) String() string { return fmt.Sprintf("stamp=%d/%d;", s.seq, s.at) }

var stampMark = []byte("stamp=")

// stampOf finds it.
func stampOf(payload []byte) (s stamp, ok bool) {
	i := bytes.Index(payload, stampMark)
	if i < 0 {
		return s, false
	}
	text := payload[i+len(stampMark):]
	text = text[:max(0, bytes.IndexByte(text, ';'))]
	seq, at, _ := strings.Cut(string(text), "/")
	s.seq, _ = strconv.ParseInt(seq, 10, 64)
	s.at, _ = strconv.ParseInt(at, 10, 64)
	return s, s.seq > 0
}

const lastWords = "Hello, the tracking of my parcel says that it was handed to the driver a week ago, and nobody rang here since then. " +
	"Could you find out where it is, and send another one if it is lost? Many thanks."

// A desk in memory, for the rows that leave the database out: the same document is executed by the
// same generated code, for gqlgen's transport and for ours. What the document does not select has
// no resolver.
type memoryResolvers struct {
	generated.ResolverRoot
	source func(ctx context.Context, conversation desk.Ref) <-chan *model.ConversationLive
}

type (
	conversationResolver struct {
		generated.ConversationResolver
	}
	ticketResolver  struct{ generated.TicketResolver }
	messageResolver struct {
		generated.IncomingMessageResolver
	}
	payloadResolver      struct{}
	subscriptionResolver struct {
		generated.SubscriptionResolver
		memoryResolvers
	}
)

func schemaOf(source func(context.Context, desk.Ref) <-chan *model.ConversationLive) graphql.ExecutableSchema {
	return generated.NewExecutableSchema(generated.Config{Resolvers: memoryResolvers{source: source}})
}

func (m memoryResolvers) Conversation() generated.ConversationResolver { return conversationResolver{} }
func (m memoryResolvers) Ticket() generated.TicketResolver             { return ticketResolver{} }
func (m memoryResolvers) IncomingMessage() generated.IncomingMessageResolver {
	return messageResolver{}
}
func (m memoryResolvers) Subscription() generated.SubscriptionResolver {
	return subscriptionResolver{memoryResolvers: m}
}
func (m memoryResolvers) ConversationLivePayload() generated.ConversationLivePayloadResolver {
	return payloadResolver{}
}

func (r subscriptionResolver) ConversationLive(ctx context.Context, id desk.Ref, _ *string) (<-chan *model.ConversationLive, error) {
	return r.source(ctx, id), nil
}

func (payloadResolver) Events(_ context.Context, p *model.ConversationLive) ([]*desk.Event, error) {
	return p.Happened, nil
}

func (conversationResolver) Owner(context.Context, *desk.Conversation) (*desk.Agent, error) {
	return owner, nil
}
func (conversationResolver) Contact(context.Context, *desk.Conversation) (*desk.Contact, error) {
	return contact, nil
}
func (conversationResolver) Ticket(context.Context, *desk.Conversation) (*desk.Ticket, error) {
	return ticket, nil
}
func (conversationResolver) Messages(context.Context, *desk.Conversation, *int, *string, *int, *string) (*model.Connection[model.Message], error) {
	return messages, nil
}
func (ticketResolver) Status(context.Context, *desk.Ticket) (*desk.TicketStatus, error) {
	return status, nil
}
func (ticketResolver) Owner(context.Context, *desk.Ticket) (*desk.Agent, error) { return owner, nil }
func (ticketResolver) Contact(context.Context, *desk.Ticket) (*desk.Contact, error) {
	return contact, nil
}
func (messageResolver) Contact(context.Context, *model.IncomingMessage) (*desk.Contact, error) {
	return contact, nil
}

func sequentialID(kind byte, n int) (id desk.ID) {
	id[0] = kind
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	return id
}

func conversationOf(group int) desk.Ref {
	return desk.Ref{Kind: desk.KindConversation, ID: sequentialID(1, group)}
}

func groupOf(conversation desk.Ref) int {
	return int(binary.BigEndian.Uint64(conversation.ID[8:]))
}

var (
	account  = sequentialID(9, 1)
	then     = time.Date(2026, 11, 22, 9, 30, 15, 123e6, time.UTC)
	email    = "amara.okafor@brightmail.example"
	phone    = "+49 30 901820"
	high     = desk.PriorityHigh
	owner    = &desk.Agent{ID: sequentialID(2, 1), Name: "Ben Okonkwo", Email: "ben@pinewood.example"}
	contact  = &desk.Contact{ID: sequentialID(3, 1), Name: "Amara Okafor", Email: &email, Phone: &phone, CreatedAt: then}
	status   = &desk.TicketStatus{ID: sequentialID(4, 1), Name: "Waiting on us", State: desk.StateOpen}
	ticket   = &desk.Ticket{ID: sequentialID(5, 1), Number: 4711, Name: "Parcel PW-20388 not delivered", Priority: &high, CreatedAt: then}
	message  = &desk.Message{ID: sequentialID(6, 1), Kind: desk.Incoming, Text: lastWords, CreatedAt: then}
	messages = &model.Connection[model.Message]{Page: &read.Page[model.Message]{Nodes: []model.Message{&model.IncomingMessage{Message: message}}}}
)

// payloadAt is the payload that tells of an event; seq 0 is the first one.
func payloadAt(conversation desk.Ref, s stamp) *model.ConversationLive {
	p := &model.ConversationLive{
		Live:           model.Live{Cursor: "ZDY1ZjQ3YmEtMWE3YyA4MTI3OjgxMjc6", Reason: live.Snapshot},
		ConversationID: conversation,
		Conversation: &desk.Conversation{
			ID: conversation.ID, Number: 31415, Subject: s.String(), Preview: lastWords[:100], Status: desk.ConversationStatusOpen, UnreadCount: 2,
			CreatedAt: then, LastActivityAt: then,
		},
	}
	if s.seq > 0 {
		p.Reason = live.Change
		p.Happened = []*desk.Event{{ID: sequentialID(7, int(s.seq)), Kind: desk.TicketUpdated}}
	}
	return p
}
