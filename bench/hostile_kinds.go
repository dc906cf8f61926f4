//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// hostileKind is a way to make a server hold memory.
type hostileKind struct {
	name, what string
	clients    int
	prepare    func(*hostileRun) error
	// client does it once, and answers whether it is to be done again.
	client func(ctx context.Context, r *hostileRun, i int, counts *hostileCounts) bool
}

// hostileCounts tells how far the hostile clients came.
type hostileCounts struct{ in, refused, again atomic.Int64 }

func (c *hostileCounts) String() string {
	return fmt.Sprintf("%d times a hostile client came in, %d times it was refused, %d times it came again", c.in.Load(), c.refused.Load(), c.again.Load())
}

func nothingToPrepare(*hostileRun) error { return nil }

var (
	hostileFile, hostileUpload, hostileConversation string // what the clients ask for, made by prepare
)

var hostileKinds = []hostileKind{
	{"sockets", "1,500 sockets without a token, a megabyte of an unfinished message each", 1500, nothingToPrepare, unfinishedMessage(false)},
	{"sessions", "1,500 sockets with a token, a megabyte of an unfinished message each", 1500, nothingToPrepare, unfinishedMessage(true)},
	{"downloads", "300 slow readers of a file of 10 MB", 300, prepareFile, slowDownload},
	{"uploads", "300 unfinished uploads to one address", 300, prepareUpload, unfinishedUpload},
	{"answers", "80 slow readers of answers of 25 MB", 80, prepareMails(50, 500<<10), slowAnswer},
	{"variables", "80 slow readers who sent a megabyte of variables that nobody declared", 80, prepareMails(4, 400<<10), slowAnswerTo(manyValues())},
	{"subscriptions", "60 sockets that follow 100 documents each, with a comment of 60 KB in every one", 60, nothingToPrepare, followComments},
	{"mails", "50 large mails asked for forty times at once, again and again", 40, prepareMails(50, 480<<10), readAnswer("messages(last: 50) { nodes { ... on IncomingMessage { safeHtml } } }")},
}

func hostileNames() string {
	names := make([]string, len(hostileKinds))
	for i, h := range hostileKinds {
		names[i] = h.name
	}
	return strings.Join(names, ", ")
}

// dial connects from one of two hundred addresses, so that limits by address alone don't help.
func dial(ctx context.Context, r *hostileRun, i int) (net.Conn, error) {
	d := net.Dialer{Timeout: 10 * time.Second, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i%200))}}
	conn, err := d.DialContext(ctx, "tcp", r.addr)
	if err == nil {
		// What the client does not read stays in the server as soon as may be.
		err = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	}
	return conn, err
}

// dialUntil is dial, and what waits on the connection ends with the context.
func dialUntil(ctx context.Context, r *hostileRun, i int) (conn net.Conn, end func(), err error) {
	if conn, err = dial(ctx, r, i); err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	return conn, func() {
		stop()
		_ = conn.Close()
	}, nil
}

// pause lets a client rest, so that the hostile clients' own work is not what is measured.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// holdOpen keeps a connection until the other side ends it or the row is over.
func holdOpen(ctx context.Context, conn net.Conn) bool {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	_, _ = io.Copy(io.Discard, conn)
	return pause(ctx, time.Second)
}

// upgrade has a connection become a websocket, and signs in if that is asked for. False: it was
// refused.
func upgrade(conn net.Conn, r *hostileRun, token bool) (*bufio.Reader, bool) {
	_, _ = fmt.Fprintf(conn, "GET /graphql HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", r.addr)
	in := bufio.NewReader(conn)
	line, _ := in.ReadString('\n')
	if !strings.Contains(line, "101") {
		return nil, false
	}
	if !token {
		return in, true
	}
	_, _ = conn.Write(textFrame(fmt.Appendf(nil, `{"type":"connection_init","payload":{"authorization":"Bearer %s"}}`, r.account.token)))
	for line != "\r\n" && line != "" {
		line, _ = in.ReadString('\n')
	}
	ack := make([]byte, 2)
	_, err := io.ReadFull(in, ack)
	return in, err == nil
}

// unfinished is a frame of 1 MB, but for its last byte.
var unfinished = textFrame(bytes.Repeat([]byte{'x'}, 1<<20))[:1<<20]

