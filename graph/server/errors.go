package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"deskwire/db"
	"deskwire/db/read"
	"deskwire/desk"
)

// The codes of top-level errors, beside those of desk. Refusals of a mutation are not among
// them: they are in its payload.
const (
	codeInternal        = "INTERNAL_ERROR"
	codeUnauthenticated = "UNAUTHENTICATED"
	codeBadRequest      = "BAD_REQUEST" // the HTTP request is at fault, not the document
	codeBadInput        = "BAD_USER_INPUT"
	codeTooLarge        = "DOCUMENT_TOO_LARGE"
	codeTooComplex      = "DOCUMENT_TOO_COMPLEX"
	codeTooExpensive    = "QUERY_TOO_EXPENSIVE"
	codeRateLimited     = "RATE_LIMITED"
	codeNoIntrospection = "INTROSPECTION_DISABLED"
	codeTimeout         = "REQUEST_TIMEOUT"
	codeCancelled       = "REQUEST_CANCELLED"
	codeUnavailable     = "UNAVAILABLE"     // nothing happened
	codeOutcomeUnknown  = "OUTCOME_UNKNOWN" // it may have happened
	codeManyOperations  = "TOO_MANY_OPERATIONS"
	codeManyConnections = "TOO_MANY_CONNECTIONS"
	codeRestart         = "SERVER_RESTARTS" // a stream that can be resumed at once
	codeOverloaded      = "OVERLOADED"
	codeRecordBusy      = "RECORD_BUSY" // nothing happened
	codeNotPersisted    = "PERSISTED_QUERY_NOT_FOUND"
	codeParse           = errcode.ParseFailed
	codeValidation      = errcode.ValidationFailed
)

const (
	sorry = "Something went wrong in the server. Quote the request id when you report it."
	slow  = "The request took too long and was stopped. A mutation may or may not have taken effect: " +
		"send it again with the same idempotencyKey."
	gone    = "The client closed the request before the response was ready."
	away    = "The database cannot be reached right now. Try again in a moment."
	unable  = "The database could not do this now, and nothing was changed. Try again in a moment."
	busy    = "Other changes of the same record are still running, and nothing was changed. Try again in a moment."
	unknown = "The connection to the database broke while this was being saved. It may or may not have taken effect: " +
		"send it again with the same idempotencyKey, or check first."

	maxErrors  = 10  // an answer
	maxMessage = 500 // bytes; messages of the validator quote the document
)

// presenter is the one place where an error becomes what clients see.
type presenter struct{ log *slog.Logger }

// present keeps where the error happened and tells only what is meant for people: a refusal
// of desk, or what is wrong with the document. All else stays in the log.
func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	if b := byteBudgetOf(ctx); b != nil && b.Spent() {
		return nil // the whole answer is refused: see withinBytes
	}
	out := &gqlerror.Error{Path: graphql.GetPath(ctx), Extensions: map[string]any{}}
	var given *gqlerror.Error
	if errors.As(err, &given) {
		out.Path, out.Locations = given.Path, given.Locations
	}
	var refused *desk.Error
	switch {
	case errors.As(err, &refused):
		out.Message, out.Extensions["code"] = refused.Message, string(refused.Code)
		if len(refused.Path) > 0 {
			out.Extensions["argumentPath"] = refused.Path
		}
	case given != nil && errorCode(given) != "": // only the executor and this package set codes
		out.Message, out.Extensions["code"] = given.Message, errorCode(given)
		for _, name := range []string{"argumentPath", "limit", "maximum", "requested", "retryAfter"} {
			if v, ok := given.Extensions[name]; ok {
				out.Extensions[name] = v
			}
		}
		nameVariable(out)
	default:
		out.Message, out.Extensions["code"] = p.describeFault(ctx, err, out.Path)
	}
	out.Message = truncateText(out.Message, maxMessage)
	out.Extensions["requestId"] = requestOf(ctx).id
	return out
}

// describeFault tells as little as possible of what is not the client's business.
func (p presenter) describeFault(ctx context.Context, err error, path ast.Path) (message, code string) {
	var panicked errPanicked
	switch {
	case errors.As(err, &panicked): // logged already, with its stack
		return sorry, codeInternal
	case db.IsBusy(err):
		p.logFault(ctx, slog.LevelWarn, "a record is locked for long", path, err)
		return busy, codeRecordBusy
	case timedOut(ctx, err):
		return slow, codeTimeout
	case errors.Is(ctx.Err(), context.Canceled):
		return gone, codeCancelled
	case errors.Is(err, db.ErrOutcomeUnknown):
		p.logFault(ctx, slog.LevelWarn, "the connection to the database broke", path, err)
		return unknown, codeOutcomeUnknown
	case errors.Is(err, read.ErrPrincipalChanged): // nobody is told: the request is run again
		return away, codeUnavailable
	case db.Unavailable(err):
		p.logFault(ctx, slog.LevelWarn, "the database cannot be reached", path, err)
		return away, codeUnavailable
	case db.Temporary(err): // perhaps the disk is full: nobody but the operator can mend that
		p.logFault(ctx, slog.LevelError, "the database could not do it now", path, err)
		return unable, codeUnavailable
	}
	p.logFault(ctx, slog.LevelError, "internal error", path, err)
	return sorry, codeInternal
}

// logFault logs a fault, up to a number in each request: a list of a hundred rows can fail a
// hundred times.
func (p presenter) logFault(ctx context.Context, level slog.Level, what string, path ast.Path, err error) {
	if req := requestOf(ctx); req.faults.Add(1) <= maxErrors {
		p.log.Log(ctx, level, what, append(req.logAttrs(), "path", path.String(), "err", err)...)
	}
}

func timedOut(ctx context.Context, err error) bool {
	return errors.Is(ctx.Err(), context.DeadlineExceeded) || ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded)
}

// errPanicked stands for a panic that is in the log.
type errPanicked struct{}

func (errPanicked) Error() string { return "panicked" }

func (p presenter) logRecovered(ctx context.Context, fault any) error {
	logPanic(ctx, p.log, fault)
	return errPanicked{}
}

func logPanic(ctx context.Context, log *slog.Logger, fault any) {
	log.ErrorContext(ctx, "panic", append(requestOf(ctx).logAttrs(), "panic", fmt.Sprint(fault), "stack", string(debug.Stack()))...)
}

func errorCode(err *gqlerror.Error) string {
	code, _ := err.Extensions["code"].(string)
	return code
}

// codedError makes an error of the document or its variables.
func codedError(code, format string, args ...any) *gqlerror.Error {
	return &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": code}}
}

// nameVariable moves the path into a variable, as the validator gives it, out of `path`,
// which belongs to the answer's fields.
func nameVariable(err *gqlerror.Error) {
	if len(err.Path) < 2 || err.Path[0] != ast.PathName("variable") {
		return
	}
	at := err.Path[1:]
	err.Message = fmt.Sprintf("Variable $%s: %s.", at.String(), strings.TrimSuffix(err.Message, "."))
	err.Extensions["argumentPath"] = at
	err.Path = nil
}

// truncateText cuts a text to at most n bytes, between characters.
func truncateText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
