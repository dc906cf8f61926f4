package desk

import (
	"mime"
	"strings"
	"time"
)

// Bounds of files: what mail servers commonly take.
const (
	MaxAttachment  = 10 << 20 // bytes of one file
	MaxAttachments = 20       // files of one message
	KeepUnsent     = 24 * time.Hour
	maxFileName    = 255
	maxContentType = 127
	fallbackType   = "application/octet-stream"
)

// Attachment is a file of a message. It is made first, then its bytes are uploaded, then a
// message takes it; it belongs to that message for good.
type Attachment struct {
	AccountID   ID  `bun:",pk"`
	ID          ID  `bun:",pk"`
	UploaderID  *ID // the agent who made it
	MessageID   *ID // nil until a message takes it
	FileName    string
	ContentType string
	Size        int // bytes
	UploadedAt  *time.Time
	Version     int
	CreatedAt   time.Time
}

// Ref is the attachment's public id.
func (a *Attachment) Ref() Ref { return Ref{Kind: KindAttachment, ID: a.ID} }

func (a *Attachment) revision() *int { return &a.Version }

func (a *Attachment) fields() []field {
	return []field{
		textField("fileName", a.FileName), textField("contentType", a.ContentType), numberField("size", a.Size),
		optionalRef("message", KindMessage, a.MessageID), timeField("uploadedAt", a.UploadedAt),
	}
}

// NewAttachment announces a file: its name, type and size in bytes. A channel tells what the sender
// of a file has called it, so that is mended; who chooses a file themselves can choose another
// name.
func NewAttachment(act *Act, name, contentType string, size int) (*Attachment, error) {
	if err := act.By.CheckReceive(); err != nil {
		return nil, err
	}
	if act.By.IsChannel() {
		m := &Mending{}
		name, contentType = m.fileName(name), m.mediaType(contentType)
	}
	// Marks that turn the direction hide what a file is: "invoice_fdp.exe" that ends in "exe.pdf".
	name, err := SingleLine(without(name, turnsDirection), maxFileName, "fileName")
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(name, "/\\\r\n") {
		return nil, Refuse(CodeInvalidInput, "A file name cannot contain slashes or line breaks.").At("fileName")
	}
	if _, err := SingleLine(contentType, maxContentType, "contentType"); err != nil {
		return nil, err
	}
	if base, _, err := mime.ParseMediaType(contentType); err != nil || !strings.Contains(base, "/") {
		return nil, Refuse(CodeInvalidInput, "This is not a media type. Write it as type/subtype, such as image/png.").At("contentType")
	}
	if size < 1 || size > MaxAttachment {
		return nil, Refuse(CodeInvalidInput, "The size of a file must be 1 to %d bytes.", MaxAttachment).At("size")
	}
	a := &Attachment{
		AccountID: act.By.Account.ID, ID: act.NewID(), FileName: name, ContentType: contentType, Size: size, CreatedAt: act.Now,
	}
	if act.By.Agent != nil {
		a.UploaderID = &act.By.Agent.ID
	}
	act.recordCreated(a, AttachmentCreated, "")
	return a, nil
}

// CheckFileQuota refuses a file that the account has no room for beside what it has stored, all in
// bytes.
func CheckFileQuota(stored int64, size int, quota int64) error {
	if stored+int64(size) <= quota {
		return nil
	}
	return Refuse(CodeLimitReached, "The files of this account may have %d MiB, and %d MiB are stored or announced. Delete conversations with files, or ask the operator for a larger FILE_QUOTA.", quota>>20, stored>>20).At("size")
}

// CheckWaits refuses bytes for a file that has them.
func (a *Attachment) CheckWaits() error {
	if a.UploadedAt != nil {
		return Refuse(CodeAlreadyExists, "This file has already been uploaded. Create another attachment for a new one.")
	}
	return nil
}

// Uploaded says that the bytes are there. They come once.
func (a *Attachment) Uploaded(act *Act) error {
	if err := a.CheckWaits(); err != nil {
		return err
	}
	act.recordChange(a, AttachmentUploaded, "", func() { a.UploadedAt = &act.Now })
	return nil
}

// checkFiles refuses files that a message can't take.
func checkFiles(files []*Attachment) error {
	if len(files) > MaxAttachments {
		return Refuse(CodeLimitReached, "A message can have at most %d files. Send the others with another message.", MaxAttachments).At("attachmentIds")
	}
	for _, a := range files {
		switch {
		case a.MessageID != nil:
			return Refuse(CodeInvalidInput, "The file %q belongs to another message. Upload it again.", a.FileName).At("attachmentIds")
		case a.UploadedAt == nil:
			return Refuse(CodeInvalidInput, "The file %q has not been uploaded yet. Upload it first.", a.FileName).At("attachmentIds")
		}
	}
	return nil
}

// attachFiles makes checked files part of the message, for good.
func (m *Message) attachFiles(act *Act, files []*Attachment) {
	for _, a := range files {
		act.recordChange(a, AttachmentSent, "", func() { a.MessageID = &m.ID })
	}
}

// inlineTypes can do nothing in a browser but be looked at.
var inlineTypes = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"}

// Shown is how a browser gets the file: the type to say, and whether to show it or to offer it for
// saving.
func (a *Attachment) Shown() (contentType string, inline bool) {
	base, _, err := mime.ParseMediaType(a.ContentType)
	for _, t := range inlineTypes {
		if err == nil && base == t {
			return a.ContentType, true
		}
	}
	return fallbackType, false
}