func unfinishedMessage(token bool) func(context.Context, *hostileRun, int, *hostileCounts) bool {
	return func(ctx context.Context, r *hostileRun, i int, counts *hostileCounts) bool {
		conn, err := dial(ctx, r, i)
		if err != nil {
			counts.refused.Add(1)
			return pause(ctx, time.Second)
		}
		defer func() { _ = conn.Close() }()
		if _, ok := upgrade(conn, r, token); !ok {
			counts.refused.Add(1)
			return pause(ctx, time.Second)
		}
		counts.in.Add(1)
		_, _ = conn.Write(unfinished)
		return holdOpen(ctx, conn)
	}
}

// followComments begins subscriptions that differ in a comment only.
func followComments(ctx context.Context, r *hostileRun, i int, counts *hostileCounts) bool {
	conn, end, err := dialUntil(ctx, r, i)
	if err != nil {
		counts.refused.Add(1)
		return pause(ctx, time.Second)
	}
	defer end()
	if _, ok := upgrade(conn, r, true); !ok {
		counts.refused.Add(1)
		return pause(ctx, time.Second)
	}
	counts.in.Add(1)
	comment := strings.Repeat("x", 60_000)
	for n := range 100 {
		subscribe := fmt.Appendf(nil, `{"id":"%d","type":"subscribe","payload":{"query":"subscription { viewerLive { viewer { id } } } #%d %d %s"}}`, n, i, n, comment)
		if _, err := conn.Write(textFrame(subscribe)); err != nil {
			return pause(ctx, time.Second)
		}
	}
	return holdOpen(ctx, conn)
}

// textFrame is a message of a websocket client, masked with zeros.
func textFrame(text []byte) []byte {
	frame := []byte{0x81}
	switch n := len(text); {
	case n < 126:
		frame = append(frame, 0x80|byte(n))
	case n < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, 0x80|127), uint64(n))
	}
	return append(append(frame, 0, 0, 0, 0), text...)
}

// send sends a request by hand, reads the first line of the answer, and holds the rest up.
func send(ctx context.Context, r *hostileRun, i int, counts *hostileCounts, head string, body []byte) bool {
	conn, end, err := dialUntil(ctx, r, i)
	if err != nil {
		counts.refused.Add(1)
		return pause(ctx, time.Second)
	}
	defer end()
	_, _ = conn.Write([]byte(head))
	_, _ = conn.Write(body)
	line, _ := bufio.NewReaderSize(conn, 16).ReadString('\n')
	if !strings.Contains(line, " 200 ") {
		counts.refused.Add(1)
		return pause(ctx, time.Second)
	}
	counts.in.Add(1)
	piece := make([]byte, 1<<10)
	for ctx.Err() == nil {
		if _, err := conn.Read(piece); err != nil {
			break
		}
		if !pause(ctx, time.Second) {
			break
		}
	}
	return pause(ctx, time.Second)
}

func slowDownload(ctx context.Context, r *hostileRun, i int, counts *hostileCounts) bool {
	path := hostileFile[strings.Index(hostileFile, "/files/"):]
	return send(ctx, r, i, counts, fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, r.addr), nil)
}

func unfinishedUpload(ctx context.Context, r *hostileRun, i int, counts *hostileCounts) bool {
	path := hostileUpload[strings.Index(hostileUpload, "/files/"):]
	head := fmt.Sprintf("PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", path, r.addr, hostileFileSize)
	return send(ctx, r, i, counts, head, unfinishedFile)
}

const htmlOfMails = "messages(last: 50) { nodes { ... on IncomingMessage { html } } }"

func slowAnswer(ctx context.Context, r *hostileRun, i int, counts *hostileCounts) bool {
	return slowAnswerTo(nil)(ctx, r, i, counts)
}

// slowAnswerTo asks for the mails with some variables, and reads the answer slowly.
func slowAnswerTo(variables map[string]any) func(context.Context, *hostileRun, int, *hostileCounts) bool {
	return func(ctx context.Context, r *hostileRun, i int, counts *hostileCounts) bool {
		return send(ctx, r, i, counts, string(encodeRequest(r.account.token, readingOf(htmlOfMails), variables)), nil)
	}
}

// manyValues are variables of about a megabyte, in small parts.
func manyValues() map[string]any {
	lists := make([]any, 74)
	for i := range lists {
		list := make([]any, 2000)
		for j := range list {
			list[j] = map[string]any{"": 0}
		}
		lists[i] = list
	}
	return map[string]any{"x": lists}
}

