package server

import (
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"time"

	"deskwire/db"
	"deskwire/desk"
	"deskwire/graph"
)

// Uploads and downloads: files come and go by plain HTTP at signed URLs: no token, no cookie and no
// form, so that no other page can use a browser's rights, and an <img> can show one.

// fileHandler answers signed addresses: GET gives a file, PUT takes one.
func fileHandler(store *db.Store, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, err := store.FileKey(r.Context())
		if err != nil {
			refuseFile(w, r, log, err)
			return
		}
		right, ok := graph.ReadFileRight(r.PathValue("address"), key, store.Now())
		if !ok || right.Write != (r.Method == http.MethodPut) {
			http.Error(w, "This address is invalid or has expired. Request a new one.", http.StatusNotFound)
			return
		}
		if right.Write {
			receiveFile(w, r, store, log, right)
		} else {
			sendFile(w, r, store, log, right)
		}
	})
}

// filePatience is how long a file may take to come or to go; other requests have less time.
const filePatience = 5 * time.Minute

// extendDeadlines gives a request the time of a file. Where it can't be given, the server's own
// limits hold.
func extendDeadlines(w http.ResponseWriter) {
	c, end := http.NewResponseController(w), time.Now().Add(filePatience)
	_ = c.SetReadDeadline(end)
	_ = c.SetWriteDeadline(end)
}

func receiveFile(w http.ResponseWriter, r *http.Request, store *db.Store, log *slog.Logger, right graph.FileRight) {
	extendDeadlines(w)
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, desk.MaxAttachment))
	if err != nil {
		http.Error(w, "The upload broke off, or the file has more than 10 MiB.", http.StatusRequestEntityTooLarge)
		return
	}
	err = store.Upload(r.Context(), right.Account, right.File, content)
	var refused *desk.Error
	switch {
	case errors.As(err, &refused) && refused.Code == desk.CodeAlreadyExists:
		http.Error(w, refused.Message, http.StatusConflict)
	case errors.As(err, &refused):
		http.Error(w, refused.Message, http.StatusBadRequest)
	case err != nil:
		refuseFile(w, r, log, err)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func sendFile(w http.ResponseWriter, r *http.Request, store *db.Store, log *slog.Logger, right graph.FileRight) {
	extendDeadlines(w)
	a, content, err := store.File(r.Context(), right.Account, right.File)
	switch {
	case err != nil:
		refuseFile(w, r, log, err)
		return
	case a == nil:
		http.Error(w, "The file no longer exists.", http.StatusNotFound)
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

func refuseFile(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	if db.Unavailable(err) || db.Temporary(err) || db.IsBusy(err) {
		log.WarnContext(r.Context(), "file", "err", err, "request", w.Header().Get("X-Request-Id"))
		w.Header().Set("Retry-After", retryAfter)
		http.Error(w, away, http.StatusServiceUnavailable)
		return
	}
	log.ErrorContext(r.Context(), "file", "err", err, "request", w.Header().Get("X-Request-Id"))
	http.Error(w, "Something went wrong in the server.", http.StatusInternalServerError)
}
