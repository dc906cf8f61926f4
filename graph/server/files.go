package server

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"os"
	"strconv"
	"time"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/db/write"
	"deskwire/desk"
	"deskwire/graph"
	"deskwire/heap"
)

// Uploads and downloads: files come and go by plain HTTP at signed URLs: no token, no cookie and no
// form, so that no other page can use a browser's rights, and an <img> can show one.

// files answers signed addresses: GET gives a file, PUT takes one. Both go piece by piece, so that
// a slow client costs a piece and not a file.
type files struct {
	store     *db.Store
	log       *slog.Logger
	transfers *transferLimiter
	memory    *heap.Budget
	piece     time.Duration // how long one piece may take
}

// piecesHeld is how many pieces a transfer takes the memory of: one that is sent, and the same as
// the database has it.
const piecesHeld = 2

// ServeHTTP looks at the address and at the file, before a byte is read.
func (f *files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	keys, err := f.store.FileKeys(r.Context())
	if err != nil {
		refuseFile(w, r, f.log, err)
		return
	}
	right, ok := graph.ReadFileRight(r.PathValue("address"), keys, f.store.Now())
	if !ok || right.Write != (r.Method == http.MethodPut) {
		refuseAddress(w)
		return
	}
	release, why := f.transfers.acquire(requestOf(r.Context()).address, transferredFile{right.Account, right.File, right.Write})
	if release == nil {
		refuseTransfer(w, http.StatusTooManyRequests, why)
		return
	}
	defer release()
	held := f.memory.Hold(heap.Transfers)
	defer held.Release()
	if !held.Grow(piecesHeld * read.FilePiece) {
		refuseTransfer(w, http.StatusServiceUnavailable, "The server holds too much for its clients right now.")
		return
	}
	by, err := f.store.ActorByID(r.Context(), right.Account, right.Agent, right.Token)
	switch {
	case err != nil:
		refuseFile(w, r, f.log, err)
		return
	case by == nil:
		refuseAddress(w)
		return
	}
	requestOf(r.Context()).identify(by)
	if right.Write {
		f.receive(w, r, right)
	} else {
		f.send(w, r, right, by)
	}
}

// refuseAddress is the answer to an address that is not good, or not any more.
func refuseAddress(w http.ResponseWriter) {
	w.Header().Set("Connection", "close") // what comes behind it is not read
	http.Error(w, "This address is invalid or has expired. Request a new one.", http.StatusNotFound)
}

// transferPause is in how many seconds a file may be asked for again that was one too many.
const transferPause = "5"

func refuseTransfer(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Retry-After", transferPause)
	w.Header().Set("Connection", "close") // nobody wants to read the file that comes behind it
	http.Error(w, why+" Try again in a moment.", status)
}

const (
	// piecePatience is how long a piece of a file may take to come or to go; other requests have
	// less time.
	piecePatience = 20 * time.Second
	// filePieces is how many times as long all of it may take.
	filePieces = 15
)

// fileDeadlines move with the pieces of a file. Where they can't be given, the server's own limits
// hold.
type fileDeadlines struct {
	control *http.ResponseController
	piece   time.Duration
	end     time.Time
}

func newFileDeadlines(w http.ResponseWriter, piece time.Duration) fileDeadlines {
	d := fileDeadlines{http.NewResponseController(w), piece, time.Now().Add(filePieces * piece)}
	d.extend()
	return d
}

// extend gives the next piece its time.
func (d fileDeadlines) extend() {
	until := earlier(time.Now().Add(d.piece), d.end)
	_ = d.control.SetReadDeadline(until)
	_ = d.control.SetWriteDeadline(until.Add(d.piece)) // time to say what was wrong
}