func readingOf(fields string) string {
	return "query Hostile { conversation(id: \"" + hostileConversation + "\") { " + fields + " } }"
}

// readAnswer reads the answer at once, and asks again.
func readAnswer(fields string) func(context.Context, *hostileRun, int, *hostileCounts) bool {
	return func(ctx context.Context, r *hostileRun, _ int, counts *hostileCounts) bool {
		body, _ := json.Marshal(map[string]any{"query": readingOf(fields)}) // texts can always be written
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+r.addr+"/graphql", bytes.NewReader(body))
		if err != nil {
			return false
		}
		req.Header.Set("Authorization", "Bearer "+r.account.token)
		req.Header.Set("Content-Type", "application/json")
		resp, err := r.http.Do(req)
		if err != nil {
			return pause(ctx, time.Second)
		}
		n, _ := io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if n < 1<<20 {
			counts.refused.Add(1)
			return pause(ctx, time.Second)
		}
		counts.in.Add(1)
		return true
	}
}

const hostileFileSize = 10 << 20

// unfinishedFile is a file but for its last byte.
var unfinishedFile = make([]byte, hostileFileSize-1)

func prepareUpload(r *hostileRun) error {
	var made struct {
		AttachmentCreate struct {
			UploadURL  string `json:"uploadUrl"`
			Attachment struct{ ID string }
		}
	}
	err := r.ask(`mutation ($n: Int!) { attachmentCreate(input: {fileName: "a.txt", contentType: "text/plain", size: $n}) { attachment { id } uploadUrl } }`,
		map[string]any{"n": hostileFileSize}, &made)
	hostileUpload, hostileFile = made.AttachmentCreate.UploadURL, made.AttachmentCreate.Attachment.ID
	return err
}

// prepareFile sends a file to a contact, and gets the address to read it from.
func prepareFile(r *hostileRun) error {
	if err := prepareUpload(r); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPut, "http://"+r.addr+hostileUpload[strings.Index(hostileUpload, "/files/"):], bytes.NewReader(make([]byte, hostileFileSize)))
	if err != nil {
		return err
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	var sent struct {
		MessageSend struct {
			Message struct{ Attachments []struct{ URL string } }
		}
	}
	err = r.ask(`mutation ($in: MessageSendInput!) { messageSend(input: $in) { message { ... on OutgoingMessage { attachments { url } } } } }`,
		map[string]any{"in": map[string]any{"conversationId": r.account.open[0], "text": "Here it is", "attachmentIds": []string{hostileFile}}}, &sent)
	if err == nil && len(sent.MessageSend.Message.Attachments) == 0 {
		err = fmt.Errorf("the file was not sent")
	}
	if err == nil {
		hostileFile = sent.MessageSend.Message.Attachments[0].URL
	}
	return err
}

// prepareMails brings mails with much HTML into one conversation.
func prepareMails(n, size int) func(*hostileRun) error {
	return func(r *hostileRun) error {
		var in struct {
			Inboxes []struct{ Channels []struct{ ID string } }
		}
		if err := r.ask("{ inboxes { channels { id } } }", nil, &in); err != nil {
			return err
		}
		paragraph := `<p style="color:#333">What was <b>ordered</b> in <a href="https://shop.test/orders">March</a> has not come.</p>`
		html, key := strings.Repeat(paragraph, size/len(paragraph)), fmt.Sprint("hostile ", time.Now().UnixNano())
		for i := range n {
			var out struct {
				MessageReceive struct {
					Conversation *struct{ ID string }
				}
			}
			err := r.ask(`mutation ($in: MessageReceiveInput!) { messageReceive(input: $in) { conversation { id } } }`, map[string]any{"in": map[string]any{
				"channelId": in.Inboxes[0].Channels[0].ID, "externalId": fmt.Sprint(key, " ", i), "threadKey": key, "contact": map[string]any{"email": "hostile@contact.test"}, "html": html}}, &out)
			if err != nil {
				return err
			}
			if out.MessageReceive.Conversation == nil {
				return fmt.Errorf("mail %d was not taken", i)
			}
			hostileConversation = out.MessageReceive.Conversation.ID
		}
		return nil
	}
}
