package desk

import (
	"slices"
	"strings"
	"testing"
)

// file puts an uploaded file into the world; its name is its id's.
func (w *world) file(name string) *Attachment {
	f := &Attachment{
		AccountID: w.account.ID, ID: w.id(KindAttachment, name), FileName: name + ".png", ContentType: "image/png", Size: 3, UploadedAt: &w.before, Version: 2,
	}
	w.watch(f)
	return f
}

func TestAttachmentCreate(t *testing.T) {
	for _, c := range []struct {
		name, file, typ string
		size            int
		code            ErrorCode // "": taken
		path            string
	}{
		{name: "a picture", file: "a b.png", typ: "image/png", size: 1},
		{name: "the largest", file: "ä", typ: "text/plain; charset=utf-8", size: MaxAttachment},
		{name: "the longest name", file: strings.Repeat("x", 255), typ: "x/y", size: 1},
		{name: "no name", file: " ", typ: "image/png", size: 1, code: CodeInvalidInput, path: "fileName"},
		{name: "a name that is too long", file: strings.Repeat("x", 256), typ: "image/png", size: 1, code: CodeTextTooLong, path: "fileName"},
		{name: "a name with a slash", file: "../a", typ: "image/png", size: 1, code: CodeInvalidInput, path: "fileName"},
		{name: "a name with a backslash", file: `c:\a`, typ: "image/png", size: 1, code: CodeInvalidInput, path: "fileName"},
		{name: "a name with a line break", file: "a\r\nb", typ: "image/png", size: 1, code: CodeInvalidInput, path: "fileName"},
		{name: "a name with NUL", file: "a\x00", typ: "image/png", size: 1, code: CodeInvalidText, path: "fileName"},
		{name: "no type", file: "a", size: 1, code: CodeInvalidInput, path: "contentType"},
		{name: "a word that is no type", file: "a", typ: "nonsense", size: 1, code: CodeInvalidInput, path: "contentType"},
		{name: "half a type", file: "a", typ: "image/", size: 1, code: CodeInvalidInput, path: "contentType"},
		{name: "a type with a header behind it", file: "a", typ: "image/png\r\nX: y", size: 1, code: CodeInvalidInput, path: "contentType"},
		{name: "a type that is too long", file: "a", typ: "image/" + strings.Repeat("x", 122), size: 1, code: CodeTextTooLong, path: "contentType"},
		{name: "no bytes", file: "a", typ: "image/png", code: CodeInvalidInput, path: "size"},
		{name: "a byte too many", file: "a", typ: "image/png", size: MaxAttachment + 1, code: CodeInvalidInput, path: "size"},
	} {
		t.Run("file/"+c.name, func(t *testing.T) {
			w := newWorld()
			a := w.act("ben")
			f, err := NewAttachment(a, c.file, c.typ, c.size)
			if c.code != "" {
				mustRefuse(t, err, c.code, c.path)
				w.mustBeUntouched(t, a, w.snapshot())
				return
			}
			if err != nil || f.FileName != c.file || f.ContentType != c.typ || f.Size != c.size || *f.UploaderID != w.agents["ben"].ID || f.UploadedAt != nil || f.MessageID != nil {
				t.Errorf("made %+v, %v", f, err)
			}
			if w.told(a) != "ATTACHMENT_CREATED new-att" {
				t.Errorf("told %q", w.told(a))
			}
		})
	}
	// Who brings a mail in can't ask its sender to call the file something else.
	for _, c := range []struct{ name, file, typ, wantFile, wantType string }{
		{"what is good stays", "a b.pdf", "text/plain; charset=utf-8", "a b.pdf", "text/plain; charset=utf-8"},
		{"lines and escapes", "a\r\nb\x1b.pdf", "image/png", "a b .pdf", "image/png"},
		{"folders", `c:\temp\../a.pdf`, "image/png", "c:_temp_.._a.pdf", "image/png"},
		{"no name", "\u2800", "image/png", "file", "image/png"},
		{"NUL and half letters", "a\x00b\xff", "image/png", "a\ufffdb\ufffd", "image/png"},
		{"a long name", strings.Repeat("é", 200) + ".pdf", "image/png", strings.Repeat("é", 125) + ".pdf", "image/png"},
		{"a long ending", "." + strings.Repeat("x", 300), "image/png", "." + strings.Repeat("x", 254), "image/png"},
		{"a name that turns", "invoice\u202efdp.exe", "image/png", "invoicefdp.exe", "image/png"},
		{"no type", "a", "", "a", fallbackType},
		{"a word", "a", "nonsense", "a", fallbackType},
		{"a type of two lines", "a", "image/png\r\nX: y", "a", fallbackType},
		{"a long parameter", "a", "image/png; name=" + strings.Repeat("x", 200), "a", "image/png"},
		{"a broken parameter", "a", "image/PNG; name=a b; =", "a", "image/png"},
		{"a parameter in letters", "a", `image/png; name="é"`, "a", "image/png"},
		{"a parameter twice", "a", "text/plain; a=1; a=2", "a", "text/plain"},
		{"a long type", "a", "image/" + strings.Repeat("x", 122), "a", fallbackType},
	} {
		t.Run("file/of a channel: "+c.name, func(t *testing.T) {
			f, err := NewAttachment(newWorld().act("bot"), c.file, c.typ, 1)
			if err != nil || f.FileName != c.wantFile || f.ContentType != c.wantType {
				t.Errorf("%+v, %v", f, err)
			}
		})
	}
	t.Run("file/of the server has no uploader", func(t *testing.T) {
		if f, err := NewAttachment(newWorld().act("server"), "a", "image/png", 1); err != nil || f.UploaderID != nil {
			t.Errorf("made %+v, %v", f, err)
		}
	})
}

