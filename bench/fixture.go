//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"deskwire/db"
	"deskwire/db/embedded"
	"deskwire/db/write"
	"deskwire/desk"
)

// fixture is a real Postgres, that flushes its commits, with an account full of conversations, each
// with its ticket.
type fixture struct {
	dir           string
	pg            *embedded.Server
	token         string
	conversations []desk.Ref
	tickets       []desk.Ref
	seq           atomic.Int64 // of the stamps
}

// fixtureConversations is how many conversations the fixture has: as many as the largest row
// follows.
const fixtureConversations = 1990

func (b *bench) fixture() (*fixture, error) {
	if b.db != nil {
		return b.db, nil
	}
	dir, err := os.MkdirTemp("", "deskwire-bench-")
	if err != nil {
		return nil, err
	}
	f := &fixture{dir: dir}
	b.db = f
	ctx, quiet := context.Background(), slog.New(slog.NewTextHandler(io.Discard, nil))
	if f.pg, err = embedded.Start(ctx, embedded.Options{Dir: dir, Log: quiet}); err != nil {
		return nil, err
	}
	store, err := db.Open(ctx, f.pg.DSN(), db.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }()
	if err := store.Migrate(ctx); err != nil {
		return nil, err
	}
	return f, f.createAccount(ctx, store)
}

func (b *bench) close() {
	if b.db == nil {
		return
	}
	if b.db.pg != nil {
		_ = b.db.pg.Stop() // its folder goes too
	}
	_ = os.RemoveAll(b.db.dir)
}

// createAccount makes the account in one transaction.
func (f *fixture) createAccount(ctx context.Context, store *db.Store) error {
	now := time.Now()
	_, err := store.CreateAccount(ctx, write.Write{Mutation: "bench", At: now.Add(-24 * time.Hour)}, write.CreateAccount{
		Slug: "bench", Name: "Pinewood Outdoor", Plan: desk.PlanStarter, AdminEmail: "ada@pinewood.example", AdminName: "Ada Byrne",
	}, func(ctx context.Context, t *write.Tx) error {
		o := t.Outcome()
		admin, system := &desk.Actor{Account: o.Account, Agent: o.Agent}, desk.System(o.Account)
		me := o.Agent.ID
		at := now.Add(-23 * time.Hour)
		var err error
		step := func(by *desk.Actor, do func() error) *write.Outcome {
			if err == nil {
				at = at.Add(time.Second)
				err = t.Then(ctx, by, at)
			}
			if err == nil {
				err = do()
			}
			return t.Outcome()
		}
		if o := step(admin, func() error { return t.CreateToken(ctx, nil, "bench", nil, nil) }); err == nil {
			f.token = *o.Secret
		}
		var inbox, channel desk.ID
		if o := step(admin, func() error {
			return t.CreateInbox(ctx, "Support", desk.WorkspaceInbox, write.InboxSettings{})
		}); err == nil {
			inbox = o.Inbox.ID
		}
		if o := step(admin, func() error { return t.CreateChannel(ctx, inbox, desk.ChannelAPI, "Web shop", nil) }); err == nil {
			channel = o.Channel.ID
		}
		step(admin, func() error {
			return t.CreatePipeline(ctx, "Support", []desk.StatusInput{{Name: "Waiting on us", State: desk.StateOpen}, {Name: "Closed", State: desk.StateClosed}})
		})
		for i := range fixtureConversations {
			if err != nil {
				break
			}
			name, email := "Amara Okafor", fmt.Sprintf("amara.okafor-%d@brightmail.example", i)
			out := step(system, func() error {
				return t.ReceiveMessage(ctx, write.ReceiveMessage{
					ChannelID: channel, ExternalID: fmt.Sprint("bench-", i), Contact: desk.ContactInput{Name: &name, Email: &email},
					Subject: "Where is my order?", Content: desk.Content{Text: lastWords},
				})
			})
			if err != nil {
				break
			}
			id := out.Conversation.ID
			f.conversations = append(f.conversations, out.Conversation.Ref())
			step(admin, func() error { return t.AssignConversation(ctx, id, nil, &me) })
			if out := step(admin, func() error {
				return t.CreateTicket(ctx, write.CreateTicket{ConversationID: id, Name: "Parcel not delivered", Priority: &high})
			}); err == nil {
				f.tickets = append(f.tickets, out.Ticket.Ref())
			}
		}
		return err
	})
	return err
}

// ticketWriter changes tickets through the API, as clients do.
type ticketWriter struct {
	*fixture
	url  string
	http *http.Client

	mu       sync.Mutex
	answered map[int64]int64 // when, by the stamp's number
	took     []int64         // each mutation
}

func (f *fixture) newTicketWriter(p *process) *ticketWriter {
	return &ticketWriter{fixture: f, url: "http://" + p.addr.String() + "/graphql", answered: map[int64]int64{},
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 30 * time.Second}}
}

const ticketUpdateMutation = `mutation($id: ID!, $name: String!) { ticketUpdate(input: {ticketId: $id, name: $name}) { ticket { id } errors { message } } }`

// update gives a ticket a name that is a stamp, and answers its number.
func (w *ticketWriter) update(i int) (int64, error) {
	seq := w.seq.Add(1)
	body, err := json.Marshal(map[string]any{"query": ticketUpdateMutation, "variables": map[string]string{"id": w.tickets[i].String(), "name": stamp{seq, 1}.String()}})
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+w.token)
	began := time.Now().UnixNano()
	resp, err := w.http.Do(req)
	if err != nil {
		return 0, err
	}
	answer, err := io.ReadAll(resp.Body)
	now := time.Now().UnixNano()
	_ = resp.Body.Close() // it has been read
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(answer), `"errors":[]`) {
		return 0, fmt.Errorf("the ticket was not changed: %s %s %w", resp.Status, answer, err)
	}
	w.mu.Lock()
	w.answered[seq] = now
	w.took = append(w.took, now-began)
	w.mu.Unlock()
	return seq, nil
}

// updateAtRate changes tickets at a rate for a while, in turn.
func (w *ticketWriter) updateAtRate(rate int, d time.Duration, among int) error {
	turns := make(chan int, rate)
	failed := make(chan error, 32)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i := range turns {
				if _, err := w.update(i % among); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	began, n := time.Now(), int(float64(rate)*d.Seconds())
	for i := range n {
		time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))))
		select {
		case turns <- i * 7: // neighbours are not changed one after another
		case err := <-failed:
			close(turns)
			return err
		}
	}
	close(turns)
	all.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}
