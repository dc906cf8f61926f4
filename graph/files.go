package graph

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"time"

	"deskwire/db"
	"deskwire/desk"
)

// Files come and go by plain HTTP at signed addresses: no token, no cookie and no form, so that
// no other page can use a browser's rights, and an <img> can show one.

// addressKeeps is how long a signed address opens.
const addressKeeps = time.Hour

// fileRight is what an address allows, for an hour.
type fileRight struct {
	write   bool
	account desk.ID
	file    desk.ID
	until   time.Time
}

const rightBytes = 1 + 16 + 16 + 8

func (f fileRight) sign(key []byte) string {
	b := make([]byte, 0, rightBytes+sha256.Size)
	b = append(b, map[bool]byte{false: 'r', true: 'w'}[f.write])
	b = append(append(b, f.account[:]...), f.file[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(f.until.Unix()))
	mac := hmac.New(sha256.New, key)
	mac.Write(b)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(b))
}

// readRight gives the right that an address carries, if we have signed it and its time is not over.
func readRight(address string, key []byte, now time.Time) (f fileRight, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(address)
	if err != nil || len(b) != rightBytes+sha256.Size {
		return f, false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(b[:rightBytes])
	if !hmac.Equal(mac.Sum(nil), b[rightBytes:]) {
		return f, false
	}
	f.write = b[0] == 'w'
	copy(f.account[:], b[1:17])
	copy(f.file[:], b[17:33])
	f.until = time.Unix(int64(binary.BigEndian.Uint64(b[33:rightBytes])), 0)
	return f, now.Before(f.until)
}

// fileAddress is where to GET a file from, or to PUT it to.
func (r *Resolver) fileAddress(ctx context.Context, a *desk.Attachment, write bool) (*string, error) {
	key, err := r.Store.FileKey(ctx)
	if err != nil {
		return nil, err
	}
	right := fileRight{write: write, account: a.AccountID, file: a.ID, until: r.Store.Now().Add(addressKeeps)}
	address := r.BaseURL + "/files/" + right.sign(key)
	return &address, nil
}

// attachmentsOf are the files of a message, read for all messages of its place.
func (r *Resolver) attachmentsOf(ctx context.Context, m *desk.Message) ([]*desk.Attachment, error) {
	return below(ctx, m, messageID, func(ctx context.Context, ids []desk.ID) (map[desk.ID][]*desk.Attachment, error) {
		return r.Store.AttachmentsOf(ctx, ActorOf(ctx), ids)
	}, func(files []*desk.Attachment) []any { return nil })
}

// files answers signed addresses: GET gives a file, PUT takes one.
func files(store *db.Store, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, err := store.FileKey(r.Context())
		if err != nil {
			fileFault(w, r, log, err)
			return
		}
		right, ok := readRight(r.PathValue("address"), key, store.Now())
		if !ok || right.write != (r.Method == http.MethodPut) {
			http.Error(w, "This address is not good, or not any more. Ask for a new one.", http.StatusNotFound)
			return
		}
		if right.write {
			takeFile(w, r, store, log, right)
		} else {
			giveFile(w, r, store, log, right)
		}
	})
}

// filePatience is how long a file may take to come or to go; other requests have less time.
const filePatience = 5 * time.Minute

// takeTime gives a request the time of a file. Where it can't be given, the server's own limits hold.
func takeTime(w http.ResponseWriter) {
	c, end := http.NewResponseController(w), time.Now().Add(filePatience)
	_ = c.SetReadDeadline(end)
	_ = c.SetWriteDeadline(end)
}

func takeFile(w http.ResponseWriter, r *http.Request, store *db.Store, log *slog.Logger, right fileRight) {
	takeTime(w)
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, desk.MaxAttachment))
	if err != nil {
		http.Error(w, "The file could not be read, or has more than 10 MiB.", http.StatusRequestEntityTooLarge)
		return
	}
	err = store.Upload(r.Context(), right.account, right.file, content)
	var refused *desk.Error
	switch {
	case errors.As(err, &refused) && refused.Code == desk.CodeAlreadyExists:
		http.Error(w, refused.Message, http.StatusConflict)
	case errors.As(err, &refused):
		http.Error(w, refused.Message, http.StatusBadRequest)
	case err != nil:
		fileFault(w, r, log, err)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func giveFile(w http.ResponseWriter, r *http.Request, store *db.Store, log *slog.Logger, right fileRight) {
	takeTime(w)
	a, content, err := store.File(r.Context(), right.account, right.file)
	switch {
	case err != nil:
		fileFault(w, r, log, err)
		return
	case a == nil:
		http.Error(w, "There is no such file any more.", http.StatusNotFound)
		return
	}
	contentType, inline := a.Shown()
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Content-Disposition", mime.FormatMediaType(map[bool]string{false: "attachment", true: "inline"}[inline], map[string]string{"filename": a.FileName}))
	// Whatever the file is, a browser runs nothing of it.
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "private, max-age=3600")
	_, _ = w.Write(content)
}

func fileFault(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	if db.Unavailable(err) {
		log.WarnContext(r.Context(), "file", "err", err, "request", w.Header().Get("X-Request-Id"))
		w.Header().Set("Retry-After", retryAfter)
		http.Error(w, away, http.StatusServiceUnavailable)
		return
	}
	log.ErrorContext(r.Context(), "file", "err", err, "request", w.Header().Get("X-Request-Id"))
	http.Error(w, "Something went wrong on our side.", http.StatusInternalServerError)
}