func TestAttachmentSend(t *testing.T) {
	var files []*Attachment
	with := func(change ...func(f *Attachment)) func(w *world) {
		return func(w *world) {
			files = []*Attachment{w.file("one"), w.file("two")}
			for _, f := range change {
				f(files[1])
			}
		}
	}
	send := func(w *world, a *Act) (err error) {
		w.message, err = w.cs.Send(a, w.c(1), Content{Files: files})
		return err
	}
	upload := func(_ *world, a *Act) error { return files[0].Uploaded(a) }
	const sent = "ATTACHMENT_SENT one: message nil>new-msg\nATTACHMENT_SENT two: message nil>new-msg"
	run(t, []play{
		{name: "R19/an answer takes its files, and may be nothing but files", ticket: "new", convs: "open", in: with(), do: send, told: "MESSAGE_SENT new-msg\n" + sent, check: func(t *testing.T, w *world, _ *Act, _ error) {
			if *files[0].MessageID != w.message.ID || *files[1].MessageID != w.message.ID {
				t.Errorf("files %v", files)
			}
		}},
		{name: "R19/what the contact sends may have files, too", by: "bot", convs: "closed", in: with(), do: func(w *world, a *Act) error {
			w.cs.Receive(a, w.c(1), Inbound{ExternalID: "ext", ContactID: w.contact.ID, Content: Content{Files: files}}, w.support, nil)
			return nil
		}, told: "MESSAGE_RECEIVED new-msg\n" + sent + "\n+ D8 CONVERSATION_REOPENED c1: status CLOSED>OPEN"},
		{name: "file/that another message has", convs: "open", in: with(func(f *Attachment) { f.MessageID = &f.ID }), do: send, refused: CodeInvalidInput, path: "attachmentIds"},
		{name: "file/that is not there yet", convs: "open", in: with(func(f *Attachment) { f.UploadedAt = nil }), do: send, refused: CodeInvalidInput, path: "attachmentIds"},
		{name: "file/at most twenty", convs: "open", in: func(w *world) {
			files = slices.Repeat([]*Attachment{w.file("one")}, MaxAttachments+1)
		}, do: send, refused: CodeLimitReached, path: "attachmentIds"},
		{name: "file/uploaded", in: func(w *world) {
			with()(w)
			files[0].UploadedAt = nil
		}, do: upload, told: "ATTACHMENT_UPLOADED one: uploadedAt nil>now"},
		{name: "file/uploaded already", in: with(), do: upload, refused: CodeAlreadyExists},
	})
}

func TestAttachmentShown(t *testing.T) {
	for typ, inline := range map[string]bool{
		"image/png": true, "IMAGE/JPEG": true, "image/gif": true, "image/webp": true, "text/plain; charset=utf-8": true,
		"text/html": false, "image/svg+xml": false, "application/pdf": false, "application/javascript": false, "image/png/x": false, "": false, "text/xml": false,
	} {
		t.Run("file/in the browser "+typ, func(t *testing.T) {
			want := typ
			if !inline {
				want = "application/octet-stream"
			}
			if got, shown := (&Attachment{ContentType: typ}).Shown(); got != want || shown != inline {
				t.Errorf("is %s, shown %v", got, shown)
			}
		})
	}
}
