package desk

import "fmt"

// ErrorCode says in one word why a call was refused. The schema lists and explains them.
type ErrorCode string

// The codes, in the order of the schema.
const (
	CodeNotFound              ErrorCode = "NOT_FOUND"
	CodeForbidden             ErrorCode = "FORBIDDEN"
	CodeInvalidInput          ErrorCode = "INVALID_INPUT"
	CodeInvalidText           ErrorCode = "INVALID_TEXT"
	CodeTextTooLong           ErrorCode = "TEXT_TOO_LONG"
	CodeAlreadyExists         ErrorCode = "ALREADY_EXISTS"
	CodeVersionConflict       ErrorCode = "VERSION_CONFLICT"
	CodeIdempotencyReused     ErrorCode = "IDEMPOTENCY_KEY_REUSED"
	CodeIdempotencyRunning    ErrorCode = "IDEMPOTENCY_IN_PROGRESS"
	CodeConversationHasTicket ErrorCode = "CONVERSATION_HAS_TICKET"
	CodeTicketsMoved          ErrorCode = "TICKETS_MOVED_TO_HELP_DESK"
	CodeInTrash               ErrorCode = "RECORD_IN_TRASH"
	CodeNotInTrash            ErrorCode = "RECORD_NOT_IN_TRASH"
	CodeConfirmCascade        ErrorCode = "CASCADE_NOT_CONFIRMED"
	CodePropertyReadOnly      ErrorCode = "PROPERTY_READ_ONLY"
	CodePropertyUnknown       ErrorCode = "PROPERTY_UNKNOWN"
	CodePropertyInvalid       ErrorCode = "PROPERTY_INVALID"
	CodeLastStatus            ErrorCode = "LAST_STATUS_OF_STATE"
	CodeLastAdmin             ErrorCode = "LAST_ADMIN"
	CodeStatusArchived        ErrorCode = "STATUS_ARCHIVED"
	CodeOwnerCannotOwn        ErrorCode = "OWNER_NOT_ALLOWED"
	CodeLimitReached          ErrorCode = "LIMIT_REACHED"
	CodeDeliveryNotPossible   ErrorCode = "DELIVERY_NOT_REPORTABLE"
	CodeContactNotIdentified  ErrorCode = "CONTACT_NOT_IDENTIFIED"
)

// Error is a refusal written for people: a code for the program, a sentence for
// its user, and the path of the input that is at fault. Any other error type
// is a fault of the server and is never shown.
type Error struct {
	Code    ErrorCode
	Message string
	Path    []string

	// Current is the record as it stands, for VERSION_CONFLICT and CONVERSATION_HAS_TICKET.
	Current Record
	// WouldTrash lists what CASCADE_NOT_CONFIRMED protects; Hidden counts what the actor may not
	// see.
	WouldTrash []Record
	Hidden     int
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// At says which input the error is about, outermost name first.
func (e *Error) At(path ...string) *Error {
	e.Path = append(append([]string{}, path...), e.Path...)
	return e
}

// Refuse makes an Error.
func Refuse(code ErrorCode, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// NotFound is the answer for what is missing and for what the actor may not see alike.
func NotFound(noun string, path ...string) *Error {
	return Refuse(CodeNotFound, "There is no such %s, or you may not see it.", noun).At(path...)
}
