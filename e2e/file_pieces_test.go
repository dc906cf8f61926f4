package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"deskwire/desk"
)

// announce makes an attachment, and gives where its bytes go to.
func (a *account) announce(t *testing.T, size int) (id, put string) {
	t.Helper()
	p := a.admin.must(t, "attachmentCreate", "attachment { id } uploadUrl", vars{"fileName": "a.bin", "contentType": "application/octet-stream", "size": size})
	return p.str("attachment.id"), p.str("uploadUrl")
}

// fileURL is where to read a file from.
func (a *account) fileURL(t *testing.T, id string) string {
	t.Helper()
	return a.admin.do(t, "query($id: ID!) { node(id: $id) { ... on Attachment { url } } }", vars{"id": id}).at("node").str("url")
}

// pattern is a file in which no two pieces are the same.
func pattern(size int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "%d,", i)
	}
	return b.Bytes()[:size]
}

// TestFilePieces: files of all lengths come back as they were, those too that were kept whole.
func TestFilePieces(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	conn := connectSQL(t, s.dsn)
	for _, size := range []int{1, 65535, 65536, 65537, 131072, 300_001, 1 << 20} {
		content := pattern(size)
		id, put := a.announce(t, size)
		if got := s.requestStatus(t, "PUT", put, content); got != http.StatusNoContent {
			t.Fatalf("uploading %d bytes answered %d", size, got)
		}
		for _, how := range []string{"in pieces", "whole"} {
			resp, got := s.request(t, "GET", a.fileURL(t, id), nil)
			if got != string(content) || resp.ContentLength != int64(size) {
				t.Errorf("a file of %d bytes, kept %s, came back as %d bytes of %d", size, how, len(got), resp.ContentLength)
			}
			if resp, body := s.request(t, "HEAD", a.fileURL(t, id), nil); resp.StatusCode != http.StatusOK || body != "" || resp.ContentLength != int64(size) {
				t.Errorf("HEAD of %d bytes answered %d with %d bytes", size, resp.StatusCode, resp.ContentLength)
			}
			if how == "in pieces" { // and as it was kept before
				if _, err := conn.Exec(t.Context(), "UPDATE attachment_contents SET content = $1, upload_id = NULL WHERE attachment_id = $2", content, databaseKey(t, id)); err != nil {
					t.Fatal(err)
				}
				if _, err := conn.Exec(t.Context(), "DELETE FROM attachment_pieces WHERE attachment_id = $1", databaseKey(t, id)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestFileUploads: what is not the file that was announced is refused before it is read, or leaves
// nothing behind.
func TestFileUploads(t *testing.T) {
	t.Parallel()
	s, a, address := startHasty(t)
	conn := connectSQL(t, s.dsn)
	id, put := a.announce(t, 200_000)
	content := pattern(200_001)
	path := strings.TrimPrefix(put, "http://desk.test")
	head := "PUT " + path + " HTTP/1.1\r\nHost: test\r\n"
	for what, try := range map[string]struct {
		part string
		want int
	}{
		"a length that is too small": {head + "Content-Length: 10\r\n\r\n", 400},
		"a length that is too large": {head + "Content-Length: 99999999\r\n\r\n", 400},
		"a body that goes on":        {head + "Transfer-Encoding: chunked\r\n\r\n30d41\r\n" + string(content) + "\r\n1\r\nx\r\n", 400},
		"a body that ends early":     {head + "Transfer-Encoding: chunked\r\n\r\n186a0\r\n" + string(content[:100_000]) + "\r\n0\r\n\r\n", 400},
		"a file that is not there":   {strings.Replace(head, "/files/", "/files/AAAA", 1) + "Content-Length: 10\r\n\r\n", 404},
	} {
		if status, body := sendPart(t, address, try.part); status != try.want {
			t.Errorf("%s was answered %d %s", what, status, body)
		}
	}
	// Somebody who is uploading keeps others from it, and keeps nothing when they go.
	slow, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Write([]byte(head + "Content-Length: 200000\r\n\r\n" + string(content[:150_000]))); err != nil {
		t.Fatal(err)
	}
	pieces := func() int {
		return conn.queryInt(t, "SELECT count(*) FROM attachment_pieces WHERE attachment_id = $1", databaseKey(t, id))
	}
	eventually(t, "two pieces have come", func() bool { return pieces() == 2 })
	if resp, _ := s.request(t, "PUT", put, content[:200_000]); resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" {
		t.Errorf("a second upload was answered %d", resp.StatusCode)
	}
	_ = slow.Close()
	eventually(t, "nothing is left", func() bool { return pieces() == 0 })
	eventually(t, "the file comes", func() bool { return s.requestStatus(t, "PUT", put, content[:200_000]) == http.StatusNoContent })
	if status, _ := sendPart(t, address, head+"Content-Length: 200000\r\n\r\n"); status != http.StatusConflict {
		t.Errorf("a file that is there was taken again: %d", status)
	}
	if n := pieces(); n != 4 {
		t.Errorf("the file has %d pieces", n)
	}
}

// TestFileReaders: readers of a file who do not read it are few, and others are told to come back.
func TestFileReaders(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	id, put := a.announce(t, desk.MaxAttachment)
	if got := s.requestStatus(t, "PUT", put, pattern(desk.MaxAttachment)); got != http.StatusNoContent {
		t.Fatalf("the upload answered %d", got)
	}
	otherID, otherPut := a.announce(t, 3)
	s.requestStatus(t, "PUT", otherPut, []byte("abc"))
	url, other := a.fileURL(t, id), a.fileURL(t, otherID)
	var readers []net.Conn
	served, refused := 0, 0
	for range 40 {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_ = c.(*net.TCPConn).SetReadBuffer(4096)
		readers = append(readers, c)
		if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: test\r\n\r\n", strings.TrimPrefix(url, "http://desk.test")); err != nil {
			t.Fatal(err)
		}
		line := make([]byte, len("HTTP/1.1 200"))
		if _, err := io.ReadFull(c, line); err != nil {
			t.Fatal(err)
		}
		switch string(line[9:]) {
		case "200":
			served++
		case "429":
			refused++
		}
	}
	if served != 8 || refused != 32 { // from one network
		t.Errorf("%d were served, %d refused", served, refused)
	}
	if _, got := s.request(t, "GET", other, nil); got != "abc" {
		t.Errorf("another file came as %.100q", got)
	}
	for _, c := range readers {
		_ = c.Close()
	}
	eventually(t, "there is room again", func() bool {
		resp, got := s.request(t, "GET", url, nil)
		return resp.StatusCode == http.StatusOK && len(got) == desk.MaxAttachment
	})
}

// TestFileFaults: what is said in the place of a file is not kept by anybody, and does not look
// like the file.
func TestFileFaults(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.newAccount(t, desk.PlanStarter, time.Now())
	conn := connectSQL(t, s.dsn)
	id, put := a.announce(t, 100_000)
	if got := s.requestStatus(t, "PUT", put, pattern(100_000)); got != http.StatusNoContent {
		t.Fatalf("the upload answered %d", got)
	}
	url := a.fileURL(t, id)
	for _, fault := range []struct {
		what, sql, mend string
		status          int
	}{
		{"a table that is away", "ALTER TABLE attachment_pieces RENAME TO away", "ALTER TABLE away RENAME TO attachment_pieces", http.StatusInternalServerError},
		{"a first piece that was deleted", "DELETE FROM attachment_pieces WHERE number = 0", "", http.StatusNotFound},
	} {
		if _, err := conn.Exec(t.Context(), fault.sql); err != nil {
			t.Fatal(err)
		}
		resp, body := s.request(t, "GET", url, nil)
		if resp.StatusCode != fault.status || body == "" || resp.ContentLength != int64(len(body)) {
			t.Errorf("%s was answered %d with %d bytes of %d", fault.what, resp.StatusCode, len(body), resp.ContentLength)
		}
		for _, name := range []string{"Cache-Control", "Content-Disposition"} {
			if got := resp.Header.Get(name); got != "" {
				t.Errorf("%s has %s: %s", fault.what, name, got)
			}
		}
		if fault.mend == "" {
			continue
		}
		if !s.faults.forget("attachment_pieces") {
			t.Errorf("%s is not in the log", fault.what)
		}
		if _, err := conn.Exec(t.Context(), fault.mend); err != nil {
			t.Fatal(err)
		}
		if resp, _ := s.request(t, "GET", url, nil); resp.StatusCode != http.StatusOK || resp.Header.Get("Cache-Control") == "" {
			t.Errorf("after %s it was answered %d %v", fault.what, resp.StatusCode, resp.Header)
		}
	}
}

// TestFileQuota: the files of an account have so many bytes and no more, whoever announces them and
// at once; what is deleted makes room.
func TestFileQuota(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.store.FileQuota = 1000
	a, other := s.newAccount(t, desk.PlanStarter, time.Now()), s.newAccount(t, desk.PlanStarter, time.Now())
	announce := func(a *account, size int) string {
		return errorCode(a.admin.mutate(t, "attachmentCreate", "attachment { id }", vars{"fileName": "a.bin", "contentType": "application/octet-stream", "size": size}))
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for range 12 {
		all.Go(func() {
			code := announce(a, 150)
			mu.Lock()
			defer mu.Unlock()
			switch code {
			case "":
				taken++
			case "LIMIT_REACHED":
			default:
				t.Errorf("a file was refused with %s", code)
			}
		})
	}
	all.Wait()
	if taken != 6 {
		t.Errorf("%d files of 150 bytes were taken with a quota of 1000", taken)
	}
	for _, c := range []struct {
		of   *account
		size int
		want string
	}{{a, 101, "LIMIT_REACHED"}, {a, 100, ""}, {a, 1, "LIMIT_REACHED"}, {other, 1001, "LIMIT_REACHED"}, {other, 1000, ""}} {
		if got := announce(c.of, c.size); got != c.want {
			t.Errorf("%d bytes more: %q, not %q", c.size, got, c.want)
		}
	}
	s.advanceClock(25 * time.Hour)
	if _, err := s.store.Purge(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := announce(a, 1000); got != "" {
		t.Errorf("when all is gone again, 1000 bytes are refused with %s", got)
	}
	s.store.FileQuota = 0
	if got := announce(a, 5000); got != "" {
		t.Errorf("without a quota, 5000 bytes are refused with %s", got)
	}
}