func (f *files) receive(w http.ResponseWriter, r *http.Request, right graph.FileRight) {
	upload, err := f.store.BeginUpload(r.Context(), right.Account, right.File)
	if err == nil && r.ContentLength >= 0 && r.ContentLength != int64(upload.Size) {
		err = desk.Refuse(desk.CodeInvalidInput, "The file has %d bytes, but its attachment was created for %d. Create an attachment of the right size.", r.ContentLength, upload.Size)
	}
	if err == nil {
		err = keepPieces(r, upload, newFileDeadlines(w, f.piece))
	}
	var refused *desk.Error
	abandon := upload != nil && err != nil
	if err == nil {
		err = upload.Finish(r.Context())
		abandon = errors.As(err, &refused) // else it may have become the file
	}
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if abandon {
		if failed := upload.Abandon(r.Context()); failed != nil {
			f.log.WarnContext(r.Context(), "the pieces of an upload could not be deleted; they go with their file", append(requestOf(r.Context()).logAttrs(), "err", failed)...)
		}
	}
	w.Header().Set("Connection", "close") // what is left of the file is not read
	switch {
	case errors.As(err, &refused) && refused.Code == desk.CodeAlreadyExists:
		http.Error(w, refused.Message, http.StatusConflict)
	case errors.As(err, &refused):
		http.Error(w, refused.Message, http.StatusBadRequest)
	case errors.Is(err, errBrokeOff):
		http.Error(w, "The upload broke off. Send it again.", http.StatusBadRequest)
	case errors.Is(err, os.ErrDeadlineExceeded):
		http.Error(w, "The file came too slowly. Send it again, on a faster connection.", http.StatusRequestTimeout)
	case r.Context().Err() != nil:
		w.WriteHeader(statusClientGone)
	default:
		refuseFile(w, r, f.log, err)
	}
}

var errBrokeOff = errors.New("server: the upload broke off")

// keepPieces keeps a file as it comes. One byte more than it may have is enough to refuse it.
func keepPieces(r *http.Request, upload *write.Upload, deadlines fileDeadlines) error {
	piece, body := make([]byte, read.FilePiece), io.LimitReader(r.Body, int64(upload.Size)+1)
	for {
		n, err := io.ReadFull(body, piece)
		if n > 0 && (err == nil || errors.Is(err, io.ErrUnexpectedEOF)) {
			if err := upload.Keep(r.Context(), piece[:n]); err != nil {
				return err
			}
		}
		switch {
		case err == nil:
			deadlines.extend()
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF): // whether all has come is looked at in the end
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			return err
		default:
			return fmt.Errorf("%w: %w", errBrokeOff, err)
		}
	}
}

func (f *files) send(w http.ResponseWriter, r *http.Request, right graph.FileRight, by *desk.Actor) {
	file, err := f.store.File(r.Context(), by, right.File, right.Signed)
	switch {
	case err != nil:
		refuseFile(w, r, f.log, err)
		return
	case file == nil:
		refuseGone(w)
		return
	}
	if r.Method == http.MethodHead || file.Pieces() == 0 {
		fileHeaders(w.Header(), file)
		return
	}
	for n, deadlines := 0, newFileDeadlines(w, f.piece); n < file.Pieces(); n++ {
		piece, err := f.store.ReadPiece(r.Context(), file, n)
		switch {
		case err != nil && n == 0:
			refuseFile(w, r, f.log, err)
			return
		case len(piece) == 0 && n == 0: // it has been deleted since
			refuseGone(w)
			return
		case err != nil || len(piece) == 0: // the client sees that the rest is missing
			f.log.WarnContext(r.Context(), "a file could not be sent whole", append(requestOf(r.Context()).logAttrs(), "err", err)...)
			return
		case n == 0:
			fileHeaders(w.Header(), file)
		}
		deadlines.extend()
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

// fileHeaders are those of a file that is sent. What is said in its place has others: it must not
// be kept.
func fileHeaders(h http.Header, file *read.StoredFile) {
	contentType, inline := file.Shown()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(file.Size))
	h.Set("Content-Disposition", mime.FormatMediaType(map[bool]string{false: "attachment", true: "inline"}[inline], map[string]string{"filename": file.FileName}))
	// Whatever the file is, a browser runs nothing of it.
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "private, max-age=3600")
}

func refuseGone(w http.ResponseWriter) {
	http.Error(w, "The file does not exist any more, or is not for you to see.", http.StatusNotFound)
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
